"""Knot DNS on loopback: a registry, and name servers of zones below it, as well or as badly kept as a test likes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import dns.dnssec
import dns.dnssectypes
import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

from monitor.checks.base import Context
from monitor.net import open_network
from monitor.settings import Dns, Net, Vantage
from tests import servers
from tests.integration.net.nameserver import Query, nameserver

REGISTRY, FIRST, SECOND = "127.31.1.53", "127.31.2.53", "127.31.3.53"
PARENT, ZONE = "desa.id", "onje.desa.id"
NS1, NS2 = f"ns1.{ZONE}", f"ns2.{ZONE}"
DAY = 86_400
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_STARTING = 10.0

Anchor = str | Callable[[int], str]
"""What is trusted, or what finds out when the servers run, by their port."""


def soa(zone: str, serial: int = 1) -> str:
    return f"{zone}. 60 IN SOA a.{zone}. admin.{zone}. {serial} 3600 600 86400 60"


def records(*more: str, serial: int = 1, servers: tuple[str, ...] = (NS1, NS2)) -> str:
    """The zone as its owner wrote it."""
    lines = [soa(ZONE, serial), *(f"{ZONE}. 60 IN NS {server}." for server in servers)]
    return "\n".join((*lines, f"{NS1}. 60 IN A {FIRST}", f"{NS2}. 60 IN A {SECOND}", *more, ""))


def registry(*more: str, servers: tuple[str, ...] = (NS1, NS2)) -> str:
    """The parent as the registry wrote it; without *servers* the zone is not registered."""
    glue = {NS1: FIRST, NS2: SECOND}
    lines = [soa(PARENT), f"{PARENT}. 60 IN NS ns.{PARENT}.", f"ns.{PARENT}. 60 IN A {REGISTRY}"]
    lines += [f"{ZONE}. 60 IN NS {server}." for server in servers]
    lines += [f"{server}. 60 IN A {glue[server]}" for server in servers if server in glue]
    return "\n".join((*lines, *more, ""))


class Signer:
    """A key for one zone, and what is made with it."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self._private = ec.generate_private_key(ec.SECP256R1())
        algorithm = dns.dnssectypes.Algorithm.ECDSAP256SHA256
        self._public = dns.dnssec.make_dnskey(self._private.public_key(), algorithm, flags=257)

    @property
    def ds(self) -> str:
        """The content of a DS record for the key."""
        return dns.dnssec.make_ds(dns.name.from_text(self.zone), self._public, "SHA256").to_text()

    @property
    def ds_record(self) -> str:
        return f"{self.zone}. 60 IN DS {self.ds}"

    @property
    def anchor(self) -> str:
        return f"{self.zone}. {self.ds}"

    def sign(self, text: str, *, start: float = -DAY, end: float = DAY) -> str:
        """*text* signed from *start* to *end*, in seconds from now."""
        zone = dns.zone.from_text(text, origin=self.zone, relativize=False)
        now = int(time.time())
        with zone.writer() as txn:
            dns.dnssec.sign_zone(
                zone, txn, keys=[(self._private, self._public)], add_dnskey=True, dnskey_ttl=60,
                inception=now + int(start), expiration=now + int(end),
            )  # fmt: skip
        return zone.to_text(relativize=False)


@dataclass(slots=True)
class Knot:
    """One Knot at one address; a zone whose text is None is configured and cannot be loaded."""

    address: str
    zones: Mapping[str, str | None]
    policy: str = ""
    """Of zones that Knot signs itself."""

    def start(self, folder: Path, port: int, stack: ExitStack) -> None:
        """Run until *stack* is left."""
        home = folder / self.address
        home.mkdir()
        blocks = [f"  - domain: {zone}\n    file: {home / zone}.zone" for zone in self.zones]
        if self.policy:
            blocks = [f"{block}\n    dnssec-signing: on\n    dnssec-policy: here" for block in blocks]
        for zone, text in self.zones.items():
            if text is not None:
                (home / f"{zone}.zone").write_text(text)
        (home / "knot.conf").write_text(
            f"server:\n  rundir: {home}\n  listen: [ {self.address}@{port} ]\n"
            "  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n"
            f"database:\n  storage: {home}\nlog:\n  - target: stderr\n    any: warning\n"
            f"{self.policy}zone:\n" + "\n".join(blocks) + "\n"
        )
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(servers.find("knot")), "-c", str(home / "knot.conf")], stdout=log, stderr=log, cwd=home
            )
        stack.callback(process.wait)
        stack.callback(process.terminate)

    def wait(self, folder: Path, port: int) -> None:
        """Return when it answers."""
        zone = next((zone for zone, text in self.zones.items() if text is not None), "nobody.example")
        query = dns.message.make_query(zone, "DNSKEY" if self.policy else "SOA")
        until = time.monotonic() + _STARTING
        while time.monotonic() < until:
            with contextlib.suppress(dns.exception.DNSException, OSError):
                answer = dns.query.udp(query, self.address, port=port, timeout=0.03)
                if answer.answer or zone == "nobody.example":
                    return
            time.sleep(0.005)
        raise RuntimeError((folder / self.address / "log").read_text(errors="replace"))


