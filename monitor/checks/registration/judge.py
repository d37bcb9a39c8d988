"""Will the county keep the domain?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.registration.facts import Listing, Registration
from monitor.model import Audience, Finding, Rule, Severity, Target

EXPIRING = Rule("registration.expiring", Severity.LOW, Audience.NOC)
EXPIRED = Rule("registration.expired", Severity.CRITICAL, Audience.NOC)
EXPIRY_UNKNOWN = Rule("registration.expiry_unknown", Severity.INFO, Audience.NOC)
ON_HOLD = Rule("registration.on_hold", Severity.HIGH, Audience.NOC)
REDEMPTION = Rule("registration.redemption", Severity.CRITICAL, Audience.CSIRT)
NOT_FOUND = Rule("registration.not_found", Severity.HIGH, Audience.NOC, confirm=True)

HOLDS = frozenset({"client hold", "server hold"})
"""RFC 8056 §2: the name is not published in the DNS."""
LEAVING = frozenset({"redemption period", "pending restore", "pending delete"})
"""RFC 8056 §2, RFC 3915 §3.1: deleted, and free for anybody soon."""

_RISING = (Severity.LOW, Severity.MEDIUM, Severity.HIGH)
_DAY = timedelta(days=1)


def judge_end(
    target: Target, seen: Registration, policy: Policy, now: datetime, *, thresholds: tuple[int, ...]
) -> Iterator[Finding]:
    """How long the registration lasts; on the last day 0 days are left, and that is the worst, not nothing."""
    if seen.end is None:
        return
    end, source = seen.end
    left = (end - now) // _DAY
    detail: dict[str, Any] = {
        "expires": end.isoformat(),
        "days": left,
        "source": source.value,
        "registrar": seen.record.registrar,
    }
    if end < now:
        yield EXPIRED(target.host, **detail)
    elif (severity := urgency(left, thresholds)) is not None:
        yield EXPIRING(target.host, severity=severity, **detail, case="" if left else "today")


def urgency(days: int, thresholds: tuple[int, ...]) -> Severity | None:
    """How bad it is that *days* are left; worse with every threshold passed, worst on the last day."""
    passed = sum(days <= threshold for threshold in thresholds)
    if not passed:
        return None
    return _RISING[min(passed, len(_RISING)) - 1] if days > 0 else Severity.CRITICAL


def judge_unknown(target: Target, seen: Registration, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Nobody knows the date: not the registry, and not the county; that is not a healthy domain."""
    if seen.end is None:
        yield EXPIRY_UNKNOWN(target.host, server=seen.server)


def judge_hold(target: Target, seen: Registration, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The registry or the registrar has taken the name out of the DNS."""
    held = _among(seen, HOLDS)
    if held:
        yield ON_HOLD(target.host, statuses=held, **_who(seen))


def judge_redemption(target: Target, seen: Registration, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The name is deleted already, and can only be bought back for a while."""
    leaving = _among(seen, LEAVING)
    if leaving:
        yield REDEMPTION(target.host, statuses=leaving, **_who(seen))


def judge_listing(target: Target, seen: Registration, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The registry says that there is no such domain."""
    if seen.listing is Listing.ABSENT:
        yield NOT_FOUND(target.host, server=seen.server)


def _among(seen: Registration, wanted: frozenset[str]) -> list[str]:
    return sorted((seen.record.statuses or frozenset()) & wanted)


def _who(seen: Registration) -> dict[str, Any]:
    registrar = seen.record.registrar
    return {"registrar": registrar, "server": seen.server, "case": "" if registrar else "unnamed"}


def _knows_an_end(seen: Registration) -> bool:
    """A date that is gone from the answer has not been prolonged; and a domain that is gone least of all."""
    return seen.listing is not Listing.ABSENT and seen.end is not None


def _is_listed(seen: Registration) -> bool:
    return seen.listing is Listing.FOUND


def _shows_statuses(seen: Registration) -> bool:
    return _is_listed(seen) and seen.record.statuses is not None


def judges(thresholds: tuple[int, ...]) -> tuple[Judge[Registration], ...]:
    """All of them; the end of a registration is judged by *thresholds*, days."""
    return (
        Judge(rules=(EXPIRING, EXPIRED), verdict=partial(judge_end, thresholds=thresholds), sees=_knows_an_end),
        Judge(rules=(EXPIRY_UNKNOWN,), verdict=judge_unknown, sees=_is_listed),
        Judge(rules=(ON_HOLD,), verdict=judge_hold, sees=_shows_statuses),
        Judge(rules=(REDEMPTION,), verdict=judge_redemption, sees=_shows_statuses),
        Judge(rules=(NOT_FOUND,), verdict=judge_listing, sees=lambda seen: seen.listing is not Listing.UNASKED),
    )
