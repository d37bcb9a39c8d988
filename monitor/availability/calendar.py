"""The calendar in which figures are reported: months of WIB, which knows no daylight saving."""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, datetime, timedelta

from monitor.words import WIB

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_DECEMBER = 12


def month(year: int, number: int) -> tuple[datetime, datetime]:
    """The month *number* (1 … 12) of *year* in WIB: its first instant and that of the next month, both UTC."""
    following = (year + 1, 1) if number == _DECEMBER else (year, number + 1)
    return _first(year, number), _first(*following)


def month_name(instant: datetime) -> str:
    """`2026-10`: the month that *instant* (aware) lies in, in WIB."""
    return f"{instant.astimezone(WIB):%Y-%m}"


def parse_month(text: str) -> tuple[datetime, datetime]:
    """The month that `2026-10` names, as `month` gives it. Raises `ValueError` (Indonesian)."""
    match = _MONTH.fullmatch(text)
    if match is None or not 1970 < int(match[1]) < MAXYEAR:  # noqa: PLR2004 - the epoch, as rows count
        raise ValueError(f"{text[:20]!r} bukan bulan; tulis seperti 2026-10")
    return month(int(match[1]), int(match[2]))


def day_of(at: int) -> int:
    """The day of WIB that the second *at* lies in; day 0 is 1 January 1970."""
    return (at + OFFSET) // 86_400


OFFSET = WIB.utcoffset(None) // timedelta(seconds=1)
"""Seconds by which WIB is ahead of UTC."""


def day_start(day: int) -> int:
    """The first second of *day* (as `day_of` counts)."""
    return day * 86_400 - OFFSET


def _first(year: int, number: int) -> datetime:
    return datetime(year, number, 1, tzinfo=WIB).astimezone(UTC)
