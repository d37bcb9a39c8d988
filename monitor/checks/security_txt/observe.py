"""The file of RFC 9116 fetched as a researcher would: where it belongs, then where it used to be."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import httpx

from monitor.checks.base import Context
from monitor.checks.security_txt.facts import Found, Place
from monitor.domains import Domains, host_of, registrable
from monitor.errors import Unreachable
from monitor.model import Target
from monitor.net.facts import Exchange

WELL_KNOWN = "/.well-known/security.txt"
TOP_LEVEL = "/security.txt"
MAX_REDIRECTS = 3
MAX_SIZE = 32 * 1024
"""Bytes (RFC 9116 §5.5 asks readers to bound what they take)."""
MAX_URL = 500

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_GONE = frozenset({404, 410})
_HTML = re.compile(r"\ufeff?\s*<(?:!doctype|html|head|body|!--|\?xml)", re.IGNORECASE)
_FIELD = re.compile(r"^(?:contact|expires)\s*:", re.IGNORECASE | re.MULTILINE)
_ANYBODY = Domains()


async def observe(target: Target, ctx: Context, *, within: timedelta) -> Found:
    """What is at *target*'s two places; `Unreachable` when a server would not say, or may be anybody."""
    deadline = asyncio.get_running_loop().time() + within.total_seconds()
    walk = _Walk(ctx, deadline)
    base = f"https://{urlsplit(target.url).netloc.rpartition('@')[2]}"
    found = await walk.to(base + WELL_KNOWN, Place.WELL_KNOWN)
    return await walk.to(base + TOP_LEVEL, Place.TOP_LEVEL) if found.place is Place.ABSENT else found


@dataclass(slots=True)
class _Walk:
    """Requests one after the other under one deadline."""

    ctx: Context
    deadline: float

    async def to(self, url: str, place: Place) -> Found:
        """What is at *url*, redirects followed within the government (RFC 9116 §3 and §5.2)."""
        urls = [url]
        while True:
            response = await self._send(urls[-1])
            onward = _onward(response)
            if onward is None:
                return _found(response, tuple(urls), place)
            urls.append(onward)
            away = _away(url, onward)
            if away is not None:
                return Found(place=away, urls=tuple(urls), status=response.status_code)
            if len(urls) > 1 + MAX_REDIRECTS:
                raise Unreachable(f"dialihkan lebih dari {MAX_REDIRECTS} kali dari {url}")

    async def _send(self, url: str) -> httpx.Response:
        request = httpx.Request(
            "GET",
            url,
            headers={"Accept": "text/plain, */*;q=0.1", "Accept-Encoding": "gzip", "Connection": "close"},
            extensions={"deadline": self.deadline, "fresh": self.ctx.fresh},
        )
        response = await self.ctx.net.http.handle_async_request(request)
        self.deadline = response.extensions["deadline"]  # later by what we queued for a seat
        if not _is_verified(response.extensions["exchange"]):
            raise Unreachable(f"sertifikat {host_of(url)} tidak terverifikasi, jadi jawabannya tidak dipercaya")
        return response


def _is_verified(exchange: Exchange) -> bool:
    """Whether it is the site that answered: anybody on the way can answer under any other certificate."""
    return exchange.tls is not None and exchange.tls.verify_code == 0


def _onward(response: httpx.Response) -> str | None:
    """The absolute target of a redirect; None when *response* is none. Raises `Unreachable` for one to nowhere."""
    location = response.headers.get("location")
    if response.status_code not in _REDIRECTS or location is None:
        return None
    try:
        onward: str = urljoin(str(response.request.url), location).partition("#")[0]
    except ValueError:
        onward = ""
    if not host_of(onward) or len(onward) > MAX_URL:
        raise Unreachable(f"{response.request.url} mengalihkan ke alamat yang tidak dapat dipakai")
    return onward


def _away(start: str, onward: str) -> Place | None:
    """Why *onward* is not followed; None when it is."""
    host = host_of(onward)
    registered = registrable(host)
    ours = host == host_of(start) or (registered != "" and registered == registrable(host_of(start)))
    if not (ours or _ANYBODY.standing(host).is_government):
        return Place.FOREIGN
    return None if urlsplit(onward).scheme == "https" else Place.PLAIN


def _found(response: httpx.Response, urls: tuple[str, ...], place: Place) -> Found:
    """
    What *response* is.

    A 200 with a page for people is what many sites answer for everything that is not there. Raises `Unreachable` for a
    status that says neither that there is a file nor that there is none.
    """
    status, kind = response.status_code, response.headers.get("content-type", "")[:100]
    if status in _GONE:
        return Found(place=Place.ABSENT, urls=urls, status=status)
    if status != _OK:
        raise Unreachable(f"{urls[-1]} menjawab {status}")
    exchange: Exchange = response.extensions["exchange"]
    body = response.content[:MAX_SIZE]
    text = body.decode("utf-8", "replace")
    if _is_page(text, kind):
        return Found(place=Place.ABSENT, urls=urls, status=status, kind=kind)
    return Found(
        place=place,
        urls=urls,
        status=status,
        kind=kind,
        text=text,
        oversized=exchange.capped or len(response.content) > MAX_SIZE,
        not_utf8=not _is_utf8(body),
    )


def _is_page(text: str, kind: str) -> bool:
    """Whether this is something else than the file: HTML, nothing, or what neither looks like it nor claims to be."""
    if not text.strip() or _HTML.match(text):
        return True
    return not kind.lower().startswith("text/plain") and _FIELD.search(text) is None


def _is_utf8(body: bytes) -> bool:
    """Whether *body* is UTF-8, but for a last character that the cap cut in two."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(body) == MAX_SIZE and error.reason == "unexpected end of data"
    return True
