"""Is the listed address a government's? Read off the address alone, so it can always be answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.visit import Visit
from monitor.domains import Standing, host_of, registrable
from monitor.model import Audience, Finding, Rule, Severity, Target

NON_GOVERNMENT = Rule("domain.non_government", Severity.HIGH, Audience.OWNER)
BARE_ADDRESS = Rule("domain.bare_address", Severity.HIGH, Audience.OWNER)
MISSPELT = Rule("domain.misspelt", Severity.MEDIUM, Audience.OWNER)


def judge(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Public e-services use the county's domain (Permenkominfo 4/2024); what is not watched is not the county's own."""
    host = host_of(target.url)
    severity = None if target.active else Severity.INFO
    standing = policy.domains.standing(host)
    if standing is Standing.ADDRESS:
        yield BARE_ADDRESS(host, severity=severity, host=host)
    elif standing is Standing.MISSPELT:
        known = policy.domains.resembled(host)
        yield MISSPELT(host, severity=severity, host=host, known=known, suggested=target.suggested_url)
    elif standing is Standing.NON_GOVERNMENT:
        yield NON_GOVERNMENT(host, severity=severity, host=host, registrable=registrable(host))


JUDGES: tuple[Judge[Visit], ...] = (Judge(rules=(NON_GOVERNMENT, BARE_ADDRESS, MISSPELT), verdict=judge),)
