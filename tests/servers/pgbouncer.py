"""Debian's pgbouncer in transaction mode, in front of the run's own Postgres.

No package index for Python or Node has it: where it is not installed, the tests are skipped, and say so.
"""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

SESSIONS = 3
"""With Postgres: fewer than any program of ours would open, so that transactions really wander."""
PATIENCE = 20.0
WANTED = "NOT TESTED: pgbouncer is not installed (Debian, Ubuntu: `apt-get install pgbouncer`)"


def program() -> str:
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(WANTED)
    return found


@asynccontextmanager
async def pgbouncer(url: str) -> AsyncIterator[str]:
    """The same URL through the pooler."""
    command = program()
    parts = urlsplit(url)
    account = "nobody" if os.getuid() == 0 else None  # it refuses to be root
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as folder:
        port = _free_port()
        file = Path(folder, "pgbouncer.ini")
        Path(folder, "users").write_text(f'"{parts.username}" "{parts.password}"\n')
        file.write_text(_settings(parts.hostname or "", parts.port or 5432, port, folder))
        for path in (Path(folder), *Path(folder).iterdir()):
            path.chmod(0o755)
        process = await asyncio.create_subprocess_exec(
            command, "-q", str(file), stdin=asyncio.subprocess.DEVNULL, user=account
        )
        try:
            await _answering(port, process)
            yield parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}").geturl()
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _settings(host: str, server: int, port: int, folder: str) -> str:
    return f"""
[databases]
* = host={host} port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {SESSIONS}
max_client_conn = 500
"""


async def _answering(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            assert process.returncode is None, "pgbouncer ended; its own words are above"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
