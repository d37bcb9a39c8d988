"""One HTTP/1.1 request and its answer, read by h11 under caps (RFC 9112)."""

from __future__ import annotations

import h11

from monitor.net.body import MAX_BODY, Body
from monitor.net.errors import Mishap
from monitor.net.facts import FailureKind, Phase
from monitor.net.progress import Progress
from monitor.net.wire import Stream

MAX_HEADERS = 64 * 1024
"""Bytes before the body, interim responses included."""
MAX_WIRE = 1024 * 1024
"""Bytes of the whole answer, before decoding."""
MAX_PIECES = 8192
"""Pieces a body may come in: a megabyte of one-byte chunks would be seconds of our time."""

_HTTP = b"HTTP/"
_TOO_LARGE = 431
_END = h11.EndOfMessage()


class Answer:
    """Reads an answer from the bytes it is fed; knows nothing of sockets."""

    __slots__ = ("_body", "_h11", "_pieces", "_room", "_start", "capped", "headers", "http_version", "status", "wire")

    def __init__(self, room: int = MAX_BODY) -> None:
        """Nothing has been asked yet; of a body *room* bytes are kept."""
        self._room = room
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEADERS)
        self._start = b""
        self._body: Body | None = None
        self._pieces = 0
        self.status = 0
        self.http_version = ""
        self.headers: list[tuple[bytes, bytes]] = []
        self.wire = 0
        """Bytes fed."""
        self.capped = False

    def ask(self, request: h11.Request) -> bytes:
        """The bytes of *request*; the answer to it may then be fed."""
        return (self._h11.send(request) or b"") + (self._h11.send(_END) or b"")

    @property
    def content(self) -> bytes:
        """The decoded body, up to the cap."""
        return self._body.content() if self._body else b""

    def feed(self, data: bytes) -> bool:
        """Take *data*, empty at the end; True when the answer is whole or a cap is reached. Raises `Mishap`."""
        self._expect_http(data)
        self.wire += len(data)
        try:
            self._h11.receive_data(data)
            whole = self._advance()
        except h11.RemoteProtocolError as error:
            raise self._mishap(error, ended=not data) from error
        self._expect_progress(whole=whole, ended=not data)
        return whole

    def _expect_progress(self, *, whole: bool, ended: bool) -> None:
        if self._body is None and self.wire > MAX_HEADERS:
            raise Mishap(FailureKind.HEADERS_TOO_LARGE, f"no end of the headers after {self.wire} bytes")
        if self._body is None and whole:
            raise Mishap(FailureKind.MALFORMED, "over without a final response")
        if ended and not whole:
            raise Mishap(FailureKind.CLOSED, "closed within the answer")

    def _expect_http(self, data: bytes) -> None:
        """Refuse another protocol at its first bytes instead of waiting for an end of headers that never comes."""
        if len(self._start) >= len(_HTTP):
            return
        self._start = (self._start + data[: len(_HTTP)])[: len(_HTTP)]
        if not _HTTP.startswith(self._start):
            raise Mishap(FailureKind.MALFORMED, f"starts with {self._start!r}")

    def _advance(self) -> bool:
        while True:
            event = self._h11.next_event()
            if isinstance(event, h11.Data) and self._body:
                if self._take(event.data):
                    return True
            elif isinstance(event, h11.Response):
                self._begin(event)
            elif not isinstance(event, h11.InformationalResponse):
                return event is not h11.NEED_DATA

    def _begin(self, event: h11.Response) -> None:
        self.status = event.status_code
        self.http_version = event.http_version.decode("ascii")
        self.headers = list(event.headers)
        self._body = Body(self.headers, self._room)

    def _take(self, data: bytes) -> bool:
        """Add *data* to the body; True when that is enough."""
        assert self._body is not None  # noqa: S101
        self._body.feed(bytes(data))
        self._pieces += 1
        self.capped = self._body.full or self.wire > max(MAX_WIRE, 2 * self._room) or self._pieces > MAX_PIECES
        return self.capped

    def _mishap(self, error: h11.RemoteProtocolError, *, ended: bool) -> Mishap:
        if error.error_status_hint == _TOO_LARGE:
            return Mishap(FailureKind.HEADERS_TOO_LARGE, str(error))
        if ended:
            return Mishap(FailureKind.CLOSED, str(error) if self._body else "closed within the headers")
        return Mishap(FailureKind.MALFORMED, str(error))


async def exchange(stream: Stream, request: h11.Request, progress: Progress, *, room: int = MAX_BODY) -> Answer:
    """The answer to *request*, whole or capped at *room*. Raises `Mishap`, or what the stream raises."""
    answer = Answer(room)
    question = answer.ask(request)
    progress.start(Phase.TTFB)
    await stream.send(question)
    data = await stream.receive()
    if not data:
        raise Mishap(FailureKind.CLOSED, "closed without an answer")
    progress.start(Phase.TRANSFER)
    while not answer.feed(data):
        data = await stream.receive()
    progress.pause()
    return answer
