"""The door: before any page is made, who is asking, whether they may, whether the form is ours; after, the trail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote

import structlog
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.access import keys, local
from monitor.access.people import Principal, Via, anybody, nobody
from monitor.access.roles import Action
from monitor.access.throttle import Rule, Throttle
from monitor.doorkeeper import Doorkeeper
from monitor.settings import LoginMode, Settings
from monitor.web import permits, who
from monitor.web.guard import MAX_BODY
from monitor.web.problems import respond
from monitor.web.view import View

log = structlog.get_logger(__name__)

FIELD = "csrf"
WALL = "/dinding"
HEADER = "x-csrf-token"
OTHER_RECORD = "pemantau ini memegang catatan lain daripada yang dimaksud perintah"
WRONG_FORM = "Formulir ini bukan dari sesi Anda yang sekarang. Muat ulang halamannya, lalu kirim lagi."
_HOURLY = Rule(free=0, first=timedelta(0), longest=timedelta(0), forgotten=timedelta(hours=1))


def is_secure(settings: Settings) -> bool:
    """Whether the cookie is for HTTPS only."""
    if settings.login.secure_cookie is not None:
        return settings.login.secure_cookie
    return not settings.web.is_loopback or bool(settings.web.names)


def cookie_of(settings: Settings) -> str:
    """The cookie's name; `__Host-` has browsers insist on HTTPS, on this host and on the whole of it."""
    return "__Host-sesi" if is_secure(settings) else "sesi"


def shows_metrics(settings: Settings) -> bool:
    """Whether `/metrics` is open: only this machine reaches it, and nothing stands before it."""
    return settings.web.is_loopback and not settings.web.names and settings.login.mode is not LoginMode.PROXY


def address_of(scope: Scope, keeper: Doorkeeper | None) -> str:
    """From where a request comes; a named proxy's word is taken for it."""
    peer = str((scope.get("client") or ("", 0))[0])
    if keeper is None or not keeper.believes(peer):
        return peer
    said = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).rpartition(",")[2].strip()
    try:
        return str(ip_address(said))
    except ValueError:
        return peer


