"""The benchmark's web server: nginx on loopback, with one worker and a configuration of its own.

nginx answers far faster than any crawler here asks, so it is not what is measured. It comes from the
distribution (`apt-get install nginx-light` on Debian and Ubuntu) and must not be running as a service.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.ports import free_port, wait_until_open

# As root, nginx would serve as another user, who may not read the corpus.
_AS_ROOT = "user root;\n"
_CONFIGURATION = """\
daemon off;
worker_processes 1;
pid {home}/pid;
error_log {home}/error.log warn;
events {{ worker_connections 4096; }}
http {{
  types {{ image/jpeg jpg; image/png png; image/webp webp; text/plain txt; }}
  log_format short '$msec $uri';
  access_log {home}/asked.log short buffer=64k flush=1s;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 300;
  keepalive_requests 1000000;
  open_file_cache max=8000 inactive=1h;
  open_file_cache_valid 1h;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  server {{
    listen 127.0.0.1:{port} reuseport backlog=4096;
    root {root};
  }}
}}
"""


class Origin(msgspec.Struct, frozen=True):
    """A server that is up. ``log`` has a line per request: seconds since 1970, and the path."""

    port: int
    log: Path


@contextmanager
def origin(folder: Path) -> Iterator[Origin]:
    """Serve the folder until the block is left."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise SystemExit(
            "bench: nginx is missing: apt-get install nginx-light (it need not run as a service)"
        )
    with tempfile.TemporaryDirectory(prefix="bench-origin-") as home:
        port = free_port()
        written = _CONFIGURATION.format(home=home, port=port, root=folder.resolve())
        configuration = Path(home, "nginx.conf")
        configuration.write_text((_AS_ROOT if os.geteuid() == 0 else "") + written)
        process = subprocess.Popen([program, "-e", f"{home}/error.log", "-c", configuration])
        try:
            wait_until_open(port, process, Path(home, "error.log"))
            yield Origin(port, Path(home, "asked.log"))
        finally:
            process.terminate()
            process.wait(10)
