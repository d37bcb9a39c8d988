"""A message for machines: versioned, complete but capped, the same bytes for the same message."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from monitor import words
from monitor.alerts.message import VERSION, FindingLine, Message, SiteLine
from monitor.incident import Incident

MAX_SITES = 1000
MAX_FINDINGS = 1000
_MAX_TEXT = 2000
_MAX_ITEMS = 50
_MAX_DEPTH = 6


def envelope(message: Message) -> dict[str, Any]:
    """What is true of every message, as `webhook.schema.json` describes it."""
    return {
        "version": VERSION,
        "key": message.key,
        "kind": message.kind.value,
        "at": words.iso(message.at),
        "title": message.title,
        "lead": message.lead,
        "audience": message.audience.value,
        "severity": message.severity.value,
        "tlp": message.tlp,
        "link": message.link,
        "incident": None,
        "sites": [site(line) for line in message.sites],
        "sites_total": message.sites_total,
        "findings": [finding_line(line) for line in message.findings],
        "findings_total": message.findings_total,
        "sections": [{"heading": heading, "lines": list(lines)} for heading, lines in message.sections],
    }


def incident(item: Incident) -> dict[str, Any]:
    """*item* without its members, which are the findings."""
    return {
        "number": item.number,
        "name": item.name,
        "cause": {"kind": item.cause.kind.value, "value": item.cause.value},
        "severity": item.severity.value,
        "opened": words.iso(item.opened),
        "resolved": instant(item.resolved),
        "acknowledged": instant(item.acknowledged),
        "acknowledged_by": item.acknowledged_by,
        "assignee": item.assignee,
        "flaps": item.flaps,
    }


def site(line: SiteLine) -> dict[str, Any]:
    """*line*, its state in the board's words."""
    return {
        "kode": line.kode,
        "name": line.name,
        "url": line.url,
        "state": line.state,
        "since": words.iso(line.since),
    }


def finding_line(line: FindingLine) -> dict[str, Any]:
    """*line* without its evidence."""
    return {
        "kode": line.kode,
        "code": line.code,
        "title": line.title,
        "severity": line.severity.value,
        "line": line.line,
        "opened": words.iso(line.since),
    }


def instant(at: datetime | None) -> str | None:
    """ISO 8601 in WIB, or None."""
    return None if at is None else words.iso(at)


def capped(value: Any, depth: int = _MAX_DEPTH) -> Any:
    """*value* (evidence, that strangers may have filled) as JSON can say it, no longer or deeper than need be."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if depth and isinstance(value, Mapping):
        return {_text(str(key)): capped(item, depth - 1) for key, item in islice(value.items(), _MAX_ITEMS)}
    if depth and isinstance(value, Iterable):
        return [capped(item, depth - 1) for item in islice(value, _MAX_ITEMS)]
    return _text(str(value))


def _text(value: str) -> str:
    """*value* without the lone surrogates that UTF-8 cannot say, and cut."""
    return value[:_MAX_TEXT].encode("utf-8", "replace").decode()


def canonical(value: Mapping[str, Any]) -> bytes:
    """*value* as JSON in UTF-8: keys sorted, no spaces; the same bytes for equal values."""
    document = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return document.encode("utf-8", "replace")
