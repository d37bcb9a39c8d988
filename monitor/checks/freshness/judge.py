"""Does anybody still keep this site?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from monitor import words
from monitor.checks.base import Judge, Policy
from monitor.checks.freshness.facts import Dated, Source
from monitor.content.ages import newest
from monitor.model import Audience, Finding, Rule, Severity, Target

ABANDONED = Rule("freshness.abandoned", Severity.LOW, Audience.OWNER)

LONG = timedelta(days=2 * 365)
"""An age that no busy season explains."""
_DAY = timedelta(days=1)
_SAID_BY = {Source.FEED: "umpan beritanya", Source.SITEMAP: "peta situsnya", Source.PAGE: "halaman depannya"}


def judge(target: Target, dated: Dated, policy: Policy, now: datetime, *, after: timedelta) -> Iterator[Finding]:
    """Nothing new for longer than *after*; what bears no date says nothing."""
    latest = newest(dated.dates, now)
    if dated.source is None or latest is None or now - latest <= after:
        return
    yield ABANDONED(
        host=target.host,
        newest=latest.isoformat(),
        date=words.date(latest),
        days=(now - latest) // _DAY,
        source=_SAID_BY[dated.source],
        url=dated.url,
        case="long" if now - latest > LONG else "",
    )


def _sees(dated: Dated) -> bool:
    """A source that was not told of may have been the fresher one."""
    return dated.source is not None and all(asked.told for asked in dated.asked)


def judges(after: timedelta) -> tuple[Judge[Dated], ...]:
    """The one judge; *after* is the age from which a site counts as abandoned."""
    return (Judge(rules=(ABANDONED,), verdict=partial(judge, after=after), sees=_sees),)
