"""Is it said where mail goes, and do those names lead anywhere?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Exchanger, Exchangers, Mail, Reverse, Trouble, is_address
from monitor.domains import Standing, registrable
from monitor.model import Audience, Finding, Rule, Severity, Target

MX_MISSING = Rule("mail.mx_missing", Severity.HIGH, Audience.NOC)
MX_NULL = Rule("mail.mx_null", Severity.HIGH, Audience.NOC)
MX_ADDRESS = Rule("mail.mx_address", Severity.MEDIUM, Audience.OWNER)
MX_NON_GOVERNMENT = Rule("mail.mx_non_government", Severity.INFO, Audience.OWNER)
MX_UNRESOLVABLE = Rule("mail.mx_unresolvable", Severity.MEDIUM, Audience.NOC)
MX_ALIAS = Rule("mail.mx_alias", Severity.LOW, Audience.OWNER)
MX_REVERSE = Rule("mail.mx_reverse", Severity.INFO, Audience.OWNER)


def judge_records(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """What the MX records say by themselves."""
    if isinstance(facts.exchangers, Trouble):
        return
    published = facts.exchangers.records
    if not published:
        yield from _missing(facts.domain, facts.exchangers)
    elif any(not host for _preference, host in published):
        yield MX_NULL(facts.domain, case="" if len(published) == 1 else "mixed", records=_written(published))
    for host in dict.fromkeys(host for _preference, host in published):
        if is_address(host):
            yield MX_ADDRESS(host, domain=facts.domain)
        elif policy.domains.standing(host) in {Standing.NON_GOVERNMENT, Standing.MISSPELT} and (
            top := registrable(host)
        ):
            yield MX_NON_GOVERNMENT(host, domain=facts.domain, registrable=top)


def _missing(domain: str, exchangers: Exchangers) -> Iterator[Finding]:
    """Without MX, mail goes to the domain's own address, where hardly ever a mail server is (RFC 5321 §5.1)."""
    if isinstance(exchangers.implicit, Trouble):
        yield MX_MISSING(domain, severity=Severity.MEDIUM, case="unknown")
    elif exchangers.implicit:
        yield MX_MISSING(domain, severity=Severity.MEDIUM, case="implicit", addresses=list(exchangers.implicit))
    else:
        yield MX_MISSING(domain, case="" if exchangers.exists else "no_domain")


def judge_names(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Names without an address, and names that are aliases (RFC 5321 §5.1, RFC 2181 §10.3)."""
    named = [host for host in facts.hosts if not is_address(host.host)]
    lost = [host for host in named if host.addresses == () or host.is_invalid]
    for host in lost:
        severity = Severity.HIGH if len(lost) == len(facts.hosts) else None
        case = "invalid" if host.is_invalid else ""
        yield MX_UNRESOLVABLE(host.host, severity=severity, case=case, domain=facts.domain, preference=host.preference)
    for host in named:
        if host.alias:
            yield MX_ALIAS(host.host, domain=facts.domain, canonical=host.alias)


def judge_reverse(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Many receivers distrust a server whose address has no name that leads back to it (RFC 1912 §2.1)."""
    for host in facts.hosts:
        reverse = host.reverse
        if isinstance(reverse, Reverse) and not reverse.confirmed:
            case = "mismatch" if reverse.names else ""
            yield MX_REVERSE(host.host, case=case, address=reverse.address, names=list(reverse.names))


def _written(published: tuple[tuple[int, str], ...]) -> list[str]:
    return [f"{preference} {host or '.'}" for preference, host in published]


def _sees_records(facts: Mail) -> bool:
    return isinstance(facts.exchangers, Exchangers)


def _sees_names(facts: Mail) -> bool:
    return _sees_records(facts) and not any(host.is_unknown for host in facts.hosts)


def _sees_reverse(facts: Mail) -> bool:
    return _sees_names(facts) and not any(_is_unknown(host) for host in facts.hosts)


def _is_unknown(host: Exchanger) -> bool:
    return isinstance(host.reverse, Trouble)


JUDGES: tuple[Judge[Mail], ...] = (
    Judge(
        rules=(MX_MISSING, MX_NULL, MX_ADDRESS, MX_NON_GOVERNMENT),
        verdict=judge_records,
        sees=_sees_records,
    ),
    Judge(rules=(MX_UNRESOLVABLE, MX_ALIAS), verdict=judge_names, sees=_sees_names),
    Judge(rules=(MX_REVERSE,), verdict=judge_reverse, sees=_sees_reverse),
)
