"""A change as one JSON document in the words of the Elastic Common Schema, which most SIEMs read – pure."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor import __version__, catalogue, words
from monitor.model import Severity, Turn
from monitor.store.stored import StoredChange

ECS_VERSION = "8.11.0"
SEVERITY = {
    Severity.INFO: 1,
    Severity.LOW: 21,
    Severity.MEDIUM: 47,
    Severity.HIGH: 73,
    Severity.CRITICAL: 99,
}
"""event.severity: the figures of Elastic's own rules."""
PRIORITY = {
    Severity.INFO: 6,
    Severity.LOW: 5,
    Severity.MEDIUM: 4,
    Severity.HIGH: 3,
    Severity.CRITICAL: 2,
}
"""RFC 5424 §6.2.1: informational, notice, warning, error, critical."""
_ATTACK = frozenset({"content", "cloaking"})
_MAIL = frozenset({"mail"})
_NAMES = frozenset({"domain", "name", "names", "registration", "zone"})
_ACTION = {Turn.OPENED: "finding-opened", Turn.RESOLVED: "finding-resolved"}
_LONGEST_DETAIL = 4000
"""Characters of the evidence: a line fits a datagram, and the 8 KiB that RFC 5425 §4.3.1 asks receivers to take."""
_LONGEST = 1000
_EXCERPT = 200
_CUT = '"truncated": true'


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Who saw it."""

    hostname: str = field(default_factory=socket.gethostname)
    organization: str = "Dinkominfo Kabupaten Purbalingga"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A change, ready to leave."""

    id: int
    """Of the change; whoever gets it twice knows it by this."""
    at: datetime
    """UTC."""
    priority: int
    """RFC 5424 §6.2.1."""
    text: str
    """For people, one line."""
    json: str
    """The document: ASCII, no line break."""
    labels: tuple[tuple[str, str], ...]
    """What one looks for: kode, rule, action, severity."""


def line_of(change: StoredChange, observer: Observer) -> Line:
    """*change* as *observer* tells it."""
    labels = {
        "kode": change.finding.kode,
        "rule": change.finding.code,
        "action": _ACTION[change.turn],
        "severity": change.finding.severity.value,
        "change": str(change.id),
    }
    return Line(
        id=change.id,
        at=change.at,
        priority=PRIORITY[change.finding.severity] if change.turn is Turn.OPENED else PRIORITY[Severity.INFO],
        text=_text(change),
        json=json.dumps(document(change, observer), separators=(",", ":")),
        labels=tuple(labels.items()),
    )


def document(change: StoredChange, observer: Observer) -> dict[str, Any]:
    """*change* in ECS; what ECS has no word for stands under `labels` and, as JSON in a string, `monitor.detail`."""
    item, entry = change.finding, catalogue.text(change.finding.code)
    return {
        "@timestamp": _said(change.at),
        "ecs": {"version": ECS_VERSION},
        "message": _text(change),
        "event": _event(change),
        "rule": _full(
            {"id": item.code, "name": entry.title, "category": _family(item.code), "reference": entry.reference}
        ),
        "observer": {
            "hostname": observer.hostname,
            "name": "monitor",
            "type": "monitor",
            "product": "monitor",
            "vendor": observer.organization,
            "version": __version__,
        },
        "host": _full({"name": _host(change.url)}),
        "url": _full({"full": change.url[:_LONGEST], "domain": _host(change.url)}),
        "organization": _full({"name": change.name}),
        "labels": _full(
            {
                "kode": item.kode,
                "jenis": change.kind.value,
                "check": item.check,
                "subject": item.subject,
                "audience": item.finding.rule.audience.value,
                "tingkat": item.severity.value,
            }
        ),
        "monitor": {"detail": _detail(item.detail)},
    }


def _event(change: StoredChange) -> dict[str, Any]:
    item, opened = change.finding, change.turn is Turn.OPENED
    event: dict[str, Any] = {
        "id": str(change.id),
        "kind": "alert" if opened else "event",
        "category": _categories(_family(item.code)),
        "type": _types(_family(item.code), change.turn),
        "action": _ACTION[change.turn],
        "severity": SEVERITY[item.severity],
        "module": "monitor",
        "dataset": "monitor.finding",
        "provider": item.check,
        "start": _said(item.opened),
    }
    if not opened:
        event["end"] = _said(change.at)
        event["duration"] = max(0, round((change.at - item.opened).total_seconds() * 1e9))
    return event


def _categories(family: str) -> list[str]:
    """Of ECS's closed list; what smells of an intruder is one's business who watches for them."""
    if family in _ATTACK:
        return ["intrusion_detection", "web"]
    if family in _MAIL:
        return ["email"]
    return ["network"] if family in _NAMES else ["web"]


def _types(family: str, turn: Turn) -> list[str]:
    """Those that ECS expects of the categories: only what is of the network starts and ends."""
    if _categories(family) != ["network"]:
        return ["info"]
    return ["start" if turn is Turn.OPENED else "end", "info"]


def _detail(detail: Mapping[str, Any]) -> str:
    """
    *detail* as JSON of at most `_LONGEST_DETAIL` characters.

    Of more, each value that has no room is cut to its first characters, or left out, and `truncated` says so.
    """
    whole = json.dumps(dict(detail), default=str)
    if len(whole) <= _LONGEST_DETAIL:
        return whole
    kept = [_CUT]
    room = _LONGEST_DETAIL - len(_CUT) - len("{}")
    for name, value in detail.items():
        for said in (value, str(value)[:_EXCERPT]):
            piece = json.dumps({name: said}, default=str)[1:-1]
            if len(piece) + len(", ") <= room:
                kept.append(piece)
                room -= len(piece) + len(", ")
                break
    return f"{{{', '.join(kept)}}}"


def _text(change: StoredChange) -> str:
    item = change.finding
    what = catalogue.describe(item.finding) if change.turn is Turn.OPENED else "sudah tidak ditemukan lagi"
    title = catalogue.text(item.code).title
    line = f"[{words.SEVERITIES[item.severity]}] {title} – {change.name} ({item.kode}): {what}"
    return " ".join(line.split())[:_LONGEST]


def _family(code: str) -> str:
    return code.partition(".")[0]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _full(values: dict[str, str]) -> dict[str, str]:
    """Without those that say nothing."""
    return {name: value for name, value in values.items() if value}


def _said(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