class Door:
    """Wraps the application, within the guard."""

    def __init__(self, app: ASGIApp, view: View) -> None:
        """Let in whom the doorkeeper of *view* knows; everybody, unrecorded, when it has none."""
        self._app = app
        self._keeper = view.door
        self._cookie = cookie_of(view.settings)
        self._is_required = view.door is not None and view.door.is_required
        self._open_metrics = not self._is_required or shows_metrics(view.settings)
        self._now = view.now
        self._strangers = Throttle(_HOURLY, 1000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not scope["path"].isprintable():  # a route may take `/x` and a line feed for `/x`, and the table would not
            who.begin(nobody())
            await respond(scope, 404)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        principal = self._principal(scope, headers)
        visit = who.begin(principal)
        action = permits.action_of(scope["method"], scope["path"])
        if permits.is_open(scope["path"]) or (action is Action.METRICS and self._open_metrics):
            await self._app(scope, receive, send)
            return
        if not principal.may(action):
            await _refuse(scope, principal, action)(scope, receive, send)
            return
        if local.OUR_RECORD in headers and principal.via is not Via.LOCAL:
            await respond(scope, 421, OTHER_RECORD)(scope, receive, send)
            return
        if principal.csrf and scope["method"] not in permits.SAFE:
            receive, is_ours = await _checked(scope, headers, receive, principal.csrf)
            if not is_ours:
                await respond(scope, 403, WRONG_FORM)(scope, receive, send)
                return
        await self._touch(principal, headers, scope["path"])
        await self._app(scope, receive, self._recording(scope, send, visit, action))

    def _principal(self, scope: Scope, headers: Headers) -> Principal:
        keeper, address = self._keeper, address_of(scope, self._keeper)
        if keeper is None:
            return anybody(address)
        named = self._by_proxy(keeper, scope, headers, address)
        kind, _, secret = headers.get("authorization", "").partition(" ")
        if named is None and kind.lower() == "bearer":
            named = keeper.by_secret(secret.strip(), address)
            if named is None and self._is_required:
                return nobody(address)  # a token that opens nothing is no reason to try something else
        if named is None and self._is_required and (cookie := self._session(headers)):
            named = keeper.by_cookie(cookie, address)
        return named or (nobody(address) if self._is_required else anybody(address))

    def _by_proxy(self, keeper: Doorkeeper, scope: Scope, headers: Headers, address: str) -> Principal | None:
        said = headers.getlist(keeper.user_header)
        if not said:
            return None
        peer = str((scope.get("client") or ("", 0))[0])
        if not (keeper.asks_proxies and keeper.believes(peer)):
            if (count := self._strangers.fail(peer, self._now())) & (count - 1) == 0:
                log.warning("login.header_ignored", peer=peer, count=count)
            return None
        if len(said) > 1:
            log.warning("login.header_ambiguous", peer=peer)
            return nobody(address)
        found = keeper.by_proxy(said[0], ",".join(headers.getlist(keeper.role_header)), address)
        return found or Principal(via=Via.PROXY, name=said[0][:40], address=address)

    def _session(self, headers: Headers) -> str:
        return cookie_parser(headers.get("cookie", "")).get(self._cookie, "")

    async def _touch(self, principal: Principal, headers: Headers, path: str) -> None:
        """The session goes on while a person uses it; a page that renews itself does not count, but for the wall."""
        by_script = (
            path != WALL and headers.get("sec-fetch-dest") == "empty" and headers.get("sec-fetch-mode") != "navigate"
        )
        if self._keeper is not None and principal.via is Via.SESSION and not by_script:
            await self._keeper.touch(self._session(headers))

    def _recording(self, scope: Scope, send: Send, visit: who.Visit, action: Action) -> Send:
        """A `send` that has what was done in the trail before anybody hears that it was done."""
        keeper = self._keeper
        if keeper is None or action not in permits.RECORDED:
            return send

        async def recorded(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:  # noqa: PLR2004
                about = f"{scope['path'][:200]} {visit.about}".strip()
                await keeper.note(visit.principal, action, about, visit.actor)
            await send(message)

        return recorded


def _refuse(scope: Scope, principal: Principal, action: Action) -> Response:
    """Who is nobody is asked to sign in; who is somebody is told what is missing."""
    if principal.via is not Via.NOBODY:
        return respond(scope, 403, who.refusal(principal, action))
    path = scope["path"]
    if scope["method"] in permits.SAFE and not path.startswith("/api/") and path != "/metrics":
        query = scope.get("query_string", b"").decode("latin-1")
        return RedirectResponse(f"/masuk?ke={quote(f'{path}?{query}' if query else path, safe='')}", 303)
    response = respond(scope, 401)
    response.headers["www-authenticate"] = 'Bearer realm="papan pantau"'
    return response


async def _checked(scope: Scope, headers: Headers, receive: Receive, csrf: str) -> tuple[Receive, bool]:
    """What the application is to receive, and whether the request brings along what only our pages have."""
    if HEADER in headers or scope["path"].startswith("/api/"):
        return receive, keys.are_same(headers.get(HEADER, ""), csrf)
    body, again = await _read(receive)
    try:
        fields = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=100))
    except (UnicodeDecodeError, ValueError):
        fields = {}
    return again, keys.are_same(fields.get(FIELD, ""), csrf)


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, whose length the guard has seen to, and a `receive` that gives it once more."""
    body, is_more = b"", True
    while is_more and len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        is_more = message["type"] == "http.request" and message.get("more_body", False)
    told: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    rest: Callable[[], Awaitable[Message]] = receive

    async def again() -> Message:
        return told.pop() if told else await rest()

    return body, again
