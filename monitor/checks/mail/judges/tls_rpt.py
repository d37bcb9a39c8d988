"""Does anybody hear of it when encryption fails (RFC 8460)?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Mail, Trouble
from monitor.checks.mail.judges.remarks import fault
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.standards.tls_rpt import parse, records

TLS_RPT_MISSING = Rule("mail.tls_rpt_missing", Severity.INFO, Audience.OWNER)
TLS_RPT_INVALID = Rule("mail.tls_rpt_invalid", Severity.LOW, Audience.OWNER)


def judge(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The record that says where reports go."""
    texts = facts.tls_rpt
    if isinstance(texts, Trouble):
        return
    published = records(texts)
    if not texts:
        yield TLS_RPT_MISSING(facts.domain)
    elif len(published) > 1:
        yield TLS_RPT_INVALID(facts.domain, case="several", count=len(published))
    elif (wrong := fault(parse((published or texts)[0]))) is not None:
        yield TLS_RPT_INVALID(facts.domain, case="", record=(published or texts)[0], **wrong)


JUDGES: tuple[Judge[Mail], ...] = (
    Judge(
        rules=(TLS_RPT_MISSING, TLS_RPT_INVALID),
        verdict=judge,
        sees=lambda facts: not isinstance(facts.tls_rpt, Trouble),
    ),
)
