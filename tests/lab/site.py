"""A web server's side of one connection: the happy path prebuilt and written at once, the rest left to `mischief`."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from dataclasses import replace
from email.utils import formatdate
from typing import cast

from tests.lab import files, hijacked, mischief, pages, post, security
from tests.lab.messages import Request, answer, parsed
from tests.lab.town import GAMBLING, ISSUER, Resident, Town

_LINGER_ZERO = struct.pack("ii", 1, 0)
_KEPT = 1024


class Servings:
    """The good answers of the whole town, built once and kept while there is room."""

    def __init__(self, town: Town, issuer_der: bytes) -> None:
        self.town = town
        self._issuer = issuer_der
        self._kept: dict[tuple[bool, str, str], tuple[bytes, bytes]] = {}
        self._date = (0, b"")

    def good(self, request: Request) -> tuple[bytes, bytes]:
        """The answer of a site where nothing is wrong, in two parts."""
        key = request.secure, request.host, request.path
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[key] = self._made(request)
        return found

    def date(self) -> bytes:
        """The `Date` field's line, renewed each second."""
        now = int(time.time())
        if self._date[0] != now:
            self._date = now, b"\r\nDate: " + formatdate(now, usegmt=True).encode()
        return self._date[1]

    def _made(self, request: Request) -> tuple[bytes, bytes]:
        resident = self.town.residents.get(request.host)
        if resident is None:
            return answer(404, b"<!DOCTYPE html><title>Situs tidak ada di server ini</title>"), b""
        if resident.host == ISSUER:
            return answer(200, self._issuer, kind="application/pkix-cert"), b""
        if resident.secure and not request.secure:
            return answer(301, b"", f"Location: https://{request.host}{request.path}"), b""
        if (known := _well_known(resident, request.path)) is not None:
            return known, b""
        if request.path.partition("?")[0] not in resident.paths:
            return answer(404, b"<!DOCTYPE html><title>Halaman tidak ditemukan</title>"), b""
        return (hijacked.casino(resident), b"") if resident.host == GAMBLING else self.page(resident)

    def page(self, resident: Resident) -> tuple[bytes, bytes]:
        """The page of *resident* as an answer."""
        own, shared = pages.page(resident)
        head = answer(200).replace(b"Content-Length: 0", b"Content-Length: %d" % (len(own) + len(shared)))
        return head + own, shared


class Site(asyncio.Protocol):
    """One connection to a web server of the town."""

    __slots__ = ("_buffer", "_flowing", "_secure", "_sent", "_task", "_transport", "servings", "town")

    def __init__(self, servings: Servings, *, secure: bool) -> None:
        self.servings = servings
        self.town = servings.town
        self._secure = secure
        self._buffer = b""
        self._sent = 0
        self._flowing: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.town.crowd.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.town.crowd.leave(self)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer = data if not self._buffer else self._buffer + data
        if len(self._buffer) > self.town.limits.request:
            self._transport.abort()
            return
        # A misbehaving answer has the connection to itself; what comes meanwhile is only kept.
        while self._task is None and not self.town.cut and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            self._handle(head)

    def pause_writing(self) -> None:
        self._flowing = asyncio.Event()

    def resume_writing(self) -> None:
        if self._flowing is not None:
            self._flowing.set()
            self._flowing = None

    def _handle(self, head: bytes) -> None:
        request = parsed(head, secure=self._secure)
        if request is None or request.method not in {b"GET", b"HEAD"}:
            self.send(Request(b"", "", "", self._secure, keep=False), answer(405))
            return
        fault = self.town.faults.get(request.host)
        misbehave = mischief.MISCHIEF.get(fault.name) if fault else None
        if fault is None or misbehave is None or (fault.visitor and fault.visitor not in request.visitors()):
            self.good(request)
            return
        self._task = asyncio.create_task(misbehave(self, replace(request, keep=False), fault))
        self._task.add_done_callback(_reported)

    def good(self, request: Request) -> None:
        """Answer as if nothing were wrong."""
        self.send(request, *self.servings.good(request))

    def send(self, request: Request, whole: bytes, shared: bytes = b"") -> None:
        """Write an answer of `answer`, and end the connection unless the client goes on using it."""
        line = whole.index(b"\r\n")
        keep = b"" if request.keep else b"\r\nConnection: close"
        if request.method == b"HEAD":
            whole, shared = whole[: whole.index(b"\r\n\r\n") + 4], b""
        self._transport.write(b"".join((whole[:line], self.servings.date(), keep, whole[line:], shared)))
        if not request.keep:
            self._transport.close()

    def write(self, data: bytes) -> None:
        """Write raw bytes."""
        self._sent += len(data)
        self._transport.write(data)

    async def drained(self) -> bool:
        """Wait until the client has taken what was written; False when it has been given all it may get."""
        if self._flowing is not None:
            await self._flowing.wait()
        return self._sent < self.town.limits.body and not self._transport.is_closing()

    def end(self) -> None:
        """Close in an orderly way once all is written."""
        self._transport.close()

    def reset(self) -> None:
        """Break the connection with a TCP reset (RFC 9293 §3.5.3)."""
        descriptor = self._transport.get_extra_info("socket").fileno()
        with socket.socket(fileno=os.dup(descriptor)) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._transport.abort()

    def abort(self) -> None:
        """Drop the connection now."""
        self._transport.abort()


class Resetter(Site):
    """Answers the first bytes, whatever they are, with a reset."""

    __slots__ = ()

    def data_received(self, data: bytes) -> None:
        self.reset()


def _well_known(resident: Resident, path: str) -> bytes | None:
    """The file that a standard puts at *path* (RFC 8615), as an answer; None where *resident* has none."""
    if path == security.PATH and security.has_file(resident):
        return security.served(resident)
    return post.policy(resident.host, path) or files.served(resident, path)


def _reported(task: asyncio.Task[None]) -> None:
    """A bug of the lab must not pass for a fault of a site."""
    if not task.cancelled() and (error := task.exception()) is not None:
        asyncio.get_running_loop().call_exception_handler({"message": "the lab failed", "exception": error})