@dataclass(slots=True)
class World:
    """What a check meets: name servers, and a resolver that asks them as a resolver without a cache would."""

    registry: Knot
    first: Knot
    second: Knot | None = None
    broken: frozenset[str] = frozenset()
    """Names for which the resolver fails."""
    strangers: Mapping[str, str] = field(default_factory=dict)
    """Names of other zones, as the resolver has them: `record type and content`, or nothing for NXDOMAIN."""

    def knots(self) -> list[Knot]:
        return [knot for knot in (self.registry, self.first, self.second) if knot is not None]


def free_port() -> int:
    """A port that is free at all of the addresses, over UDP and TCP."""
    for _attempt in range(50):
        with ExitStack() as stack, contextlib.suppress(OSError):
            port = 0
            for address in (REGISTRY, FIRST, SECOND):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    sock = stack.enter_context(socket.socket(socket.AF_INET, kind))
                    sock.bind((address, port))
                    port = sock.getsockname()[1]
            return port
    raise RuntimeError("no port is free at all addresses")


@contextlib.asynccontextmanager
async def world(world: World, folder: Path, *, anchor: Anchor = "", **net: Any) -> AsyncIterator[Context]:
    """A check's context in *world*, with *anchor* as the only thing trusted."""
    port = free_port()
    async with AsyncExitStack() as stack:
        processes = stack.enter_context(ExitStack())
        for knot in world.knots():
            knot.start(folder, port, processes)
        for knot in world.knots():
            await asyncio.to_thread(knot.wait, folder, port)
        resolver = await stack.enter_async_context(nameserver(lambda query: [_resolved(world, query, port)]))
        routes = {"*:53": f":{port}", **net.pop("connect_to", {})}
        settings = Net(allowed_networks=LOOPBACK, connect_timeout=timedelta(seconds=1), connect_to=routes, **net)
        trusted = anchor if isinstance(anchor, str) else await asyncio.to_thread(anchor, port)
        names = Dns(
            nameservers=(resolver.address,),
            timeout=timedelta(seconds=1),
            trust_anchors=(trusted,) if trusted else (),
        )
        network = open_network(names, settings, Vantage(sentinels=()))
        stack.push_async_callback(network.aclose)
        yield Context(network, fresh=True)


def _resolved(world: World, query: Query, port: int) -> dns.message.Message:
    """What a resolver would say: a DS is the parent's, everything else the zone's own (RFC 4035 §3.1.4.1)."""
    question = query.question[0]
    name = question.name.to_text(omit_final_dot=True).lower()
    answer = dns.message.make_response(query, recursion_available=True)
    if name in world.broken:
        answer.set_rcode(dns.rcode.SERVFAIL)
        return answer
    if not question.name.is_subdomain(dns.name.from_text(PARENT)):
        return _strange(world, name, answer)
    below = question.name.is_subdomain(dns.name.from_text(ZONE))
    to_parent = not below or (name == ZONE and question.rdtype == dns.rdatatype.DS)
    relayed = dns.query.udp(query, REGISTRY if to_parent else FIRST, port=port, timeout=2)
    relayed.flags |= dns.flags.RA
    return _chased(world, relayed)


def _strange(world: World, name: str, answer: dns.message.Message) -> dns.message.Message:
    content = world.strangers.get(name)
    if content is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif content.split()[0] == dns.rdatatype.to_text(answer.question[0].rdtype):
        answer.answer = [dns.rrset.from_text(f"{name}.", 60, "IN", *content.split(maxsplit=1))]
    return answer


def _chased(world: World, answer: dns.message.Message) -> dns.message.Message:
    """*answer* with the end of its CNAME, when that is in a stranger's zone."""
    if len(answer.answer) == 1 and answer.answer[0].rdtype == dns.rdatatype.CNAME:
        target = answer.answer[0][0].target.to_text(omit_final_dot=True)
        end = dns.message.make_response(dns.message.make_query(target, answer.question[0].rdtype))
        end = _strange(world, target, end)
        answer.set_rcode(end.rcode())
        answer.answer += end.answer
        answer.authority = []
    return answer
