"""Where messages of the demo arrive: an HTTP receiver on loopback that takes every webhook and says what came."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_MAX_BODY = 4 * 1024 * 1024
_PATIENCE = 30.0
"""Seconds for one request."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that arrived."""

    channel: str
    """The path it was sent to, without its slash."""
    key: str
    """Its Idempotency-Key: the same for the same message, however often it comes."""
    title: str


class Mailbox:
    """An async context manager: listening while inside."""

    def __init__(self, tell: Callable[[Letter], None]) -> None:
        """Call *tell* with every letter that is new."""
        self._tell = tell
        self._known: set[str] = set()
        self._server: asyncio.Server | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        """Listen on a port of the kernel's choice."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, ValueError, EOFError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                letter = await _letter(reader)
                if letter.key not in self._known:
                    self._known.add(letter.key)
                    self._tell(letter)
                writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                await writer.drain()


async def _letter(reader: asyncio.StreamReader) -> Letter:
    """The letter in one POST. Raises `ValueError` or `EOFError` for anything else."""
    line, *fields = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _version = line.split(" ", 2)
    if method != "POST":
        raise ValueError(f"{method} is not how letters come")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields if field)}
    length = int(headers["content-length"]) if "content-length" in headers else 0
    if not 0 <= length <= _MAX_BODY:
        raise ValueError(f"{length} bytes are no letter")
    body = json.loads(await reader.readexactly(length))
    title = str(body.get("title", "")) if isinstance(body, dict) else ""
    return Letter(path.removeprefix("/"), headers.get("idempotency-key", ""), title)
