"""An RDAP answer (RFC 9083) read into a `Record`; whatever is unreadable in it is left out, never guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.checks.registration.facts import Record

MAX_LISTED = 20
"""Statuses, name servers, events or entities read of one answer."""
MAX_WORDS = 200
MAX_DATE = 40
_YEARS = range(1980, 2200)
"""Dates outside are a database's way of saying that there is none."""

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_ORGANISATION = "individual"


class NotRdap(ValueError):
    """The text is no RDAP answer about the domain asked for."""


def read(text: bytes) -> Mapping[str, Any]:
    """The JSON object of an RDAP answer. Raises `NotRdap`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotRdap("jawaban bukan JSON") from error
    if not isinstance(value, dict):
        raise NotRdap("jawaban bukan objek JSON")
    return value


def is_rdap(text: bytes) -> bool:
    """Whether *text* is an RDAP object: every answer names its conformance (RFC 9083 §4.1), an error its code (§6)."""
    try:
        value = read(text)
    except NotRdap:
        return False
    return "rdapConformance" in value or isinstance(value.get("errorCode"), int)


def record(text: bytes, domain: str) -> Record:
    """What *text* says of *domain*. Raises `NotRdap` when it is about something else."""
    value = read(text)
    if value.get("objectClassName", "domain") != "domain" or _name(value.get("ldhName")) != domain:
        raise NotRdap("jawaban bukan tentang domain yang ditanyakan")
    events = tuple(_events(value))
    return Record(
        statuses=_statuses(value.get("status")),
        registered=_earliest(events, "registration"),
        changed=_latest(events, "last changed"),
        expires=_earliest(events, "expiration"),
        registrar_expires=_earliest(events, "registrar expiration"),
        registrar=_registrar(value),
        name_servers=tuple(sorted({name for item in _list(value, "nameservers") if (name := _server(item))})),
        signed=_signed(value.get("secureDNS")),
    )


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    items = value.get(key)
    return items[:MAX_LISTED] if isinstance(items, list) else []


def _text(value: Any, most: int = MAX_WORDS) -> str:
    """*value* folded into one printable line; empty when it is no text."""
    words = " ".join(value[: 4 * most].split()) if isinstance(value, str) else ""
    return "".join(character for character in words if character.isprintable())[:most]


def _name(value: Any) -> str:
    return _text(value).lower().removesuffix(".")


def _server(item: Any) -> str:
    return _name(item.get("ldhName")) if isinstance(item, dict) else ""


def _statuses(value: Any) -> frozenset[str] | None:
    """Normal spelling is lower case with blanks (RFC 8056 §2); EPP's `clientHold` is met in the wild."""
    if not isinstance(value, list):
        return None
    words = (_HUMP.sub(" ", _text(item)).replace("_", " ").lower() for item in value[:MAX_LISTED])
    return frozenset(word for word in words if word)


def _events(value: Mapping[str, Any]) -> Iterator[tuple[str, datetime]]:
    for event in _list(value, "events"):
        if isinstance(event, dict) and (date := _instant(event.get("eventDate"))) is not None:
            yield _text(event.get("eventAction")).lower(), date


def _instant(value: Any) -> datetime | None:
    """An instant (RFC 3339) in UTC; one without offset is taken as UTC; None when it cannot be meant."""
    try:
        date = datetime.fromisoformat(_text(value, MAX_DATE))
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return date if date.year in _YEARS else None


def _earliest(events: tuple[tuple[str, datetime], ...], action: str) -> datetime | None:
    """Of several the first: better warned too early than too late."""
    return min((date for name, date in events if name == action), default=None)


def _latest(events: tuple[tuple[str, datetime], ...], action: str) -> datetime | None:
    return max((date for name, date in events if name == action), default=None)


def _signed(value: Any) -> bool | None:
    signed = value.get("delegationSigned") if isinstance(value, dict) else None
    return signed if isinstance(signed, bool) else None


def _registrar(value: Mapping[str, Any]) -> str:
    """The registrar's organisation (RFC 9083 §5.1, jCard: RFC 7095); a person's name is nobody's business."""
    for entity in _list(value, "entities"):
        if isinstance(entity, dict) and "registrar" in _list(entity, "roles"):
            card = dict(_card(entity.get("vcardArray")))
            fallback = "" if card.get("kind", "").lower() == _NO_ORGANISATION else card.get("fn", "")
            return card.get("org") or fallback
    return ""


def _card(value: Any) -> Iterator[tuple[str, str]]:
    """(property, text) of a jCard, as far as a registrar's name needs it; arrays of text by their first."""
    properties = value[1] if isinstance(value, list) and len(value) > 1 and isinstance(value[1], list) else []
    for item in properties[:MAX_LISTED]:
        match item:
            case ["fn" | "org" | "kind" as name, _parameters, _type, [text, *_rest]]:
                yield name, _text(text)
            case ["fn" | "org" | "kind" as name, _parameters, _type, text, *_rest]:
                yield name, _text(text)
            case _:
                pass
