"""What stands before every answer: the Host header's sanity, the security headers, and HEAD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.access import local
from monitor.web.problems import respond

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Content-Security-Policy: nothing from elsewhere, nothing inline; `connect-src` is the board's own renewal."""
SECURITY = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""
On every answer, errors included.

Under `no-referrer` a browser would send our own forms with `Origin: null` (Fetch, §3.2), as it sends a stranger's;
`same-origin` tells strangers as little, and lets the guard tell the two apart.
"""


_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
MAX_BODY = 64 * 1024
"""Bytes of a form or a JSON document."""


class Guard:
    """
    Wraps the application.

    A page elsewhere whose name is made to resolve to loopback reaches us with its own name in Host; it is refused
    (421, RFC 9110 §15.5.20), so that no foreign script reads the board. What changes something is taken from the
    board's own pages and from programs only: a browser says where a request comes from (Fetch Metadata, or Origin).
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        """Let requests for *hosts* (names or addresses, without port) through to *app*."""
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        always = {**SECURITY, "cache-control": _cache(scope["path"])}
        if local.OUR_RECORD in headers:
            always[local.OUR_RECORD] = local.DAEMON
        headed = _Headed(send, head=scope["method"] == "HEAD", always=always)
        if host_of(headers.get("host", "")) not in self._hosts:
            await respond(scope, 421, "Alamat ini bukan papan pantau.")(scope, receive, headed)
            return
        refusal = _refusal(headers) if scope["method"] not in _SAFE else None
        if refusal is not None:
            await respond(scope, *refusal)(scope, receive, headed)
            return
        # A HEAD is a GET whose content is not sent (RFC 9110 §9.3.2).
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        await self._app(inner, receive, headed)


def _refusal(headers: Headers) -> tuple[int, str] | None:
    """Why a request that would change something is not even looked at: status and words; None when it is."""
    if not _is_ours(headers):
        return 403, "Permintaan ini datang dari halaman lain, bukan dari papan pantau."
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdecimal() or len(length) > 9 or int(length) > MAX_BODY:  # noqa: PLR2004
        return 413, f"Isi permintaan paling banyak {MAX_BODY // 1024} KiB, dan panjangnya harus disebut."
    return None


def _is_ours(headers: Headers) -> bool:
    """Whether it comes from a page of this board, or from no page at all: no script can forge these two."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    return origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower()


def host_of(header: str) -> str | None:
    """The host of a Host header, lower case, without port and brackets; None when it is not one."""
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None


def _cache(path: str) -> str:
    """Assets are asked for again by their ETag; everything else is what is known this moment."""
    return "no-cache" if path.startswith("/static/") else "no-store"


class _Headed:
    """A `send` that adds the headers *always* where there are none, and withholds the content of an answer to HEAD."""

    def __init__(self, send: Send, *, head: bool, always: Mapping[str, str]) -> None:
        self._send = send
        self._head = head
        self._always = always

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in self._always.items():
                headers.setdefault(name, value)
        elif self._head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)
