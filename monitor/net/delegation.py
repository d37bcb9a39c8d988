"""Who is in charge of a zone, and how long that is remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from monitor.net.dns_answer import Answer
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase

LIFE = 900.0
"""Seconds a delegation is remembered: the zone's own check asks anew every few minutes."""
LIFE_ABOVE = 3600.0
"""Seconds for the zones of registries."""
LIFE_NEGATIVE = 60.0
MOST = 4096


class Names(Protocol):
    """The part of a `Resolver` that finding name servers needs."""

    async def query(self, name: str, rdtype: str, *, deadline: float, fresh: bool = False) -> Answer:
        """What the name servers say of *name*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServer:
    """A name server of a zone."""

    name: str
    addresses: tuple[str, ...] = ()
    """IPv4 first."""
    words: str = ""
    """Why there are none."""
    unknown: bool = False
    """Whether that is because nobody could be asked: it says nothing about the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """What a parent says of a zone (RFC 1034 §4.2.2)."""

    zone: str
    parent: str
    """The zone that said so; empty for a zone of registries, of which our resolver tells."""
    exists: bool = True
    """False when the parent knows no such zone; *words* say how it put it."""
    servers: tuple[NameServer, ...] = ()
    shared: bool = False
    """True when the parent's servers serve the zone as well: they show its own list, not the parent's."""
    names: tuple[str, ...] = ()
    """The servers' names as listed, sorted."""
    words: str = ""


class Delegations:
    """What is known, each until its time; the one unused for longest leaves first."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._entries: OrderedDict[str, tuple[float, Delegation]] = OrderedDict()

    def get(self, zone: str, now: float) -> Delegation | None:
        """What is known of *zone*, if it holds at *now*."""
        entry = self._entries.get(zone)
        if entry is None or entry[0] <= now:
            return None
        self._entries.move_to_end(zone)
        return entry[1]

    def put(self, found: Delegation, now: float) -> None:
        """Remember *found* from *now* on, if its servers' addresses are known."""
        self._entries.pop(found.zone, None)
        if found.exists and not any(server.addresses for server in found.servers):
            return
        life = LIFE_NEGATIVE if not found.exists else LIFE if found.parent else LIFE_ABOVE
        self._entries[found.zone] = now + life, found
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)


def enclosing(zone: str) -> Iterator[str]:
    """The names above *zone*, nearest first; never the root, whose list nobody needs."""
    while "." in zone:
        zone = zone.partition(".")[2]
        yield zone


def failed(words: str, kind: FailureKind = FailureKind.TIMEOUT) -> ExchangeFailed:
    """Nobody who knows could be asked."""
    return ExchangeFailed(Failure(Phase.DNS, kind, words))
