"""One question put to one name server: sent, matched and read, or why there was no answer (RFC 1035 §4)."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
import struct
from dataclasses import dataclass

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from monitor.errors import reason_of
from monitor.net.dns_answer import Answer, NotAnAnswer, Question, read
from monitor.net.dns_servers import Server
from monitor.net.facts import FailureKind

PAYLOAD = 1232
"""EDNS buffer size that no sane path fragments (DNS flag day 2020); longer answers come over TCP."""
LARGEST_DATAGRAM = 65_535
SILENT = "tidak menjawab"
HEADER = 12
_OPCODE = 0x7800
_RCODE = 0x000F
_WITHOUT_QUESTION = frozenset({dns.rcode.FORMERR, dns.rcode.SERVFAIL, dns.rcode.NOTIMP, dns.rcode.REFUSED})
"""What a server may say without repeating the question, when it could not or would not read it."""

_OURS = {
    errno.ENETUNREACH: FailureKind.NO_ROUTE,
    errno.EADDRNOTAVAIL: FailureKind.BUSY,
    errno.EMFILE: FailureKind.BUSY,
    errno.ENFILE: FailureKind.BUSY,
    errno.ENOBUFS: FailureKind.BUSY,
    errno.ENOMEM: FailureKind.BUSY,
}
"""System errors that say something about this machine, not about the name server."""
_RCODES = {dns.rcode.SERVFAIL: FailureKind.SERVFAIL}
"""Every other refusal to answer is `DNS_REFUSED`."""


class NoAnswer(Exception):
    """This name server left the question open; *words* are what it said, or that it was silent."""

    def __init__(self, kind: FailureKind, words: str, *, silent: bool = False) -> None:
        """Keep *kind*, *words*, and whether asking once more could help."""
        self.kind = kind
        self.silent = silent
        self.words = words
        super().__init__(f"{kind}: {words}")


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready for the wire; dnspython's own way there costs eight times as much."""

    id: int
    name: bytes
    kind: bytes
    """Type and class."""
    flags: int = dns.flags.RD
    edns: int | None = 0
    """The flags of EDNS (RFC 6891 §6.1.4); None for a server that does not know it."""

    @classmethod
    def of(cls, question: Question, flags: int = dns.flags.RD, edns: int | None = 0) -> Query:
        """*question* with a random id; recursion desired unless *flags* say otherwise."""
        name = dns.name.from_text(question.name).to_wire() or b""
        kind = struct.pack("!HH", question.rdtype, dns.rdataclass.IN)
        return cls(secrets.randbits(16), name, kind, flags, edns)

    @property
    def wire(self) -> bytes:
        """The message: one question, EDNS (RFC 6891 §6.1)."""
        header = struct.pack("!HHHHHH", self.id, self.flags, 1, 0, 0, int(self.edns is not None))
        option = b"" if self.edns is None else struct.pack("!BHHIH", 0, dns.rdatatype.OPT, PAYLOAD, self.edns, 0)
        return header + self.name + self.kind + option

    def asked_by(self, packet: bytes) -> bool:
        """Whether *packet* answers this: our random id, and our question (RFC 5452 §9.1)."""
        if len(packet) < HEADER:
            return False
        ident, flags, questions = struct.unpack_from("!HHH", packet)
        if ident != self.id or flags & (dns.flags.QR | _OPCODE) != dns.flags.QR:
            return False
        if not questions:
            return flags & _RCODE in _WITHOUT_QUESTION
        end = HEADER + len(self.name)
        return packet[HEADER:end].lower() == self.name.lower() and packet[end : end + 4] == self.kind


async def ask(server: Server, question: Question, until: float) -> Answer:
    """What *server* answers before loop time *until*: records, NODATA or NXDOMAIN. Raises `NoAnswer`."""
    # AD: "tell us whether you validated it" (RFC 6840 §5.7).
    query = Query.of(question, dns.flags.RD | dns.flags.AD)
    return understand(await converse(server, query, until), question, server)


