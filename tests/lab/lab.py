"""The regency on loopback: names, web servers and certificates of every listed site, with faults by scenario."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from monitor.model import Target
from tests.lab import addresses, pointers, post, town
from tests.lab.authority import Authority
from tests.lab.faults import Fault, FaultName
from tests.lab.ground import Listener, Manner
from tests.lab.names import Datagrams, Stream
from tests.lab.registry import Registry
from tests.lab.scenario import CALM, EVERYTHING, Scenario, ScenarioError
from tests.lab.streets import Streets
from tests.lab.zones import zones

_TICK = 0.25
"""Seconds between looks at the clock."""

log = logging.getLogger(__name__)


class Lab:
    """
    `async with Lab(targets, scenario, directory) as lab:` – then `lab.settings()` points a daemon at it.

    The scenario's clock starts with the block. What `set` and `clear` say counts more than the scenario.
    """

    def __init__(
        self,
        targets: Iterable[Target],
        scenario: Scenario = CALM,
        directory: Path = Path("lab"),
        *,
        plan: Callable[[Target], str] = addresses.home,
        wildcards: bool = False,
        limits: town.Limits = town.LIMITS,
    ) -> None:
        """
        Keep the CA in *directory*; *plan* says who lives where.

        With *wildcards*, names beside each other share a certificate: for measurements with very many names.
        """
        self._targets = tuple(targets)
        self._scenario = scenario
        self._directory = directory
        self._wildcards = wildcards
        self._town = town.settle(self._targets, plan, limits)
        self._mail_domains = post.mail_domains(self._targets)
        post.settle(self._town, self._mail_domains)
        self._said: dict[str, Fault | None] = {}
        """What `set` and `clear` said, by host."""
        self._cut_by_hand = False
        self.ipv6 = addresses.has_ipv6()
        """Whether `FaultName.IPV6_ONLY` can be played on this machine."""

    async def __aenter__(self) -> Self:
        """Bind everything, or nothing."""
        self._loop = asyncio.get_running_loop()
        self._authority = Authority(self._directory, wildcards=self._wildcards)
        self._zones = zones(self._town, self._scenario.ttl)
        self._names: list[Listener] = []
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._town.crowd.disperse)
            self._streets = Streets(self._town, self._authority, ipv6=self.ipv6)
            stack.push_async_callback(self._streets.aclose)
            await self._open_names(stack)
            self._post = post.Post(self._town, self._authority, self._mail_domains)
            stack.push_async_callback(self._post.aclose)
            for zone in self._zones.values():
                zone.post = self._post
            self._registry = Registry(self._town)
            stack.push_async_callback(self._registry.aclose)
            self._begin = self._loop.time()
            self.play(self._scenario)
            self._tick()
            stack.callback(self._stop_clock)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every socket and end every connection."""
        await self._stack.aclose()

    async def _open_names(self, stack: AsyncExitStack) -> None:
        for address, (tcp, udp) in addresses.bound_for_names().items():
            zone = self._zones[address]
            self._dns_port: int = tcp.getsockname()[1]
            listener = Listener(tcp, partial(Stream, zone, self._town.crowd))
            self._names.append(listener)
            stack.push_async_callback(listener.aclose)
            transport, _protocol = await self._loop.create_datagram_endpoint(partial(Datagrams, zone), sock=udp)
            stack.callback(transport.close)

    def set(self, site: str, fault: Fault | FaultName) -> None:
        """Let *site* (kode, host or jenis) misbehave from now on, whatever the scenario says."""
        self._say(site, fault if isinstance(fault, Fault) else Fault(fault))

    def clear(self, site: str) -> None:
        """Let *site* behave from now on, whatever the scenario says."""
        self._say(site, None)

    def cut(self) -> None:
        """Cut the whole lab off: nothing answers, the sentinels included."""
        self._cut_by_hand = True
        self._apply()

    def restore(self) -> None:
        """Take `cut` back."""
        self._cut_by_hand = False
        self._apply()

    def play(self, scenario: Scenario) -> None:
        """Follow *scenario* from now on; the clock goes on. Raises `ScenarioError` for sites that do not exist."""
        known = self._town.by_selector
        unknown = sorted(site for site in scenario.sites if site != EVERYTHING and site.lower() not in known)
        if unknown:
            raise ScenarioError(f"not in the inventory: {', '.join(unknown)}")
        self._scenario = scenario
        for zone in self._zones.values():
            zone.ttl = scenario.ttl
        for site in scenario.placed():
            for host in self._town.hosts(site):
                self._streets.give_ground(host)
        self._apply()

    def address(self, site: str) -> str:
        """Where *site* (kode or host) is served now."""
        host = self._town.host(site)
        fault = self._town.faults.get(host)
        return addresses.LOOPBACK_V6 if fault and fault.name is FaultName.IPV6_ONLY else self._town.homes[host]

    def faults(self) -> dict[str, Fault]:
        """host → fault, as it is now."""
        return dict(self._town.faults)

    @property
    def clock(self) -> float:
        """Seconds since the lab began: the scenario's time."""
        return self._loop.time() - self._begin

    @property
    def http_port(self) -> int:
        """The port that stands for 80, the same at every address."""
        return self._streets.ports["http"]

    @property
    def https_port(self) -> int:
        """The port that stands for 443, the same at every address."""
        return self._streets.ports["https"]

    @property
    def name_server(self) -> tuple[str, int]:
        """Where to ask for names, over UDP and TCP."""
        return addresses.NAME_SERVER, self._dns_port

    @property
    def ca_file(self) -> Path:
        """The root that the lab's certificates lead to, PEM."""
        return self._authority.ca_file

    def settings(self) -> dict[str, Any]:
        """Keyword arguments for `monitor.settings.Settings`; `pointers.toml` makes a file of them."""
        values = pointers.settings(
            self._targets, self._town.homes, self._streets.ports, self._dns_port, self._authority.ca_file
        )
        checks = {**values.get("checks", {}), "registration": {"servers": {"id": self._registry.url}}}
        if self._post.port is not None:
            values["net"]["connect_to"]["*:25"] = f":{self._post.port}"
        return {**values, "checks": checks}

    def _say(self, site: str, fault: Fault | None) -> None:
        self._said.update(dict.fromkeys(self._town.hosts(site), fault))
        self._apply()

    def _apply(self) -> None:
        """Bring the town to what the scenario and the people say now."""
        now = self.clock
        self._next_change = self._scenario.next_change(now)
        rules = tuple(self._scenario.at(now))
        faults: dict[str, Fault | None] = {}
        for rule in rules:
            if rule.fault.name is not FaultName.CUT:
                faults.update(dict.fromkeys(self._town.hosts(rule.site), rule.fault))
        faults.update(self._said)
        self._town.faults = {host: fault for host, fault in faults.items() if fault and self._playable(fault)}
        self._town.cut = self._cut_by_hand or any(rule.fault.name is FaultName.CUT for rule in rules)
        self._streets.arrange()
        self._registry.arrange()
        self._post.arrange()
        for listener in self._names:
            listener.become(Manner.SILENT if self._town.cut else Manner.SERVING)
        for zone in self._zones.values():
            zone.forget()

    def _playable(self, fault: Fault) -> bool:
        if fault.name is FaultName.IPV6_ONLY and not self.ipv6:
            log.warning("this machine has no ::1; %s is not played", fault.name)
            return False
        return True

    def _tick(self) -> None:
        self._town.crowd.end_before(self._loop.time() - self._town.limits.lifetime)
        if self.clock >= self._next_change:
            self._apply()
        self._timer = self._loop.call_later(_TICK, self._tick)

    def _stop_clock(self) -> None:
        self._timer.cancel()
