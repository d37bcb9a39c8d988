"""Which cipher suites are accepted up to TLS 1.2: none that can be broken, and one that keeps today's secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.tls.facts import Facts
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.tls_facts import NOT_ASKED, Family, Seen, Version

WEAK_CIPHER = Rule("tls.weak_cipher", Severity.MEDIUM, Audience.OWNER)
NULL_OR_ANONYMOUS = Rule("tls.null_or_anonymous", Severity.HIGH, Audience.OWNER)
NO_FORWARD_SECRECY = Rule("tls.no_forward_secrecy", Severity.MEDIUM, Audience.OWNER)

WEAK = {
    Family.EXPORT: Severity.HIGH,  # FREAK, Logjam: broken in minutes
    Family.DES: Severity.HIGH,  # 56 bits
    Family.RC4: Severity.MEDIUM,  # RFC 7465
    Family.TRIPLE_DES: Severity.LOW,  # Sweet32; RFC 9325 §4.1
}
OPEN = (Family.NULL, Family.ANONYMOUS)
"""No encryption at all, or with nobody knows whom."""


def weak(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """As bad as the worst that is accepted."""
    accepted = _accepted(facts, tuple(WEAK))
    if accepted:
        severity = max((WEAK[family] for family in accepted), key=lambda each: each.rank)
        yield WEAK_CIPHER(facts.host, severity=severity, families=_words(accepted), suites=_suites(facts, accepted))


def unprotected(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Whoever stands in the way reads everything, or answers in the site's place."""
    accepted = _accepted(facts, OPEN)
    if accepted:
        yield NULL_OR_ANONYMOUS(facts.host, families=_words(accepted), suites=_suites(facts, accepted))


def forward_secrecy(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Where TLS 1.3 is spoken, too, only old visitors are without."""
    if facts.offered.forward.seen is Seen.NO:
        has_1_3 = facts.offered.version(Version.TLS13) is Seen.YES
        chosen = [facts.offered.versions[version].suite for version in facts.offered.accepted(*_CLEAR)]
        yield NO_FORWARD_SECRECY(
            facts.host,
            severity=Severity.LOW if has_1_3 else NO_FORWARD_SECRECY.severity,
            suites=sorted(set(chosen)),
            case="old_visitors" if has_1_3 else "",
        )


_CLEAR = (Version.SSL3, Version.TLS10, Version.TLS11, Version.TLS12)


def _accepted(facts: Facts, families: tuple[Family, ...]) -> tuple[Family, ...]:
    return tuple(family for family in families if _seen(facts, family) is Seen.YES)


def _seen(facts: Facts, family: Family) -> Seen:
    return facts.offered.weak.get(family, NOT_ASKED).seen


def _words(families: tuple[Family, ...]) -> list[str]:
    return [family.value for family in families]


def _suites(facts: Facts, families: tuple[Family, ...]) -> list[str]:
    return [facts.offered.weak[family].suite for family in families]


def _knows(families: tuple[Family, ...]) -> Callable[[Facts], bool]:
    """One that is accepted decides; that none is, only all of them."""

    def sees(facts: Facts) -> bool:
        seen = [_seen(facts, family) for family in families]
        return Seen.YES in seen or Seen.UNKNOWN not in seen

    return sees


def _forward_is_known(facts: Facts) -> bool:
    """With no version in the clear there is nothing but TLS 1.3, which always has it."""
    return facts.offered.forward.seen is not Seen.UNKNOWN or all(
        facts.offered.version(version) is Seen.NO for version in _CLEAR
    )


JUDGES: tuple[Judge[Facts], ...] = (
    Judge(rules=(WEAK_CIPHER,), verdict=weak, sees=_knows(tuple(WEAK))),
    Judge(rules=(NULL_OR_ANONYMOUS,), verdict=unprotected, sees=_knows(OPEN)),
    Judge(rules=(NO_FORWARD_SECRECY,), verdict=forward_secrecy, sees=_forward_is_known),
)
