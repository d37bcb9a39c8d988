"""Whether keys and signatures are strong enough, in the chain and in the key exchange."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.tls.facts import Facts
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.tls_facts import Link

WEAK_KEY = Rule("tls.weak_key", Severity.MEDIUM, Audience.OWNER)
WEAK_SIGNATURE = Rule("tls.weak_signature", Severity.MEDIUM, Audience.OWNER)

ENOUGH = {"RSA": 2048, "EC": 256}
"""Bits (CA/Browser Forum Baseline Requirements §6.1.5); a kind of key that is not here is either fine or odd."""
ENOUGH_DH = 2048
"""RFC 9325 §4.1; below 1024 a group is broken within a day (Logjam)."""
_BROKEN = {"RSA": 1024, "DH": 1024}
_GONE = "DSA"
"""No browser takes it any more."""
WEAK_DIGESTS = {"md5": Severity.HIGH, "sha1": Severity.MEDIUM, "md2": Severity.HIGH, "md4": Severity.HIGH}


def keys(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The first weak key from the site up; else the group of the key exchange."""
    weak = next((each for each in facts.chain if _is_weak(each)), None)
    if weak is not None:
        is_broken = weak.bits <= _BROKEN.get(weak.key, 0)
        yield WEAK_KEY(
            facts.host,
            severity=Severity.HIGH if is_broken else WEAK_KEY.severity,
            key=f"{weak.key} {weak.bits}",
            holder=weak.subject,
            sha256=weak.sha256,
        )
    elif 0 < facts.offered.group_bits < ENOUGH_DH:
        is_broken = facts.offered.group_bits <= _BROKEN["DH"]
        severity = WEAK_KEY.severity if is_broken else Severity.LOW
        yield WEAK_KEY(facts.host, severity=severity, key=facts.offered.group, case="group")


def _is_weak(link: Link) -> bool:
    return link.key == _GONE or 0 < link.bits < ENOUGH.get(link.key, 0)


def signatures(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A root's own signature proves nothing to anybody, so that its digest does not matter."""
    weak = next((each for each in facts.chain if not each.self_issued and each.digest in WEAK_DIGESTS), None)
    if weak is not None:
        yield WEAK_SIGNATURE(
            facts.host,
            severity=WEAK_DIGESTS[weak.digest],
            signature=weak.signature,
            holder=weak.subject,
            issuer=weak.issuer,
            sha256=weak.sha256,
        )


def _shows_chain(facts: Facts) -> bool:
    return bool(facts.chain)


JUDGES: tuple[Judge[Facts], ...] = (
    Judge(rules=(WEAK_KEY,), verdict=keys, sees=_shows_chain),
    Judge(rules=(WEAK_SIGNATURE,), verdict=signatures, sees=_shows_chain),
)
