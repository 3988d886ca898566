"""Ports of loopback."""

import socket
import subprocess
import time
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path, *, seconds: float = 10) -> None:
    """Until the process answers there; ends the bench with its log when it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    words = log.read_text(errors="replace")[-3000:] if log.exists() else "no log"
    raise SystemExit(f"bench: {process.args!r} did not start:\n{words}")
