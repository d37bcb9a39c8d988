"""Mail servers on loopback that misbehave in one way each, and a caller for them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.net.dial import Dialer
from monitor.net.smtp import Smtp, SmtpSession
from monitor.settings import Net
from tests.integration.net.conftest import LOOPBACK, Names
from tests.integration.net.misbehaving import HOST

GREETING = b"220 situs.example.id ESMTP\r\n"
EXTENSIONS = b"250-situs.example.id\r\n250-SIZE 10240000\r\n250 STARTTLS\r\n"
GOOD: Mapping[str, bytes] = {"EHLO": EXTENSIONS, "STARTTLS": b"220 2.0.0 Ready\r\n", "QUIT": b"221 2.0.0 Bye\r\n"}


@dataclass(slots=True)
class Post:
    """A running server: what it was told, and how often it was called on."""

    port: int = 0
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    answers: Mapping[str, bytes] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    called: asyncio.Event = field(default_factory=asyncio.Event)
    protocols: list[str | None] = field(default_factory=list)
    """What was agreed on by ALPN, per handshake."""

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer commands until QUIT."""
        while line := await reader.readline():
            command = line.decode().strip()
            self.commands.append(command)
            verb = command.split()[0].upper()
            writer.write(self.answers.get(verb, b"502 5.5.1 Command not implemented\r\n"))
            await writer.drain()
            if verb == "QUIT":
                return
            if verb == "STARTTLS" and self.answers[verb].startswith(b"220") and self.tls is not None:
                await writer.start_tls(self.tls)
                self.protocols.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())


Behaviour = Callable[[Post, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def greeting(*pieces: bytes, then: Behaviour | None = None) -> Behaviour:
    """Sends *pieces* at once, then behaves like *then*; without it, listens on."""

    async def behave(post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        await (post.converse(reader, writer) if then is None else then(post, reader, writer))

    return behave


async def silent(post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says nothing, and never hangs up."""
    await asyncio.Event().wait()


async def closing(post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hangs up."""


def endless(piece: bytes) -> Behaviour:
    """Sends *piece* for ever."""

    async def behave(post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)  # draining waits only when the buffer is full: let a closed connection be noticed

    return behave


@asynccontextmanager
async def posting(
    behave: Behaviour | None = None, *, tls: ssl.SSLContext | None = None, answers: Mapping[str, bytes] = GOOD
) -> AsyncIterator[Post]:
    """A mail server; *answers* by verb stand in for the good ones."""
    post = Post(answers={**GOOD, **answers}, tls=tls)
    behaviour = behave or greeting(GREETING)
    running: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        post.connections += 1
        post.called.set()
        try:
            # Cancelled only by the end of `posting`: asyncio's own callback would take it for a mishap.
            with suppress(OSError, ValueError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await behaviour(post, reader, writer)
        finally:
            writer.transport.abort()
            running.discard(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Caller:
    """Looks at servers as the check does."""

    smtp: Smtp
    dialer: Dialer

    @classmethod
    def trusting(cls, ca: Path, **settings: Any) -> Caller:
        chosen: dict[str, Any] = {"allowed_networks": LOOPBACK, "extra_ca": (ca,), "system_ca": False}
        net = Net(**(chosen | settings))
        dialer = Dialer(net, Names())
        return cls(Smtp(net, dialer), dialer)

    async def call(self, port: int, *, within: float = 5.0, host: str = HOST) -> SmtpSession:
        deadline = asyncio.get_running_loop().time() + within
        return await self.smtp.look(host, port, helo="pemantau.example.id", deadline=deadline)
