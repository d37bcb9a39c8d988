"""Whether the certificates still stand, by the word of their issuers: in lists, and stapled to the handshake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.tls.facts import Facts
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.tls_facts import Revocation, Seen, Standing

REVOKED = Rule("tls.revoked", Severity.CRITICAL, Audience.CSIRT)
ISSUER_REVOKED = Rule("tls.issuer_revoked", Severity.CRITICAL, Audience.CSIRT)
MUST_STAPLE_UNMET = Rule("tls.must_staple_unmet", Severity.MEDIUM, Audience.NOC, confirm=True)
STAPLE_BAD = Rule("tls.staple_bad", Severity.MEDIUM, Audience.NOC)


def revoked(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The site's own certificate, by its list or by a proven response stapled to the handshake."""
    own = _own(facts)
    if own is not None and own.standing is Standing.REVOKED:
        yield REVOKED(facts.host, **_seen(own))
    elif _is_stapled_revoked(facts):
        leaf = facts.chain[0]
        said = Revocation(
            serial=leaf.serial,
            holder=leaf.subject,
            source="OCSP",
            revoked_at=facts.staple.revoked_at,
            reason=facts.staple.reason,
        )
        yield REVOKED(facts.host, **_seen(said))


def issuer_revoked(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Everything that was issued below it is void."""
    above = next((each for each in _above(facts) if each.standing is Standing.REVOKED), None)
    if above is not None:
        yield ISSUER_REVOKED(facts.host, **_seen(above))


def _is_stapled_revoked(facts: Facts) -> bool:
    """A server with two certificates may have stapled to the other one."""
    return facts.staple.standing is Standing.REVOKED and facts.staple.serial == facts.chain[0].serial


def _own(facts: Facts) -> Revocation | None:
    serial = facts.leaf.serial if facts.leaf else ""
    return next((each for each in facts.revocations[:1] if each.serial == serial), None)


def _above(facts: Facts) -> tuple[Revocation, ...]:
    return facts.revocations[1:] if _own(facts) else facts.revocations


def _seen(revocation: Revocation) -> dict[str, Any]:
    return {
        "holder": revocation.holder,
        "serial": revocation.serial,
        "reason": revocation.reason or "unspecified",
        "revoked_at": revocation.revoked_at.isoformat() if revocation.revoked_at else "",
        "source": revocation.source,
    }


def must_staple(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The certificate promises a stapled response, and browsers that hold it to its word refuse without one."""
    leaf = facts.chain[0]
    if leaf.must_staple and facts.staple.seen is Seen.NO:
        yield MUST_STAPLE_UNMET(facts.host, issuer=leaf.issuer, sha256=leaf.sha256)


def staple(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A response that a browser acts on: it says revoked, or it has expired."""
    said = facts.staple
    expired = said.next_update is not None and now > said.next_update
    if said.standing is Standing.REVOKED:
        yield STAPLE_BAD(facts.host, severity=Severity.HIGH, **_dates(facts), case="revoked")
    elif expired and said.standing is Standing.GOOD:
        yield STAPLE_BAD(facts.host, **_dates(facts))


def _dates(facts: Facts) -> dict[str, Any]:
    since, until = facts.staple.this_update, facts.staple.next_update
    return {"not_before": since.isoformat() if since else "", "not_after": until.isoformat() if until else ""}


def _own_is_known(facts: Facts) -> bool:
    own = _own(facts)
    is_listed = own is not None and own.standing is not Standing.UNKNOWN
    return bool(facts.chain) and (is_listed or _is_stapled_revoked(facts))


def _above_is_known(facts: Facts) -> bool:
    standings = [each.standing for each in _above(facts)]
    return Standing.REVOKED in standings or (bool(standings) and Standing.UNKNOWN not in standings)


def _staple_is_known(facts: Facts) -> bool:
    """An unproven response says nothing, neither good nor bad."""
    return facts.staple.seen is Seen.NO or facts.staple.standing is not Standing.UNKNOWN


def _must_staple_is_known(facts: Facts) -> bool:
    return bool(facts.chain) and (not facts.chain[0].must_staple or facts.staple.seen is not Seen.UNKNOWN)


JUDGES: tuple[Judge[Facts], ...] = (
    Judge(rules=(REVOKED,), verdict=revoked, sees=_own_is_known),
    Judge(rules=(ISSUER_REVOKED,), verdict=issuer_revoked, sees=_above_is_known),
    Judge(rules=(MUST_STAPLE_UNMET,), verdict=must_staple, sees=_must_staple_is_known),
    Judge(rules=(STAPLE_BAD,), verdict=staple, sees=_staple_is_known),
)
