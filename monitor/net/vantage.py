"""Is it us? Sentinels far from any target tell a lost vantage from a lost site."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import structlog

from monitor import settings, words
from monitor.errors import MonitorError, reason_of
from monitor.net.dns_answer import Answer
from monitor.net.facts import Exchange, ExchangeFailed, Phase
from monitor.net.flight import Flight
from monitor.settings import mask_url

MAX_AGE = timedelta(seconds=5)
"""How old a look may be and still answer."""
NETWORK_LOST = "titik pantau terputus: tidak satu pun penjaga jaringan menjawab"
NAMES_LOST = "titik pantau terputus: server nama kita tidak menjawab dengan benar"
_DNS = "dns"

log = structlog.get_logger(__name__)


class Names(Protocol):
    """The part of a `Resolver` that a vantage needs."""

    async def resolve(self, host: str, *, deadline: float, fresh: bool = False) -> tuple[str, ...]:
        """Addresses of *host*."""

    async def query(self, name: str, rdtype: str, *, deadline: float, fresh: bool = False) -> Answer:
        """What the name servers say of *name*."""


class NotBelievable(MonitorError):
    """Something answered, but not the sentinel."""


@dataclass(frozen=True, slots=True)
class Sentinel:
    """What one sentinel showed."""

    url: str
    alive: bool
    detail: str
    """How it answered, or why it did not."""
    kind: str
    """The scheme of its URL: `tcp`, `http`, `https` or `dns`."""


@dataclass(frozen=True, slots=True)
class View:
    """What our side looked like at one time."""

    at: datetime
    """UTC, when the sentinels were asked."""
    sentinels: tuple[Sentinel, ...]

    @property
    def connected(self) -> bool | None:
        """False when targets cannot be judged from here; None when there are no sentinels: nobody can tell."""
        return not self.reason if self.sentinels else None

    @property
    def reason(self) -> str:
        """Why targets cannot be judged from here (Indonesian); empty when they can, or when nobody can tell."""
        # A failure to resolve is gated by everything that gates the other phases, and by the name servers.
        return self.lost(Phase.DNS)

    def lost(self, phase: Phase) -> str:
        """Why a failure in *phase* is ours (Indonesian); empty when our side is fine, or when nobody can tell."""
        network = [each.alive for each in self.sentinels if each.kind != _DNS]
        names = [each.alive for each in self.sentinels if each.kind == _DNS]
        if network and not any(network):
            return NETWORK_LOST
        # Alone, name sentinels stand for the network as well: no answer from them means no way out.
        if names and not any(names) and (phase is Phase.DNS or not network):
            return NAMES_LOST
        return ""


class Vantage:
    """Asks the sentinels, one round at a time for all callers, and says on the edge when the vantage is lost."""

    def __init__(self, settings: settings.Vantage, http: httpx.AsyncBaseTransport, resolver: Names) -> None:
        """Ask the sentinels of *settings*; `http(s)://` by *http*, `dns://` by *resolver*, `tcp://` by itself."""
        self.current: View | None = None
        self.since: datetime | None = None
        """UTC; since when `current.connected` has been what it is."""
        self._urls = settings.sentinels
        self._timeout = settings.timeout.total_seconds()
        self._http = http
        self._resolver = resolver
        self._looked = 0.0
        self._round: Flight[View] | None = None

    async def look(self, max_age: timedelta = MAX_AGE) -> View:
        """What our side looks like, at most *max_age* ago. Raises `TimeoutError` only when closed meanwhile."""
        now = asyncio.get_running_loop().time()
        if self.current is not None and now - self._looked < max_age.total_seconds():
            return self.current
        if self._round is None or self._round.over:
            self._round = Flight(self._look())
        return await self._round.wait()

    async def aclose(self) -> None:
        """Give up the round under way."""
        if self._round is not None:
            await self._round.cancel()

    async def _look(self) -> View:
        at, looked = datetime.now(UTC), asyncio.get_running_loop().time()
        sentinels = await asyncio.gather(*(self._ask(url, looked + self._timeout) for url in self._urls))
        view = View(at, tuple(sentinels))
        self._looked = looked
        self._settle(view)
        return view

    def _settle(self, view: View) -> None:
        before, self.current = self.current, view
        if before is not None and before.connected is view.connected:
            return
        self.since = view.at
        if view.connected is None:
            log.warning(
                "vantage.unguarded", hint="vantage.sentinels kosong: gangguan di pihak kita tidak dapat dikenali"
            )
        elif not view.connected or before is not None:
            self._tell(view)

    def _tell(self, view: View) -> None:
        if view.connected:
            log.info("vantage.restored")
        else:
            log.error("vantage.lost", reason=view.reason, sentinels={each.url: each.detail for each in view.sentinels})

    async def _ask(self, url: str, until: float) -> Sentinel:
        kind = urlsplit(url).scheme
        ask: Callable[[str, float], Awaitable[str]] = {"tcp": self._tcp, _DNS: self._dns}.get(kind, self._get)
        try:
            async with asyncio.timeout_at(until):
                alive, detail = True, await ask(url, until)
        except TimeoutError:
            alive, detail = False, "tidak menjawab"
        except OSError as error:
            alive, detail = False, reason_of(error)
        except (ExchangeFailed, NotBelievable) as error:
            alive, detail = False, str(error)
        return Sentinel(mask_url(url), alive, detail, kind)

    async def _tcp(self, url: str, until: float) -> str:
        parts = urlsplit(url)
        addresses = await self._resolver.resolve(parts.hostname or "", deadline=until, fresh=True)
        family = socket.AF_INET6 if ":" in addresses[0] else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as sock:
            await asyncio.get_running_loop().sock_connect(sock, (addresses[0], parts.port or 0))
        return "tersambung"

    async def _dns(self, url: str, until: float) -> str:
        name = urlsplit(url).hostname or ""
        answer = await self._resolver.query(name, "NS", deadline=until, fresh=True)
        # A closed network's resolver denies what everybody knows to be there; it would deny every site as well.
        if not answer.records:
            raise NotBelievable(f"menyangkal bahwa {name} ada")
        return "menjawab"

    async def _get(self, url: str, until: float) -> str:
        request = httpx.Request("GET", url, extensions={"deadline": until})
        response = await self._http.handle_async_request(request)
        exchange: Exchange = response.extensions["exchange"]
        # Whatever answers in a sentinel's place (a captive portal, a filter) cannot show its certificate.
        if exchange.tls is not None and exchange.tls.verify_code:
            why = words.distrust(exchange.tls.verify_code, exchange.tls.verify_message)
            raise NotBelievable(f"sertifikat bukan miliknya ({why})")
        return f"HTTP {response.status_code}"
