"""The process that decoding children are forked from: it has loaded what they need, and holds no secret.

``python -m pixcrawler.adapters.imaging.zygote PARENT CPU_SECONDS MEMORY_BYTES``, with the control socket
as standard input. Each order to fork brings the child's end of a socket pair.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import traceback

from pixcrawler.adapters.imaging import child, limits, wire
from pixcrawler.adapters.imaging.opening import prepare_pillow


class Zygote:
    """Forks and kills as ordered, and ends with all its children when the order channel closes."""

    def __init__(self, cpu_seconds: int, memory_bytes: int) -> None:
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        self._children: set[int] = set()

    def serve(self, control: socket.socket) -> None:
        """Until the parent closes the socket or ends."""
        bell, ring = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
        poll = select.poll()
        poll.register(control, select.POLLIN)
        poll.register(bell, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if bell in ready:
                os.read(bell, 512)
            self._reap()
            if control.fileno() in ready and not self._obey(control):
                break
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
        for pid in self._children:
            os.waitpid(pid, 0)

    def _obey(self, control: socket.socket) -> bool:
        packet, ends, _, _ = socket.recv_fds(control, wire.ORDER.size, 1)
        if not packet:
            return False
        order, pid = wire.ORDER.unpack(packet)
        if order == wire.KILL and pid in self._children:
            os.kill(pid, signal.SIGKILL)
        if order == wire.FORK:
            end = socket.socket(fileno=ends[0])
            with contextlib.suppress(OSError):  # no room for a process: the parent sees the socket close
                self._fork(control, end)
            end.close()
        return True

    def _fork(self, control: socket.socket, end: socket.socket) -> None:
        zygote = os.getpid()
        pid = os.fork()
        if pid:
            self._children.add(pid)
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            self._be_a_child(end, zygote)
            status = 0
        except Exception:  # noqa: BLE001 - the last words, kept for who asks why no child starts
            traceback.print_exc()
        finally:
            os._exit(status)

    def _be_a_child(self, end: socket.socket, zygote: int) -> None:
        """Nothing stays open but the socket, as standard input, and /dev/null."""
        os.dup2(end.detach(), 0)
        nowhere = os.open(os.devnull, os.O_RDWR)  # not before: 0 was free, and it would have got that
        limits.confine(self._memory_bytes)
        limits.die_with(zygote)  # not before: a change of user would take it back
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.closerange(3, 1024)
        child.serve(socket.socket(fileno=0), self._cpu_seconds)

    def _reap(self) -> None:
        while self._children:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._children.discard(pid)


def main() -> None:
    """Signals of the terminal and of a service's stop are the parent's to act on."""
    parent, cpu_seconds, memory_bytes = (int(word) for word in sys.argv[1:])
    limits.die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    prepare_pillow()
    gc.collect()
    gc.freeze()
    Zygote(cpu_seconds, memory_bytes).serve(socket.socket(fileno=0))
    os._exit(0)  # nothing is left to be put away, and its parent waits


if __name__ == "__main__":
    main()
