"""The right to work on one task."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.ids import TaskId


@dataclass(slots=True)
class Lease:
    """A claim on a task. Every transaction of the task compares ``token``: only a newer one refuses.

    ``lane`` is the task's, into which go the tasks that it causes.
    ``draining`` is set when the worker is asked to end: finish what is begun, begin nothing new, return.
    ``closed`` is set by the commit that closed the task. ``failing`` holds the error (one line) when the
    task is closed as failed. ``step_aside`` is called by a task that only waits for others from now on: its
    worker may begin one more beside it.
    """

    task_id: TaskId
    token: int
    lane: str = field(default=SHARED)
    draining: bool = field(default=False)
    closed: bool = field(default=False)
    failing: str | None = field(default=None)
    step_aside: Callable[[], None] = field(default=lambda: None)
