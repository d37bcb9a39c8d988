"""What belongs together, by the values alone: pure, and free of order where faults come at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.incident import Cause, CauseKind, FindingKey, Incident, Member
from monitor.incidents.causes import Features, address_of, causes_of, family
from monitor.model import Audience, Change, Severity, State

TOGETHER = timedelta(minutes=15)
"""
Faults with a common cause that begin within this time of each other are one incident.

A dead server takes its sites down within a cadence and its confirmation. One more site that fails there days later,
while another has been broken all along, has a fault of its own, and people are told of it.
"""
MASS = timedelta(minutes=30)
"""A server was broken into: findings of one family on its sites within this time of the first are one incident."""
CALM = timedelta(minutes=15)
"""Messages of further developments come ever more rarely, but never further apart than this."""


def key_of(change: Change) -> FindingKey:
    """The finding of *change*, from its opening to its end."""
    finding = change.finding
    return FindingKey(
        kode=change.kode, check=change.check, code=finding.code, subject=finding.subject, opened=change.opened
    )


def member_of(change: Change, features: Features, at: datetime) -> Member:
    """The finding of *change* as it joins an incident at *at*."""
    finding = change.finding
    return Member(
        key=key_of(change),
        severity=finding.severity,
        joined=at,
        state=finding.rule.state,
        causes=causes_of(change, features),
        address=features.address or address_of(finding, features),
    )


_BADNESS = {State.DEGRADED: 1, State.DOWN: 2}


def badness(state: State | None) -> int:
    """How bad *state* is for a visitor; 0 when it does not matter."""
    return _BADNESS.get(state, 0) if state else 0


def akin(one: Member, other: Member) -> bool:
    """Whether one may be the other come back, or its other face: of one family, or both an outage."""
    return family(one.key.code) == family(other.key.code) or (one.state is other.state is State.DOWN)


def site(kode: str) -> Cause:
    """The cause that is shared with nobody."""
    return Cause(CauseKind.SITE, kode)


def causes(member: Member) -> tuple[Cause, ...]:
    """What *member* may share, the best explanation first; the target itself is always among it."""
    return member.causes or (site(member.key.kode),)


def gathers(incident: Incident, cause: Cause, member: Member, latest: datetime) -> bool:
    """
    Whether *member* joins *incident* for *cause*, which one of its members that are open has too.

    *latest*: when the last of them joined.
    """
    if incident.audience is Audience.CSIRT:
        return _is_mass(incident, cause, member)
    return member.joined - latest <= TOGETHER


def _is_mass(incident: Incident, cause: Cause, member: Member) -> bool:
    """A common address means a common intruder only for the same signs at the same time; the others are facts."""
    if cause.kind is not CauseKind.ADDRESS:
        return True
    signs = {family(other.key.code) for other in incident.current}
    return family(member.key.code) in signs and member.joined - incident.members[0].joined <= MASS


def continues(incident: Incident, member: Member) -> bool:
    """Whether *member* is what its target has in *incident* already, in another form (refused, after 503)."""
    return any(other.key.kode == member.key.kode and akin(other, member) for other in incident.current)


def worst_state(incident: Incident) -> int:
    """The `badness` of what is open in *incident*; of an outage of thousands, the first member says it."""
    worst = 0
    for member in incident.members:
        if member.left is None:
            worst = max(worst, badness(member.state))
        if worst == badness(State.DOWN):
            break
    return worst


def unsaid(incident: Incident, told: datetime) -> str:
    """
    How what is open of *incident* is worse than all that people heard of at *told*; empty when it is not.

    Of what comes and goes people know that it does: there only what is critical for the first time counts.
    """
    newer = [member for member in incident.current if member.joined > told]
    if not newer:
        return ""
    heard = [member for member in incident.members if member.joined <= told]
    if any(map(_is_critical, newer)) and not any(map(_is_critical, heard)):
        return "menjadi kritis"
    worst = max(newer, key=lambda member: badness(member.state))
    beside = (other for other in heard if other.left is None or other.left >= worst.joined)
    known = max((badness(other.state) for other in beside), default=0)
    return "memburuk" if badness(worst.state) > known and not incident.flaps else ""


def _is_critical(member: Member) -> bool:
    return member.severity is Severity.CRITICAL


def openings(incident: Incident) -> tuple[datetime, ...]:
    """When *incident* began, and began again after nothing of it was open."""
    if not incident.members:
        return (incident.opened,) * (1 + incident.flaps)
    began: list[datetime] = []
    quiet_from: datetime | None = None
    is_open = False
    for member in sorted(incident.members, key=lambda each: each.joined):
        if not is_open and (quiet_from is None or member.joined > quiet_from):
            began.append(member.joined)
        if member.left is None:
            is_open = True
        else:
            quiet_from = member.left if quiet_from is None else max(quiet_from, member.left)
    return tuple(began)


def is_chain(incident: Incident, member: Member) -> bool:
    """Whether *member* may be what *incident* was about, come back."""
    return any(akin(member, other) for other in incident.members)


def run_start(incident: Incident, at: datetime) -> datetime:
    """Since when *incident* has been growing without a rest of `CALM`; *at* when it had rested until then."""
    start = at
    for member in reversed(incident.members):
        if start - member.joined > CALM:
            break
        start = min(start, member.joined)
    return start
