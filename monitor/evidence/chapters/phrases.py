"""How the report says instants, shares and spans, and how it keeps a table to a length people read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from monitor import words
from monitor.evidence.data import FindingRow, MonthData, Outage

T = TypeVar("T")

MOST = 250
"""Rows of a table in the report that could be any number; the tables beside it have all."""


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Any]:
    """What the report says in every month."""
    return tomllib.loads((files("monitor.evidence") / "texts.toml").read_text(encoding="utf-8"))


def instant(at: datetime | None) -> str:
    """`24-11-2026 08:05`, or a dash."""
    return words.DASH if at is None else words.table(at)


def share(of: Fraction | None) -> str:
    """`99,95%`, rounded down, or a dash."""
    return words.DASH if of is None else words.percent(of)


def span(of: timedelta | None) -> str:
    """`2 jam 5 menit`, or a dash."""
    return words.DASH if of is None else words.duration(of)


def milliseconds(of: timedelta | None) -> str:
    """`123 ms`, or a dash."""
    return words.DASH if of is None else words.milliseconds(of // timedelta(microseconds=1))


def days_left(days: int | None) -> str:
    """`12 hari`, or a dash."""
    return words.DASH if days is None else words.days(days)


def first(items: Sequence[T], file: str, limit: int = MOST) -> tuple[Sequence[T], str]:
    """At most *limit* of *items*, and a sentence on the rest."""
    if len(items) <= limit:
        return items, ""
    return items[:limit], (
        f"Ditampilkan {words.number(limit)} dari {words.number(len(items))} baris; selebihnya ada di csv/{file}.csv "
        "dan buku-kerja.xlsx."
    )


def seen_before(month: MonthData) -> str:
    """When evidence was last looked at, for the head of a table."""
    return f"pada pengamatan terakhir sebelum {words.table(month.period.cut)} WIB"


def named(key: str) -> str:
    """`Oktober 2026` of the month `2026-10`."""
    year, month = key.split("-")
    return f"{words.MONTHS[int(month) - 1]} {year}"


def counted(month: MonthData) -> tuple[Outage, ...]:
    """The outages that the figures count: those of sites that are watched. Of others some may stand beside them."""
    watched = {site.kode for site in month.sites if site.active}
    return tuple(item for item in month.outages if item.kode in watched)


def opened(findings: Iterable[FindingRow]) -> int:
    """How many opened within the month."""
    return sum(finding.is_new for finding in findings)


def resolved(findings: Iterable[FindingRow]) -> int:
    """How many were resolved within it."""
    return sum(not finding.is_open for finding in findings)