async def converse(server: Server, query: Query, until: float) -> bytes:
    """The message with which *server* answers *query* before loop time *until*, whole. Raises `NoAnswer`."""
    try:
        async with asyncio.timeout_at(until):
            packet = await _over_udp(server, query)
            return await _over_tcp(server, query) if truncated(packet) else packet
    except TimeoutError:
        raise NoAnswer(FailureKind.TIMEOUT, SILENT, silent=True) from None
    except OSError as error:
        # A port that is closed is a name server that is not there: that says nothing about the name.
        kind = _OURS.get(error.errno or 0, FailureKind.TIMEOUT)
        raise NoAnswer(kind, f"{SILENT} ({reason_of(error)})") from error


async def _over_udp(server: Server, query: Query) -> bytes:
    """The first datagram that answers *query*; others are passed over."""
    loop = asyncio.get_running_loop()
    with _socket(server, socket.SOCK_DGRAM) as sock:
        # Connected: the kernel drops what comes from elsewhere, picks a random port, and tells of a closed one.
        sock.connect(server.address)
        sock.send(query.wire)
        while True:
            packet = await loop.sock_recv(sock, LARGEST_DATAGRAM)
            if query.asked_by(packet):
                return packet


async def _over_tcp(server: Server, query: Query) -> bytes:
    """The answer to *query* over TCP, two octets of length before each message (RFC 7766 §8)."""
    loop = asyncio.get_running_loop()
    with _socket(server, socket.SOCK_STREAM) as sock:
        await loop.sock_connect(sock, server.address)
        await loop.sock_sendall(sock, len(query.wire).to_bytes(2) + query.wire)
        packet = await _exactly(sock, int.from_bytes(await _exactly(sock, 2)))
    if truncated(packet) or not query.asked_by(packet):
        raise NoAnswer(FailureKind.MALFORMED, "jawaban TCP bukan untuk pertanyaan ini")
    return packet


def truncated(packet: bytes) -> bool:
    """Whether the rest has to be fetched over TCP (RFC 2181 §9); it may be cut anywhere, so it is not read."""
    return bool(int.from_bytes(packet[2:4]) & dns.flags.TC)


def _socket(server: Server, kind: socket.SocketKind) -> socket.socket:
    return socket.socket(server.family, kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)


async def _exactly(sock: socket.socket, size: int) -> bytes:
    loop = asyncio.get_running_loop()
    data = b""
    while len(data) < size:
        more = await loop.sock_recv(sock, size - len(data))
        if not more:
            raise NoAnswer(FailureKind.TIMEOUT, "menutup sambungan TCP sebelum menjawab")
        data += more
    return data


def understand(packet: bytes, question: Question, server: Server) -> Answer:
    """What *packet*, which answers *question*, says. Raises `NoAnswer` when it says nothing, or cannot be read."""
    try:
        message = dns.message.from_wire(packet, ignore_trailing=True)
        rcode = message.rcode()
        if rcode not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            raise NoAnswer(_RCODES.get(rcode, FailureKind.DNS_REFUSED), _words(message))
        return read(message, question, server.name, len(packet))
    except NotAnAnswer as error:
        raise NoAnswer(FailureKind.MALFORMED, str(error)) from error
    except (dns.exception.DNSException, ValueError) as error:
        raise NoAnswer(FailureKind.MALFORMED, f"jawaban tidak terbaca ({type(error).__name__})") from error


def _words(message: dns.message.Message) -> str:
    """`SERVFAIL`, and why, by the codes of RFC 8914; their free text is anybody's and stays out."""
    reasons = sorted({dns.edns.EDECode.to_text(option.code) for option in message.extended_errors()})
    rcode = dns.rcode.to_text(message.rcode())
    return f"{rcode} ({', '.join(reasons[:3])})" if reasons else rcode
