"""Logging for one process: structured, on stderr, nothing below the level that was asked for.

structlog would load rich and pygments for tracebacks that are drawn; ours are plain.
"""

import asyncio
import logging
import sys

from pixcrawler.adapters import absent
from pixcrawler.settings import PixcrawlerSettings

with absent("rich"):
    import structlog


def set_up_logs(settings: PixcrawlerSettings, *, coloured: bool = True) -> None:
    """``log_format`` auto is for people on a terminal, JSON lines elsewhere; only a terminal gets colours.

    What libraries say through ``logging`` looks the same, from warnings on.
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    on_terminal = sys.stderr.isatty()
    pretty = settings.log_format == "console" or (settings.log_format == "auto" and on_terminal)
    common: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    drawn: list[structlog.typing.Processor] = (
        [
            on_one_line,
            structlog.dev.ConsoleRenderer(
                colors=on_terminal and coloured, exception_formatter=structlog.dev.plain_traceback
            ),
        ]
        if pretty
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*common, *drawn],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    _set_up_libraries(max(level, logging.WARNING), common, drawn)


def _set_up_libraries(
    level: int, common: list[structlog.typing.Processor], drawn: list[structlog.typing.Processor]
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*common, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *drawn],
        )
    )
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("sqlalchemy.pool").addFilter(not_of_an_interrupt)


def on_one_line(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """What JSON escapes a terminal would obey: strangers' words forge no line and move no cursor."""
    return {name: _tamed(value) if isinstance(value, str) else value for name, value in event.items()}


def _tamed(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def not_of_an_interrupt(record: logging.LogRecord) -> bool:
    """False for a connection whose closing was itself cancelled: the pool drops it anyway."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def request_id() -> str | None:
    """The request that this task of the event loop is working on, as the log knows it."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found
