"""Does the site tell browsers to come by https alone (RFC 6797)?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_page import shows_own_page
from monitor.checks.website.policies import header
from monitor.checks.website.visit import Visit
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.standards import hsts

MISSING = Rule("transport.hsts_missing", Severity.LOW, Audience.OWNER)
INVALID = Rule("transport.hsts_invalid", Severity.LOW, Audience.OWNER)
SHORT = Rule("transport.hsts_short", Severity.LOW, Audience.OWNER)

ENOUGH = timedelta(days=182)
"""Half a year: a visitor who comes rarely is protected, too."""
_DAY = 86_400
_MAX_VALUE = 200


def judge(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The first Strict-Transport-Security header counts (RFC 6797 §8.1)."""
    host, served = host_of(visit.last.url), header(visit, "strict-transport-security")
    if not served:
        yield MISSING(host)
        return
    read = _read(served[0])
    if read is None:
        yield INVALID(host, value=served[0][:_MAX_VALUE])
    elif read.max_age < ENOUGH.total_seconds():
        yield SHORT(
            host,
            value=served[0][:_MAX_VALUE],
            case="" if read.max_age else "off",
            age=read.max_age // _DAY,
            include_subdomains=read.include_subdomains,
        )


@lru_cache(maxsize=4096)
def _read(text: str) -> hsts.Hsts | None:
    """The header *text*; None when a browser ignores it. The same for most sites, and read every minute."""
    return hsts.parse(text).value


def _is_secured(visit: Visit) -> bool:
    """Browsers heed the header only where the certificate verified (RFC 6797 §8.1)."""
    session = visit.last.tls
    return session is not None and session.verify_code == 0 and not session.legacy and shows_own_page(visit)


JUDGES: tuple[Judge[Visit], ...] = (Judge(rules=(MISSING, INVALID, SHORT), verdict=judge, sees=_is_secured),)
