"""The children that decode pictures, with the limits that the settings give them."""

import math

from pixcrawler.adapters.imaging.inspector import ChildInspector
from pixcrawler.settings import Settings


def inspector(settings: Settings, processes: int) -> ChildInspector:
    """Not open yet."""
    return ChildInspector(
        processes,
        cpu_seconds=math.ceil(settings.inspect.cpu_seconds),
        memory_bytes=settings.inspect.memory_mb << 20,
        deadline=settings.inspect.deadline,
    )
