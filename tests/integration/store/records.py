"""Records to put: short to write, complete to store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Audience,
    Change,
    Finding,
    Kind,
    Measure,
    OpenFinding,
    Outcome,
    Record,
    Rule,
    Severity,
    State,
    Target,
    Transition,
    Turn,
)

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DOWN = Rule("site.down", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
EXPIRED = Rule("certificate.expired", Severity.HIGH, Audience.OWNER, state=State.DEGRADED)
RULES = {rule.code: rule for rule in (DOWN, EXPIRED)}

MEASURE = Measure(status=200, hops=2, dns=11, connect=22, tls=33, ttfb=44, transfer=55, size=66)


def target(kode: str = "DESA-001", **fields: Any) -> Target:
    values = {"kind": Kind.DESA, "name": f"Desa {kode}", "url": f"https://{kode.lower()}.desa.id/", **fields}
    return Target(kode=kode, **values)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def record(at: datetime = NOON, kode: str = "DESA-001", **fields: Any) -> Record:
    values: dict[str, Any] = {
        "check": "website",
        "outcome": Outcome.OBSERVED,
        "state": State.UP,
        "duration": timedelta(milliseconds=10),
        "measure": MEASURE,
    }
    return Record(kode=kode, at=at, **values | fields)


def opened(finding: Finding, at: datetime = NOON, kode: str = "DESA-001") -> Record:
    change = Change(kode=kode, check="website", finding=finding, turn=Turn.OPENED, at=at, opened=at)
    return record(at, kode, changes=(change,))


def resolved(finding: Finding, at: datetime, kode: str = "DESA-001", since: datetime = NOON) -> Record:
    change = Change(kode=kode, check="website", finding=finding, turn=Turn.RESOLVED, at=at, opened=since)
    return record(at, kode, changes=(change,))


def amended(finding: Finding, at: datetime, kode: str = "DESA-001") -> Record:
    return record(at, kode, amended=(OpenFinding("website", finding, NOON),))


def moved(state: State, at: datetime, cause: str = "", kode: str = "DESA-001") -> Record:
    return record(at, kode, state=state, transition=Transition(kode, at, state, cause))
