"""One visit to a website: redirects followed, one fresh connection per hop, one deadline over everything."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx

from monitor.checks.base import Context
from monitor.checks.location import BadLocation, EndlessLocation, resolve
from monitor.checks.website.page import title
from monitor.checks.website.page_facts import page_facts
from monitor.checks.website.visit import MAX_HOPS, MAX_POLICIES, MAX_POLICY, Hop, Visit
from monitor.content.baseline import Baseline, recall
from monitor.content.examine import Content, examine, is_html
from monitor.domains import host_of
from monitor.model import Target
from monitor.net.facts import Exchange, ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.http import prebuilt

PATIENCE = timedelta(seconds=10)
MAX_HEADERS = 40
MAX_VALUE = 512
"""Characters of a header's value."""
MAX_COOKIES = 20
MAX_HEAD = 100
"""Header fields of the last answer that are kept as received; their size is capped where they are read."""
_ERROR = 400

REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEADERS = (
    "cache-control",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-security-policy-report-only",
    "content-type",
    "cross-origin-opener-policy",
    "date",
    "last-modified",
    "location",
    "permissions-policy",
    "referrer-policy",
    "retry-after",
    "server",
    "set-cookie",
    "strict-transport-security",
    "via",
    "www-authenticate",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-content-type-options",
    "x-frame-options",
    "x-generator",
    "x-powered-by",
)
"""Those that a judge, the asset register or an administrator asks for; of cookies, only what is not secret."""

_COOKIE = re.compile(rb"\s*([!-:<>-~]{1,128})=([!-:<-~]{0,512})\s*(?:;|$)")
_HEADERS = {name.encode(): name for name in HEADERS}
_POLICIES = frozenset({"content-security-policy", "content-security-policy-report-only"})
_FLAGS = frozenset({"secure", "httponly", "partitioned", "samesite", "path", "domain"})


async def observe(target: Target, ctx: Context, *, within: timedelta = PATIENCE) -> Visit:
    """What a browser would have met at *target*: every hop, then the page, or where and why there was none."""
    deadline = asyncio.get_running_loop().time() + within.total_seconds()
    trail = _Trail(deadline, fresh=ctx.fresh, own=host_of(target.url), baseline=recall(ctx.memory))
    url = target.url.partition("#")[0]
    while True:
        try:
            response = await ctx.net.http.handle_async_request(trail.request(url))
        except ExchangeFailed as error:
            return trail.failed(url, error)
        location = _location(response)
        if location is None:
            return trail.arrived(url, response)
        try:
            url = trail.follow(url, response, location)
        except BadLocation as error:
            return trail.stuck(url, response, error)
        if trail.is_loop(url):
            return Visit(hops=tuple(trail.hops), loop=True)


