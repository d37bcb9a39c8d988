"""Does the visitor get the page, and soon enough?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.website.faults import Fault, answers, came_to_answer, fault
from monitor.checks.website.sessions import sessions
from monitor.checks.website.visit import Visit
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, State, Target, Verification

DOWN = Rule("site.down", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
ERROR = Rule("site.error", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
MISSING = Rule("site.missing", Severity.MEDIUM, Audience.OWNER, state=State.DEGRADED)
SLOW = Rule("site.slow", Severity.LOW, Audience.NOC, confirm=True, state=State.DEGRADED)
NOT_FOUND = Rule("name.not_found", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
# Neither up nor an outage: whether the site exists under another name, nobody could look.
UNVERIFIED = Rule("name.unverified", Severity.LOW, Audience.OWNER, state=State.UNOBSERVED)
NAME_FORBIDDEN = Rule("name.forbidden_address", Severity.HIGH, Audience.CSIRT, state=State.DOWN)
REDIRECT_FORBIDDEN = Rule("redirect.forbidden_address", Severity.HIGH, Audience.CSIRT, state=State.DOWN)
LEGACY_ONLY = Rule("tls.legacy_only", Severity.HIGH, Audience.NOC, state=State.DEGRADED)

REFUSALS = {401: "login", 403: "refused", 429: "limited"}
"""Statuses that may concern this monitor alone; which text of the catalogue they get."""
_SECOND = 1_000_000
_MAX_WORDS = 200


def judge_transport(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """No answer: the connection, the handshake, the transfer, or the way to the next hop failed."""
    if fault(visit) is Fault.TRANSPORT:
        yield DOWN(**_failure(visit))


def judge_name(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The listed name does not exist; where the listing itself is doubtful, that is no outage."""
    if fault(visit) is Fault.NAME:
        rule = UNVERIFIED if target.verification is Verification.NEEDED else NOT_FOUND
        yield rule(host_of(target.url), **_failure(visit), suggested=target.suggested_url)


def judge_address(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A name led into a network that the public cannot reach; nothing was sent there."""
    if fault(visit) is Fault.FORBIDDEN:
        rule = NAME_FORBIDDEN if len(visit.hops) == 1 else REDIRECT_FORBIDDEN
        yield rule(host_of(target.url), **_failure(visit))  # where to, a redirect may choose anew every time


def judge_error(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The server answered that it cannot (RFC 9110 §15.6)."""
    if fault(visit) is Fault.ERROR:
        yield ERROR(**_answer(visit))


def judge_missing(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The server answered that the visitor may not, or that there is no such page (RFC 9110 §15.5)."""
    if fault(visit) is Fault.MISSING:
        yield MISSING(**_answer(visit), case=REFUSALS.get(visit.last.status or 0, ""))


def judge_speed(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The page came, but late; our own waiting is not counted."""
    total = visit.total
    if timedelta(microseconds=total) > policy.slow:
        slowest = max(visit.hops, key=lambda hop: hop.phases.total)
        yield SLOW(
            seconds=round(total / _SECOND, 1),
            limit=round(policy.slow.total_seconds(), 1),
            hops=len(visit.hops),
            host=host_of(slowest.url),
        )


def judge_legacy(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Only TLS 1.0 or 1.1, or a cipher of their time, is offered (deprecated by RFC 8996)."""
    for host, session in sessions(target, visit, policy.domains):
        if session.legacy:
            yield LEGACY_ONLY(host, version=session.version, cipher=session.cipher)


def _failure(visit: Visit) -> dict[str, Any]:
    failure = visit.failure
    if failure is None:
        return {}
    return {
        "phase": failure.phase.value,
        "kind": failure.kind.value,
        "address": failure.address,
        "text": failure.detail[:_MAX_WORDS],
        "host": host_of(visit.last.url),
        "case": "redirected" if len(visit.hops) > 1 else "",
    }


def _answer(visit: Visit) -> dict[str, Any]:
    return {"status": visit.last.status, "host": host_of(visit.last.url), "address": visit.last.address}


def _shows_versions(visit: Visit) -> bool:
    """Old versions show in any handshake; that there are none, only in a visit that came to its end."""
    return came_to_answer(visit) or any(hop.tls is not None and hop.tls.legacy for hop in visit.hops)


JUDGES: tuple[Judge[Visit], ...] = (
    Judge(rules=(DOWN,), verdict=judge_transport, sees=answers(Fault.TRANSPORT)),
    Judge(rules=(NOT_FOUND, UNVERIFIED), verdict=judge_name, sees=answers(Fault.NAME)),
    Judge(
        rules=(NAME_FORBIDDEN, REDIRECT_FORBIDDEN),
        verdict=judge_address,
        sees=answers(Fault.FORBIDDEN),
    ),
    Judge(rules=(ERROR,), verdict=judge_error, sees=answers(Fault.ERROR)),
    Judge(rules=(MISSING,), verdict=judge_missing, sees=came_to_answer),
    Judge(rules=(SLOW,), verdict=judge_speed, sees=came_to_answer),
    Judge(rules=(LEGACY_ONLY,), verdict=judge_legacy, sees=_shows_versions),
)
