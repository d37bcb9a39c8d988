"""A client of the lab that owes nothing to the project's own network code: streams, ssl, dnspython."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from contextlib import closing, suppress
from dataclasses import dataclass

import dns.asyncquery
import dns.message

from tests.lab import Lab

PATIENCE = 5.0
"""Seconds after which a test has failed rather than waited."""


@dataclass(frozen=True, slots=True)
class Answer:
    raw: bytes

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def status(self) -> int:
        return int(self.head.split(b" ")[1])

    def field(self, name: str) -> str | None:
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


async def ask(
    lab: Lab, host: str, rdtype: str = "A", *, tcp: bool = False, patience: float = PATIENCE
) -> dns.message.Message:
    address, port = lab.name_server
    send = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    return await send(dns.message.make_query(host, rdtype), address, timeout=patience, port=port)


def trusting(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=lab.ca_file)


def blind() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def old(lab: Lab) -> ssl.SSLContext:
    """Speaks TLS 1.0 too."""
    context = trusting(lab)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


async def connect(
    lab: Lab, host: str, context: ssl.SSLContext | None, *, address: str | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    port = lab.https_port if context else lab.http_port
    name = host if context else None
    return await asyncio.open_connection(address or lab.address(host), port, ssl=context, server_hostname=name)


async def fetch(
    lab: Lab,
    host: str,
    path: str = "/",
    *,
    context: ssl.SSLContext | None = None,
    plain: bool = False,
    most: int = 1 << 24,
    method: str = "GET",
    fields: tuple[str, ...] = (),
) -> Answer:
    """All that comes, up to *most* bytes; raises what the connection raises."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await connect(lab, host, None if plain else context or trusting(lab))
        with closing(writer):
            lines = (f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *fields, "", "")
            writer.write("\r\n".join(lines).encode())
            raw = await _read(reader, most)
    await gone(writer)
    return Answer(raw)


async def _read(reader: asyncio.StreamReader, most: int) -> bytes:
    raw = b""
    while len(raw) < most and (more := await reader.read(1 << 16)):
        raw += more
    return raw


async def gone(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
