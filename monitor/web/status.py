"""
The public status page with its feed and badges: whether sites can be reached, and could – never why, never findings.

There only when the settings say so. Everything is made at most once a minute, however many ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from monitor.availability import Outage
from monitor.latest import Entry
from monitor.model import Kind, State, Target
from monitor.web import badges
from monitor.web.feed import News, feed
from monitor.web.rows import KIND_RANK, row
from monitor.web.templating import page
from monitor.web.uptime import Bar, bar, days_of, today
from monitor.web.view import View, Viewed
from monitor.words import KINDS, STATES

router = APIRouter(include_in_schema=False)

PUBLIC = {"cache-control": "public, max-age=60"}
EMBEDDED = {**PUBLIC, "cross-origin-resource-policy": "cross-origin"}
"""A badge is made to stand on other pages."""
NEWS = timedelta(days=30)
ENTRIES = 200
"""Of the feed; the newest."""


@dataclass(frozen=True, slots=True)
class Line:
    """A site, as the public sees it."""

    target: Target
    state: State
    since: datetime | None
    bar: Bar

    @property
    def ratio(self) -> Fraction | None:
        """Over all days of the bar; None when nothing is known."""
        return self.bar.total.ratio


@dataclass(frozen=True, slots=True)
class Section:
    """The sites of a jenis."""

    kind: Kind
    lines: Sequence[Line]

    @property
    def title(self) -> str:
        """As the county says it."""
        return KINDS[self.kind]

    @property
    def counts(self) -> Mapping[State, int]:
        """Sites by state."""
        return {state: sum(line.state is state for line in self.lines) for state in STATES}


def opted(view: View) -> None:
    """Nothing, when there is a public page; 404 otherwise."""
    if not view.settings.status.enabled:
        raise HTTPException(404)


def shown(view: View) -> list[Entry]:
    """The sites and services that the public is told of."""
    return [entry for entry in view.latest.entries() if entry.target.kind is not Kind.DOMAIN]


async def sections(view: View) -> list[Section]:
    """All of them by jenis."""
    known, now = await days_of(view), view.now()
    found: dict[Kind, list[Line]] = {}
    for entry in shown(view):
        line = row(entry, now)
        days = bar(known.get(entry.target.kode, {}), today(now))
        found.setdefault(entry.target.kind, []).append(Line(entry.target, line.state, line.since, days))
    return [Section(kind, found[kind]) for kind in sorted(found, key=KIND_RANK.__getitem__)]


@router.get("/status")
async def status(view: Viewed) -> HTMLResponse:
    """The page."""
    opted(view)

    async def make() -> HTMLResponse:
        groups = await sections(view)
        counts = {state: sum(group.counts[state] for group in groups) for state in STATES}
        said: dict[str, Any] = {"groups": groups, "counts": counts, "now": view.now(), "settings": view.settings.status}
        return page("status.html", **said)

    made = await view.memo.get("status", make)
    return HTMLResponse(made.body, headers=PUBLIC)


@router.get("/status/feed.atom")
async def atom(request: Request, view: Viewed) -> Response:
    """Outages that began within `NEWS`, the newest first (RFC 4287)."""
    opted(view)
    base = view.settings.alerts.board_url.rstrip("/") or str(request.base_url).rstrip("/")

    async def make() -> list[News]:
        return await _news(view)

    content = feed(view.settings.status.title, base, view.now(), await view.memo.get("outages", make))
    return Response(content, media_type="application/atom+xml", headers=PUBLIC)


async def _news(view: View) -> list[News]:
    """Those that were going on before are left out: nobody knows any more when they began."""
    now = view.now()
    known = await view.store.availability(None, now - NEWS, now, now=now)
    named = {entry.target.kode: entry.target for entry in shown(view)}
    found = [
        News(named[kode], outage)
        for kode, figures in known.items()
        if kode in named
        for outage in _told(figures.outages)
    ]
    return sorted(found, key=lambda item: item.updated, reverse=True)[:ENTRIES]


def _told(outages: Sequence[Outage]) -> list[Outage]:
    return [outage for outage in outages if not outage.continued]


@router.get("/status/badge/{kode}.svg")
async def badge(kode: str, view: Viewed) -> Response:
    """State and availability of a site as a small picture, to stand on other pages."""
    opted(view)
    entry = view.latest.get(kode)
    if entry is None or entry.target.kind is Kind.DOMAIN:
        raise HTTPException(404)
    known = bar((await days_of(view)).get(kode, {}), today(view.now()))
    drawn = badges.badge(entry.state, known.total.ratio, len(known.cells))
    return Response(drawn, media_type="image/svg+xml", headers=EMBEDDED)
