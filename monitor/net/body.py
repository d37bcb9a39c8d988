"""A response's body: decoded as it comes, and capped on the wire as well as decoded."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

MAX_BODY = 512 * 1024
"""Decoded bytes kept."""
MAX_LAYERS = 2
"""Content codings undone; more is no page but an attack."""
_INFLATED = 4
"""Times the bytes kept that an inner coding may unfold to on its way to the outer one."""

_HEADER = 2
_GZIP, _ZLIB, _RAW = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Inflater:
    """One content coding undone piece by piece, never yielding more than asked for."""

    __slots__ = ("_head", "_zlib", "broken")

    def __init__(self, coding: str) -> None:
        """Undo *coding*, one of `CODINGS`."""
        self._zlib = zlib.decompressobj(_GZIP) if coding != "deflate" else None
        self._head = b""
        self.broken = False

    def feed(self, data: bytes, limit: int) -> bytes:
        """At most *limit* bytes of what *data* unfolds to; what is over is dropped, for then the cap is reached."""
        if self.broken or limit <= 0:
            return b""
        if self._zlib is None:
            # RFC 9110 §8.4.1.2: some send "deflate" without the zlib wrapper it is defined with.
            data = self._head = self._head + data
            if len(data) < _HEADER:
                return b""
            self._zlib = zlib.decompressobj(_ZLIB if _is_wrapped(data) else _RAW)
        try:
            return self._zlib.decompress(data, limit)
        except zlib.error:
            self.broken = True
            return b""


def _is_wrapped(data: bytes) -> bool:
    """Whether *data* begins with a zlib header (RFC 1950 §2.2)."""
    return data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:_HEADER], "big") % 31 == 0


CODINGS = frozenset({"gzip", "x-gzip", "deflate"})


class Body:
    """Takes the wire's bytes and keeps what a reader would see, up to its room."""

    __slots__ = ("_inflaters", "_raw", "_room", "_unfolded", "_written")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]], room: int = MAX_BODY) -> None:
        """
        Decode as the Content-Encoding among *headers* says (RFC 9110 §8.4), and keep *room* bytes.

        An unknown coding stays as it is.
        """
        self._room = room
        codings = _codings(headers)
        known = len(codings) <= MAX_LAYERS and CODINGS.issuperset(codings)
        # Codings are listed in the order applied, so the last comes off first.
        self._inflaters = [Inflater(coding) for coding in reversed(codings)] if known else []
        self._raw = bytearray()
        self._written = bytearray()
        self._unfolded = 0

    @property
    def full(self) -> bool:
        """Whether a cap is reached, so that reading on is pointless."""
        return len(self._written) > self._room or self._unfolded > _INFLATED * self._room

    def feed(self, data: bytes) -> None:
        """Take *data*, as it came in the message's content."""
        if self._inflaters and len(self._raw) <= self._room:
            self._raw += data
        self._written += self._decoded(data)

    def _decoded(self, data: bytes) -> bytes:
        for inflater in self._inflaters[:-1]:
            data = inflater.feed(data, _INFLATED * self._room + 1 - self._unfolded)
            self._unfolded += len(data)
        room = self._room + 1 - len(self._written)
        return self._inflaters[-1].feed(data, room) if self._inflaters else data[:room]

    def content(self) -> bytes:
        """What was decoded; the raw bytes when nothing could be, for then the label was wrong."""
        if not self._written and any(inflater.broken for inflater in self._inflaters):
            return bytes(self._raw[: self._room])
        return bytes(self._written[: self._room])


def _codings(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    values = b",".join(value for name, value in headers if name == b"content-encoding")
    names = (part.strip().lower() for part in values.decode("latin-1").split(","))
    return [name for name in names if name not in {"", "identity"}]
