"""Which protocol versions are offered: none too old, and at least one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.tls.facts import Facts
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.tls_facts import Seen, Version

OLD_VERSION = Rule("tls.old_version", Severity.MEDIUM, Audience.OWNER)
NO_MODERN_VERSION = Rule("tls.no_modern_version", Severity.HIGH, Audience.NOC)
NO_1_3 = Rule("tls.no_1_3", Severity.INFO, Audience.OWNER)

OLD = (Version.SSL3, Version.TLS10, Version.TLS11)
"""Not to be used (RFC 7568, RFC 8996)."""
MODERN = (Version.TLS12, Version.TLS13)


def old(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """SSL 3.0 is worse: POODLE reads what it carries."""
    accepted = facts.offered.accepted(*OLD)
    if accepted:
        severity = Severity.HIGH if Version.SSL3 in accepted else OLD_VERSION.severity
        yield OLD_VERSION(facts.host, severity=severity, versions=_labels(accepted), suites=_suites(facts, accepted))


def no_modern(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Only when it is known that neither is accepted, and something older is."""
    accepted = facts.offered.accepted(*OLD)
    if accepted and all(facts.offered.version(version) is Seen.NO for version in MODERN):
        yield NO_MODERN_VERSION(facts.host, versions=_labels(accepted), suites=_suites(facts, accepted))


def no_1_3(target: Target, facts: Facts, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Nothing is wrong with TLS 1.2; 1.3 is faster and leaves less to be set up wrongly."""
    if facts.offered.version(Version.TLS13) is Seen.NO:
        accepted = facts.offered.accepted(*Version)
        yield NO_1_3(facts.host, versions=_labels(accepted))


def _labels(versions: tuple[Version, ...]) -> list[str]:
    return [version.label for version in versions]


def _suites(facts: Facts, versions: tuple[Version, ...]) -> list[str]:
    return sorted({facts.offered.versions[version].suite for version in versions})


def _old_is_known(facts: Facts) -> bool:
    return bool(facts.offered.accepted(*OLD)) or facts.offered.is_known(*OLD)


def _modern_is_known(facts: Facts) -> bool:
    return bool(facts.offered.accepted(*MODERN)) or facts.offered.is_known(*MODERN)


JUDGES: tuple[Judge[Facts], ...] = (
    Judge(rules=(OLD_VERSION,), verdict=old, sees=_old_is_known),
    Judge(rules=(NO_MODERN_VERSION,), verdict=no_modern, sees=_modern_is_known),
    Judge(rules=(NO_1_3,), verdict=no_1_3, sees=lambda facts: facts.offered.is_known(Version.TLS13)),
)
