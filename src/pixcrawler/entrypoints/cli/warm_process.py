"""A process that has loaded what a command needs, and waits to become another program of ours.

Loading PixCrawler's libraries takes most of a second of processor time. A command that starts a worker
would pay for it twice; forking pays once. It must be done before there is an event loop or a thread.
"""

import contextlib
import json
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

PAUSE = 0.01
"""Seconds between two looks at whether it has ended."""


class WarmProcess:
    """In a session of its own. It ends when its parent ends or lets go of it, until it is told what to be;
    from then on that program decides.

    ``poll``, ``wait``, ``terminate``, ``kill`` and ``returncode`` are those of ``subprocess.Popen``.
    """

    def __init__(self) -> None:
        """Fork. Raises OSError when there is no room for a process."""
        orders, self._say = os.pipe2(os.O_CLOEXEC)
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._say)
            _wait_and_become(orders)
        os.close(orders)

    def become(self, module: str, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> bool:
        """Run ``python -m module arguments`` with that environment, output going to the end of ``log``.
        False when it is gone."""
        told = json.dumps([module, list(arguments), dict(environ), str(log)]).encode()
        try:
            while told:
                told = told[os.write(self._say, told) :]
        except BrokenPipeError:
            return False
        finally:
            self.close()
        return True

    def close(self) -> None:
        """End it, if it was not told anything yet; harmless at any time."""
        if self._say >= 0:
            os.close(self._say)
            self._say = -1

    def poll(self) -> int | None:
        if self.returncode is None:
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired after so many seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and timeout is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("warm process", timeout)
            time.sleep(PAUSE)
        return code

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _wait_and_become(orders: int) -> None:
    """The child's whole life; never returns."""
    code = 1
    try:
        os.setsid()
        with open(orders, "rb") as pipe:
            told = pipe.read()
        code = _become(told) if told else 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 -- its last words, for who looks into the log
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _become(told: bytes) -> int:
    module, arguments, environ, log = json.loads(told)
    with open(os.devnull, "rb") as nothing, open(log, "ab") as out:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    return 0
