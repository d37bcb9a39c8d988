"""One page asked for as one kind of visitor: redirects followed, one deadline over all views of a site."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx

from monitor.checks.base import Context
from monitor.checks.cloaking.facts import As, View
from monitor.checks.location import BadLocation, EndlessLocation, resolve
from monitor.domains import host_of
from monitor.net.facts import Exchange, ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.http import prebuilt

MAX_REDIRECTS = 5
MAX_HEADERS = 60
MAX_VALUE = 1024
"""Characters of a header field kept as evidence."""
MAX_COOKIES = 20
PATIENCE = 12.0
"""Seconds for one page with its redirects, so that a slow answer to one visitor leaves time for the others."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_COOKIE = re.compile(rb"\s*([!-:<>-~]{1,128})=([!-:<-~]{0,512})\s*(?:;|$)")

Fields = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Walker:
    """Requests one after the other under one deadline, which moves by what we queue for seats."""

    ctx: Context
    deadline: float
    """On the loop's clock."""
    manners: Mapping[As, Fields]
    """What each kind of visitor says beside the usual header fields."""
    _given: float = 0.0

    @property
    def is_late(self) -> bool:
        """Whether there is no time for another page."""
        return asyncio.get_running_loop().time() >= self.deadline

    async def view(self, url: str, seen_as: As, *, fresh: bool = False) -> View:
        """*url* as *seen_as* gets it; never raises for what the site does."""
        trail = _Trail(seen_as, self.manners[seen_as], [url])
        self._given = min(self.deadline, asyncio.get_running_loop().time() + PATIENCE)
        while True:
            try:
                response = await self._send(trail.request(), fresh=fresh or self.ctx.fresh)
            except ExchangeFailed as error:
                return trail.failed(error.failure)
            location = _location(response)
            if location is None:
                return trail.arrived(response)
            try:
                onward = resolve(trail.url, location)
            except BadLocation as error:
                return trail.stuck(response, error)
            if not trail.follow(onward, response):
                return trail.looped(response)

    async def _send(self, request: httpx.Request, *, fresh: bool) -> httpx.Response:
        request.extensions = {"deadline": self._given, "fresh": fresh}
        response = await self.ctx.net.http.handle_async_request(request)
        queued = response.extensions["deadline"] - self._given
        self._given += queued
        self.deadline += queued
        return response


@dataclass(slots=True)
class _Trail:
    """The addresses so far, and the cookies that a browser would remember between them."""

    seen_as: As
    fields: Fields
    urls: list[str]
    _jar: dict[str, dict[str, str]] = field(default_factory=dict)
    _been: set[tuple[str, str]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return self.urls[-1]

    def request(self) -> httpx.Request:
        """A GET of the last address. Raises `ExchangeFailed` when nobody can go there."""
        usual = prebuilt(self.url)
        cookie = self._cookie()
        self._been.add((self.url, cookie))
        own = [(name.encode(), value.encode()) for name, value in self.fields]
        if cookie:
            own.append((b"Cookie", cookie.encode()))
        return httpx.Request("GET", usual.url, headers=[*usual.headers.raw, *own])

    def follow(self, onward: str, response: httpx.Response) -> bool:
        """Whether to go on to *onward*, which is noted; not where it was already, nor for ever."""
        jar = self._jar.setdefault(host_of(self.url), {})
        for name, value in _cookies(response):
            if name in jar or len(jar) < MAX_COOKIES:
                jar[name] = value
        self.urls.append(onward)
        return len(self.urls) <= 1 + MAX_REDIRECTS and (onward, self._cookie()) not in self._been

    def arrived(self, response: httpx.Response) -> View:
        """The view of the page in *response*, not yet read."""
        return self._answered(response)

    def looped(self, response: httpx.Response) -> View:
        """The view that went round, or on and on."""
        return self._answered(response, loop=True)

    def stuck(self, response: httpx.Response, error: BadLocation) -> View:
        """The view that was sent to an address that nobody can use."""
        if isinstance(error, EndlessLocation):
            return self.looped(response)
        return self.failed(Failure(Phase.DNS, FailureKind.BAD_URL, str(error)))

    def failed(self, failure: Failure) -> View:
        """The view that ended without an answer."""
        return View(seen_as=self.seen_as, urls=tuple(self.urls), failure=failure)

    def _answered(self, response: httpx.Response, *, loop: bool = False) -> View:
        exchange: Exchange = response.extensions["exchange"]
        return View(
            seen_as=self.seen_as,
            urls=tuple(self.urls),
            status=response.status_code,
            loop=loop,
            media_type=response.headers.get("content-type", "")[:200],
            head=tuple(_head(response)),
            body=response.content,
            capped=exchange.capped,
        )

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._jar.get(host_of(self.url), {}).items())


def _head(response: httpx.Response) -> Iterator[tuple[str, str]]:
    for name, value in response.headers.raw[:MAX_HEADERS]:
        yield name.decode("latin-1"), value.decode("latin-1")[:MAX_VALUE]


def _cookies(response: httpx.Response) -> Iterator[tuple[str, str]]:
    """Those that *response* sets and that may be sent back as they are (RFC 6265 §4.1.1)."""
    for name, value in response.headers.raw:
        pair = _COOKIE.match(value) if name.lower() == b"set-cookie" else None
        if pair:
            yield pair[1].decode("ascii"), pair[2].decode("ascii")


def _location(response: httpx.Response) -> str | None:
    """The Location of a redirect; None when this is no redirect."""
    if response.status_code not in _REDIRECTS:
        return None
    raw = next((value for name, value in response.headers.raw if name.lower() == b"location"), None)
    if raw is None:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
