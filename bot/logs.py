"""Logs for operators: events and counts, never a person, a text or a secret."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.settings import LogFormat

_TOKEN = re.compile(r"bot\d+:[\w-]+")


def set_up(level: str, form: LogFormat) -> None:
    """Write log lines of at least `level` to the standard error output."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_tokens,
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if form is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries say what they did with whose data: only their warnings are wanted.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_Masking(logging.BASIC_FORMAT))
    hush_libraries()


def hush_libraries() -> None:
    """Let libraries not warn of what is as it should be."""
    # A tick that is left out while another one is under way is caught up by the next.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def without_tokens(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Replace a bot's token wherever it got into a log line."""
    return {
        key: _masked(value) if isinstance(value, str) else value for key, value in event.items()
    }


def _masked(text: str) -> str:
    return _TOKEN.sub("bot<token>", text)


class _Masking(logging.Formatter):
    """Writes a line of a library, with its trace, without tokens."""

    def format(self, record: logging.LogRecord) -> str:
        return _masked(super().format(record))
