"""Where is the visitor sent, and does that stay safe and in government hands?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.faults import Fault, answers, came_to_answer, fault
from monitor.checks.website.own_page import is_home
from monitor.checks.website.visit import MAX_HOPS, Visit
from monitor.domains import Standing, host_of, registrable
from monitor.model import Audience, Finding, Rule, Severity, State, Target

LOOP = Rule("redirect.loop", Severity.HIGH, Audience.NOC, state=State.DOWN)
OFF_GOVERNMENT = Rule("redirect.off_government", Severity.CRITICAL, Audience.CSIRT)
DOWNGRADE = Rule("redirect.downgrade", Severity.MEDIUM, Audience.OWNER)

_MAX_URL = 300


def judge_loop(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The redirects lead back, or on and on; browsers give up too."""
    if visit.loop:
        again = visit.last.location
        case = "endless" if again is None or len(visit.hops) >= MAX_HOPS else ""
        yield LOOP(hops=len(visit.hops), url=(again or visit.last.url)[:_MAX_URL], case=case)


def judge_destination(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    A hop leads to a name that no government answers for.

    It is told of the host that sends: where to, a hijacked site may choose anew for every visitor. What the stranger
    does with the visitor is no matter of the site's.
    A target whose listed name is not a government's already has that as its finding; it may stay where it is, and
    leaving is not the alarm that a government site's leaving is. A bare address that the address policy refused is told
    as that alone.
    """
    own = host_of(target.url)
    home = _home(own)
    severity = None if policy.domains.standing(own).is_government else Severity.MEDIUM
    refused = host_of(visit.last.url) if fault(visit) is Fault.FORBIDDEN else ""
    for source, destination in _own_moves(visit):
        host = host_of(destination)
        standing = policy.domains.standing(host)
        if standing.is_government or _home(host) == home or (standing is Standing.ADDRESS and host == refused):
            continue
        yield OFF_GOVERNMENT(
            host_of(source),
            severity=severity,
            destination=host,
            url=destination[:_MAX_URL],
            standing=standing.value,
            case="misspelt" if standing is Standing.MISSPELT else "",
        )


def judge_downgrade(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A hop leads from https to http, where anybody on the way may read and change the page."""
    for source, destination in _own_moves(visit):
        if _is_downgrade(source, destination):
            yield DOWNGRADE(host_of(source), source=source[:_MAX_URL], url=destination[:_MAX_URL])


def _home(host: str) -> str:
    return registrable(host) or host


def _moves(visit: Visit) -> Iterator[tuple[str, str]]:
    return ((hop.url, hop.location) for hop in visit.hops if hop.location is not None)


def _own_moves(visit: Visit) -> Iterator[tuple[str, str]]:
    """The redirects that the target's own domain, or a government's, answers for."""
    own = host_of(visit.hops[0].url)
    return (move for move in _moves(visit) if is_home(own, host_of(move[0])))


def _is_downgrade(source: str, destination: str) -> bool:
    return source.startswith("https:") and destination.startswith("http:")


def _shows_destination(visit: Visit) -> bool:
    """A visit that ended early has seen only the hops it has; what leads away among them is seen all the same."""
    return came_to_answer(visit) or any(
        _home(host_of(source)) != _home(host_of(destination)) for source, destination in _own_moves(visit)
    )


def _shows_downgrade(visit: Visit) -> bool:
    return came_to_answer(visit) or any(_is_downgrade(*move) for move in _own_moves(visit))


JUDGES: tuple[Judge[Visit], ...] = (
    Judge(rules=(LOOP,), verdict=judge_loop, sees=answers(Fault.LOOP)),
    Judge(rules=(OFF_GOVERNMENT,), verdict=judge_destination, sees=_shows_destination),
    Judge(rules=(DOWNGRADE,), verdict=judge_downgrade, sees=_shows_downgrade),
)
