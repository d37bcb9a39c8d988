"""The county's mail: what its domain says in the DNS, and two mail servers with faults by scenario."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterable, Mapping
from functools import partial
from ipaddress import ip_address
from typing import cast

from monitor.domains import registrable
from monitor.model import Target
from tests.lab import addresses
from tests.lab.authority import Authority
from tests.lab.faults import Fault, FaultName
from tests.lab.ground import Listener, Manner
from tests.lab.messages import answer
from tests.lab.town import Crowd, Resident, Town

PLACES = ("127.22.0.1", "127.22.0.2")
"""Where mx1 and mx2 are."""
POLICY_HOST, POLICY_PATH = "mta-sts", "/.well-known/mta-sts.txt"

_MOST_COMMANDS = 20
_LIMIT = 1024
_CERTIFICATES: Mapping[FaultName, FaultName] = {
    FaultName.STARTTLS_EXPIRED: FaultName.EXPIRED,
    FaultName.STARTTLS_WRONG_HOST: FaultName.WRONG_HOST,
    FaultName.STARTTLS_SELF_SIGNED: FaultName.SELF_SIGNED,
}
_MANNERS: Mapping[FaultName, Manner] = {FaultName.MX_REFUSED: Manner.REFUSING, FaultName.MX_SILENT: Manner.SILENT}


def mail_domains(targets: Iterable[Target]) -> tuple[str, ...]:
    """The registrable domains of listed mail addresses, each once."""
    listed = (target.mail.rpartition("@")[2] for target in targets if target.mail)
    return tuple(dict.fromkeys(name for host in listed if (name := registrable(host))))


def settle(town: Town, domains: Iterable[str]) -> None:
    """Give *town* the names that the mail of *domains* needs, so that they have addresses, and faults can be theirs."""
    for domain in domains:
        policy_host = f"{POLICY_HOST}.{domain}"
        homes = {**servers(domain), policy_host: addresses.DATA_CENTRE[0]}
        for host, place in homes.items():
            town.homes.setdefault(host, place)
        resident = Resident(policy_host, None, "Kebijakan surel", secure=True, paths=frozenset())
        town.residents.setdefault(policy_host, resident)
        for name in (domain, *homes):
            town.by_selector.setdefault(name, (name,))


def servers(domain: str) -> dict[str, str]:
    """Mail server → address, the preferred first."""
    return {f"mx{number}.{domain}": place for number, place in enumerate(PLACES, 1)}


def policy(host: str, path: str) -> bytes | None:
    """The MTA-STS policy as an HTTP answer (RFC 8461 §3.2); None when *host* and *path* are not its place."""
    label, _, domain = host.partition(".")
    if label != POLICY_HOST or path != POLICY_PATH:
        return None
    lines = ("version: STSv1", "mode: enforce", f"mx: *.{domain}", "max_age: 604800")
    return answer(200, "".join(f"{line}\r\n" for line in lines).encode(), kind="text/plain")


class Post:
    """Mail for every mail domain of the town. Made inside a running loop; close it when done."""

    def __init__(self, town: Town, authority: Authority, domains: Iterable[str]) -> None:
        """Bind, or raise `OSError`; without *domains* there is nothing to bind."""
        self._town = town
        self._authority = authority
        self.domains = tuple(domains)
        socks = addresses.bound_on_one_port(PLACES) if self.domains else {}
        self.port: int | None = next((sock.getsockname()[1] for sock in socks.values()), None)
        """The port that stands for 25, the same at both addresses; None without mail."""
        self._listeners = {place: Listener(sock, partial(Conversation, self, place)) for place, sock in socks.items()}
        self.names = frozenset(name for domain in self.domains for name, _rdtype in self._records(domain, None))

    def arrange(self) -> None:
        """Let both servers meet who comes as the town's faults now have it."""
        for place, listener in self._listeners.items():
            _host, fault = self.server(place)
            manner = _MANNERS.get(fault.name, Manner.SERVING) if fault else Manner.SERVING
            listener.become(Manner.SILENT if self._town.cut else manner)

    async def aclose(self) -> None:
        """Close both listeners."""
        await asyncio.gather(*(listener.aclose() for listener in self._listeners.values()))

    def records(self, name: str, rdtype: str) -> list[str]:
        """The records of *name* and *rdtype*, as text; none where there are none."""
        for domain in self.domains:
            fault = self._town.faults.get(domain)
            found = self._records(domain, fault.name if fault else None).get((name, rdtype))
            if found:
                return found
        return []

    def fails(self, name: str, rdtype: str) -> bool:
        """Whether the name server is to fail at this question."""
        fault = self._town.faults.get(name)
        return fault is not None and fault.name is FaultName.SPF_SERVFAIL and rdtype == "TXT"

    def _records_of_all(self) -> Iterable[str]:
        for domain in self.domains:
            yield from (name for name, _rdtype in self._records(domain, None))

    def _records(self, domain: str, fault: FaultName | None) -> dict[tuple[str, str], list[str]]:
        mx = {(domain, "MX"): [f"{10 * number} {host}." for number, host in enumerate(servers(domain), 1)]}
        pointers = {(_reverse(place), "PTR"): [f"{host}."] for host, place in servers(domain).items()}
        texts = {(name, "TXT"): [f'"{text}"'] for name, text in self._texts(domain, fault).items() if text}
        return {**mx, **pointers, **texts}

    def _texts(self, domain: str, fault: FaultName | None) -> dict[str, str]:
        """Name → the text record there; empty when it is missing."""
        texts = {
            domain: "v=spf1 mx -all",
            f"_dmarc.{domain}": f"v=DMARC1; p=reject; rua=mailto:dmarc@{domain}",
            f"_mta-sts.{domain}": "v=STSv1; id=20261101T000000",
            f"_smtp._tls.{domain}": f"v=TLSRPTv1; rua=mailto:tlsrpt@{domain}",
        }
        match fault:
            case FaultName.SPF_MISSING:
                texts[domain] = ""
            case FaultName.SPF_PLUS_ALL:
                texts[domain] = "v=spf1 mx +all"
            case FaultName.DMARC_MISSING:
                texts[f"_dmarc.{domain}"] = ""
            case FaultName.DMARC_NONE:
                texts[f"_dmarc.{domain}"] = f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
        return texts

    def server(self, place: str) -> tuple[str, Fault | None]:
        """(the first mail server at *place*, what is wrong with it)."""
        hosts = [host for domain in self.domains for host, home in servers(domain).items() if home == place]
        faults = self._town.faults
        return next(((host, faults[host]) for host in hosts if host in faults), (hosts[0], None))

    @property
    def crowd(self) -> Crowd:
        """Where connections are counted."""
        return self._town.crowd

    def context(self, host: str, fault: Fault | None) -> ssl.SSLContext:
        """What *host* shakes hands with."""
        shown = _CERTIFICATES.get(fault.name) if fault else None
        return self._authority.context(host, Fault(shown, days=fault.days) if shown and fault else None)


