"""What is kept of a look: as evidence, in memory, as exhibits, and as a question to our own network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.checks.cloaking.compare import is_home
from monitor.checks.cloaking.facts import NO_WORDING, Listing, Robots, Shown, Twice, View
from monitor.domains import host_of
from monitor.model import Exhibit
from monitor.net.facts import FailureKind, Phase

MAX_HOSTS = 20
_SETTLED = frozenset(
    {FailureKind.BAD_URL, FailureKind.MALFORMED, FailureKind.HEADERS_TOO_LARGE, FailureKind.TLS_PROTOCOL}
)
"""Failures in which the target itself spoke to us."""
_BUCKET = 5.0
"""Points of a score that count as the same."""


def remember(shown: Shown) -> dict[str, Any]:
    """What a later reader needs, and nothing that differs on every visit: no words, no counters, no queries."""
    return {
        "views": [_pair(pair) for pair in (shown.browser, *shown.others)],
        "doorway": None if shown.doorway is None else _doorway(shown.doorway),
        "robots": None if shown.robots is None else _robots(shown.robots),
        "sitemaps": [_listing(listing) for listing in shown.listings],
    }


def _pair(pair: Twice) -> dict[str, Any]:
    first = pair.first
    return {
        "as": first.seen_as.value,
        "url": _steady(first.url),
        "hosts": list(first.destinations)[:MAX_HOSTS],
        "status": first.status,
        "failure": None if first.failure is None else [first.failure.phase.value, first.failure.kind.value],
        "wall": first.wall,
        "verdict": pair.worst.value,
        "points": int(first.gambling.points // _BUCKET * _BUCKET),
        "links": sorted(first.wording.hosts)[:MAX_HOSTS],
        "twice": pair.again is not None,
    }


def _doorway(pair: Twice) -> dict[str, Any]:
    """Without its address, which is another one each day."""
    return {"status": pair.first.status, "hosts": list(pair.first.destinations)[:5], "verdict": pair.worst.value}


def _robots(rules: Robots) -> dict[str, Any]:
    return {"status": rules.status, "sitemaps": list(rules.sitemaps), "gambling": list(rules.gambling)}


def _listing(listing: Listing) -> dict[str, Any]:
    """Without how many addresses there are in all: a site that lives has more every day."""
    return {
        "url": _steady(listing.url),
        "status": listing.status,
        "foreign": listing.foreign,
        "gambling": listing.gambling,
        "hosts": list(listing.hosts),
    }


def _steady(url: str) -> str:
    return url.partition("?")[0][:300]


def keep(shown: Shown) -> Shown:
    """*shown* without the pages."""
    return replace(
        shown,
        browser=_light(shown.browser),
        others=tuple(_light(pair) for pair in shown.others),
        doorway=None if shown.doorway is None else _light(shown.doorway),
        robots=None if shown.robots is None else replace(shown.robots, view=None),
        listings=tuple(replace(listing, view=None) for listing in shown.listings),
    )


def _light(pair: Twice) -> Twice:
    """*pair* with what is shown of it, and without what it was compared by."""
    return Twice(first=_lighter(pair.first), again=None if pair.again is None else _lighter(pair.again))


def _lighter(view: View) -> View:
    hosts = frozenset(sorted(view.wording.hosts)[:MAX_HOSTS])
    return replace(view, body=b"", head=(), wording=replace(NO_WORDING, hosts=hosts))


def exhibits(shown: Shown, at: datetime) -> tuple[Exhibit, ...]:
    """Every page that a finding rests on, as received, and the browser's beside it."""
    views = [*_proving(shown)]
    return tuple(_exhibit(view, at) for view in ([shown.browser.first, *views] if views else []))


def _proving(shown: Shown) -> Iterator[View]:
    yield from (pair.first for pair in shown.others if pair.again is not None)
    if shown.doorway is not None and shown.doorway.again is not None:
        yield shown.doorway.first
    if shown.robots is not None and shown.robots.view is not None and _is_odd(shown.robots):
        yield shown.robots.view
    for listing in shown.listings:
        if listing.view is not None and (listing.gambling or listing.foreign):
            yield listing.view


def _is_odd(rules: Robots) -> bool:
    home = host_of(rules.url)
    return bool(rules.gambling) or any(not is_home(host_of(url), home) for url in rules.sitemaps)


def _exhibit(view: View, at: datetime) -> Exhibit:
    return Exhibit(
        label=view.seen_as.value,
        url=view.url,
        at=at,
        media_type=view.media_type,
        status=view.status,
        head=view.head,
        body=view.body,
        capped=view.capped,
    )


def failed(shown: Shown) -> Phase | None:
    """The phase in which the way to the target failed for some visitor; None when it did for none."""
    views = (pair.first for pair in shown.others)
    failures = (view.failure for view in views if view.failure is not None)
    return next((failure.phase for failure in failures if failure.kind not in _SETTLED), None)
