"""Somebody who is told: an HTTP receiver of signed messages that can be as unreliable as real ones are."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SECRET = "kunci-bersama-untuk-uji"  # noqa: S105 - of a test
_PATIENCE = 120.0
_FRESH = 60.0
"""Seconds: how old a signed message may be."""
_MAX_BODY = 4 * 1024 * 1024


class Mood(StrEnum):
    """How the receiver meets a message."""

    TAKES = "takes"
    FAILS = "fails"
    """500."""
    HANGS = "hangs"
    """No answer until the sender gives up."""
    CLOSES = "closes"
    """The connection ends before an answer, and nothing was kept."""
    SWALLOWS = "swallows"
    """The message is kept, but the connection ends before the sender hears so: it has to send again."""


@dataclass(frozen=True, slots=True)
class Got:
    """A message that came and was kept."""

    key: str
    """Its `Idempotency-Key`."""
    at: float
    """`time.time()` when it was read whole."""
    body: Mapping[str, Any]
    raw: bytes
    path: str
    """Which of the receiver's addresses: one per channel."""

    @property
    def title(self) -> str:
        return str(self.body["title"])

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def incident(self) -> int:
        """The number of the incident; 0 when it is about none."""
        return int((self.body["incident"] or {}).get("number", 0))


def steady(_key: str) -> Mood:
    """Takes whatever comes."""
    return Mood.TAKES


def flaky(seed: int, share: float, moods: Sequence[Mood] = tuple(Mood)) -> Callable[[str], Mood]:
    """Takes all but a *share* of what comes, which meets one of *moods*."""
    dice = random.Random(seed)
    return lambda _key: dice.choice(moods) if dice.random() < share else Mood.TAKES


@dataclass(slots=True)
class Receiver:
    """What came, in the order it came; `mood` may be changed while it runs."""

    mood: Callable[[str], Mood] = steady
    got: list[Got] = field(default_factory=list)
    """Every message kept, repetitions included."""
    tries: int = 0
    """Requests read whole, those not kept included."""
    forged: list[str] = field(default_factory=list)
    """What was wrong with requests whose signature did not fit."""
    url: str = ""
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def by_key(self) -> dict[str, Got]:
        """Each message once, as it first came."""
        return {one.key: one for one in reversed(self.got)}

    def on(self, path: str) -> list[Got]:
        """Each message that came to *path* once, in the order it first came."""
        first = sorted(self.by_key().values(), key=lambda one: one.at)
        return [one for one in first if one.path == path]

    async def until(self, truth: Callable[[], bool], within: float = _PATIENCE) -> None:
        """Return as soon as *truth* holds, looked at whenever something came; fails with what came if it never does."""
        try:
            async with asyncio.timeout(within):
                while not truth():
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            told = "\n".join(f"{one.path} {one.key} {one.kind}: {one.title}" for one in self.got[-60:])
            raise AssertionError(f"never came true; {len(self.got)} messages:\n{told}\nforged: {self.forged}") from None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            status = await self._take(reader)
            if status:
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _take(self, reader: asyncio.StreamReader) -> int:
        """The status to answer; 0 for none."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(min(int(headers.get("content-length", "0")), _MAX_BODY))
        self.tries += 1
        if wrong := _wrong(headers, body):
            self.forged.append(wrong)
            self._came.set()
            return 401
        key = headers["idempotency-key"]
        mood = self.mood(key)
        if mood in {Mood.TAKES, Mood.SWALLOWS}:
            self.got.append(Got(key, time.time(), json.loads(body), body, head[0].split(" ")[1]))
            self._came.set()
        if mood is Mood.HANGS:
            await reader.read()  # until the sender has had enough
        return {Mood.TAKES: 204, Mood.FAILS: 500}.get(mood, 0)


def _wrong(headers: Mapping[str, str], body: bytes) -> str:
    """What a receiver that knows the secret objects to; empty when it is from us and fresh."""
    stamp = headers.get("x-monitor-timestamp", "")
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(headers.get("x-monitor-signature", ""), f"sha256={expected}"):
        return "signature"
    if not stamp.isdecimal() or abs(time.time() - int(stamp)) > _FRESH:
        return "timestamp"
    if not headers.get("idempotency-key"):
        return "key"
    return ""


@asynccontextmanager
async def receiving(mood: Callable[[str], Mood] = steady) -> AsyncIterator[Receiver]:
    """A receiver on a free port of 127.0.0.1."""
    receiver = Receiver(mood)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()


def channel(receiver: Receiver, name: str, **more: Any) -> dict[str, Any]:
    """The settings of a channel that leads to *receiver*, under a path of its own."""
    return {"type": "webhook", "url": f"{receiver.url}/{name}", "secret": SECRET, "timeout": "5s", **more}
