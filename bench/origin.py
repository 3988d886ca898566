"""The benchmark's web server: nginx on loopback, with one worker and a configuration of its own.

nginx answers far faster than any crawler here asks, so it is not what is measured. It comes from the
distribution (`apt-get install nginx-light` on Debian and Ubuntu) and must not be running as a service.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 300;
  keepalive_requests 1000000;
  open_file_cache max=20000 inactive=1h;
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


@contextmanager
def origin(folder: Path) -> Iterator[int]:
    """Serve the folder until the block is left; gives the port."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise SystemExit(
            "bench: nginx is missing: apt-get install nginx-light (it need not run as a service)"
        )
    with tempfile.TemporaryDirectory(prefix="bench-origin-") as home:
        port = _free_port()
        written = _CONFIGURATION.format(home=home, port=port, root=folder.resolve())
        configuration = Path(home, "nginx.conf")
        configuration.write_text((_AS_ROOT if os.geteuid() == 0 else "") + written)
        process = subprocess.Popen([program, "-e", f"{home}/error.log", "-c", configuration])
        try:
            _wait(process, port, Path(home, "error.log"))
            yield port
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"bench: nginx did not start: {log.read_text() if log.exists() else 'no log'}")
