"""Whose page is it? The county's, another regency's, or nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_content import is_explained, is_whole, page_content, shows_anywhere
from monitor.checks.website.visit import Visit
from monitor.content.examine import NOTHING
from monitor.content.parked import Stand
from monitor.domains import host_of
from monitor.model import Audience, Finding, Kind, Rule, Severity, Target

NOT_NAMED = Rule("ownership.not_named", Severity.LOW, Audience.NOC, confirm=True, quick=False)
ELSEWHERE = Rule("ownership.elsewhere", Severity.MEDIUM, Audience.NOC, confirm=True, quick=False)
PARKED = Rule("ownership.parked", Severity.HIGH, Audience.CSIRT)
DEFAULT_PAGE = Rule("ownership.default_page", Severity.LOW, Audience.OWNER)

ENOUGH_WORDS = 80
"""Words from which on a page would name its county somewhere."""
_NAMED = frozenset({Kind.OPD, Kind.KECAMATAN, Kind.KELURAHAN, Kind.DESA, Kind.PUSKESMAS})
"""Services are left out: many are the whole country's."""


def judge_naming(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A site of the county's says so somewhere; `desa.id` belongs to whoever came first."""
    content = page_content(visit)
    if content is None or target.kind not in _NAMED or content.naming.is_at_home or is_explained(content):
        return
    host = host_of(target.url)
    if content.naming.others:
        yield ELSEWHERE(host, url=visit.last.url, title=visit.title, places=[_named(x) for x in content.naming.others])
    else:
        severity = None if target.kind is Kind.DESA else Severity.INFO
        yield NOT_NAMED(host, severity=severity, url=visit.last.url, title=visit.title)


def _named(place: str) -> str:
    return place.title()


def judge_placeholder(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A registrar's, a hosting company's or a fresh server's page stands in place of the site."""
    stands = (visit.content or NOTHING).placeholder
    if stands is None:
        return
    rule = PARKED if stands.stand is Stand.PARKED else DEFAULT_PAGE
    suspended = stands.stand is Stand.SUSPENDED
    yield rule(
        host_of(target.url),
        severity=Severity.MEDIUM if suspended else None,
        case="suspended" if suspended else "",
        url=visit.last.url,
        excerpt=stands.excerpt,
    )


def _can_name(visit: Visit) -> bool:
    """A page that names its county is seen to do so; that none is named takes all of a page that says enough."""
    content = page_content(visit)
    if content is None:
        return False
    return content.naming.is_at_home or (content.shape.words >= ENOUGH_WORDS and is_whole(visit))


JUDGES: tuple[Judge[Visit], ...] = (
    Judge(
        rules=(PARKED, DEFAULT_PAGE),
        verdict=judge_placeholder,
        sees=shows_anywhere(lambda content: content.placeholder is not None),
    ),
    Judge(rules=(NOT_NAMED, ELSEWHERE), verdict=judge_naming, sees=_can_name),
)
