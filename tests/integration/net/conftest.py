"""Both event loops for the transport, and the transport itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
import uvloop

from monitor.net.facts import Exchange, ExchangeFailed
from monitor.net.http import ProbeTransport
from monitor.settings import Net
from tests.integration.net.misbehaving import HOST, Authority, Site

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The transport must be the same under both loops; the others' tests need no second round."""
    if item.path.name.startswith("test_transport"):
        return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
    return {"asyncio": asyncio.new_event_loop}


class Names:
    """A resolver that knows what a test tells it."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, ...] | ExchangeFailed] = {HOST: ("127.0.0.1",)}
        self.asked: list[tuple[str, bool]] = []
        self.hangs = False

    async def resolve(self, host: str, *, deadline: float, fresh: bool) -> tuple[str, ...]:
        self.asked.append((host, fresh))
        if self.hangs:
            await asyncio.Event().wait()
        answer = self.answers[host]
        if isinstance(answer, ExchangeFailed):
            raise answer
        return answer


class Visitor:
    """A transport, and shorthand for what tests do with it."""

    def __init__(self, transport: ProbeTransport, names: Names) -> None:
        self.transport = transport
        self.names = names

    async def get(self, url: str, *, method: str = "GET", within: float = 5.0, **more: Any) -> httpx.Response:
        deadline = asyncio.get_running_loop().time() + within
        request = httpx.Request(method, url, extensions={"deadline": deadline, **more})
        return await self.transport.handle_async_request(request)

    async def page(self, site: Site, *, scheme: str = "http", host: str = HOST, **more: Any) -> httpx.Response:
        return await self.get(f"{scheme}://{host}:{site.port}/", **more)

    async def failure(self, site: Site | int, *, scheme: str = "http", **more: Any) -> ExchangeFailed:
        port = site if isinstance(site, int) else site.port
        with pytest.raises(ExchangeFailed) as caught:
            await self.get(f"{scheme}://{HOST}:{port}/", **more)
        return caught.value


class MakeVisitor(Protocol):
    def __call__(self, **settings: Any) -> Visitor: ...


def facts(response: httpx.Response) -> Exchange:
    """The facts a response carries."""
    exchange = response.extensions["exchange"]
    assert isinstance(exchange, Exchange)
    return exchange


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def make_visitor(authority: Authority) -> MakeVisitor:
    def make(**settings: Any) -> Visitor:
        chosen: dict[str, Any] = {"allowed_networks": LOOPBACK, "extra_ca": (authority.pem,), "system_ca": False}
        names = Names()
        return Visitor(ProbeTransport(Net(**(chosen | settings)), names), names)

    return make


@pytest.fixture
def visitor(make_visitor: MakeVisitor) -> Visitor:
    return make_visitor()


@pytest.fixture
def impatient(make_visitor: MakeVisitor) -> Visitor:
    """Waits for a connection no longer than 0.2 s."""
    return make_visitor(connect_timeout=timedelta(milliseconds=200))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
