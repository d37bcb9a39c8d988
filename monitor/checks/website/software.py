"""Does anybody still mend what the site runs? Read off the page and its header fields; nothing is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from monitor import words
from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_content import page_content, whole_content
from monitor.checks.website.visit import Visit
from monitor.content.software import Software, Support, ended_on, products, software_of_headers, support
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, Target

OUTDATED = Rule("software.outdated", Severity.MEDIUM, Audience.OWNER)
END_OF_LIFE = Rule("software.end_of_life", Severity.HIGH, Audience.OWNER)

_RULES = {Support.OUTDATED: OUTDATED, Support.DEAD: END_OF_LIFE}


def judge(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """One finding for each product whose version is known to be old; an unknown version is no fault."""
    for item in shown(visit):
        rule = _RULES.get(support(item, now.date()))
        if rule is not None:
            ended = ended_on(item) if rule is END_OF_LIFE else None
            product = products()[item.name]
            yield rule(
                item.name,
                case="ended" if ended else "",
                host=host_of(visit.last.url),
                version=item.version,
                latest=product.latest,
                expires=_midnight(ended).isoformat() if ended else None,
                as_of=words.date(_midnight(product.as_of)),
            )


def shown(visit: Visit) -> tuple[Software, ...]:
    """What the site's own page was made with, each product once; a page knows its version better than a header."""
    content = page_content(visit)
    if content is None:
        return ()
    found = {item.name: item for item in software_of_headers(visit.last.headers)}
    found |= {item.name: item for item in content.software if item.version or item.name not in found}
    return tuple(found[name] for name in sorted(found))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _sees(visit: Visit) -> bool:
    """A version that is hidden is not mended: products that are there must say theirs, or something must be found."""
    items = shown(visit)
    if any(item.version for item in items):
        return True
    return whole_content(visit) is not None and not any(item.name in products() for item in items)


JUDGES: tuple[Judge[Visit], ...] = (Judge(rules=(OUTDATED, END_OF_LIFE), verdict=judge, sees=_sees),)
