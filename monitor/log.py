"""What the daemon says of itself: one line an event, nothing hostile, nothing secret."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.types import Processor

from monitor import journal
from monitor.settings import Log, mask_url

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_IN_TRACE = re.compile(rf"(?!\n){_CONTROL.pattern}")
"""A traceback has lines."""


def configure(settings: Log) -> None:
    """Send structlog and the standard library's loggers to standard error, or to journald, in the chosen form."""
    form = _automatic() if settings.format == "auto" else settings.format
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        tame,
    ]
    last: Processor = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if form == "console" else _json()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = journal.JournalHandler() if form == "journal" else logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=settings.level.upper(), force=True)
    for noisy in ("apscheduler", "uvicorn.access", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _automatic() -> str:
    """For whoever reads: a person at a terminal, journald, or a program."""
    if sys.stderr.isatty():
        return "console"
    return "journal" if journal.is_here(os.environ, sys.stderr) else "json"


def _json() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def tame(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Escape control characters that a site or a file could have put there, and mask passwords in URLs."""
    for key, value in event.items():
        if isinstance(value, str):
            control = _CONTROL_IN_TRACE if key == "exception" else _CONTROL
            event[key] = mask_url(control.sub(lambda found: repr(found[0])[1:-1], value))
    return event
