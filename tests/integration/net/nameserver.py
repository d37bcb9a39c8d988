"""A name server of one function, over UDP and TCP on a loopback port: as well or as badly behaved as the test likes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Query = dns.message.Message
Packet = dns.message.Message | bytes
Answering = Callable[[Query], Iterable[Packet]]
"""The packets a query gets, in order; none is silence."""

SOA = "example. 60 IN SOA ns.example. hostmaster.example. 1 3600 600 86400 20"


def reply(
    query: Query, *answer: str, rcode: dns.rcode.Rcode = dns.rcode.NOERROR, authority: Iterable[str] = ()
) -> Query:
    """A recursive name server's answer with the records given as text."""
    message = dns.message.make_response(query, recursion_available=True)
    message.set_rcode(rcode)
    message.answer.extend(map(_rrset, answer))
    message.authority.extend(map(_rrset, authority))
    return message


def _rrset(line: str) -> dns.rrset.RRset:
    name, ttl, rdclass, rdtype, data = line.split(maxsplit=4)
    return dns.rrset.from_text(name, int(ttl), rdclass, rdtype, data)


def says(*answer: str, rcode: dns.rcode.Rcode = dns.rcode.NOERROR, authority: Iterable[str] = ()) -> Answering:
    """Answers everything alike."""
    return lambda query: [reply(query, *answer, rcode=rcode, authority=authority)]


def silent(_query: Query) -> Iterable[Packet]:
    """Answers nothing."""
    return ()


@dataclass(slots=True)
class NameServer:
    """A running server, and what it was asked over which transport."""

    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(`udp` or `tcp`, `name type`)."""


@dataclass(slots=True)
class _Udp(asyncio.DatagramProtocol):
    server: NameServer
    answering: Answering
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        for packet in _answer(self.server, "udp", data, self.answering):
            self.transport.sendto(packet, addr)


def _answer(server: NameServer, over: str, data: bytes, answering: Answering) -> list[bytes]:
    query = dns.message.from_wire(data)
    asked = query.question[0]
    server.asked.append((over, f"{asked.name.to_text(omit_final_dot=True)} {asked.rdtype.name}"))
    return [packet if isinstance(packet, bytes) else packet.to_wire(max_size=65535) for packet in answering(query)]


def _stream(server: NameServer, answering: Answering) -> Callable[..., object]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            data = await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
            for packet in _answer(server, "tcp", data, answering):
                writer.write(len(packet).to_bytes(2) + packet)
            await writer.drain()
        writer.close()

    return serve


@contextlib.asynccontextmanager
async def nameserver(
    udp: Answering, tcp: Answering | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[NameServer]:
    """A name server that answers with *udp*, and over TCP with *tcp*; without it TCP is refused."""
    loop = asyncio.get_running_loop()
    server = NameServer()
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, 0))
    port = listener.getsockname()[1]
    server.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    endpoint, _ = await loop.create_datagram_endpoint(lambda: _Udp(server, udp), local_addr=(host, port))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(endpoint.close)
        stack.callback(listener.close)
        if tcp is not None:
            streams = await asyncio.start_server(_stream(server, tcp), sock=listener)  # type: ignore[arg-type]
            stack.callback(streams.close)
        yield server


def closed_port(host: str = "127.0.0.1") -> str:
    """`address:port` where nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        return f"{host}:{sock.getsockname()[1]}"
