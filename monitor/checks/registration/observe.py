"""One polite question to the registry of a domain, by RDAP over our own transport (RFC 7480, RFC 9082 §3.1.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote, urljoin, urlsplit

import httpx

from monitor import settings, words
from monitor.checks.base import Context
from monitor.checks.registration.facts import Listing, Registration
from monitor.checks.registration.gate import Gate
from monitor.checks.registration.rdap import NotRdap, is_rdap, record
from monitor.errors import NotApplicable, Unreachable
from monitor.model import Target
from monitor.net.facts import Exchange

ACCEPT = "application/rdap+json, application/json;q=0.5"
MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _NOT_FOUND = 200, 404


class Registry:
    """Asks the registries; keeps the manners towards each."""

    def __init__(self, chosen: settings.Registration) -> None:
        """Ask the servers of *chosen*, one question at a time each."""
        self._settings = chosen
        self._gates: dict[str, Gate] = {}

    async def observe(self, target: Target, ctx: Context) -> Registration:
        """What the registry says of *target*'s domain; `Unreachable` when it says nothing that can be used."""
        domain = target.host
        declared = _end_of(self._settings.declared_expiry.get(domain))
        server = server_of(domain, self._settings.servers)
        if server is None:
            if declared is None:
                raise NotApplicable(f"tidak ada server RDAP yang ditetapkan untuk {domain}")
            return Registration(listing=Listing.UNASKED, declared=declared)
        async with self._gate(server).turn():
            return await self._ask(server, domain, declared, ctx)

    def _gate(self, server: str) -> Gate:
        return self._gates.setdefault(urlsplit(server).netloc, Gate())

    async def _ask(self, server: str, domain: str, declared: datetime | None, ctx: Context) -> Registration:
        deadline = asyncio.get_running_loop().time() + self._settings.timeout.total_seconds()
        errand = _Errand(server, self._gate(server), ctx, deadline)
        response = await errand.get(f"domain/{quote(domain, safe='.-')}")
        host = response.request.url.host
        if response.status_code == _NOT_FOUND:
            await _believe_absence(response, errand)
            return Registration(listing=Listing.ABSENT, server=host, declared=declared)
        if response.status_code != _OK:
            raise Unreachable(f"registri {host} menjawab {response.status_code}")
        try:
            found = record(response.content, domain)
        except NotRdap as error:
            raise Unreachable(f"registri {host}: {error}") from error
        return Registration(listing=Listing.FOUND, server=host, record=found, declared=declared)


async def _believe_absence(response: httpx.Response, errand: _Errand) -> None:
    """
    Raise `Unreachable` unless this 404 is a registry's word.

    A 404 need not explain itself (RFC 7480 §5.3), but one that does not may also come from a wrong base URL, which
    would make every domain of the county vanish at once: then `help` (RFC 9082 §3.1.6) has to answer in RDAP.
    """
    if is_rdap(response.content):
        return
    helped = await errand.get("help")
    if helped.status_code != _OK or not is_rdap(helped.content):
        raise Unreachable(f"{response.request.url.host} menjawab 404 tanpa isi RDAP; mungkin alamat servernya salah")


class _Errand:
    """Requests to one RDAP server under one deadline."""

    def __init__(self, server: str, gate: Gate, ctx: Context, deadline: float) -> None:
        self._server = server
        self._gate = gate
        self._ctx = ctx
        self._deadline = deadline

    async def get(self, path: str) -> httpx.Response:
        """The answer at *path*, redirects followed (RFC 7480 §5.2). Raises `Unreachable` for one not to be believed."""
        url = f"{self._server.rstrip('/')}/{path}"
        for _hop in range(1 + MAX_REDIRECTS):
            response = await self._send(url)
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None:
                return response
            url = self._onward(url, location)
        raise Unreachable(f"registri mengalihkan lebih dari {MAX_REDIRECTS} kali")

    async def _send(self, url: str) -> httpx.Response:
        request = httpx.Request(
            "GET",
            url,
            headers={"Accept": ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"},
            extensions={"deadline": self._deadline, "fresh": self._ctx.fresh},
        )
        response = await self._ctx.net.http.handle_async_request(request)
        self._deadline = response.extensions["deadline"]  # later by what we queued for a seat
        _believe(response)
        self._gate.heed(response.status_code, response.headers.get("retry-after"), datetime.now(UTC))
        return response

    def _onward(self, url: str, location: str) -> str:
        """Where *location* leads; an answer about who owns a name is never taken over a line that anybody can write."""
        try:
            onward = urljoin(url, location)
            parts = urlsplit(onward)
            usable = bool(parts.hostname)
        except ValueError:
            usable, onward, parts = False, "", urlsplit("")
        plain = urlsplit(self._server).scheme == "http"
        if not usable or not (parts.scheme == "https" or (plain and parts.scheme == "http")):
            raise Unreachable("registri mengalihkan ke alamat yang bukan https")
        return onward


def _believe(response: httpx.Response) -> None:
    """Raise `Unreachable` when somebody else may have answered, or not all of the answer was read."""
    exchange: Exchange = response.extensions["exchange"]
    host = response.request.url.host
    if exchange.tls is not None and exchange.tls.verify_code:
        why = words.distrust(exchange.tls.verify_code, exchange.tls.verify_message)
        raise Unreachable(f"sertifikat registri {host} tidak terverifikasi: {why}")
    if exchange.capped:
        raise Unreachable(f"jawaban registri {host} terlalu panjang")


def server_of(domain: str, servers: Mapping[str, str]) -> str | None:
    """The base URL for *domain*: that of the longest suffix among *servers* (RFC 9224 §4), by whole labels."""
    labels = domain.split(".")
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return next((servers[suffix] for suffix in suffixes if suffix in servers), None)


def _end_of(day: date | None) -> datetime | None:
    """The last second of *day* in the county's time."""
    if day is None:
        return None
    return datetime.combine(day, time(0), words.WIB) + timedelta(days=1, seconds=-1)
