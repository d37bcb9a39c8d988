"""Days as the county counts them: WIB, UTC+07:00 without daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from monitor.words import WIB

DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def start_of(day: date) -> datetime:
    """Its first instant, UTC; the instant before belongs to the day before."""
    return datetime.combine(day, time(), WIB).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first instant that is no longer part of it, UTC."""
    return start_of(day + DAY)


def day_of(at: datetime) -> date:
    """The day that *at* (aware) falls on."""
    return at.astimezone(WIB).date()


def instant(milliseconds: object) -> object:
    """
    `2026-11-24T05:00:00.000Z` for milliseconds since the epoch.

    What is no such number – a row somebody meddled with – is returned as it is: it must be told apart, not refused.
    """
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return milliseconds
    try:
        at = _EPOCH + milliseconds * _MILLISECOND
    except OverflowError:
        return milliseconds
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z" if at.year >= _FOUR_DIGITS else milliseconds


_FOUR_DIGITS = 1000


def said(at: datetime) -> str:
    """*at* (aware) in the same form, rounded down to the millisecond."""
    return str(instant((at - _EPOCH) // _MILLISECOND))


def read(text: str) -> datetime:
    """What `said` wrote. Raises `ValueError`."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or said(at) != text:
        raise ValueError(f"{text[:40]!r} is no instant in the form of the seal")
    return at
