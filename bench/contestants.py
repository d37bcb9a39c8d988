"""Who races: the whole visit, its layers one by one, a shared httpx client, and OpenSSL with nothing around it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.setup import Hastened, Setup
from monitor import log
from monitor.alarms import open_book
from monitor.checks import build
from monitor.checks.base import Check, Context
from monitor.ground import now, policy_of, rules_of
from monitor.latest import Latest
from monitor.model import CheckResult, Outcome, State, Target
from monitor.net import Network, open_network
from monitor.net.request import prebuilt
from monitor.pipeline import Pipeline
from monitor.runner import Runner
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals

TIMEOUT = 10.0
_OK = 200


async def _nothing() -> None:
    """Most have nothing to settle."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """`look` visits the next site and says whether all was well; `settle` ends what a round left unwritten."""

    look: Callable[[], Awaitable[bool]]
    settle: Callable[[], Awaitable[None]] = _nothing


@dataclass(frozen=True, slots=True)
class _Rig:
    """Our own rooms, wired as the daemon wires them."""

    check: Check[Any]
    net: Network
    targets: tuple[Target, ...]
    settings: Settings


async def _rig(setup: Setup, stack: AsyncExitStack) -> _Rig:
    settings = Settings(**setup.settings)
    log.configure(settings.log)
    net = open_network(settings.dns, settings.net, settings.vantage)
    stack.push_async_callback(net.aclose)
    (check,) = (check for check in build(settings.checks) if check.name == "website")
    return _Rig(check, net, setup.targets(), settings)


async def visit(setup: Setup, stack: AsyncExitStack) -> Contestant:
    """Observed, judged, reckoned, and in the record on disk."""
    rig = await _rig(setup, stack)
    clock, latest, vitals = Hastened(len(rig.targets)), Latest(), Vitals(started=now())
    store = Store.open(f"sqlite:///{setup.database}", vitals, rules_of((rig.check,)))
    stack.push_async_callback(store.close)
    latest.settle(rig.targets)
    await store.sync(rig.targets, clock.now())
    runner = Runner(rig.net, policy_of(rig.settings, rig.targets), clock.now)
    pipeline, turns = Pipeline(latest, store, vitals, open_book(rig.settings, latest, clock.now)), cycle(rig.targets)

    async def look() -> bool:
        clock.tick()
        target = next(turns)
        entry = latest.get(target.kode)
        known, memory = (entry.ledger.open, entry.memory.get(rig.check.name)) if entry else ((), None)
        result = await runner.run(rig.check, target, known=known, memory=memory)  # as the daemon does
        pipeline.take(rig.check, result)
        return _is_good(result)

    return Contestant(look, store.flush)


async def judged(setup: Setup, stack: AsyncExitStack) -> Contestant:
    """Observed and judged; nothing drawn from it."""
    rig = await _rig(setup, stack)
    runner, turns = Runner(rig.net, policy_of(rig.settings, rig.targets), now), cycle(rig.targets)

    async def look() -> bool:
        return _is_good(await runner.run(rig.check, next(turns)))

    return Contestant(look)


async def observed(setup: Setup, stack: AsyncExitStack) -> Contestant:
    """The check's `observe` alone: redirects, selected headers, title."""
    rig = await _rig(setup, stack)
    context, turns = Context(rig.net), cycle(rig.targets)

    async def look() -> bool:
        facts = await rig.check.observe(next(turns), context)
        return facts.failure is None and facts.last.status == _OK

    return Contestant(look)


async def transport(setup: Setup, stack: AsyncExitStack) -> Contestant:
    """The bare transport with prebuilt requests."""
    return await _transport(setup, stack, fresh=False)


async def fresh_names(setup: Setup, stack: AsyncExitStack) -> Contestant:
    """The bare transport, no cached name allowed: what a look-up adds when there is one on every visit."""
    return await _transport(setup, stack, fresh=True)


async def _transport(setup: Setup, stack: AsyncExitStack, *, fresh: bool) -> Contestant:
    rig, turns = await _rig(setup, stack), setup.rounds()
    loop, http = asyncio.get_running_loop(), rig.net.http

    async def look() -> bool:
        request = prebuilt(next(turns)[0])
        request.extensions = {"deadline": loop.time() + TIMEOUT, "fresh": fresh}
        response = await http.handle_async_request(request)
        tls = response.extensions["exchange"].tls
        return response.status_code == _OK and (tls is None or tls.verify_code == 0)

    return Contestant(look)


async def shared_httpx(setup: Setup, stack: AsyncExitStack) -> Contestant:
    """
    One httpx client and one SSLContext for all, a fresh connection per request, on the same event loop as ours.

    The address stands in the URL and the name in SNI and Host, so that nobody here looks anything up.
    """
    client = httpx.AsyncClient(
        verify=_trusting(setup),
        timeout=TIMEOUT,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
        headers={"Connection": "close"},
    )
    await stack.enter_async_context(client)
    turns = setup.rounds()

    async def look() -> bool:
        url, address = next(turns)
        parts = urlsplit(url)
        response = await client.get(
            f"{parts.scheme}://{address}:{setup.ports[parts.scheme]}{parts.path}",
            headers={"Host": parts.netloc},
            extensions={"sni_hostname": parts.netloc},
        )
        return response.status_code == _OK

    return Contestant(look)


async def floor(setup: Setup, stack: AsyncExitStack) -> Contestant:
    """Blocking sockets, OpenSSL, and bytes that nobody parses: what CPython's own `ssl` cannot go below."""
    context, turns = _trusting(setup), setup.rounds()

    async def look() -> bool:
        url, address = next(turns)
        parts = urlsplit(url)
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        with socket.create_connection((address, setup.ports[parts.scheme]), timeout=TIMEOUT) as sock:
            if parts.scheme == "http":
                return _said(sock, request)
            with context.wrap_socket(sock, server_hostname=parts.netloc) as secure:
                return _said(secure, request)

    return Contestant(look)


def _said(sock: socket.socket, request: str) -> bool:
    sock.sendall(request.encode("ascii"))
    received = b""
    while data := sock.recv(32 * 1024):
        received += data
    return received.startswith(b"HTTP/1.1 200")


def _trusting(setup: Setup) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=setup.ca_file)
    return context


def _is_good(result: CheckResult[Any]) -> bool:
    down = any(finding.rule.state is State.DOWN for finding in result.findings)
    return result.outcome is Outcome.OBSERVED and not down


ALL: Mapping[str, Callable[[Setup, AsyncExitStack], Awaitable[Contestant]]] = {
    "visit": visit,
    "judged": judged,
    "observed": observed,
    "transport": transport,
    "fresh-names": fresh_names,
    "httpx": shared_httpx,
    "floor": floor,
}
