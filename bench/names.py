"""A name server that knows every name: `python -m bench.names ADDRESS NETWORK COUNT`, one datagram in, one out."""

from __future__ import annotations

import asyncio
import socket
import sys
from zlib import crc32

import uvloop

from bench.children import answer

TTL = 300
_A, _IN = 1, 1
_RESPONSE = 0x8580
"""QR, AA, RD and RA set (RFC 1035 §4.1.1)."""
_HEADER, _FIXED = 12, 4


def home(host: str, network: str, count: int) -> str:
    """The address of *host*: one of *count* in *network* (`127.64.0`), the same every time."""
    return f"{network}.{1 + crc32(host.encode()) % count}"


def reply(query: bytes, network: str, count: int) -> bytes:
    """The answer to the one question in *query*: an address, or no data for any other type."""
    labels, at = [], _HEADER
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length])
        at += 1 + length
    end = at + 1 + _FIXED
    rdtype = int.from_bytes(query[at + 1 : at + 3])
    record = _record(b".".join(labels).decode("ascii").lower(), network, count) if rdtype == _A else b""
    counts = (1, bool(record), 0, 0)
    header = query[:2] + b"".join(number.to_bytes(2) for number in (_RESPONSE, *counts))
    return header + query[_HEADER:end] + record


def _record(host: str, network: str, count: int) -> bytes:
    """A compressed owner name (RFC 1035 §4.1.4), class, TTL and the address."""
    fixed = b"\xc0\x0c" + _A.to_bytes(2) + _IN.to_bytes(2) + TTL.to_bytes(4) + _FIXED.to_bytes(2)
    return fixed + socket.inet_aton(home(host, network, count))


class Responder(asyncio.DatagramProtocol):
    """Answers whoever asks; what is no question is dropped."""

    def __init__(self, network: str, count: int) -> None:
        self._network = network
        self._count = count
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            answered = reply(data, self._network, self._count)
        except (IndexError, UnicodeDecodeError):
            return
        self._transport.sendto(answered, addr)


async def serve(address: str, network: str, count: int) -> None:
    """Answer at a free port of *address* until somebody ends the process; the port goes to standard output."""
    loop = asyncio.get_running_loop()
    transport, _protocol = await loop.create_datagram_endpoint(
        lambda: Responder(network, count), local_addr=(address, 0)
    )
    answer({"port": transport.get_extra_info("sockname")[1]})
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))
