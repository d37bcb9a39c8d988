"""The JSON of availability: shares from 0 to 1 rounded down, durations of whole seconds, instants with `+07:00`."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction
from typing import Any

from pydantic import Field

from monitor.availability import Figures, Outage
from monitor.model import Kind, Target
from monitor.web.uptime import Month
from monitor.web.visit_schemas import Instant, Model

PLACES = 1_000_000
MOST = 1000
"""Outages listed one by one."""


class AvailabilityItem(Model):
    """A site, service or domain in a month of WIB."""

    kode: str
    jenis: Kind
    nama: str
    month: str = Field(description="`2026-11`.")
    since: Instant
    until: Instant
    """The end of the month, or the instant up to which it was reckoned when it is not over."""
    running: bool
    ratio: float | None
    """Time known up ÷ time known; null when nothing is known."""
    ratio_without_maintenance: float | None
    """The same of the time outside planned maintenance."""
    target: float | None
    """What is aimed at for this jenis; null for domains."""
    meets: bool | None
    """Whether `ratio` reaches the target, by exact figures."""
    up_s: int
    degraded_s: int
    """It answered, but a visitor was warned, refused or kept waiting; counts as up."""
    down_s: int
    unobserved_s: int
    """Nobody could look: neither up nor down."""
    maintained_s: int
    """Part of the four above for which maintenance was planned."""
    unobserved_share: float
    outages: int
    longest_s: int | None
    mttr_s: int | None
    """Mean time to repair; null when no outage ended."""
    mtbf_s: int | None
    """Mean time between failures; null when no outage began."""
    answers: int
    response_median_ms: float | None
    response_p95_ms: float | None

    @classmethod
    def of(cls, target: Target, month: Month) -> AvailabilityItem:
        """From the figures of *target*."""
        return cls.model_validate(_item(target, month))


class OutageItem(Model):
    """When it was down, from the first failing look on until it was seen to answer again."""

    start: Instant
    end: Instant | None
    """Null: not over at `until`."""
    duration_s: int
    """How long it was known to be down within the month."""
    maintained_s: int
    cause: str
    """The rule code that decided."""
    continued: bool
    """Whether it began before the month."""

    @classmethod
    def of(cls, outage: Outage) -> OutageItem:
        """From an outage."""
        return cls(
            start=outage.start,
            end=outage.end,
            duration_s=_seconds(outage.duration),
            maintained_s=_seconds(outage.maintained),
            cause=outage.cause,
            continued=outage.continued,
        )


class AvailabilityDetail(AvailabilityItem):
    """A month of one target, with its outages."""

    outage_list: list[OutageItem] = Field(max_length=MOST)
    """By their start; the newest when there are more than fit."""

    @classmethod
    def detail(cls, target: Target, month: Month) -> AvailabilityDetail:
        """From the figures of *target*."""
        listed = [OutageItem.of(outage) for outage in month.figures.outages[-MOST:]]
        return cls.model_validate({**_item(target, month), "outage_list": listed})


def _item(target: Target, month: Month) -> dict[str, Any]:
    return {
        "kode": target.kode,
        "jenis": target.kind,
        "nama": target.name,
        "month": month.name,
        "since": month.since,
        "until": month.until,
        "running": month.is_running,
        "target": floored(month.goal),
        "meets": month.meets,
        **_figures(month.figures),
        "answers": month.response.count,
        "response_median_ms": _milliseconds(month.response.median),
        "response_p95_ms": _milliseconds(month.response.p95),
    }


def _figures(of: Figures) -> dict[str, Any]:
    return {
        "ratio": floored(of.ratio),
        "ratio_without_maintenance": floored(of.ratio_without_maintenance),
        "up_s": _seconds(of.up),
        "degraded_s": _seconds(of.degraded),
        "down_s": _seconds(of.down),
        "unobserved_s": _seconds(of.unobserved),
        "maintained_s": _seconds(of.maintained),
        "unobserved_share": floored(of.unobserved_share),
        "outages": len(of.outages),
        "longest_s": None if of.longest is None else _seconds(of.longest),
        "mttr_s": None if of.mttr is None else _seconds(of.mttr),
        "mtbf_s": None if of.mtbf is None else _seconds(of.mtbf),
    }


def floored(share: Fraction | None) -> float | None:
    """*share* rounded down to six places: 1 is never said of anything less."""
    return None if share is None else math.floor(share * PLACES) / PLACES


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)


def _milliseconds(span: timedelta | None) -> float | None:
    return None if span is None else span / timedelta(milliseconds=1)