class Conversation(asyncio.StreamReaderProtocol):
    """One call on a mail server: greeting, EHLO, STARTTLS, QUIT, and no mail."""

    def __init__(self, post: Post, place: str) -> None:
        super().__init__(asyncio.StreamReader(limit=_LIMIT), self._converse)
        self._post = post
        self._host, self._fault = post.server(place)
        self._name = self._fault.name if self._fault else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._carrier = cast("asyncio.Transport", transport)
        self._post.crowd.join(self)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._post.crowd.leave(self)
        super().connection_lost(exc)

    def abort(self) -> None:
        """Drop the connection now."""
        self._carrier.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._name is FaultName.GREET_SLOW and self._fault:
                await asyncio.sleep(self._fault.delay)
            busy = self._name is FaultName.GREET_421
            writer.write(f"421 4.7.0 {self._host} sibuk\r\n".encode() if busy else _greeting(self._host))
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _command in range(_MOST_COMMANDS):
            verb = (await reader.readline()).strip().upper().split(b" ")[0]
            if not verb:
                return
            offers = self._name is not FaultName.STARTTLS_MISSING and writer.get_extra_info("ssl_object") is None
            writer.write(self._reply(verb, offers=offers))
            await writer.drain()
            if verb == b"QUIT":
                return
            if verb == b"STARTTLS" and offers:
                await writer.start_tls(self._post.context(self._host, self._fault))

    def _reply(self, verb: bytes, *, offers: bool) -> bytes:
        match verb:
            case b"EHLO":
                offer = "250-STARTTLS\r\n" if offers else ""
                return f"250-{self._host}\r\n{offer}250 SIZE 10240000\r\n".encode()
            case b"STARTTLS" if offers:
                return b"220 2.0.0 Siap\r\n"
            case b"QUIT":
                return b"221 2.0.0 Sampai jumpa\r\n"
        return b"502 5.5.1 Tidak dikenal\r\n"


def _greeting(host: str) -> bytes:
    return f"220 {host} ESMTP Lab\r\n".encode()


def _reverse(address: str) -> str:
    return ip_address(address).reverse_pointer
