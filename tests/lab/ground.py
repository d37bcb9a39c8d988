"""Listening sockets that can also refuse, swallow, or fall silent, and take their word back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from enum import Enum

_BACKLOG = 1024
_AT_ONCE = 64
"""Connections accepted in one turn of the loop."""
_FILLING = 3
"""Connections that surely fill an accept queue of length 0."""
_HANDSHAKE = 10.0

Factory = Callable[[], asyncio.BaseProtocol]


class Manner(Enum):
    """How a listener meets who comes."""

    SERVING = "serving"
    REFUSING = "refusing"
    """Bound, not listening: the kernel answers with a reset, and nobody else can take the port."""
    SILENT = "silent"
    """The accept queue is full and stays full, so the kernel drops every SYN, as a firewall would."""


class Listener:
    """
    One bound socket for life.

    It accepts by itself instead of asking the loop for a server: only so can it stop accepting without closing,
    and end connections that are still in their handshake.
    """

    def __init__(self, sock: socket.socket, factory: Factory, tls: ssl.SSLContext | None = None) -> None:
        self._sock = sock
        self._factory = factory
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._manner = Manner.REFUSING
        self._fillers: list[socket.socket] = []
        self._arriving: set[asyncio.Task[None]] = set()

    def become(self, manner: Manner, factory: Factory | None = None, tls: ssl.SSLContext | None = None) -> None:
        """Meet who comes in this *manner* from now on, with another protocol and context where given."""
        if factory is not None:
            self._factory, self._tls = factory, tls
        if manner is not self._manner:
            self._leave()
            self._manner = manner
            self._enter(manner)

    def _leave(self) -> None:
        if self._manner is Manner.SERVING:
            self._loop.remove_reader(self._sock.fileno())
        if self._manner is Manner.SILENT:
            self._unfill()

    def _enter(self, manner: Manner) -> None:
        if manner is Manner.SERVING:
            self._sock.listen(_BACKLOG)
            self._loop.add_reader(self._sock.fileno(), self._accept)
        elif manner is Manner.SILENT:
            self._sock.listen(0)
            self._fill()
        else:
            # Shutting down a listening socket for reading makes it a bound one again (Linux).
            self._sock.shutdown(socket.SHUT_RD)

    def _fill(self) -> None:
        for _filler in range(_FILLING):
            filler = socket.socket(self._sock.family)
            filler.settimeout(0)
            filler.connect_ex(self._sock.getsockname())
            self._fillers.append(filler)

    def _unfill(self) -> None:
        for filler in self._fillers:
            filler.close()
        self._fillers.clear()
        with contextlib.suppress(BlockingIOError):
            while True:
                self._sock.accept()[0].close()

    def _accept(self) -> None:
        for _connection in range(_AT_ONCE):
            try:
                connection = self._sock.accept()[0]
            except OSError:
                return
            connection.settimeout(0)
            task = self._loop.create_task(self._welcome(connection))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    async def _welcome(self, connection: socket.socket) -> None:
        """Hand *connection* to the protocol, after the handshake where there is one."""
        limit = _HANDSHAKE if self._tls else None
        with contextlib.suppress(OSError):
            await self._loop.connect_accepted_socket(
                self._factory, connection, ssl=self._tls, ssl_handshake_timeout=limit
            )

    async def aclose(self) -> None:
        """Stop, ending handshakes that are under way; established connections are not this room's."""
        self._leave()
        self._manner = Manner.REFUSING
        self._sock.close()
        for task in self._arriving:
            task.cancel()
        await asyncio.gather(*self._arriving, return_exceptions=True)
