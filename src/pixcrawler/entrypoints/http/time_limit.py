"""One time limit for every request."""

import asyncio
import time


class TimeLimit:
    """Cancels what takes too long. All have the same limit, so the first that came is the first that is
    late: one timer serves them all, and a request costs two steps in a dictionary."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._under_way: dict[asyncio.Task[object], float] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def start(self, now: float) -> asyncio.Task[object]:
        """For the task that asks; ``now`` by ``time.perf_counter``. ``stop`` must follow."""
        task = asyncio.current_task()
        assert task is not None
        self._under_way[task] = now + self.seconds
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.seconds, self._look)
        return task

    def stop(self, task: asyncio.Task[object]) -> None:
        """It may take as long as it likes from now on. Harmless when it was stopped before."""
        self._under_way.pop(task, None)
        self._late.discard(task)

    def was_late(self, task: asyncio.Task[object]) -> bool:
        """Whether it was cancelled by this limit and nobody else; takes the cancelling back."""
        if task not in self._late:
            return False
        self._late.discard(task)
        return task.uncancel() == 0

    def _look(self) -> None:
        now = time.perf_counter()
        for task, due in list(self._under_way.items()):
            if due > now:
                self._timer = asyncio.get_running_loop().call_later(due - now, self._look)
                return
            del self._under_way[task]
            self._late.add(task)
            task.cancel()
        self._timer = None
