"""The name server: authoritative for every host of the town, over UDP and TCP, with faults by scenario."""

from __future__ import annotations

import asyncio
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.lab.addresses import LOOPBACK_V6
from tests.lab.faults import FaultName
from tests.lab.post import Post
from tests.lab.town import Crowd, Town, ancestors

_KEPT = 50_000
_SOA = "ns1.lab.example. admin.lab.example. 1 3600 600 86400 {ttl}"
_RCODES = {
    FaultName.NXDOMAIN: dns.rcode.NXDOMAIN,
    FaultName.SERVFAIL: dns.rcode.SERVFAIL,
    FaultName.DNS_REFUSED: dns.rcode.REFUSED,
}


class Zone:
    """Answers by the town's state. Wire answers are kept until `forget`, so that asking twice costs little."""

    def __init__(self, town: Town, ttl: int) -> None:
        self._town = town
        self.ttl = ttl
        self._known = {above for host in town.homes for above in ancestors(host)}
        self._kept: dict[tuple[bytes, bool], bytes | None] = {}
        self.post: Post | None = None
        """Knows the records of mail."""

    def forget(self) -> None:
        """Something changed: answer anew."""
        self._kept.clear()

    def answer(self, query: bytes, *, tcp: bool = False) -> bytes | None:
        """The wire answer to a wire *query*; None for silence."""
        if self._town.cut or len(query) < 12:
            return None
        key = query[2:], tcp
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = self._made(query, tcp=tcp)
        rest = self._kept[key]
        return None if rest is None else query[:2] + rest

    def _made(self, wire: bytes, *, tcp: bool) -> bytes | None:
        """The answer without its first two bytes, the query's id."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if query.flags & dns.flags.QR or len(query.question) != 1:
            return None
        answer = self._reply(query, tcp=tcp)
        return None if answer is None else answer.to_wire()[2:]

    def _reply(self, query: dns.message.Message, *, tcp: bool) -> dns.message.Message | None:
        question = query.question[0]
        host = question.name.to_text(omit_final_dot=True).lower()
        fault = self._town.faults.get(host)
        name = fault.name if fault else None
        if name is FaultName.DNS_SILENT:
            return None
        answer = dns.message.make_response(query, recursion_available=True)
        answer.flags |= dns.flags.AA
        if name is FaultName.DNS_TRUNCATED and not tcp:
            answer.flags |= dns.flags.TC
            return answer
        answer.set_rcode(_RCODES[name] if name in _RCODES else self._rcode(host))
        if self.post is not None and self.post.fails(host, question.rdtype.name):
            answer.set_rcode(dns.rcode.SERVFAIL)
        if answer.rcode() == dns.rcode.NOERROR:
            answer.answer = self._records(question.name, host, question.rdtype, name)
        if not answer.answer and answer.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            answer.authority = [self._rrset(dns.name.root, "SOA", _SOA.format(ttl=self.ttl))]
        return answer

    def _rcode(self, host: str) -> dns.rcode.Rcode:
        known = host in self._town.homes or host in self._known or (self.post is not None and host in self.post.names)
        return dns.rcode.NOERROR if known else dns.rcode.NXDOMAIN

    def _records(
        self, name: dns.name.Name, host: str, rdtype: dns.rdatatype.RdataType, fault: FaultName | None
    ) -> list[dns.rrset.RRset]:
        if rdtype == dns.rdatatype.NS and (servers := self._servers(host)):
            return [dns.rrset.from_text(name, self.ttl, "IN", "NS", *servers)]
        if self.post is not None and (texts := self.post.records(host, rdtype.name)):
            return [dns.rrset.from_text(name, self.ttl, "IN", rdtype.name, *texts)]
        address = self._address(host, fault)
        wanted = dns.rdatatype.AAAA if ":" in address else dns.rdatatype.A
        return [self._rrset(name, wanted.name, address)] if address and rdtype == wanted else []

    def _servers(self, host: str) -> tuple[str, ...]:
        """The name servers of the zone *host*; none when it is no zone."""
        return ("ns1.lab.example.",) if host in self._known else ()

    def _address(self, host: str, fault: FaultName | None) -> str:
        if fault is FaultName.NO_ADDRESS:
            return ""
        return LOOPBACK_V6 if fault is FaultName.IPV6_ONLY else self._town.homes.get(host, "")

    def _rrset(self, name: dns.name.Name, rdtype: str, text: str) -> dns.rrset.RRset:
        return dns.rrset.from_text(name, self.ttl, "IN", rdtype, text)


class Datagrams(asyncio.DatagramProtocol):
    """The zone over UDP (RFC 1035 §4.2.1)."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._zone.answer(data)
        if answer is not None:
            self._transport.sendto(answer, addr)


class Stream(asyncio.Protocol):
    """The zone over TCP: each message after two bytes of length (RFC 1035 §4.2.2)."""

    def __init__(self, zone: Zone, crowd: Crowd) -> None:
        self._zone = zone
        self._crowd = crowd
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._crowd.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.leave(self)

    def abort(self) -> None:
        """Drop the connection now."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= (end := 2 + int.from_bytes(self._buffer[:2])):
            query, self._buffer = self._buffer[2:end], self._buffer[end:]
            answer = self._zone.answer(query, tcp=True)
            if answer is not None:
                self._transport.write(len(answer).to_bytes(2) + answer)
