"""Authoritative name servers, asked directly: who is in charge of a zone by its parent's word, and what each says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from zlib import crc32

import dns.exception
import dns.flags
import dns.message
import dns.rcode

from monitor import settings
from monitor.net.delegation import Delegation, Delegations, Names, NameServer, enclosing, failed
from monitor.net.dns_answer import Question, question
from monitor.net.dns_said import Said, Word, glue, listed, read
from monitor.net.dns_servers import Server
from monitor.net.dns_wire import NoAnswer, Query, converse
from monitor.net.errors import Mishap
from monitor.net.facts import OURS, ExchangeFailed, FailureKind
from monitor.net.flight import Flight
from monitor.net.policy import AddressPolicy
from monitor.net.routes import Routes
from monitor.net.seats import Seats

PORT = 53
SEATS = 8
"""Questions under way at one address."""
QUEUE = 5.0
"""Seconds to wait for a turn there."""
TRIES = 2
"""Times a silent server is asked: datagrams get lost."""
CONCLUSIVE = 0.5
"""The share of a try after which silence is the server's, and not our deadline's."""
SILENCE = 60.0
"""Seconds for which a silent server is not asked again, unless somebody insists."""
MOST_SERVERS = 13
MOST_ADDRESSES = 4
"""Of one server."""
PARENTS = 3
"""Servers of the parent that are asked until one answers."""
DEPTH = 3
"""Referrals followed from the parent to the zone."""
_FLAGS_DO = 0x8000
"""DNSSEC OK (RFC 3225 §3)."""


class Authority:
    """Asks name servers by address; what parents say is remembered and shared by everybody."""

    def __init__(self, dns: settings.Dns, net: settings.Net, resolver: Names) -> None:
        """Raises `ConfigError` for an unreadable `connect_to`; *resolver* finds the servers' addresses."""
        self._patience = dns.timeout.total_seconds()
        self._resolver = resolver
        self._routes = Routes(net.connect_to)
        self._policy = AddressPolicy(net.allowed_networks)
        self._seats = Seats(SEATS, QUEUE)
        self._silent: dict[tuple[str, str], float] = {}
        """Until when; by address and zone: a server may drop questions about one zone only."""
        self.six_heard: float | None = None
        """Loop time at which a server last answered over IPv6."""
        self._known = Delegations()
        self._underway: dict[str, Flight[Delegation | ExchangeFailed]] = {}

    async def aclose(self) -> None:
        """Give up what is under way."""
        for flight in tuple(self._underway.values()):
            await flight.cancel()

    def refusal(self, address: str) -> str:
        """Why *address* is none that the public can reach, in words; empty when it is, or is let through."""
        return self._policy.refusal(address) or ""

    async def delegation(self, zone: str, *, deadline: float, fresh: bool = False) -> Delegation:
        """
        Who is in charge of *zone* by its parent's word; that there is no such zone is an answer, too.

        Raises `ExchangeFailed` when no server of the parent could be asked.
        """
        known = None if fresh else self._known.get(zone, asyncio.get_running_loop().time())
        if known is not None:
            return known
        flight = self._underway.get(zone)
        if flight is None or flight.over:
            flight = self._underway[zone] = Flight(self._delegation(zone, deadline))
            flight.then(lambda: self._underway.pop(zone, None))
        try:
            outcome = await flight.wait(deadline)
        except TimeoutError:
            raise failed(f"server induk dari {zone} tidak menjawab") from None
        if isinstance(outcome, ExchangeFailed):
            raise ExchangeFailed(outcome.failure)
        return outcome

    async def _delegation(self, zone: str, deadline: float) -> Delegation | ExchangeFailed:
        try:
            found = await self._from_above(zone, await self._parent(zone, deadline), deadline)
        except ExchangeFailed as error:
            return error
        self._known.put(found, asyncio.get_running_loop().time())
        return found

    async def _parent(self, zone: str, deadline: float) -> Delegation:
        """The zone that encloses *zone*, by our resolver's word: registries change their servers rarely."""
        now = asyncio.get_running_loop().time()
        for name in enclosing(zone):
            known = self._known.get(name, now)
            if known is not None and known.servers:
                return known
            answer = await self._resolver.query(name, "NS", deadline=deadline)
            if answer.records:
                names = [record.removesuffix(".").lower() for record in answer.texts]
                servers = await self.servers(names, deadline=deadline)
                found = Delegation(zone=name, parent="", servers=servers)
                self._known.put(found, now)
                return found
        raise failed(f"tidak ada zona induk untuk {zone}")

    async def _from_above(self, zone: str, parent: Delegation, deadline: float) -> Delegation:
        for _step in range(DEPTH):
            said = await self._ask_any(parent, zone, deadline)
            if said.word is Word.REFERRAL and said.cut != zone:
                parent = await self.below(said, deadline=deadline)
                continue
            return await self._read(zone, parent, said, deadline)
        raise failed(f"rujukan menuju {zone} tidak berujung")

    async def _ask_any(self, parent: Delegation, zone: str, deadline: float) -> Said:
        """What the first server of *parent* that knows says of *zone*; not always the same one is asked first."""
        said: list[Said] = []
        for server in _turned(parent.servers, crc32(zone.encode()))[:PARENTS]:
            for address in server.addresses[:1]:
                said.append(await self.ask(server.name, address, zone, "NS", zone=parent.zone, deadline=deadline))
                if said[-1].answers or said[-1].word is Word.REFERRAL:
                    return said[-1]
        words = "; ".join(f"{each.server}: {each.words}" for each in said) or "alamat server induk tidak diketahui"
        raise failed(words, FailureKind.TIMEOUT if all(_is_mute(each) for each in said) else FailureKind.DNS_REFUSED)

    async def _read(self, zone: str, parent: Delegation, said: Said, deadline: float) -> Delegation:
        if said.message is None or said.word in {Word.NXDOMAIN, Word.NODATA}:
            words = "NXDOMAIN" if said.word is Word.NXDOMAIN else "tanpa catatan NS"
            return Delegation(zone=zone, parent=parent.zone, exists=False, words=f"{said.server}: {words}")
        names = listed(said.message, zone)
        servers = await self.servers(names, said.message, deadline=deadline)
        return Delegation(zone=zone, parent=parent.zone, servers=servers, shared=said.word is Word.RECORDS, names=names)

    async def below(self, said: Said, *, deadline: float) -> Delegation:
        """Who is in charge of the zone that *said*, a referral, leads to."""
        found = await self._read(said.cut, Delegation(zone=said.cut, parent=""), said, deadline)
        self._known.put(found, asyncio.get_running_loop().time())
        return found

    async def servers(
        self, names: Iterable[str], message: dns.message.Message | None = None, *, deadline: float
    ) -> tuple[NameServer, ...]:
        """The name servers called *names* with their addresses: the glue in *message*, or by our resolver's word."""
        glued = {name: glue(message, name) if message else () for name in sorted(names)[:MOST_SERVERS]}
        return tuple(
            await asyncio.gather(
                *(_known(name, here) if here else self._looked_up(name, deadline) for name, here in glued.items())
            )
        )

    async def _looked_up(self, name: str, deadline: float) -> NameServer:
        try:
            four = await self._resolver.query(name, "A", deadline=deadline)
            six = await self._resolver.query(name, "AAAA", deadline=deadline) if four.exists else four
        except ExchangeFailed as error:
            return NameServer(name=name, words=str(error.failure.detail), unknown=True)
        # In order of value, as all here: the order in which they come differs.
        more = sorted(six.texts)[:MOST_ADDRESSES] if six is not four else []
        addresses = (*sorted(four.texts)[:MOST_ADDRESSES], *more)
        words = "" if addresses else ("tanpa alamat" if four.exists else "namanya tidak ada (NXDOMAIN)")
        return NameServer(name=name, addresses=addresses, words=words)

    async def ask(
        self,
        server: str,
        address: str,
        name: str,
        rdtype: str,
        *,
        zone: str,
        deadline: float,
        fresh: bool = False,
        dnssec: bool = False,
    ) -> Said:
        """What *server* at *address* says of *name* as an authority of *zone*; never raises."""
        refusal = self._policy.refusal(address)
        if refusal is not None:
            return Said(server=server, address=address, word=Word.SILENT, words=f"alamatnya bukan publik: {refusal}")
        now = asyncio.get_running_loop().time()
        if not fresh and self._silent.get((address, zone), 0.0) > now:
            return Said(server=server, address=address, word=Word.SILENT, words="tidak menjawab")
        try:
            asked = question(name, rdtype)
            async with self._seat(address):
                message = await self._converse(address, asked, deadline, _FLAGS_DO if dnssec else 0)
            if ":" in address:
                self.six_heard = asyncio.get_running_loop().time()
            return read(message, asked, zone, server, address)
        except Mishap as mishap:
            return Said(server=server, address=address, word=Word.UNKNOWN, words=mishap.detail)
        except NoAnswer as no:
            return self._unanswered(server, address, zone, no)
        except (dns.exception.DNSException, ValueError) as error:
            words = f"jawaban tidak terbaca ({type(error).__name__})"
            return Said(server=server, address=address, word=Word.LAME, words=words)

    async def _converse(self, address: str, asked: Question, deadline: float, edns: int) -> dns.message.Message:
        instead, port = self._routes.route(address, PORT)
        peer = _peer(instead or address, port)
        query = Query.of(asked, 0, edns)
        message = dns.message.from_wire(await self._send(peer, query, deadline), ignore_trailing=True)
        if message.rcode() in {dns.rcode.FORMERR, dns.rcode.NOTIMP}:
            plain = Query.of(asked, 0, None)  # it may not know EDNS (RFC 6891 §6.2.2)
            message = dns.message.from_wire(await self._send(peer, plain, deadline), ignore_trailing=True)
        return message

    async def _send(self, peer: Server, query: Query, deadline: float) -> bytes:
        now = asyncio.get_running_loop().time
        share = self._patience / TRIES
        for _again in range(TRIES - 1):
            with suppress(_Lost):
                return await _once(peer, query, min(deadline, now() + share))
        began = now()
        try:
            return await converse(peer, query, min(deadline, began + share))
        except NoAnswer as no:
            if no.silent and deadline - began < CONCLUSIVE * share:
                raise NoAnswer(FailureKind.BUSY, "waktu pemeriksaan habis") from no
            raise

    def _unanswered(self, server: str, address: str, zone: str, no: NoAnswer) -> Said:
        if no.kind in OURS:
            return Said(server=server, address=address, word=Word.UNKNOWN, words=no.words)
        if no.silent:
            now = asyncio.get_running_loop().time()
            self._silent = {known: until for known, until in self._silent.items() if until > now}
            self._silent[address, zone] = now + SILENCE
        return Said(server=server, address=address, word=Word.SILENT, words=no.words)

    @asynccontextmanager
    async def _seat(self, address: str) -> AsyncIterator[None]:
        if not self._seats.take_at_once(address):
            await self._seats.wait(address, PORT)
        try:
            yield
        finally:
            self._seats.leave(address)


class _Lost(Exception):
    """No answer yet; the next try may bring one."""


async def _once(peer: Server, query: Query, until: float) -> bytes:
    try:
        return await converse(peer, query, until)
    except NoAnswer as no:
        if no.silent:
            raise _Lost from no
        raise


async def _known(name: str, addresses: tuple[str, ...]) -> NameServer:
    chosen = sorted(addresses, key=lambda address: (":" in address, address))
    return NameServer(name=name, addresses=tuple(chosen[: 2 * MOST_ADDRESSES]))


def _turned(servers: tuple[NameServer, ...], by: int) -> tuple[NameServer, ...]:
    able = tuple(server for server in servers if server.addresses)
    start = by % len(able) if able else 0
    return able[start:] + able[:start]


def _is_mute(said: Said) -> bool:
    return said.word in {Word.SILENT, Word.UNKNOWN}


@lru_cache(maxsize=4096)
def _peer(address: str, port: int) -> Server:
    return Server.parse(f"[{address}]:{port}" if ":" in address else f"{address}:{port}")
