"""The transport of all probes: one fresh connection per request, one deadline, every phase timed where it happens."""

from __future__ import annotations

import asyncio

import httpx

from monitor.net.body import MAX_BODY
from monitor.net.dial import Dialer, Line, Resolves
from monitor.net.errors import Mishap, diagnose
from monitor.net.exchange import Answer, exchange
from monitor.net.facts import Exchange, ExchangeFailed
from monitor.net.progress import Progress
from monitor.net.request import Errand, prebuilt, take_apart, user_agent
from monitor.net.tls import secure
from monitor.net.trust import Trust, build_trust
from monitor.net.wire import LIMIT, Stream
from monitor.settings import Net

DEFAULT_TIME = 10.0
"""Seconds for an exchange whose request names no deadline."""


class ProbeTransport(httpx.AsyncBaseTransport):
    """
    Resolve, connect, TLS, one GET or HEAD, close; no pool, no cookies, no redirects followed.

    `request.extensions` may hold `deadline` (loop time; everything ends then), `fresh` (True: no cached look-up) and
    `room` (bytes of a body that are kept, where they are not to be `MAX_BODY`).
    They are read before the first await, so a prebuilt request may be shared and given new extensions each time.

    The response is read and decoded; its extensions hold `exchange`, the facts, and `deadline`, the one given plus
    the time we queued for a seat: what a next hop may use. Anything else is an `ExchangeFailed`; an `OSError` that
    comes through is ours.
    """

    def __init__(self, settings: Net, resolver: Resolves) -> None:
        """Raises `ConfigError` for an unusable CA file or an unreadable `connect_to`."""
        self._dialer = Dialer(settings, resolver)
        self._trust = build_trust(settings)
        self._agent = user_agent(settings.contact_url)

    @property
    def dialer(self) -> Dialer:
        """The only way to a target's socket, for conversations that are not HTTP."""
        return self._dialer

    @property
    def trust(self) -> Trust:
        """The contexts of its handshakes, for those that ask nothing."""
        return self._trust

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to *request*; see the class."""
        errand = take_apart(request, self._agent)
        deadline = request.extensions.get("deadline") or asyncio.get_running_loop().time() + DEFAULT_TIME
        fresh = bool(request.extensions.get("fresh"))
        room = int(request.extensions.get("room") or MAX_BODY)
        progress = Progress(deadline)
        try:
            answer = await self._run(errand, progress, fresh=fresh, room=room)
        except ExchangeFailed as failed:
            raise ExchangeFailed(failed.failure, progress.phases()) from failed
        except Mishap as mishap:
            raise progress.failed(mishap) from mishap
        except OSError as error:
            raise progress.failed(diagnose(error)) from error
        return _response(answer, request, progress)

    async def _run(self, errand: Errand, progress: Progress, *, fresh: bool, room: int) -> Answer:
        line = await self._dialer.dial(errand.host, errand.port, progress, fresh=fresh)
        try:
            async with asyncio.timeout_at(progress.deadline):
                stream = await self._stream(line, errand, progress)
                line.wire.limit = max(LIMIT, 2 * room)
                return await exchange(stream, errand.question, progress, room=room)
        finally:
            line.hang_up()

    async def _stream(self, line: Line, errand: Errand, progress: Progress) -> Stream:
        if errand.tls:
            return await secure(line, errand.host, self._trust, progress)
        return line.wire


class _Response(httpx.Response):
    """A response whose body is here already: decoded, although Content-Encoding still says how it was served."""

    def __init__(self, answer: Answer, extensions: dict[str, object]) -> None:
        body = answer.content
        super().__init__(answer.status, headers=answer.headers, stream=httpx.ByteStream(body), extensions=extensions)
        self._content = body  # where httpx keeps a read body; reading it the usual way would decode it once more
        self.is_stream_consumed = True
        self.is_closed = True


def _response(answer: Answer, request: httpx.Request, progress: Progress) -> httpx.Response:
    facts = Exchange(
        address=progress.address or "",
        http_version=answer.http_version,
        phases=progress.phases(),
        tls=progress.tls,
        wire=answer.wire,
        capped=answer.capped,
    )
    response = _Response(answer, {"exchange": facts, "deadline": progress.deadline})
    response.request = request
    return response


__all__ = ["ProbeTransport", "prebuilt", "user_agent"]
