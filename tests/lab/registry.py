"""The registry: RDAP over plain HTTP for every registrable domain of the town, with faults by scenario."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast
from zlib import crc32

from monitor.domains import registrable
from tests.lab import addresses
from tests.lab.faults import REGISTRY, Fault, FaultName
from tests.lab.ground import Listener, Manner
from tests.lab.messages import answer, parsed
from tests.lab.town import Crowd, Town

KIND = "application/rdap+json"
PREFIX = "/rdap/"
CONFORMANCE = ["rdap_level_0"]
_SOONEST, _SPREAD = 90, 600
"""Days until a domain ends while nothing is wrong."""


class Registry:
    """One server for all domains. Made inside a running loop; close it when done."""

    def __init__(self, town: Town) -> None:
        """Bind, or raise `OSError`."""
        self._town = town
        self._begin = datetime.now(UTC).replace(microsecond=0)
        self.domains = frozenset(name for host in town.residents if (name := registrable(host)))
        sock = addresses.bound(addresses.REGISTRY, 0)
        self.url = f"http://{addresses.REGISTRY}:{sock.getsockname()[1]}{PREFIX}"
        """What `checks.registration.servers` needs."""
        self._listener = Listener(sock, partial(Clerk, self, town.crowd))

    def arrange(self) -> None:
        """Meet who comes as the town now has it."""
        self._listener.become(Manner.SILENT if self._town.cut else Manner.SERVING)

    async def aclose(self) -> None:
        """Close the listener."""
        await self._listener.aclose()

    def fault(self, path: str) -> Fault | None:
        """What is wrong with the domain that *path* asks for."""
        faults = (fault for host, fault in self._town.faults.items() if registrable(host) == _asked(path))
        return next((fault for fault in faults if fault.name in REGISTRY), None)

    def reply(self, path: str) -> bytes:
        """The answer at *path* (RFC 9082 §3.1)."""
        domain, fault = _asked(path), self.fault(path)
        if path == f"{PREFIX}help":
            return _message(200, {"notices": [{"title": "Registri lab"}]})
        if domain not in self.domains or (fault is not None and fault.name is FaultName.REGISTRY_NOT_FOUND):
            return _message(404, {"errorCode": 404, "title": "Not Found"})
        return _message(200, self._domain(domain, fault))

    def _domain(self, domain: str, fault: Fault | None) -> dict[str, Any]:
        name = fault.name if fault else None
        days: float = _SOONEST + crc32(domain.encode()) % _SPREAD
        if fault is not None and name is FaultName.REGISTRY_EXPIRING:
            days = fault.days
        return {
            "objectClassName": "domain",
            "ldhName": domain,
            "status": ["client hold"] if name is FaultName.REGISTRY_ON_HOLD else ["client transfer prohibited"],
            "events": list(_events(self._begin, self._begin + timedelta(days=days))),
            "entities": [_registrar()],
            "nameservers": [{"objectClassName": "nameserver", "ldhName": "ns1.lab.example"}],
            "secureDNS": {"delegationSigned": False},
        }


class Clerk(asyncio.Protocol):
    """One connection: one question, one answer."""

    def __init__(self, registry: Registry, crowd: Crowd) -> None:
        self._registry = registry
        self._crowd = crowd
        self._buffer = b""
        self._later: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._crowd.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.leave(self)
        if self._later is not None:
            self._later.cancel()

    def abort(self) -> None:
        """Drop the connection now."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, _rest = self._buffer.partition(b"\r\n\r\n")
        if found:
            self._buffer = b""
            self._serve(head)

    def _serve(self, head: bytes) -> None:
        request = parsed(head, secure=False)
        fault = self._registry.fault(request.path) if request else None
        if request is None or (fault is not None and fault.name is FaultName.REGISTRY_DOWN):
            self._transport.abort()
        elif fault is not None and fault.name is FaultName.REGISTRY_SLOW:
            loop = asyncio.get_running_loop()
            self._later = loop.call_later(fault.delay, self._send, self._registry.reply(request.path))
        else:
            self._send(self._registry.reply(request.path))

    def _send(self, whole: bytes) -> None:
        self._transport.write(whole)
        self._transport.close()


def _asked(path: str) -> str:
    return path.removeprefix(f"{PREFIX}domain/").lower()


def _message(status: int, value: dict[str, Any]) -> bytes:
    body = json.dumps({"rdapConformance": CONFORMANCE, **value}).encode()
    return answer(status, body, "Connection: close", kind=KIND)


def _events(begin: datetime, end: datetime) -> Iterator[dict[str, str]]:
    for action, date in (
        ("registration", begin - timedelta(days=2000)),
        ("last changed", begin - timedelta(days=200)),
        ("expiration", end),
    ):
        yield {"eventAction": action, "eventDate": date.isoformat()}


def _registrar() -> dict[str, Any]:
    card = [["version", {}, "text", "4.0"], ["fn", {}, "text", "Registrar Lab"], ["kind", {}, "text", "org"]]
    return {"objectClassName": "entity", "roles": ["registrar"], "vcardArray": ["vcard", card]}
