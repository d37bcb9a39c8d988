"""Where does a name lead: to nobody, to a service that anybody can claim, out of reach, or out of the country?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address

from monitor.checks.base import Judge, Policy
from monitor.checks.names.facts import Claim, Naming, Six
from monitor.checks.names.takeover import by_name
from monitor.model import Audience, Finding, Rule, Severity, Target

DANGLING_CNAME = Rule("names.dangling_cname", Severity.HIGH, Audience.CSIRT, confirm=True)
TAKEOVER_POSSIBLE = Rule("names.takeover_possible", Severity.CRITICAL, Audience.CSIRT, confirm=True)
IPV6_UNREACHABLE = Rule("names.ipv6_unreachable", Severity.LOW, Audience.NOC, confirm=True)
PRIVATE_ADDRESS = Rule("names.private_address", Severity.MEDIUM, Audience.OWNER)
FOREIGN_ADDRESS = Rule("names.foreign_address", Severity.INFO, Audience.OWNER)

Networks = Sequence[IPv4Network | IPv6Network]
_UNCLAIMED = frozenset({Claim.NXDOMAIN, Claim.BODY})


def judge_alias(target: Target, facts: Naming, policy: Policy, now: datetime) -> Iterator[Finding]:
    """An alias of a name that does not exist; whoever registers that name has the site."""
    if facts.aliases and not facts.resolved.exists and facts.claim is not Claim.NXDOMAIN:
        yield DANGLING_CNAME(facts.host, end=facts.aliases[-1], aliases=list(facts.aliases))


def judge_service(target: Target, facts: Naming, policy: Policy, now: datetime) -> Iterator[Finding]:
    """An alias into a service that does not know the name (any more): whoever orders it there has the site."""
    if facts.claim in _UNCLAIMED:
        service = by_name(facts.service)
        severity = Severity.CRITICAL if service is None or service.open else Severity.HIGH
        yield TAKEOVER_POSSIBLE(
            facts.host, severity=severity, service=facts.service, end=facts.aliases[-1], case=facts.claim.value
        )


def judge_six(target: Target, facts: Naming, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Visitors with IPv6 try the dead address first, and wait."""
    if facts.six is Six.UNREACHED:
        yield IPV6_UNREACHABLE(facts.host, words=facts.six_words)


def judge_private(target: Target, facts: Naming, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Addresses of a network inside, in the public's directory (RFC 1918 §5)."""
    if facts.private:
        yield PRIVATE_ADDRESS(facts.host, addresses=list(facts.private))


def judge_place(target: Target, facts: Naming, policy: Policy, now: datetime, *, home: Networks) -> Iterator[Finding]:
    """Addresses outside the networks where the county's sites are expected."""
    away = [text for text in facts.published if not any(ip_address(text) in network for network in home)]
    if away:
        yield FOREIGN_ADDRESS(facts.host, addresses=away)


def judges(home: Networks) -> tuple[Judge[Naming], ...]:
    """The judges, *home* being the networks where addresses are expected; empty: anywhere."""
    return (
        Judge(rules=(DANGLING_CNAME,), verdict=judge_alias, sees=lambda facts: not facts.resolved.failure),
        Judge(rules=(TAKEOVER_POSSIBLE,), verdict=judge_service, sees=_knows_service),
        Judge(rules=(IPV6_UNREACHABLE,), verdict=judge_six, sees=lambda facts: facts.six is not Six.UNKNOWN),
        Judge(rules=(PRIVATE_ADDRESS,), verdict=judge_private, sees=lambda facts: bool(facts.heard)),
        Judge(
            rules=(FOREIGN_ADDRESS,),
            verdict=partial(judge_place, home=home),
            sees=lambda facts: bool(home) and bool(facts.published),
        ),
    )


def _knows_service(facts: Naming) -> bool:
    return not facts.resolved.failure and facts.claim is not Claim.UNKNOWN
