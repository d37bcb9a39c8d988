"""Does the site show search engines, their visitors or phones what it hides from everybody else?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.cloaking import compare
from monitor.checks.cloaking.data import bounds
from monitor.checks.cloaking.facts import Listing, Shown, Twice, View, was_told
from monitor.checks.cloaking.listing import is_foreign
from monitor.content.facts import Hit, Verdict
from monitor.domains import host_of, registrable
from monitor.model import Audience, Finding, Rule, Severity, Target

GAMBLING = Rule("cloaking.gambling", Severity.CRITICAL, Audience.CSIRT)
SUSPECTED = Rule("cloaking.suspected", Severity.MEDIUM, Audience.CSIRT)
REDIRECT = Rule("cloaking.redirect", Severity.CRITICAL, Audience.CSIRT)
DOORWAY = Rule("cloaking.doorway", Severity.HIGH, Audience.CSIRT)
SITEMAP = Rule("cloaking.sitemap", Severity.HIGH, Audience.CSIRT)
ROBOTS = Rule("cloaking.robots", Severity.MEDIUM, Audience.CSIRT)

_OK = 200
_MAX_EXCERPTS = 4
_MAX_LINKS = 8


def judge_gambling(target: Target, shown: Shown, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    A view that serves gambling where a browser's does not, in both rounds.

    Gambling that everybody sees is no cloaking: the visit of every minute tells of it. Nor is a stranger's page that
    the view was led to: the redirect tells of that.
    """
    if injected := _worse(shown, Verdict.INJECTED):
        yield GAMBLING(**_told(target, injected, shown))


