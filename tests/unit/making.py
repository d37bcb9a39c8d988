"""Made-up values for tests of the pure rooms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import Audience, CheckResult, Finding, Kind, Outcome, Rule, Severity, State, Target

START = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)

DOWN = Rule("site.down", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
MISSING = Rule("site.missing", Severity.MEDIUM, Audience.OWNER, state=State.DEGRADED)
EXPIRING = Rule("certificate.expiring", Severity.LOW, Audience.OWNER)


def target(kode: str = "OPD-009", **values: Any) -> Target:
    values = {"kind": Kind.OPD, "name": "Dinkominfo", "url": f"https://{kode.lower()}.example.go.id/", **values}
    return Target(kode=kode, **values)


def result(
    *findings: Finding,
    judged: tuple[Rule, ...] = (DOWN, MISSING, EXPIRING),
    outcome: Outcome = Outcome.OBSERVED,
    after: float = 0,
    check: str = "website",
    of: Target | None = None,
) -> CheckResult[Any]:
    """A run *after* seconds from `START`, one second long."""
    observed = outcome is Outcome.OBSERVED
    return CheckResult(
        target=of or target(),
        check=check,
        started=START + timedelta(seconds=after),
        duration=timedelta(seconds=1),
        outcome=outcome,
        facts=object() if observed else None,
        findings=findings if observed else (),
        judged=frozenset(rule.code for rule in judged) if observed else frozenset(),
        reason="" if observed else "titik pantau terputus",
    )
