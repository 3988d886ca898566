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
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

PAUSE = 0.01
"""Seconds between two looks at whether it has ended."""
WHOLE = b"\n"
"""Ends an order. One that its writer did not live to end is no order."""


class WarmProcess:
    """In a session of its own. It ends when its parent ends or lets go of it, until it is told what to be;
    from then on that program decides.

    ``poll``, ``wait``, ``terminate``, ``kill`` and ``returncode`` are those of ``subprocess.Popen``.
    """

    def __init__(self) -> None:
        """Fork. Raises OSError when there is no room for a process."""
        orders, self._say = os.pipe2(os.O_CLOEXEC)
        self.returncode: int | None = None
        self._looking = threading.Lock()
        # A Ctrl-C in the terminal is for the parent, also before the child has left the terminal's session.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _wait_and_become(orders, blocked)
        except OSError:
            os.close(self._say)
            raise
        finally:
            os.close(orders)
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def become(self, module: str, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> bool:
        """Run ``python -m module arguments`` with that environment, output going to the end of ``log``.
        False when it is gone."""
        told = json.dumps([module, list(arguments), dict(environ), str(log)]).encode() + WHOLE
        try:
            while told:
                told = told[os.write(self._say, told) :]
        except BrokenPipeError:
            self.close()
            return False
        self._let_go()
        return True

    def close(self) -> None:
        """End it, if it was not told what to be; harmless at any time."""
        if self._say >= 0:
            self._let_go()
            self.kill()
            self.wait()

    def poll(self) -> int | None:
        with self._looking:  # one thread may wait while another looks
            if self.returncode is None:
                try:
                    pid, status = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:  # gone, and nobody kept its code: this program ignores SIGCHLD
                    self.returncode = 0
                else:
                    self.returncode = os.waitstatus_to_exitcode(status) if pid else None
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
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _let_go(self) -> None:
        os.close(self._say)
        self._say = -1


def _wait_and_become(orders: int, blocked: set[int]) -> NoReturn:
    """The child's whole life."""
    code = 1
    try:
        os.setsid()
        _leave_interrupts_to_the_parent(blocked)
        told = _only_order(orders)
        code = _become(told) if told.endswith(WHOLE) else 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 -- its last words, for who looks into the log
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _leave_interrupts_to_the_parent(blocked: set[int]) -> None:
    """Forget one that came before this process had a session of its own."""
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGINT, usual)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _only_order(orders: int) -> bytes:
    """Keep nothing open that is the parent's, as its locks and its terminal, but where to write last words.

    Nothing here ever closes what the parent's objects still name: this process ends without ending them.
    """
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.closerange(3, orders)
    os.closerange(orders + 1, os.sysconf("SC_OPEN_MAX"))
    with open(orders, "rb") as pipe:
        return pipe.read()


def _become(told: bytes) -> int:
    module, arguments, environ, log = json.loads(told)
    with open(log, "ab") as out:  # noqa: PTH123
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    return 0
