"""From a host and a port to a connected line: route, look-up, address policy, seat, connect."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import Protocol

from monitor.net.errors import Mishap, diagnose
from monitor.net.facts import OURS, FailureKind, Phase
from monitor.net.policy import AddressPolicy
from monitor.net.progress import Progress
from monitor.net.routes import Routes
from monitor.net.seats import Seats
from monitor.net.wire import Wire, connect
from monitor.settings import Net

MAX_ADDRESSES = 4
"""Addresses of one host that are tried."""
CONCLUSIVE = 0.5
"""The share of the connect time-out after which silence is the address's and not our deadline's."""


class Resolves(Protocol):
    """The part of a `Resolver` that dialling needs."""

    async def resolve(self, host: str, *, deadline: float, fresh: bool) -> tuple[str, ...]:
        """Addresses of *host*; raises `ExchangeFailed` in `Phase.DNS`."""


class Line:
    """A connection and the seat it occupies; hang up to give both back."""

    __slots__ = ("_dialer", "address", "port", "wire")

    def __init__(self, dialer: Dialer, address: str, port: int, wire: Wire) -> None:
        """The seat at *address* is taken already."""
        self._dialer = dialer
        self.address = address
        self.port = port
        self.wire = wire

    async def redial(self, progress: Progress) -> None:
        """A new connection in place of this one, on the same seat."""
        self.wire.close()
        progress.start(Phase.CONNECT)
        self.wire = await self._dialer.connect(self.address, self.port, progress)

    def hang_up(self) -> None:
        """Close the connection and leave the seat."""
        self.wire.close()
        self._dialer.seats.leave(self.address)


class Dialer:
    """Opens lines by the settings; the only way to a target's socket."""

    def __init__(self, settings: Net, resolver: Resolves) -> None:
        """Raises `ConfigError` for an unreadable `connect_to`."""
        self.seats = Seats(settings.seats)
        self._routes = Routes(settings.connect_to)
        self._policy = AddressPolicy(settings.allowed_networks)
        self._resolver = resolver
        self._patience = settings.connect_timeout.total_seconds()

    async def dial(self, host: str, port: int, progress: Progress, *, fresh: bool) -> Line:
        """A line to *host*. Raises `Mishap`, or what the resolver raises."""
        address, port = self._routes.route(host, port)
        found = (address,) if address else await self._lookup(host, progress, fresh=fresh)
        progress.start(Phase.CONNECT)
        return await self._first(self._permitted(found, progress), port, progress)

    async def _lookup(self, host: str, progress: Progress, *, fresh: bool) -> tuple[str, ...]:
        if _is_literal(host):
            return (_shortest(host),)
        progress.start(Phase.DNS)
        async with asyncio.timeout_at(progress.deadline):
            return await self._resolver.resolve(host, deadline=progress.deadline, fresh=fresh)

    def _permitted(self, addresses: tuple[str, ...], progress: Progress) -> tuple[str, ...]:
        permitted = tuple(address for address in addresses if self._policy.refusal(address) is None)
        if not permitted:
            progress.address = addresses[-1] if addresses else None
            reasons = (f"{address} is {self._policy.refusal(address)}" for address in addresses)
            raise Mishap(FailureKind.FORBIDDEN_ADDRESS, "; ".join(reasons))
        return permitted[:MAX_ADDRESSES]

    async def _first(self, addresses: tuple[str, ...], port: int, progress: Progress) -> Line:
        """A line to the first of *addresses* that accepts; the first failure that is not ours is the one told."""
        mishaps: list[Mishap] = []
        for address in addresses:
            try:
                return await self._line(address, port, progress)
            except Mishap as mishap:
                mishaps.append(Mishap(mishap.kind, f"{address}: {mishap.detail}"))
            if asyncio.get_running_loop().time() >= progress.deadline:
                break
        telling = next((mishap for mishap in mishaps if mishap.kind not in OURS), mishaps[0])
        raise Mishap(telling.kind, "; ".join(mishap.detail for mishap in mishaps))

    async def _line(self, address: str, port: int, progress: Progress) -> Line:
        progress.address = address
        await self._sit(address, port, progress)
        try:
            return Line(self, address, port, await self.connect(address, port, progress))
        except BaseException:
            self.seats.leave(address)
            raise

    async def _sit(self, address: str, port: int, progress: Progress) -> None:
        """Take a seat. Waiting for it is our time: no phase runs, and the deadline moves."""
        if self.seats.take_at_once(address):
            return
        progress.pause()
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        try:
            await self.seats.wait(address, port)
        finally:
            progress.deadline += loop.time() - arrived
            progress.start(Phase.CONNECT)

    async def connect(self, address: str, port: int, progress: Progress) -> Wire:
        """A connection on a seat already taken. Raises `Mishap`; silence is told to all who wait for the same."""
        began = asyncio.get_running_loop().time()
        until = min(began + self._patience, progress.deadline)
        try:
            return await connect(address, port, until=until)
        except TimeoutError as error:
            mishap = Mishap(FailureKind.TIMEOUT, f"no connection within {until - began:.1f} s")
            if until - began >= CONCLUSIVE * self._patience:
                self.seats.condemn(address, port, mishap)
            raise mishap from error
        except OSError as error:
            raise diagnose(error) from error


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdecimal()


def _shortest(host: str) -> str:
    """One spelling per address, for it has one set of seats; what is no address is left for the policy to refuse."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host
