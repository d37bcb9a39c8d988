"""Is the zone signed, and do its signatures hold?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.zone.facts import Delegated
from monitor.model import Audience, Finding, Rule, Severity, State, Target
from monitor.net.dnssec import Security

# A server that is fetching a new version may for a moment serve signatures by keys that another does not have yet.
BOGUS = Rule("zone.dnssec_bogus", Severity.HIGH, Audience.NOC, confirm=True, state=State.DEGRADED)
UNSIGNED = Rule("zone.unsigned", Severity.INFO, Audience.OWNER)


def judge(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Bogus: whoever validates gets no answer (RFC 4035 §5.5). Unsigned: nobody can tell a forged answer."""
    if facts.security is Security.BOGUS:
        yield BOGUS(facts.zone, words=facts.security_words, servers=list(facts.bogus))
    if facts.security is Security.INSECURE:
        yield UNSIGNED(facts.zone)


JUDGES = (Judge(rules=(BOGUS, UNSIGNED), verdict=judge, sees=lambda facts: facts.security is not Security.UNKNOWN),)
