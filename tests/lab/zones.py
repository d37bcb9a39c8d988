"""Who is in charge of which name: the registries' server, and two servers for every registered domain below it."""

from __future__ import annotations

from collections.abc import Mapping

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from monitor.domains import registrable
from tests.lab.addresses import AUTHORITIES, NAME_SERVER
from tests.lab.faults import ZONES, FaultName
from tests.lab.names import Zone
from tests.lab.town import AUTHORITY_NAMES, Town

_SERIAL, _OLDER = 2026112401, 2026112400


class Delegating(Zone):
    """Knows which domains are registered: as a resolver it has their servers, as a registry it refers to them."""

    def __init__(self, town: Town, ttl: int) -> None:
        super().__init__(town, ttl)
        self._zones = {zone for host in town.homes if (zone := registrable(host))} - {"lab.example"}

    def _servers(self, host: str) -> tuple[str, ...]:
        return tuple(f"{name}." for name in AUTHORITY_NAMES) if host in self._zones else super()._servers(host)

    def _rcode(self, host: str) -> dns.rcode.Rcode:
        return dns.rcode.NOERROR if host in self._zones else super()._rcode(host)

    def _reply(self, query: dns.message.Message, *, tcp: bool) -> dns.message.Message | None:
        zone = registrable(query.question[0].name.to_text(omit_final_dot=True).lower())
        if query.flags & dns.flags.RD or zone not in self._zones or self._fault_at(zone) is FaultName.NXDOMAIN:
            return super()._reply(query, tcp=tcp)
        answer = dns.message.make_response(query)
        apex = dns.name.from_text(zone)
        answer.authority = [dns.rrset.from_text(apex, self.ttl, "IN", "NS", *self._servers(zone))]
        return answer

    def _fault_at(self, host: str) -> FaultName | None:
        fault = self._town.faults.get(host)
        return fault.name if fault else None


class Charge(Delegating):
    """One of the two servers that every registered domain has; the second of them is the one that can be wrong."""

    def __init__(self, town: Town, ttl: int, *, second: bool) -> None:
        super().__init__(town, ttl)
        self._second = second

    def _reply(self, query: dns.message.Message, *, tcp: bool) -> dns.message.Message | None:
        question = query.question[0]
        host = question.name.to_text(omit_final_dot=True).lower()
        zone = registrable(host)
        wrong = self._wrong(zone)
        if zone not in self._zones or wrong is FaultName.LAME:
            answer = dns.message.make_response(query)
            answer.set_rcode(dns.rcode.REFUSED)
            return answer
        reply = Zone._reply(self, query, tcp=tcp)
        return reply if reply is None else self._signed_off(reply, zone, wrong)

    def _wrong(self, zone: str) -> FaultName | None:
        """What is wrong with *zone* here."""
        names = (fault.name for host, fault in self._town.faults.items() if registrable(host) == zone)
        return next((name for name in names if name in ZONES), None) if self._second else None

    def _signed_off(self, reply: dns.message.Message, zone: str, wrong: FaultName | None) -> dns.message.Message:
        """*reply* with the zone's own SOA: as the answer where that was asked, else beside a negative one."""
        reply.flags &= ~dns.flags.RA
        serial = _OLDER if wrong is FaultName.SERIAL_MISMATCH else _SERIAL
        apex = dns.name.from_text(zone)
        text = f"{AUTHORITY_NAMES[0]}. admin.lab.example. {serial} 3600 600 86400 {self.ttl}"
        soa = dns.rrset.from_text(apex, self.ttl, "IN", "SOA", text)
        question = reply.question[0]
        asked = question.name == apex and question.rdtype == dns.rdatatype.SOA
        if asked and reply.rcode() == dns.rcode.NOERROR and not reply.flags & dns.flags.TC:
            reply.answer, reply.authority = [soa], []
        elif reply.authority:
            reply.authority = [soa]
        return reply


def zones(town: Town, ttl: int) -> Mapping[str, Zone]:
    """Address → what is answered there."""
    first, second = AUTHORITIES
    return {
        NAME_SERVER: Delegating(town, ttl),
        first: Charge(town, ttl, second=False),
        second: Charge(town, ttl, second=True),
    }
