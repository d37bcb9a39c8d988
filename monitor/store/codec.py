"""Values of the model ⇄ the numbers and texts that rows keep."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from monitor.incident import ParcelState
from monitor.model import Outcome, Severity, State, Turn

# The numbers are part of the schema: never renumber, only add.
STATES: Mapping[State, int] = {State.UP: 0, State.DEGRADED: 1, State.DOWN: 2, State.UNOBSERVED: 3}
OUTCOMES: Mapping[Outcome, int] = {
    Outcome.OBSERVED: 0,
    Outcome.UNREACHABLE: 1,
    Outcome.INAPPLICABLE: 2,
    Outcome.BROKEN: 3,
}
SEVERITIES: Mapping[Severity, int] = {
    Severity.INFO: 0,
    Severity.LOW: 1,
    Severity.MEDIUM: 2,
    Severity.HIGH: 3,
    Severity.CRITICAL: 4,
}
TURNS: Mapping[Turn, int] = {Turn.OPENED: 1, Turn.RESOLVED: 2}
PARCEL_STATES: Mapping[ParcelState, int] = {ParcelState.WAITING: 0, ParcelState.SENT: 1, ParcelState.DEAD: 2}

STATE_OF = {number: state for state, number in STATES.items()}
OUTCOME_OF = {number: outcome for outcome, number in OUTCOMES.items()}
SEVERITY_OF = {number: severity for severity, number in SEVERITIES.items()}
TURN_OF = {number: turn for turn, number in TURNS.items()}
PARCEL_STATE_OF = {number: state for state, number in PARCEL_STATES.items()}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

TEXT_LIMIT = 500
"""Longest text of a column that hostile sites can fill; PostgreSQL indexes at most 2,700 bytes."""


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch, rounded down; *at* must be aware."""
    return (at - EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The instant, UTC."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def span_to_ms(span: timedelta) -> int:
    """Milliseconds, rounded down."""
    return span // _MILLISECOND


def ms_or_none(at: datetime | None) -> int | None:
    """`to_ms`, for what may not have happened."""
    return None if at is None else to_ms(at)


def from_ms_or_none(milliseconds: int | None) -> datetime | None:
    """`from_ms`, for what may not have happened."""
    return None if milliseconds is None else from_ms(milliseconds)


def text(value: str) -> str:
    """
    *value* as both databases can keep it, the same for the same input.

    PostgreSQL refuses NUL and lone surrogates, which a hostile site can send; a text over the limit ends in a digest
    of the whole, so that two long ones stay two.
    """
    if len(value) > TEXT_LIMIT:
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        value = f"{value[: TEXT_LIMIT - 24]}…{digest}"
    return plain(value)


def plain(value: str) -> str:
    """*value* with NUL and lone surrogates spelt out."""
    return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def to_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Canonical JSON in ASCII: keys sorted, no spaces. Raises `TypeError` or `ValueError` for what JSON cannot say."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)


def from_json(document: str | bytes) -> Mapping[str, Any]:
    """A frozen view of the object in *document*."""
    return MappingProxyType(json.loads(document))


def list_of(document: str) -> list[Any]:
    """The array in *document*."""
    found: list[Any] = json.loads(document)
    return found


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def digest(document: str) -> bytes:
    """SHA-256 of canonical JSON."""
    return hashlib.sha256(document.encode()).digest()


def pack(document: str) -> bytes:
    """Canonical JSON, compressed (RFC 1950)."""
    return zlib.compress(document.encode(), 6)


def unpack(body: bytes) -> Mapping[str, Any]:
    """The facts in a packed *body*."""
    return from_json(zlib.decompress(body))
