"""One TCP connection: a non-blocking socket under any event loop, closed the moment it is let go."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import Protocol

from monitor.errors import reason_of
from monitor.net.errors import AT_ONCE, Mishap
from monitor.net.facts import FailureKind

CHUNK = 32 * 1024
"""Bytes taken from the kernel at a time."""
LIMIT = 2 * 1024 * 1024
"""Bytes a peer may make us receive in all, TLS records included, unless we came for more."""


class Stream(Protocol):
    """Bytes both ways: a `Wire`, or TLS on top of one."""

    async def send(self, data: bytes) -> None:
        """Hand *data* to the peer."""

    async def receive(self) -> bytes:
        """The next bytes of the peer; empty at the end."""


class Wire:
    """
    A connected socket with a reader registered once for its whole life.

    No asyncio transport: closing one takes loop iterations and leaves the socket to whoever forgets it, while this
    is over when `close` returns, cancelled or not.
    """

    __slots__ = ("_loop", "_received", "_sock", "_waiter", "limit")

    def __init__(self, sock: socket.socket) -> None:
        """Take *sock*, connected and non-blocking, over."""
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._received = 0
        self.limit = LIMIT
        """Bytes that may be received in all."""
        self._waiter: asyncio.Future[None] | None = None
        self._loop.add_reader(sock, self._readable)

    def _readable(self) -> None:
        # What nobody waits for now is found by the next `receive`, which asks the kernel before it waits.
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def receive(self) -> bytes:
        """The next bytes, at most `CHUNK`; empty when the peer is done sending."""
        while True:
            try:
                data = self._sock.recv(CHUNK)
            except BlockingIOError:
                # Only now: after a reset libuv tells once, and never again, however much is left to be read.
                self._waiter = self._loop.create_future()
                await self._waiter
            else:
                return self._counted(data)

    def _counted(self, data: bytes) -> bytes:
        self._received += len(data)
        if self._received > self.limit:
            raise Mishap(FailureKind.MALFORMED, f"more than {self.limit} bytes received")
        return data

    async def send(self, data: bytes) -> None:
        """Hand *data* to the kernel; waits only when its buffer is full."""
        rest = self._send(data)
        while rest:
            await writable(self._sock)
            rest = self._send(rest)

    def _send(self, data: bytes) -> bytes:
        try:
            return data[self._sock.send(data) :]
        except BlockingIOError:
            return data

    def farewell(self, data: bytes) -> None:
        """Send *data* if that is possible at once, and never mind if it is not."""
        try:
            self._sock.send(data)
        except OSError:
            return

    def close(self) -> None:
        """Let the connection go, now; doing so again does nothing."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()


async def connect(address: str, port: int, *, until: float) -> Wire:
    """
    A connection to *address*, accepted before loop time *until*.

    Raises `Mishap` (`NO_ROUTE`) when this machine cannot even try, `TimeoutError`, and `OSError` as the network says.
    """
    sock = _socket(address)
    try:
        await _connected(sock, address, port, until)
    except BaseException:
        sock.close()
        raise
    return Wire(sock)


async def _connected(sock: socket.socket, address: str, port: int, until: float) -> None:
    code = sock.connect_ex((address, port))
    if code in AT_ONCE:
        raise _no_route(code)
    if code == errno.EINPROGRESS:
        await writable(sock, until)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def _socket(address: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    except OSError as error:
        if error.errno == errno.EAFNOSUPPORT:
            raise _no_route(error.errno) from error
        raise


def _no_route(code: int) -> Mishap:
    return Mishap(AT_ONCE[code], reason_of(OSError(code, os.strerror(code))))


async def writable(sock: socket.socket, until: float | None = None) -> None:
    """Wait for *sock* to take bytes, or to know whether it is connected; raises `TimeoutError` at loop time *until*."""
    loop = asyncio.get_running_loop()
    waiter = loop.create_future()
    alarm = loop.call_at(until, _expire, waiter) if until is not None else None
    loop.add_writer(sock, _wake, waiter)
    try:
        await waiter
    finally:
        loop.remove_writer(sock)
        if alarm is not None:
            alarm.cancel()


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError("no connection in time"))
