"""Does the site serve gambling? The verdict of the scorer on what every visitor gets: the page says so itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_content import shows_anywhere
from monitor.checks.website.visit import Visit
from monitor.content.examine import NOTHING, Content
from monitor.content.facts import Hit, Verdict
from monitor.content.gambling.links import AWAY
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, Target

GAMBLING = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
SUSPECTED = Rule("content.gambling_suspected", Severity.MEDIUM, Audience.CSIRT)

_RULES = {Verdict.INJECTED: GAMBLING, Verdict.SUSPECT: SUSPECTED}
_MAX_HITS = 8
_MAX_LINKS = 10


def judge(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """One finding per site, by the weightiest that its page has; also when that is the page of an error."""
    content = visit.content or NOTHING
    if _serves(content):
        rule = _RULES[content.gambling.verdict]
        yield rule(host_of(target.url), **_told(content, visit))


def _told(content: Content, visit: Visit) -> dict[str, Any]:
    gambling = content.gambling
    hits = gambling.hits[:_MAX_HITS]
    return {
        "case": "error" if content.error else "",
        "url": visit.last.url,
        "status": visit.last.status,
        "points": round(gambling.points),
        "families": list(dict.fromkeys(hit.family for hit in gambling.hits)),
        "excerpt": hits[0].excerpt if hits else "",
        "hits": [_line(hit) for hit in hits],
        "links": list(gambling.links[:_MAX_LINKS]),
    }


def _line(hit: Hit) -> str:
    return f"{hit.family} ({hit.place.value}): {hit.excerpt}"


def _serves(content: Content) -> bool:
    """Whether *content* serves gambling; a test for robots sends its visitors on, and that alone is no suspicion."""
    gambling = content.gambling
    passes_on = content.challenge and all(hit.family == AWAY for hit in gambling.hits)
    return gambling.verdict in _RULES and not (gambling.verdict is Verdict.SUSPECT and passes_on)


JUDGES: tuple[Judge[Visit], ...] = (
    # Together, so that the one closes when the other opens.
    Judge(rules=(GAMBLING, SUSPECTED), verdict=judge, sees=shows_anywhere(_serves)),
)
