"""At most four pages, one after the other: the site's own, its feed, its sitemap; the first with dates is the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from monitor.checks.base import Context
from monitor.checks.freshness.facts import Asked, Dated, Source
from monitor.checks.location import BadLocation, resolve
from monitor.content.ages import dates_in_feed, dates_in_page, dates_in_sitemap, newest
from monitor.content.document import read_document
from monitor.content.facts import Document
from monitor.domains import host_of, registrable
from monitor.errors import Unreachable
from monitor.model import Target
from monitor.net.facts import ExchangeFailed
from monitor.net.http import prebuilt

MAX_PROBES = 3
"""Beside the page."""
MAX_REDIRECTS = 3
MAX_DATES = 20
PATIENCE = 10.0
"""Seconds for one page."""
FEEDS = ("/feed.xml", "/feed")
SITEMAP = "/sitemap.xml"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200

Dates = tuple[datetime, ...]


async def observe(target: Target, ctx: Context, *, within: timedelta) -> Dated:
    """What the dates of *target* say. Raises `Unreachable` when its own page is not there to be read."""
    deadline = asyncio.get_running_loop().time() + within.total_seconds()
    look = _Look(ctx, deadline, target.host)
    page = await look.get(target.url.partition("#")[0])
    if page is None or page.status_code != _OK:
        raise Unreachable(f"halaman {target.host} tidak dapat dibaca ({look.asked[-1].status or 'tanpa jawaban'})")
    document = read_document(page.content, str(page.request.url), page.headers.get("content-type", ""))
    return await look.dated(target, document)


@dataclass(slots=True)
class _Look:
    """Requests under one deadline, and what came of each."""

    ctx: Context
    deadline: float
    home: str
    asked: list[Asked] = field(default_factory=list)

    async def dated(self, target: Target, document: Document) -> Dated:
        """The first source that has dates of the past: a feed, the sitemap, or the page that was read already."""
        now = datetime.now(UTC)
        for source, url, read in self._probes(target, document):
            response = await self.get(url)
            if response is None or response.status_code != _OK:
                continue
            dates = read(response.content)
            self._note(len(dates))
            if newest(dates, now) is not None:
                return self._found(source, str(response.request.url), dates)
        dates = dates_in_page(document)
        if newest(dates, now) is None:
            return Dated(asked=tuple(self.asked))
        return self._found(Source.PAGE, document.url, dates)

    def _probes(self, target: Target, document: Document) -> Iterator[tuple[Source, str, Callable[[bytes], Dates]]]:
        """Where to ask: the feed that the page names before those that are usual, then the sitemap."""
        parts = urlsplit(target.url)
        base = f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2]}"
        named = [url for url in document.feeds if self._is_home(host_of(url))]
        feeds = dict.fromkeys([*named[:1], *(base + path for path in FEEDS)])
        for url in list(feeds)[: MAX_PROBES - 1]:
            yield Source.FEED, url, dates_in_feed
        yield Source.SITEMAP, base + SITEMAP, dates_in_sitemap

    async def get(self, url: str) -> httpx.Response | None:
        """The answer at *url*, redirects followed within the site's own domain; None when there was none."""
        given = min(self.deadline, asyncio.get_running_loop().time() + PATIENCE)
        try:
            response = await self._followed(url, given)
        except ExchangeFailed as error:
            self.asked.append(Asked(url=url[:300], failure=error.failure.kind.value))
            if len(self.asked) == 1:
                raise
            return None
        self.asked.append(Asked(url=url[:300], status=response.status_code))
        return response

    async def _followed(self, url: str, given: float) -> httpx.Response:
        response, given = await self._send(url, given)
        for _hop in range(MAX_REDIRECTS):
            onward = self._onward(url, response)
            if onward is None:
                break
            url = onward
            response, given = await self._send(url, given)
        return response

    async def _send(self, url: str, given: float) -> tuple[httpx.Response, float]:
        request = prebuilt(url)
        request.extensions = {"deadline": given, "fresh": self.ctx.fresh}
        response = await self.ctx.net.http.handle_async_request(request)
        later: float = response.extensions["deadline"]
        self.deadline += later - given  # by what we queued for a seat
        return response, later

    def _onward(self, url: str, response: httpx.Response) -> str | None:
        """Where *response* sends on to, within the site's own domain; None when it does not."""
        location = response.headers.get("location")
        if response.status_code not in _REDIRECTS or location is None:
            return None
        try:
            onward = resolve(url, location)
        except BadLocation:
            return None
        return onward if self._is_home(host_of(onward)) else None

    def _is_home(self, host: str) -> bool:
        registered = registrable(host)
        return host == self.home or (registered != "" and registered == registrable(self.home))

    def _note(self, count: int) -> None:
        last = self.asked.pop()
        self.asked.append(Asked(url=last.url, status=last.status, count=count))

    def _found(self, source: Source, url: str, dates: Dates) -> Dated:
        latest = tuple(sorted(set(dates), reverse=True)[:MAX_DATES])
        return Dated(asked=tuple(self.asked), source=source, url=url.partition("?")[0][:300], dates=latest)
