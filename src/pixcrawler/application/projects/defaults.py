"""What a project's new jobs take where they say nothing."""

from collections.abc import Mapping
from typing import Any

from pixcrawler.application.ports.source import LOCAL, SourceInfo, Sources
from pixcrawler.domain.crawling.errors import SourceDisabled, UnknownSource
from pixcrawler.domain.projects.errors import InvalidProject


def check_defaults(sources: Sources, defaults: Mapping[str, Any]) -> None:
    """That every source is there, is on, and searches by keyword. One that is switched off later is refused
    when a job takes it.

    Raises UnknownSource, SourceDisabled, InvalidProject.
    """
    for source_id in defaults.get("sources", ()):
        if source_id in LOCAL or not _found(sources, source_id).needs_text:
            message = f"The source {source_id} reads what a job brings along; name it in the job itself."
            raise InvalidProject(message, field="defaults.sources")
    smallest, largest = defaults.get("min_size"), defaults.get("max_size")
    if smallest and largest and any(smallest[side] > largest[side] for side in ("width", "height")):
        message = "The smallest size is larger than the largest: no picture is both."
        raise InvalidProject(message, field="defaults.min_size")


def _found(sources: Sources, source_id: str) -> SourceInfo:
    try:
        return sources.get(source_id).info
    except (UnknownSource, SourceDisabled) as error:
        raise type(error)(str(error), field="defaults.sources") from error
