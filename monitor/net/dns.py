"""Names to addresses and records: asked of our name servers, remembered, and never guessed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

from monitor import settings
from monitor.net.dns_answer import Answer, Question, question
from monitor.net.dns_cache import Cache
from monitor.net.dns_lookup import Lookup
from monitor.net.dns_servers import RESOLV_CONF, Servers
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.flight import Flight

ADDRESSES = 16
"""Addresses of one name that are used; a visit tries fewer before its time is up."""


@dataclass(frozen=True, slots=True)
class _Underway:
    """A look-up and the flight that carries it."""

    lookup: Lookup
    flight: Flight[Answer | Failure]


class Resolver:
    """A stub resolver (RFC 1034 §5.3.1) with a cache; identical questions at the same time are asked once."""

    def __init__(self, settings: settings.Dns, *, resolv_conf: Path = RESOLV_CONF) -> None:
        """Ask the name servers of *settings*, or those of *resolv_conf* when it has none."""
        self._timeout = settings.timeout.total_seconds()
        self._servers = Servers(settings.nameservers, resolv_conf)
        self._cache = Cache()
        self._underway: dict[Question, _Underway] = {}

    @property
    def patience(self) -> float:
        """Seconds that a question may take at most."""
        return self._timeout

    @property
    def nameservers(self) -> tuple[str, ...]:
        """Whom a question would be put to now, in order, as `192.0.2.1:53`."""
        return tuple(server.name for server in self._servers.current())

    async def resolve(self, host: str, *, deadline: float, fresh: bool = False) -> tuple[str, ...]:
        """
        The IPv4 addresses of *host*, or its IPv6 addresses when it has no others; an IP literal is its own.

        Raises `ExchangeFailed` in `Phase.DNS`; `NAME_NOT_FOUND` only by a name server's own word.
        """
        literal = host.strip("[]")
        if _is_address(literal):
            return (literal,)
        until = min(deadline, asyncio.get_running_loop().time() + self._timeout)
        four = await self.query(host, "A", deadline=deadline, fresh=fresh)
        if four.records:
            return four.texts[:ADDRESSES]
        if not four.exists:
            _fail(FailureKind.NAME_NOT_FOUND, _not_found(four))
        six = await self.query(host, "AAAA", deadline=until, fresh=fresh)
        # NXDOMAIN for AAAA after NOERROR for A is a broken server (RFC 4074 §4.2): the name exists.
        if not six.records:
            _fail(FailureKind.NO_ADDRESS, f"{six.server}: tidak ada A maupun AAAA untuk {six.canonical}")
        return six.texts[:ADDRESSES]

    async def query(self, name: str, rdtype: str, *, deadline: float, fresh: bool = False) -> Answer:
        """
        What the name servers say of *name* and *rdtype*, NODATA and NXDOMAIN included, before loop time *deadline*.

        Raises `ExchangeFailed` when nobody says anything of the kind. *fresh* lets no cached answer pass.
        """
        asked = _question(name, rdtype)
        known = None if fresh else self._cache.get(asked, asyncio.get_running_loop().time())
        return known or await self._look_up(asked, deadline)

    async def aclose(self) -> None:
        """Give up what is under way; those who wait for it get a time-out."""
        for underway in tuple(self._underway.values()):
            await underway.flight.cancel()

    async def _look_up(self, asked: Question, deadline: float) -> Answer:
        now = asyncio.get_running_loop().time
        until = min(deadline, now() + self._timeout)
        while True:
            underway = self._joinable(asked) or self._start(asked, until)
            outcome = await _outcome(underway, deadline)
            if isinstance(outcome, Answer):
                return outcome
            # Cut short by the deadline of somebody less patient: that is no outcome for us.
            cut_short = outcome.kind is FailureKind.TIMEOUT and underway.lookup.until < until
            if not cut_short or now() >= until:
                raise ExchangeFailed(outcome)

    def _joinable(self, asked: Question) -> _Underway | None:
        underway = self._underway.get(asked)
        return None if underway is None or underway.flight.over else underway

    def _start(self, asked: Question, until: float) -> _Underway:
        lookup = Lookup(asked, self._servers.current(), until)
        underway = _Underway(lookup, Flight(self._run(asked, lookup)))
        self._underway[asked] = underway
        underway.flight.then(partial(self._ended, asked, underway))
        return underway

    async def _run(self, asked: Question, lookup: Lookup) -> Answer | Failure:
        outcome = await lookup.run()
        if isinstance(outcome, Answer):
            self._servers.prefer(outcome.server)
            self._cache.put(asked, outcome, asyncio.get_running_loop().time())
        return outcome

    def _ended(self, asked: Question, underway: _Underway) -> None:
        if self._underway.get(asked) is underway:
            del self._underway[asked]


async def _outcome(underway: _Underway, deadline: float) -> Answer | Failure:
    try:
        return await underway.flight.wait(deadline)
    except TimeoutError:
        return underway.lookup.failure()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _question(name: str, rdtype: str) -> Question:
    try:
        return question(name, rdtype)
    except ValueError as error:
        raise ExchangeFailed(Failure(Phase.DNS, FailureKind.BAD_URL, str(error))) from error


def _not_found(answer: Answer) -> str:
    """`192.0.2.1:53: NXDOMAIN`, and for which name when it is not the one that was asked."""
    said = f"{answer.server}: NXDOMAIN untuk {answer.canonical}"
    return f"{said} (tujuan CNAME dari {answer.name})" if answer.aliases else said


def _fail(kind: FailureKind, detail: str) -> NoReturn:
    raise ExchangeFailed(Failure(Phase.DNS, kind, detail))


__all__ = ["Answer", "Resolver"]
