"""Servers on loopback that misbehave in one way each, and the certificates they serve."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

HOST = "situs.example.id"
PAGE = b"<title>Halo</title>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\n\r\n" + PAGE
DAY = timedelta(days=1)

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Site:
    """A running server: its port, what it was asked, and how many connections it saw."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.port = 0
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.asked: list[bytes] = []


@asynccontextmanager
async def serving(
    handler: Handler, *, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1"
) -> AsyncIterator[Site]:
    """A server that lets *handler* do what it likes with each connection."""
    site = Site(address)
    running: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        site.connections += 1
        site.open += 1
        site.most_open = max(site.most_open, site.open)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await handler(reader, writer)
        finally:
            site.open -= 1
            writer.transport.abort()
            running.discard(task)

    server = await asyncio.start_server(accept, address, 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)


async def request_of(reader: asyncio.StreamReader) -> bytes:
    """The request's head, read to its empty line."""
    return await reader.readuntil(b"\r\n\r\n")


def answering(*pieces: bytes, then: str = "close") -> Handler:
    """Reads the request, sends *pieces*, and then closes, resets, or says no more."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        await _ending(then, writer)

    return handler


def endless(start: bytes, piece: bytes) -> Handler:
    """Sends *start* and then *piece* for ever."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(start)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)  # draining waits only when the buffer is full: let a closed connection be noticed

    return handler


def at_hello(reply: bytes, then: str = "close") -> Handler:
    """Does not wait for a request: sends *reply* at the first bytes, whatever they are."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        writer.write(reply)
        await _ending(then, writer)

    return handler


async def _ending(then: str, writer: asyncio.StreamWriter) -> None:
    if then == "silence":
        await asyncio.Event().wait()
    elif then == "reset":
        reset(writer)
    else:
        await writer.drain()
        writer.close()
        await writer.wait_closed()


def reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def black_hole(address: str = "127.0.0.1") -> Iterator[int]:
    """A port whose queue is full, so that the kernel drops every further SYN."""
    with socket.socket() as listener:
        listener.bind((address, 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(2)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex((address, port))
        try:
            yield port
        finally:
            for filler in fillers:
                filler.close()


def closed_port(address: str = "127.0.0.1") -> int:
    """A port nobody listens at."""
    with socket.socket() as sock:
        sock.bind((address, 0))
        port: int = sock.getsockname()[1]
        return port


class Authority:
    """A certificate authority with an intermediate, and every kind of leaf it should not have signed."""

    def __init__(self, folder: Path) -> None:
        self.root = trustme.CA()
        self.intermediate = self.root.create_child_ca()
        self.pem = folder / "ca.pem"
        self.root.cert_pem.write_to_path(self.pem)

    def good(self, *names: str) -> ssl.SSLContext:
        """A chain in order, for *names*."""
        return _server(self.intermediate.issue_cert(*(names or (HOST,))))

    def expired(self) -> ssl.SSLContext:
        """Ended yesterday."""
        now = datetime.now(UTC)
        return _server(self.root.issue_cert(HOST, not_before=now - 9 * DAY, not_after=now - DAY))

    def not_yet_valid(self) -> ssl.SSLContext:
        """Begins tomorrow."""
        now = datetime.now(UTC)
        return _server(self.root.issue_cert(HOST, not_before=now + DAY, not_after=now + 9 * DAY))

    def incomplete(self) -> ssl.SSLContext:
        """The leaf without the intermediate that signed it."""
        leaf = self.intermediate.issue_cert(HOST)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        only = self.pem.parent / "incomplete.pem"
        only.write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
        context.load_cert_chain(only)
        return context

    def outdated(self, context: ssl.SSLContext | None = None) -> ssl.SSLContext:
        """TLS 1.0 and nothing newer."""
        context = context or self.good()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context


def stranger() -> ssl.SSLContext:
    """Signed by an authority nobody knows."""
    return _server(trustme.CA().issue_cert(HOST))


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that vouches for itself."""
    authority = trustme.CA()
    pem = folder / "self-signed.pem"
    pem.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def _server(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context