@dataclass(slots=True)
class _Trail:
    """The hops so far, and what a browser would remember between them."""

    deadline: float
    fresh: bool
    own: str = ""
    """The target's host."""
    baseline: Baseline | None = None
    hops: list[Hop] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def request(self, url: str) -> httpx.Request:
        """A GET of *url* with the cookies that earlier hops of this host have set, and nobody else's."""
        request, cookie = prebuilt(url), self._cookie(url)
        self._seen.add((url, cookie))
        if cookie:
            request = httpx.Request("GET", request.url, headers=[*request.headers.raw, (b"cookie", cookie.encode())])
        request.extensions = {"deadline": self.deadline, "fresh": self.fresh}
        return request

    def is_loop(self, url: str) -> bool:
        """Whether going on to *url* would bring nothing new; with a new cookie it may (a bot test does so)."""
        return len(self.hops) >= MAX_HOPS or (url, self._cookie(url)) in self._seen

    def follow(self, url: str, response: httpx.Response, location: str) -> str:
        """Where to go next, with the redirecting hop noted. Raises `BadLocation`."""
        onward = resolve(url, location)
        self.hops.append(_hop(url, response, onward))
        self.deadline = response.extensions["deadline"]  # later by what we queued for a seat
        jar = self._cookies.setdefault(host_of(url), {})
        for name, value in _cookies(response):
            if name in jar or len(jar) < MAX_COOKIES:
                jar[name] = value
        return onward

    def arrived(self, url: str, response: httpx.Response) -> Visit:
        """The visit that came to a page, whatever its status."""
        self.hops.append(_hop(url, response))
        exchange: Exchange = response.extensions["exchange"]
        body, kind = response.content, response.headers.get("content-type", "")
        return Visit(
            hops=tuple(self.hops),
            title=title(body, kind),
            body=body,
            capped=exchange.capped,
            page=page_facts(body, url, kind) if response.is_success else None,
            content=self._content(body, url, kind, response.status_code),
            head=tuple(response.headers.raw[:MAX_HEAD]),
            baseline=self.baseline,
        )

    def _content(self, body: bytes, url: str, kind: str, status: int) -> Content | None:
        """What a page, or the page of an error, says; None when it is no HTML, or an answer that has no page."""
        is_error = status >= _ERROR
        if not (is_error or httpx.codes.is_success(status)) or not is_html(body, kind):
            return None
        return examine(body, url, kind, self.own, error=is_error)

    def failed(self, url: str, error: ExchangeFailed) -> Visit:
        """The visit that ended without an answer; nobody went to a URL that nobody can use."""
        failure = error.failure
        if failure.kind is FailureKind.BAD_URL and self.hops:
            self.hops[-1] = replace(self.hops[-1], location=None)
            return Visit(hops=tuple(self.hops), failure=failure)
        hop = Hop(url=url, address=failure.address, phases=error.phases, tls=error.tls)
        return Visit(hops=(*self.hops, hop), failure=failure)

    def stuck(self, url: str, response: httpx.Response, error: BadLocation) -> Visit:
        """The visit that ended on a redirect to nowhere, or on one that has been growing all the way."""
        is_loop = isinstance(error, EndlessLocation) and bool(self.hops)
        failure = None if is_loop else Failure(Phase.DNS, FailureKind.BAD_URL, str(error))
        self.hops.append(_hop(url, response))
        return Visit(hops=tuple(self.hops), failure=failure, loop=is_loop)

    def _cookie(self, url: str) -> str:
        jar = self._cookies.get(host_of(url)) if self._cookies else None
        return "; ".join(f"{name}={value}" for name, value in jar.items()) if jar else ""


def _cookies(response: httpx.Response) -> Iterator[tuple[str, str]]:
    """The cookies that *response* sets, those that may be sent back as they are (RFC 6265 §4.1.1)."""
    for name, value in response.headers.raw:
        pair = _COOKIE.match(value) if name.lower() == b"set-cookie" else None
        if pair:
            yield pair[1].decode("ascii"), pair[2].decode("ascii")


def _location(response: httpx.Response) -> str | None:
    """The Location of a redirect, its bytes read as UTF-8 when they are; None when this is no redirect."""
    if response.status_code not in REDIRECTS:
        return None
    raw = next((value for name, value in response.headers.raw if name.lower() == b"location"), None)
    return None if raw is None else _text(raw)


def _hop(url: str, response: httpx.Response, location: str | None = None) -> Hop:
    exchange: Exchange = response.extensions["exchange"]
    return Hop(
        url=url,
        status=response.status_code,
        address=exchange.address,
        http_version=exchange.http_version,
        phases=exchange.phases,
        tls=exchange.tls,
        headers=tuple(selected(response.headers.raw)),
        location=location,
    )


def selected(raw: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Those of *raw* that `HEADERS` names, lower-case names, in order; values capped, cookies without theirs."""
    chosen: list[tuple[str, str]] = []
    policies = Counter[str]()
    for name, value in raw:
        known = _HEADERS.get(name.lower())
        if known in _POLICIES:
            policies[known] += 1
        # One more than is judged shows that there were more.
        if known is not None and policies[known] <= MAX_POLICIES + 1:
            limit = MAX_POLICY if known in _POLICIES else MAX_VALUE
            text = _text(value[: 4 * limit])
            chosen.append((known, (_flags(text) if known == "set-cookie" else text)[:limit]))
    return chosen[:MAX_HEADERS]


def _text(raw: bytes) -> str:
    """*raw* as UTF-8 when it is, else as Latin-1, which takes anything."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _flags(cookie: str) -> str:
    """A Set-Cookie value without the secret and without what differs on every visit (RFC 6265 §4.1)."""
    first, *attributes = cookie.split(";")
    kept = [item.strip() for item in attributes if item.partition("=")[0].strip().lower() in _FLAGS]
    return "; ".join([first.partition("=")[0].strip(), *kept])
