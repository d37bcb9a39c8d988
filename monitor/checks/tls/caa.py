"""Who may issue certificates for the name, and whether the present issuer is one of them (RFC 8659)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.tls.authorities import domains_of
from monitor.checks.tls.facts import Caa, Facts
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.tls_facts import Seen
from monitor.standards import caa as grammar

CAA_MISSING = Rule("tls.caa_missing", Severity.INFO, Audience.OWNER)
CAA_MISMATCH = Rule("tls.caa_mismatch", Severity.MEDIUM, Audience.OWNER)


def missing(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """About the registrable domain, where one record serves all sites below it."""
    if facts.caa.seen is Seen.NO:
        yield CAA_MISSING(facts.caa.at, host=facts.host)


def mismatch(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The present certificate stays good; its issuer will refuse the next."""
    allowed = permitted(facts.caa)
    leaf = facts.chain[0]
    if allowed is not None and not allowed & set(domains_of(leaf.issuer)):
        yield CAA_MISMATCH(
            facts.host,
            issuer=leaf.issuer,
            at=facts.caa.at,
            records=list(facts.caa.records),
            allowed=sorted(allowed),
            case="" if allowed else "nobody",
        )


def permitted(caa: Caa) -> frozenset[str] | None:
    """The domains of the authorities that may issue; None when anybody may."""
    read = (grammar.parse(record).value for record in caa.records)
    return grammar.permitted((record for record in read if record is not None), wildcard=caa.is_wildcard)


def _issuer_is_known(facts: Facts) -> bool:
    """A private authority is not bound by CAA, and one that is not in our list may well be meant by a record."""
    if not facts.is_public or not facts.chain or facts.caa.seen is Seen.UNKNOWN:
        return False
    return facts.caa.seen is Seen.NO or bool(domains_of(facts.chain[0].issuer))


JUDGES: tuple[Judge[Facts], ...] = (
    Judge(rules=(CAA_MISSING,), verdict=missing, sees=lambda facts: facts.caa.seen is not Seen.UNKNOWN),
    Judge(rules=(CAA_MISMATCH,), verdict=mismatch, sees=_issuer_is_known),
)
