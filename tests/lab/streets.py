"""The lab's web servers: listeners on two ports at every address, and a machine of its own where a fault needs one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from functools import partial

from tests.lab import addresses
from tests.lab.authority import WRONG_NAME, Authority
from tests.lab.faults import CERTIFICATES, PLACED, Fault, FaultName
from tests.lab.ground import Factory, Listener, Manner
from tests.lab.outdated import Outdated
from tests.lab.site import Resetter, Servings, Site
from tests.lab.town import Town

_MANNERS: Mapping[FaultName | None, Manner] = {
    FaultName.REFUSED: Manner.REFUSING,
    FaultName.BLACK_HOLED: Manner.SILENT,
}


class Streets:
    """Every web listener of the town. Made inside a running loop; close it when done."""

    def __init__(self, town: Town, authority: Authority, *, ipv6: bool) -> None:
        """Bind everything, or raise `OSError` and bind nothing."""
        self._town = town
        self._authority = authority
        self._servings = Servings(town, authority.issuer_der)
        self._front = authority.context(WRONG_NAME)
        self._front.sni_callback = self._present
        self._pool = addresses.dedicated()
        self._own: dict[str, tuple[Manner, Fault | None]] = {}
        """Hosts with a machine of their own, and how it is now."""
        places = dict.fromkeys([addresses.WATCHTOWER, *town.homes.values(), *([addresses.LOOPBACK_V6] if ipv6 else [])])
        socks = addresses.bound_together(tuple(places))
        self.ports: Mapping[str, int] = {
            scheme: next(iter(socks[scheme].values())).getsockname()[1] for scheme in socks
        }
        """scheme → port, the same at every address."""
        self._shared = [self._listener(scheme, sock) for scheme in socks for sock in socks[scheme].values()]
        self._grounds: dict[tuple[str, str], Listener] = {}
        """(host, scheme) → the listener at the host's own machine."""

    def give_ground(self, host: str) -> None:
        """A machine of its own for *host*, for good: who has looked it up also finds it well again."""
        if host not in self._own:
            place, socks = addresses.bound_free(self._pool, self.ports)
            self._grounds.update(((host, scheme), self._listener(scheme, sock)) for scheme, sock in socks.items())
            self._own[host] = Manner.REFUSING, None
            self._town.homes[host] = place

    def arrange(self) -> None:
        """Let every listener meet who comes as the town's faults now have it."""
        for host, fault in self._town.faults.items():
            if fault.name in PLACED:
                self.give_ground(host)
        for listener in self._shared:
            listener.become(Manner.SILENT if self._town.cut else Manner.SERVING)
        for host in self._own:
            self._arrange_own(host)

    def _arrange_own(self, host: str) -> None:
        fault = self._town.faults.get(host)
        name = fault.name if fault else None
        manner = Manner.SILENT if self._town.cut else _MANNERS.get(name, Manner.SERVING)
        if self._own[host] != (manner, fault):
            self._own[host] = manner, fault
            for scheme in self.ports:
                self._grounds[host, scheme].become(manner, *self._door(scheme, host, name))

    def _listener(self, scheme: str, sock: addresses.Socket) -> Listener:
        return Listener(sock, *self._door(scheme))

    def _door(
        self, scheme: str, host: str = "", fault: FaultName | None = None
    ) -> tuple[Factory, ssl.SSLContext | None]:
        """What stands behind a listener: the protocol, and the context for its handshake."""
        if scheme == "http":
            return partial(Site, self._servings, secure=False), None
        if fault is FaultName.HANDSHAKE_RESET:
            return partial(Resetter, self._servings, secure=True), None
        if fault is FaultName.TLS_1_0:
            context = self._authority.outdated(host)
            return lambda: Outdated(Site(self._servings, secure=True), context), None
        return partial(Site, self._servings, secure=True), self._front

    def _present(self, tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        """Choose the certificate by the name asked for (RFC 6066 §3)."""
        resident = self._town.residents.get((name or "").lower())
        if resident is not None and resident.secure:
            fault = self._town.faults.get(resident.host)
            shown = fault if fault is not None and fault.name in CERTIFICATES else None
            tls.context = self._authority.context(resident.host, shown)

    async def aclose(self) -> None:
        """Close every listener."""
        await asyncio.gather(*(listener.aclose() for listener in (*self._shared, *self._grounds.values())))
