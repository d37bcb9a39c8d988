"""A proxy for one browser and one page: its every connection goes through our dialer, address policy and caps."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import structlog

from monitor.net.dial import Dialer, Line
from monitor.net.errors import Mishap
from monitor.net.facts import ExchangeFailed
from monitor.net.progress import Progress
from monitor.net.wire import Wire
from monitor.settings import split_address

MAX_BYTES = 16 * 1024 * 1024
"""Of everything a page may load together."""
MAX_LINES = 64
"""Connections of one page."""
PORTS = frozenset({80, 443})
"""Where a page may fetch things from, besides the port it was listed with."""
_HEAD = 16 * 1024
_CHUNK = 32 * 1024
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_FAILED = b"HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Errand:
    """Where a browser wants to go, and the first bytes to send there."""

    host: str
    port: int
    first: bytes
    """Empty for a tunnel."""


class _Refused(Exception):
    """What was asked for is not let through."""


class Fence:
    """Listens on loopback while entered; `address` is for the browser's proxy setting."""

    def __init__(self, dialer: Dialer, deadline: float, ports: frozenset[int] = frozenset()) -> None:
        """Let everything end at loop time *deadline*; allow *ports* besides `PORTS`."""
        self._dialer = dialer
        self._deadline = deadline
        self._ports = PORTS | ports
        self._left = MAX_BYTES
        self._lines = MAX_LINES
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of everything."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        """`127.0.0.1:port`."""
        if self._server is None:
            raise RuntimeError("the fence is not up")
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            async with asyncio.timeout_at(self._deadline):
                await self._let_through(reader, writer)
        except (_Refused, ValueError, asyncio.LimitOverrunError):
            writer.write(_REFUSED)
        except asyncio.CancelledError:
            pass  # only `__aexit__` cancels it, and a stream's task that ends as cancelled is logged as an error
        except (Mishap, ExchangeFailed, OSError, asyncio.IncompleteReadError) as error:
            log.debug("fence.failed", reason=str(error))
            writer.write(_FAILED)
        finally:
            writer.close()

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        errand = _errand(await reader.readuntil(b"\r\n\r\n"))
        if errand.port not in self._ports or self._lines <= 0:
            raise _Refused
        self._lines -= 1
        progress = Progress(self._deadline)
        line = await self._dialer.dial(errand.host, errand.port, progress, fresh=False)
        try:
            line.wire.limit = MAX_BYTES
            if errand.first:
                await line.wire.send(errand.first)
            else:
                writer.write(_OPEN)
            await self._carry(reader, writer, line)
        finally:
            line.hang_up()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
        """Bytes both ways until the site has said everything, or too much."""
        upward = asyncio.create_task(_upward(reader, line.wire))
        try:
            while self._left > 0 and (data := await line.wire.receive()):
                self._left -= len(data)
                writer.write(data)
                await writer.drain()
        finally:
            upward.cancel()
            await asyncio.gather(upward, return_exceptions=True)


async def _upward(reader: asyncio.StreamReader, wire: Wire) -> None:
    while data := await reader.read(_CHUNK):
        await wire.send(data)


def _errand(head: bytes) -> _Errand:
    """What a proxy is asked for (RFC 9112 §3.2.2, §3.2.3). Raises `ValueError`."""
    line, _, rest = head.partition(b"\r\n")
    method, target, _version = line.decode("ascii").split(" ")
    if method == "CONNECT":
        host, port = split_address(target)
        return _Errand(host, port, b"")
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname or method not in {"GET", "HEAD"}:
        raise _Refused
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    fields = [field for field in rest.split(b"\r\n") if field and not field.lower().startswith(_HOP_BY_HOP)]
    first = b"\r\n".join([f"{method} {path} HTTP/1.1".encode("ascii"), *fields, b"Connection: close", b"", b""])
    return _Errand(parts.hostname, parts.port or 80, first)


_HOP_BY_HOP = (b"connection:", b"proxy-", b"keep-alive:")
