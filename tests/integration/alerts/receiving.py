"""Receivers on loopback: an HTTP one that answers as told, and a mail server."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast
from urllib.parse import parse_qsl

from tests.integration.net.misbehaving import Handler, reset, serving


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Web:
    """What it was asked, and what it answers: one after the other, the last for ever."""

    answers: list[bytes | str]
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await _request(reader))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "hang":
            await asyncio.Event().wait()
        elif answer == "reset":
            reset(writer)
        elif answer == "endless":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        elif isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
            writer.close()
            await writer.wait_closed()


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _version = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def answer(status: int = 200, body: Any = b"", **headers: str) -> bytes:
    """An HTTP response; *body* that is no bytes goes as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@asynccontextmanager
async def web(*answers: bytes | str, tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
    """A receiver that gives *answers*: responses, or `hang`, `reset`, `close`, `endless`."""
    receiver = Web(list(answers) or [answer()], scheme="https" if tls else "http")
    async with serving(receiver.handle, tls=tls) as site:
        receiver.port = site.port
        yield receiver


@dataclass
class Post:
    """A mail server: whom it refuses, and what it got."""

    refuses: dict[str, str] = field(default_factory=dict)
    """Recipient → the reply it gets instead of 250; `AUTH`, `MAIL` and `DATA` may be refused, too."""
    got: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    hangs_at: str = ""
    port: int = 0
    starttls: ssl.SSLContext | None = None

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Session(self, reader, writer).run()


class Session:
    """One SMTP conversation (RFC 5321), as much of it as smtplib needs."""

    def __init__(self, post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.post, self.reader, self.writer = post, reader, writer
        self.sender, self.to = "", list[str]()

    async def run(self) -> None:
        await self._say("220 surel.example.id ESMTP")
        while line := (await self.reader.readline()).decode().strip():
            verb = line.split(" ", 1)[0].upper()
            if verb == self.post.hangs_at:
                await asyncio.Event().wait()
            if verb == "QUIT":
                await self._say("221 sampai jumpa")
                return
            await self._do(verb, line)

    async def _do(self, verb: str, line: str) -> None:
        address = line[line.find("<") + 1 : line.find(">")]
        if verb in {"EHLO", "HELO"}:
            extra = ["250-STARTTLS"] if self.post.starttls else []
            await self._say("\r\n".join(["250-surel.example.id", *extra, "250 AUTH PLAIN"]))
        elif verb == "STARTTLS":
            await self._say("220 mulai")
            await self.writer.start_tls(cast("ssl.SSLContext", self.post.starttls))
        elif verb == "AUTH":
            _zero, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            self.post.logins.append((user, password))
            await self._say(self.post.refuses.get("AUTH", "235 masuk"))
        elif verb == "MAIL":
            self.sender, self.to = address, []
            await self._say(self.post.refuses.get("MAIL", "250 ok"))
        elif verb == "RCPT":
            reply = self.post.refuses.get(address, "250 ok")
            if reply.startswith("250"):
                self.to.append(address)
            await self._say(reply)
        elif verb == "DATA":
            await self._data()
        else:
            await self._say("250 ok")

    async def _data(self) -> None:
        await self._say("354 silakan")
        body = (await self.reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
        reply = self.post.refuses.get("DATA", "250 diterima")
        if reply.startswith("250"):
            mail = message_from_bytes(body.replace(b"\r\n..", b"\r\n."), policy=default)
            self.post.got.append((self.sender, self.to, mail))
        await self._say(reply)

    async def _say(self, reply: str) -> None:
        self.writer.write(reply.encode() + b"\r\n")
        with suppress(ConnectionError):
            await self.writer.drain()


@asynccontextmanager
async def post(tls: ssl.SSLContext | None = None, **behaviour: Any) -> AsyncIterator[Post]:
    """A mail server; *tls*: from the first byte on."""
    server = Post(**behaviour)
    async with serving(cast("Handler", server.handle), tls=tls) as site:
        server.port = site.port
        yield server


async def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return once *condition* holds; looked at often, given up after *seconds*."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is another process, or a socket
            await asyncio.sleep(0.01)