def judge_suspected(target: Target, shown: Shown, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The same of what speaks of gambling, but not surely; none where something surely does."""
    suspect = _worse(shown, Verdict.SUSPECT)
    if suspect and not _worse(shown, Verdict.INJECTED):
        yield SUSPECTED(**_told(target, suspect, shown))


def _worse(shown: Shown, verdict: Verdict) -> list[Twice]:
    home = _home(shown)
    return [
        pair
        for pair in shown.others
        if pair.answered
        and all(compare.is_home(host_of(view.url), home) for view in pair.rounds)
        and compare.holds(pair, shown.browser) is verdict
    ]


def _home(shown: Shown) -> str:
    return host_of(shown.browser.first.urls[0])


def _told(target: Target, pairs: list[Twice], shown: Shown) -> dict[str, Any]:
    first = pairs[0].first
    hits = compare.new_hits(first.gambling.hits, shown.browser.rounds)
    return {
        "host": target.host,
        "url": first.url[:300],
        "views": [pair.first.seen_as.value for pair in pairs],
        "excerpts": _excerpts(hits),
        "links": sorted(first.gambling.links)[:_MAX_LINKS],
        "likeness": round(compare.likeness(first.wording, shown.browser.first.wording) * 100),
        "status": first.status,
        "shown_status": shown.browser.first.status,
    }


def _excerpts(hits: tuple[Hit, ...]) -> list[str]:
    """What a person would read, the weightiest first; addresses only where nothing else is said."""
    said = list(dict.fromkeys(hit.excerpt for hit in hits))
    return ([text for text in said if not text.startswith(("http:", "https:"))] or said)[:_MAX_EXCERPTS]


def judge_redirect(target: Target, shown: Shown, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A view led to a name that no government answers for, where a browser is not."""
    led = [(pair, names) for pair in shown.others if (names := _led(target, pair, shown, policy))]
    if led:
        pair, names = led[0]
        away = next(url for url in (*pair.first.urls, *pair.first.onward) if _registers(url, names))
        yield REDIRECT(
            host=target.host,
            destination=host_of(away),
            url=away.partition("?")[0][:300],
            views=[item.first.seen_as.value for item, _names in led],
            verdict=pair.first.gambling.verdict.value,
        )


def _led(target: Target, pair: Twice, shown: Shown, policy: Policy) -> frozenset[str]:
    return compare.led_away(pair, shown.browser, target.host, policy.domains)


def _registers(url: str, names: frozenset[str]) -> bool:
    host = host_of(url)
    return registrable(host) in names or host in names


def judge_doorway(target: Target, shown: Shown, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    An address that cannot exist, and that is answered with gambling all the same.

    What the home page has, too (as a template repeats its footer on an error page), is not told a second time.
    """
    pair = shown.doorway
    if pair is None:
        return
    first = pair.first
    homes = [view for twice in (shown.browser, *shown.others) for view in twice.rounds]
    case = _doorway_case(target, pair, homes, policy)
    if case is not None:
        severity = Severity.HIGH if case == "missing" else Severity.CRITICAL
        yield DOORWAY(
            severity=severity,
            host=target.host,
            url=f"{first.urls[0]}"[:300],
            destination=host_of(first.url),
            status=first.status,
            excerpts=_excerpts(first.gambling.hits),
            links=sorted(first.gambling.links)[:_MAX_LINKS],
            case=case,
        )


def _doorway_case(target: Target, pair: Twice, homes: list[View], policy: Policy) -> str | None:
    """How the address leads to gambling: `redirect`, `missing` (an error page does), empty (a page does), or None."""
    if pair.again is None:
        return None
    usual = frozenset[str]().union(*(compare.strangers(view, target.host) for view in homes))
    away = [compare.strangers(view, target.host) - usual for view in pair.rounds]
    if all(any(compare.is_nobodys(name, policy.domains) for name in names) for names in away):
        return "redirect"
    if (
        not pair.answered
        or pair.verdict is not Verdict.INJECTED
        or not all(_is_mostly_new(view, homes) for view in pair.rounds)
    ):
        return None
    return "" if pair.first.status == _OK else "missing"


def _is_mostly_new(view: View, homes: list[View]) -> bool:
    hits = view.gambling.hits
    new = sum(hit.points for hit in compare.new_hits(hits, homes))
    return new > 0 and new >= bounds().doorway_new_share * sum(hit.points for hit in hits)


def judge_sitemap(target: Target, shown: Shown, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Addresses told to search engines that are strangers', or that speak of gambling, in bulk; of each sitemap."""
    for listing in shown.listings:
        if _is_poisoned(listing):
            case = "gambling" if listing.gambling >= bounds().sitemap_gambling else ""
            yield SITEMAP(
                listing.url,
                host=target.host,
                url=listing.url[:300],
                total=listing.total,
                foreign=listing.foreign,
                gambling=listing.gambling,
                hosts=list(listing.hosts),
                examples=list(listing.examples),
                case=case,
            )


def _is_poisoned(listing: Listing) -> bool:
    least = max(bounds().sitemap_foreign, bounds().sitemap_foreign_share * listing.total)
    return listing.foreign >= least or listing.gambling >= bounds().sitemap_gambling


def judge_robots(target: Target, shown: Shown, policy: Policy, now: datetime) -> Iterator[Finding]:
    """robots.txt sends search engines to strangers' sitemaps, or names paths that speak of gambling."""
    rules = shown.robots
    if rules is None:
        return
    foreign = [url for url in rules.sitemaps if is_foreign(url, target.host, policy.domains)]
    gambling = list(rules.gambling) if len(rules.gambling) >= bounds().robots_gambling else []
    if foreign or gambling:
        named = [*foreign, *gambling]
        yield ROBOTS(host=target.host, url=rules.url[:300], named=named, case="" if foreign else "paths")


def _every_view(shown: Shown) -> bool:
    """Whether every visitor got an answer, and each difference that matters was looked at a second time."""
    first, home = shown.browser.first, _home(shown)
    return shown.browser.answered and all(
        pair.answered and (pair.again is not None or not compare.matters(pair.first, first, home))
        for pair in shown.others
    )


def _every_page(shown: Shown) -> bool:
    """As `_every_view`, of pages that were read to their end: what was not read may be what is hidden."""
    return _every_view(shown) and not any(view.capped for pair in shown.others for view in pair.rounds)


def _sees_gambling(shown: Shown) -> bool:
    """A view that failed may be the one that is cloaked; what another one shows is seen all the same."""
    return _every_page(shown) or (shown.browser.answered and bool(_worse(shown, Verdict.INJECTED)))


def _sees_suspected(shown: Shown) -> bool:
    return _every_page(shown) or (shown.browser.answered and bool(_worse(shown, Verdict.SUSPECT)))


def _sees_redirect(shown: Shown) -> bool:
    return _every_view(shown) or (shown.browser.answered and any(_strays(pair, shown) for pair in shown.others))


def _strays(pair: Twice, shown: Shown) -> bool:
    return pair.again is not None and all(compare.strangers(view, _home(shown)) for view in pair.rounds)


def _sees_doorway(shown: Shown) -> bool:
    return shown.doorway is not None and (shown.doorway.answered or _strays(shown.doorway, shown))


def _sees_sitemap(shown: Shown) -> bool:
    """
    An answer of any kind but a server's own fault: a sitemap that is gone is poisoned no more.

    What one of them holds is seen although another one could not be read; of that one nothing is said (`overlooked`).
    """
    return any(map(was_told, shown.listings))


def overlooked(shown: Shown) -> frozenset[tuple[str, str]]:
    """The findings of sitemaps that this look could not read again."""
    return frozenset((SITEMAP.code, subject) for subject in shown.unread)


def _sees_robots(shown: Shown) -> bool:
    return shown.robots is not None and was_told(shown.robots)


JUDGES: tuple[Judge[Shown], ...] = (
    Judge(rules=(GAMBLING,), verdict=judge_gambling, sees=_sees_gambling),
    Judge(rules=(SUSPECTED,), verdict=judge_suspected, sees=_sees_suspected),
    Judge(rules=(REDIRECT,), verdict=judge_redirect, sees=_sees_redirect),
    Judge(rules=(DOORWAY,), verdict=judge_doorway, sees=_sees_doorway),
    Judge(rules=(SITEMAP,), verdict=judge_sitemap, sees=_sees_sitemap),
    Judge(rules=(ROBOTS,), verdict=judge_robots, sees=_sees_robots),
)
