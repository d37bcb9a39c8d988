"""Is the listed mail address a government's? Read off the inventory alone, so it can always be answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.visit import Visit
from monitor.domains import Standing, registrable
from monitor.model import Audience, Finding, Rule, Severity, Target

NON_GOVERNMENT = Rule("mail.address_non_government", Severity.LOW, Audience.OWNER)
MISSPELT = Rule("mail.address_misspelt", Severity.LOW, Audience.OWNER)


def judge(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Officials use their institution's domain (SE Menpan-RB 6/2013); an address not in use is nobody's fault."""
    if target.mail is None:
        return
    host = target.mail.rpartition("@")[2].strip().lower()
    severity = None if target.active else Severity.INFO
    standing = policy.domains.standing(host)
    if standing is Standing.MISSPELT:
        yield MISSPELT(target.mail, severity=severity, domain=host, known=policy.domains.resembled(host))
    elif not standing.is_government:
        yield NON_GOVERNMENT(target.mail, severity=severity, domain=host, registrable=registrable(host))


JUDGES: tuple[Judge[Visit], ...] = (Judge(rules=(NON_GOVERNMENT, MISSPELT), verdict=judge),)
