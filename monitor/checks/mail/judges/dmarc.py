"""What is to become of mail that only claims to come from the domain (RFC 9989, RFC 7489)?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Mail, Trouble
from monitor.checks.mail.judges.remarks import fault
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.standards.dmarc import Action, Dmarc, authorisation, parse, records

DMARC_MISSING = Rule("mail.dmarc_missing", Severity.MEDIUM, Audience.OWNER)
DMARC_MULTIPLE = Rule("mail.dmarc_multiple", Severity.MEDIUM, Audience.OWNER)
DMARC_INVALID = Rule("mail.dmarc_invalid", Severity.MEDIUM, Audience.OWNER)
DMARC_NONE = Rule("mail.dmarc_none", Severity.LOW, Audience.OWNER)
DMARC_SUBDOMAINS = Rule("mail.dmarc_subdomains", Severity.LOW, Audience.OWNER)
DMARC_PARTIAL = Rule("mail.dmarc_partial", Severity.INFO, Audience.OWNER)
DMARC_REPORTS = Rule("mail.dmarc_reports_unauthorised", Severity.LOW, Audience.OWNER)

_STRENGTH = tuple(Action)
_WHOLE = 100


def judge_record(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The record: one that receivers take, and what it asks of them."""
    if isinstance(facts.dmarc, Trouble):
        return
    texts, published = facts.dmarc.texts, records(facts.dmarc.texts)
    if not texts:
        yield DMARC_MISSING(facts.domain)
    elif len(published) > 1:
        yield DMARC_MULTIPLE(facts.domain, count=len(published), records=list(published))
    else:
        text = (published or texts)[0]
        linted = parse(text)
        wrong = fault(linted)
        if wrong is not None:
            yield DMARC_INVALID(facts.domain, record=text, **wrong)
        if linted.value is not None:
            yield from _of_policy(facts.domain, text, linted.value)


def _of_policy(domain: str, text: str, record: Dmarc) -> Iterator[Finding]:
    if record.policy is Action.NONE:
        yield DMARC_NONE(domain, record=text)
        return
    for tag, value in (("sp", record.subdomain_policy), ("np", record.nonexistent_policy)):
        if _STRENGTH.index(value) < _STRENGTH.index(record.policy):
            yield DMARC_SUBDOMAINS(domain, policy=record.policy.value, tag=tag, weaker=value.value, record=text)
            break
    if record.t or record.pct < _WHOLE:
        yield DMARC_PARTIAL(domain, tag="t=y" if record.t else f"pct={record.pct}", record=text)


def judge_reports(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Recipients of reports outside the domain that have not said that they want them."""
    if isinstance(facts.dmarc, Trouble):
        return
    for report in facts.dmarc.reports:
        if report.authorised is False:
            yield DMARC_REPORTS(report.domain, domain=facts.domain, record=authorisation(facts.domain, report.domain))


def _sees_record(facts: Mail) -> bool:
    return not isinstance(facts.dmarc, Trouble)


def _sees_reports(facts: Mail) -> bool:
    return not isinstance(facts.dmarc, Trouble) and not any(
        isinstance(report.authorised, Trouble) for report in facts.dmarc.reports
    )


JUDGES: tuple[Judge[Mail], ...] = (
    Judge(
        rules=(DMARC_MISSING, DMARC_MULTIPLE, DMARC_INVALID, DMARC_NONE, DMARC_SUBDOMAINS, DMARC_PARTIAL),
        verdict=judge_record,
        sees=_sees_record,
    ),
    Judge(rules=(DMARC_REPORTS,), verdict=judge_reports, sees=_sees_reports),
)
