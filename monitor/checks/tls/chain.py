"""The chain as served: in order, nothing to spare, nothing about to end, and made by today's rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from monitor.checks.base import Judge, Policy
from monitor.checks.tls.facts import Facts
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.tls_facts import Link, Seen

CHAIN_ORDER = Rule("tls.chain_order", Severity.LOW, Audience.OWNER)
ROOT_SENT = Rule("tls.root_sent", Severity.INFO, Audience.OWNER)
CHAIN_EXPIRING = Rule("tls.chain_expiring", Severity.LOW, Audience.NOC)
VALIDITY_TOO_LONG = Rule("tls.validity_too_long", Severity.LOW, Audience.OWNER)
NO_SCT = Rule("tls.no_sct", Severity.MEDIUM, Audience.OWNER)

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_RISING = (Severity.LOW, Severity.MEDIUM, Severity.HIGH)

MOST_DAYS = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(2020, 9, 1, tzinfo=UTC), 398),
)
"""Issued on or after → days it may be valid at most (CA/Browser Forum Baseline Requirements §6.3.2), newest first."""


def order(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Each certificate is to certify the one before it (RFC 5246 §7.4.2); one that is missing is another matter."""
    path = _path(facts.chain)
    kin = {link.subject for link in path}  # an authority may have several certificates, each for other visitors
    strangers = [link for link in facts.chain if link.subject not in kin]
    if list(facts.chain[: len(path)]) != path:
        yield CHAIN_ORDER(facts.host, served=_subjects(facts.chain), right=_subjects(path))
    elif strangers and len(path) > 1:
        yield CHAIN_ORDER(facts.host, served=_subjects(strangers), right=_subjects(path), case="extra")


def _path(chain: tuple[Link, ...]) -> list[Link]:
    """From the leaf as far up as what was served leads, each certificate once."""
    path = [chain[0]]
    while not path[-1].self_issued:
        above = next((link for link in chain if link.subject == path[-1].issuer and link not in path), None)
        if above is None:
            break
        path.append(above)
    return path


def _subjects(chain: list[Link] | tuple[Link, ...]) -> list[str]:
    return [link.subject for link in chain]


def root(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A visitor who does not have the root already will not take it from the site."""
    sent = next((link for link in facts.chain[1:] if link.self_issued), None)
    if sent is not None:
        yield ROOT_SENT(facts.host, holder=sent.subject, sha256=sent.sha256)


def expiring(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The first to end of the certificates between the site's own and the root."""
    between = [link for link in _path(facts.chain)[1:] if not link.self_issued]
    if not between:
        return
    first = min(between, key=lambda link: link.not_after)
    days = (first.not_after - now) // _DAY
    passed = sum(days <= threshold for threshold in policy.expiring)
    if passed:
        yield CHAIN_EXPIRING(
            facts.host,
            severity=_RISING[min(passed, len(_RISING)) - 1],
            holder=first.subject,
            not_after=first.not_after.isoformat(),
            days=days,
            sha256=first.sha256,
            case="expired" if now > first.not_after else "",
        )


def validity(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Both ends count (RFC 5280 §4.1.2.5), and a second more than a day is another day."""
    leaf = facts.chain[0]
    most = next((days for since, days in MOST_DAYS if leaf.not_before >= since), None)
    span = leaf.not_after - leaf.not_before + _SECOND
    if most is not None and span > most * _DAY:
        yield VALIDITY_TOO_LONG(
            facts.host,
            lifetime=-(-span // _DAY),
            most=most,
            not_before=leaf.not_before.isoformat(),
            not_after=leaf.not_after.isoformat(),
            issuer=leaf.issuer,
            sha256=leaf.sha256,
        )


def transparency(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """In the certificate, in the handshake or in a stapled response (RFC 6962 §3.3); `sees` has looked at all."""
    leaf = facts.chain[0]
    if not leaf.scts and not facts.offered.handshake_scts:
        yield NO_SCT(facts.host, issuer=leaf.issuer, sha256=leaf.sha256)


def _shows_chain(facts: Facts) -> bool:
    return bool(facts.chain)


def _is_public(facts: Facts) -> bool:
    """The rules of browsers bind public authorities only."""
    return bool(facts.chain) and facts.is_public


def _shows_scts(facts: Facts) -> bool:
    if not _is_public(facts) or facts.chain[0].scts is None:
        return False
    return bool(facts.chain[0].scts) or (facts.offered.handshake_scts is not None and facts.staple.seen is Seen.NO)


JUDGES: tuple[Judge[Facts], ...] = (
    Judge(rules=(CHAIN_ORDER,), verdict=order, sees=_shows_chain),
    Judge(rules=(ROOT_SENT,), verdict=root, sees=_shows_chain),
    Judge(rules=(CHAIN_EXPIRING,), verdict=expiring, sees=_shows_chain),
    Judge(rules=(VALIDITY_TOO_LONG,), verdict=validity, sees=_is_public),
    Judge(rules=(NO_SCT,), verdict=transparency, sees=_shows_scts),
)
