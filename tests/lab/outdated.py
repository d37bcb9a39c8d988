"""TLS by hand, for servers that speak nothing newer than 1.0: asyncio's own drops the alert of a failed handshake."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, cast

from tests.lab.site import Site

_PIECE = 16 * 1024


class Outdated(asyncio.Protocol):
    """A site behind a handshake that most clients will fail, with the alert a real server sends (RFC 5246 §7.2.2)."""

    def __init__(self, site: Site, context: ssl.SSLContext) -> None:
        self._site = site
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._settled = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._site.connection_made(_Veil(self._transport, self._tls, self._out))

    def connection_lost(self, exc: Exception | None) -> None:
        self._site.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._in.write(data)
        try:
            self._advance()
        except ssl.SSLWantReadError:
            self._transport.write(self._out.read())
        except ssl.SSLError:
            self._transport.write(self._out.read())
            self._transport.close()

    def pause_writing(self) -> None:
        self._site.pause_writing()

    def resume_writing(self) -> None:
        self._site.resume_writing()

    def _advance(self) -> None:
        if not self._settled:
            self._tls.do_handshake()
            self._settled = True
            self._transport.write(self._out.read())
        while plain := self._tls.read(_PIECE):
            self._site.data_received(plain)


class _Veil(asyncio.Transport):
    """What the site writes, encrypted."""

    def __init__(self, transport: asyncio.Transport, tls: ssl.SSLObject, out: ssl.MemoryBIO) -> None:
        super().__init__()
        self._transport = transport
        self._tls = tls
        self._out = out

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._tls.write(data)
        self._transport.write(self._out.read())

    def close(self) -> None:
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)
