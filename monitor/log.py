"""What the daemon says of itself: one line an event, nothing hostile, nothing secret."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

import structlog
from structlog.types import Processor

from monitor import journal
from monitor.settings import Log, mask_url

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_IN_TRACE = re.compile(rf"(?!\n){_CONTROL.pattern}")
"""A traceback has lines."""
DEEPEST = 8
MOST = 1000
"""Values within lists and mappings of one event; more would be no line that anybody reads."""
CUT = "…"
EVENTS: Mapping[str, str] = {
    r"Invalid HTTP request received\.": "request.malformed",
    r"Unsupported upgrade request\.": "request.upgrade_refused",
    r"No supported WebSocket library detected\..*": "request.upgrade_refused",
    r"Exceeded concurrency limit\.": "request.too_many",
    r"Exception in ASGI application": "request.crashed",
    r"ASGI callable returned without .*": "request.unanswered",
    r"Cancel \d+ running task\(s\), timeout graceful shutdown exceeded": "request.cut_off",
}
"""What uvicorn says → the event it is."""


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
    foreign = [*shared[:-1], named, tame]  # named before it is tamed: what ends a line is escaped then
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=foreign))
    logging.basicConfig(handlers=[handler], level=settings.level.upper(), force=True)
    for noisy in ("apscheduler", "uvicorn.access", "uvicorn.error", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def named(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell what the web server says in sentences by the name of an event, as everything else is told."""
    said = str(event.get("event", "")).strip()
    event["event"] = next((name for found, name in EVENTS.items() if re.fullmatch(found, said)), event.get("event"))
    return event


def _automatic() -> str:
    """For whoever reads: a person at a terminal, journald, or a program."""
    if sys.stderr.isatty():
        return "console"
    return "journal" if journal.is_here(os.environ, sys.stderr) else "json"


def _json() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def tame(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """
    Escape control characters that a site or a file could have put there, and mask passwords in URLs.

    Also within lists and mappings, and in what is no JSON, such as exceptions: those are shown by their `repr`.
    """
    walk = _Walk()
    for key, value in event.items():
        if key == "exception" and isinstance(value, str):
            event[key] = _harmless(value, _CONTROL_IN_TRACE)
        elif not key.startswith("_"):  # structlog's own
            event[key] = walk.tamed(value)
    return event


class _Walk:
    """Through the values of one event, to `DEEPEST` levels and `MOST` values: whatever is logged, a line has an end."""

    def __init__(self) -> None:
        self._left = MOST

    def tamed(self, value: Any, depth: int = 0) -> Any:
        """*value* as JSON knows it, harmless; what is too deep or too much is `…`."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return _harmless(value)
        is_mapping = isinstance(value, Mapping)
        if not is_mapping and not isinstance(value, list | tuple):
            return _harmless(repr(value))
        if depth == DEEPEST:
            return CUT
        if is_mapping:
            pairs = self._some(value.items(), (CUT, CUT))
            return {_harmless(str(key)): self.tamed(one, depth + 1) for key, one in pairs}
        return [self.tamed(one, depth + 1) for one in self._some(value, CUT)]

    def _some(self, values: Iterable[Any], rest: Any) -> Iterator[Any]:
        """As many of *values* as the event has room for, and *rest* in place of those left out."""
        for value in values:
            if not self._left:
                yield rest
                return
            self._left -= 1
            yield value


def _harmless(text: str, control: re.Pattern[str] = _CONTROL) -> str:
    return mask_url(control.sub(lambda found: repr(found[0])[1:-1], text))
