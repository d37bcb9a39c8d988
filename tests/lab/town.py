"""Everything the lab's servers share: who lives where, who misbehaves now, and how much is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from monitor.model import Kind, Target
from tests.lab import addresses
from tests.lab.authority import WRONG_NAME
from tests.lab.faults import Fault
from tests.lab.scenario import EVERYTHING

SENTINEL = "penjaga.lab.example"
ISSUER = "ca.lab.example"
GAMBLING = "slot-gacor.example"
"""Where a hijacked site's redirect leads."""
STRANGER = "penumpang.example"
"""Whose scripts, frames and forms are on pages of others."""

AUTHORITY_NAMES = ("dns1.lab.example", "dns2.lab.example")
"""The name servers of every zone below the registries."""

_WORLD = {
    SENTINEL: addresses.WATCHTOWER,
    ISSUER: addresses.WATCHTOWER,
    "ns1.lab.example": addresses.NAME_SERVER,
    **dict(zip(AUTHORITY_NAMES, addresses.AUTHORITIES, strict=True)),
    GAMBLING: addresses.WORLD,
    STRANGER: addresses.WORLD,
    WRONG_NAME: addresses.WORLD,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds every connection."""

    lifetime: float = 30.0
    """Seconds, whatever happens."""
    body: int = 64 * 1024 * 1024
    """Bytes of one answer."""
    connections: int = 4000
    request: int = 64 * 1024


LIMITS = Limits()


class Connection(Protocol):
    """What the crowd is made of."""

    def abort(self) -> None:
        """Drop the connection now."""


class Crowd:
    """Every connection under way, oldest first, so that none outlives its limit or the lab."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._since: dict[Connection, float] = {}

    def join(self, connection: Connection) -> None:
        """Count *connection* in, or drop it when there are too many."""
        self._since[connection] = asyncio.get_running_loop().time()
        if len(self._since) > self._most:
            connection.abort()

    def leave(self, connection: Connection) -> None:
        """It has ended."""
        self._since.pop(connection, None)

    def end_before(self, moment: float) -> None:
        """Drop whoever came before *moment* on the loop's clock."""
        for connection, since in tuple(self._since.items()):
            if since >= moment:
                break
            connection.abort()

    async def disperse(self) -> None:
        """Drop all, and wait until they are gone."""
        while self._since:
            for connection in tuple(self._since):
                connection.abort()
            await asyncio.sleep(0.01)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._since)


@dataclass(frozen=True, slots=True)
class Resident:
    """A host the lab serves."""

    host: str
    kind: Kind | None
    """None for names that are not the inventory's."""
    name: str
    secure: bool
    """Listed with https, or not listed: port 80 then only leads to port 443."""
    paths: frozenset[str]


@dataclass(slots=True)
class Town:
    """The shared state; read by every connection, written by `Lab` alone."""

    residents: dict[str, Resident]
    homes: dict[str, str]
    """host → address."""
    by_selector: dict[str, tuple[str, ...]]
    """kode, host or jenis → hosts."""
    limits: Limits
    crowd: Crowd
    faults: dict[str, Fault] = field(default_factory=dict)
    cut: bool = False

    def hosts(self, selector: str) -> tuple[str, ...]:
        """The hosts that a kode, host, jenis, or `*` means. Raises `KeyError`."""
        return tuple(self.residents) if selector == EVERYTHING else self.by_selector[selector.lower()]

    def host(self, selector: str) -> str:
        """The one host that a kode or host means. Raises `KeyError`."""
        return self.hosts(selector)[0]


def settle(targets: Iterable[Target], plan: Callable[[Target], str], limits: Limits) -> Town:
    """A town of *targets*, at the addresses of *plan*, and the world beside it."""
    town = Town({}, dict(_WORLD), {}, limits, Crowd(limits.connections))
    groups: dict[str, dict[str, None]] = {}
    for target in targets:
        town.residents[target.host] = _resident(target, town.residents.get(target.host))
        town.homes.setdefault(target.host, plan(target))
        for selector in (target.kode, target.host, target.kind):
            groups.setdefault(selector.lower(), {})[target.host] = None
    for host in _WORLD:
        town.residents.setdefault(host, Resident(host, None, host, secure=host != SENTINEL, paths=frozenset("/")))
        groups.setdefault(host, {})[host] = None
    town.by_selector = {selector: tuple(hosts) for selector, hosts in groups.items()}
    return town


def _resident(target: Target, known: Resident | None) -> Resident:
    """*target*'s host; a host that two targets share serves the paths of both."""
    parts = urlsplit(target.url)
    paths = {"/", "/beranda", "/first", parts.path or "/"} | (known.paths if known else set())
    secure = parts.scheme == "https" or (known is not None and known.secure)
    return Resident(target.host, target.kind, known.name if known else target.name, secure, frozenset(paths))


def ancestors(host: str) -> Iterator[str]:
    """The names above *host*, nearest first: empty non-terminals exist (RFC 8020)."""
    while "." in host:
        host = host.partition(".")[2]
        yield host
