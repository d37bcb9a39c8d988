"""One look at a mail server: greeting, extensions, STARTTLS and its certificate, QUIT (RFC 5321, RFC 3207)."""

from __future__ import annotations

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass

from monitor.net.dial import Dialer, Line
from monitor.net.errors import Mishap, diagnose
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase, TlsSession
from monitor.net.progress import Progress
from monitor.net.tls import secure
from monitor.net.trust import build_trust
from monitor.net.wire import Stream, Wire
from monitor.settings import Net

PATIENCE = 60.0
"""Seconds for one server, after our own waiting for a seat."""
GREETING = 30.0
"""Seconds for the greeting: servers delay it on purpose, to see who talks out of turn."""
PARTING = 2.0
"""Seconds to say goodbye in."""
LONGEST_LINE = 512
"""Bytes of a reply's line, its end included (RFC 5321 §4.5.3.1.5)."""
MOST_LINES = 50
READY, OK, CLOSING = 220, 250, 421
NOT_IMPLEMENTED = frozenset({500, 502})
"""To a command that the server does not know (RFC 5321 §4.2.4): EHLO to one that predates it."""

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_QUIT = b"QUIT\r\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said: the code, and the text of each line."""

    code: int
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join((str(self.code), *self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSession:
    """How far a server let us come; what is None was not reached."""

    address: str | None = None
    """The last address tried."""
    greeting: Reply | None = None
    hello: Reply | None = None
    """To EHLO."""
    starttls: Reply | None = None
    """To STARTTLS; None when it was not offered."""
    tls: TlsSession | None = None
    refusal: Reply | None = None
    """The reply that ended the conversation although the server speaks SMTP: it may not like us, or not now."""
    failure: Failure | None = None
    """What broke the conversation off."""

    @property
    def extensions(self) -> tuple[str, ...]:
        """The keywords after EHLO, upper case (RFC 5321 §4.1.1.1)."""
        lines = self.hello.lines[1:] if self.hello is not None and self.hello.code == OK else ()
        return tuple(line.split()[0].upper() for line in lines if line.split())


class Smtp:
    """Looks at mail servers through a `Dialer`, so that seats, routes and the address policy hold for them, too."""

    def __init__(self, settings: Net, dialer: Dialer) -> None:
        """Raises `ConfigError` for an unusable CA file."""
        self._dialer = dialer
        # Without ALPN: some servers refuse whoever proposes anything but SMTP (RFC 7301 §3.2).
        self._trust = build_trust(settings, alpn=())

    async def look(self, host: str, port: int, *, helo: str, deadline: float, fresh: bool = False) -> SmtpSession:
        """What the mail server *host* shows to one who greets as *helo* and only asks for TLS; never raises for it."""
        loop = asyncio.get_running_loop()
        progress = Progress(min(deadline, loop.time() + PATIENCE))
        talk = _Talk(helo)
        failure = None
        try:
            await self._visit(host, port, talk, progress, fresh=fresh)
        except ExchangeFailed as failed:
            failure = failed.failure
        except Mishap as mishap:
            failure = progress.failed(mishap).failure
        except OSError as error:
            failure = progress.failed(diagnose(error)).failure
        return SmtpSession(
            address=progress.address,
            greeting=talk.greeting,
            hello=talk.hello,
            starttls=talk.starttls,
            tls=progress.tls,
            refusal=talk.refusal,
            failure=failure,
        )

    async def _visit(self, host: str, port: int, talk: _Talk, progress: Progress, *, fresh: bool) -> None:
        line = await self._dialer.dial(host, port, progress, fresh=fresh)
        try:
            async with asyncio.timeout_at(progress.deadline):
                stream = await self._converse(line, host, talk, progress)
                await _part(stream)
        except BaseException:
            if progress.phase is not Phase.TLS:
                line.wire.farewell(_QUIT)
            raise
        finally:
            line.hang_up()

    async def _converse(self, line: Line, host: str, talk: _Talk, progress: Progress) -> Stream:
        """The stream at the end of the conversation, still open."""
        if not await talk.open(line.wire, progress):
            return line.wire
        try:
            stream = await secure(_Passes(line, talk), host, self._trust, progress)
        except _Refused:
            return line.wire
        progress.pause()
        return stream


class _Refused(Exception):
    """A second pass was not let in; the talk knows why."""


class _Talk:
    """Our side of the conversation up to the handshake, and what was said to us."""

    __slots__ = ("_helo", "greeting", "hello", "refusal", "starttls")

    def __init__(self, helo: str) -> None:
        self._helo = helo
        self.greeting: Reply | None = None
        self.hello: Reply | None = None
        self.starttls: Reply | None = None
        self.refusal: Reply | None = None

    async def open(self, wire: Wire, progress: Progress) -> bool:
        """Whether the server waits for our handshake now."""
        progress.start(Phase.TTFB)
        replies = _Replies(wire)
        self.greeting = await self._greeting(replies, progress)
        if self.greeting.code != READY:
            return self._refused(self.greeting)
        self.hello = await self._ask(wire, replies, f"EHLO {self._helo}")
        if self.hello.code != OK:
            return self.hello.code not in NOT_IMPLEMENTED and self._refused(self.hello)
        if "STARTTLS" not in SmtpSession(hello=self.hello).extensions:
            return False
        self.starttls = await self._ask(wire, replies, "STARTTLS")
        if self.starttls.code != READY:
            return self.starttls.code == CLOSING and self._refused(self.starttls)
        replies.expect_silence()
        return True

    async def _greeting(self, replies: _Replies, progress: Progress) -> Reply:
        until = min(progress.deadline, asyncio.get_running_loop().time() + GREETING)
        async with asyncio.timeout_at(until):
            return await replies.next()

    async def _ask(self, wire: Wire, replies: _Replies, command: str) -> Reply:
        replies.expect_silence()  # who answers before being asked is out of step (RFC 5321 §4.3.1)
        await wire.send(f"{command}\r\n".encode())
        return await replies.next()

    def _refused(self, reply: Reply) -> bool:
        self.refusal = reply
        return False


class _Passes:
    """A line that gets to the point of a handshake by itself, as often as one is needed."""

    def __init__(self, line: Line, talk: _Talk) -> None:
        self._line = line
        self._talk = talk

    @property
    def wire(self) -> Wire:
        return self._line.wire

    async def redial(self, progress: Progress) -> None:
        """A new connection, talked up to the handshake. Raises `_Refused` when the server has had enough of us."""
        await self._line.redial(progress)
        if not await self._talk.open(self._line.wire, progress):
            self._talk.refusal = self._talk.refusal or self._talk.starttls
            raise _Refused
        progress.start(Phase.TLS)


class _Replies:
    """The server's replies, one after the other; endless ones, and what is no reply, end in a `Mishap`."""

    __slots__ = ("_buffer", "_stream")

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._buffer = b""

    async def next(self) -> Reply:
        """The next reply, all its lines (RFC 5321 §4.2.1)."""
        lines: list[str] = []
        while len(lines) < MOST_LINES:
            code, more, text = _parsed(await self._line())
            lines.append(text)
            if not more:
                return Reply(code, tuple(lines))
        raise Mishap(FailureKind.MALFORMED, f"a reply of more than {MOST_LINES} lines")

    def expect_silence(self) -> None:
        """Raises `Mishap` when more was said than asked for: after 220 to STARTTLS, it would pass for protected."""
        if self._buffer:
            raise Mishap(FailureKind.MALFORMED, "data after a reply, before it was asked for")

    async def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n", 0, LONGEST_LINE)) < 0:
            if len(self._buffer) >= LONGEST_LINE:
                raise Mishap(FailureKind.MALFORMED, f"a line of more than {LONGEST_LINE} bytes")
            data = await self._stream.receive()
            if not data:
                raise Mishap(FailureKind.CLOSED, "closed in the middle of the conversation")
            self._buffer += data
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line.removesuffix(b"\r")


def _parsed(line: bytes) -> tuple[int, bool, str]:
    """(code, whether more lines follow, text) of one line of a reply."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise Mishap(FailureKind.MALFORMED, f"not a reply: {_printable(line)[:80]!r}")
    return int(match[1]), match[2] == b"-", _printable(match[3] or b"")


def _printable(line: bytes) -> str:
    """*line* without what a terminal or a database would take for more than text."""
    text = line.decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


async def _part(stream: Stream) -> None:
    """Say QUIT and hear the answer out, so that their log shows an orderly end (RFC 5321 §4.1.1.10)."""
    with suppress(Mishap, TimeoutError, ssl.SSLError, OSError):
        async with asyncio.timeout(PARTING):
            await stream.send(_QUIT)
            await _Replies(stream).next()
