"""A picture of a page: Debian's Chromium behind the fence, against the lab."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from monitor import inventory
from monitor.model import Target
from monitor.net import open_network
from monitor.net.fence import Fence
from monitor.screenshot import Camera, find
from monitor.settings import Evidence, Net, Settings
from tests import servers
from tests.lab import Lab

ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"


def _targets(*kodes: str) -> tuple[Target, ...]:
    return tuple(target for target in inventory.load(ROOT / "inventory") if target.kode in kodes)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.servers
async def test_a_picture_is_taken_through_the_dialer(tmp_path: Path) -> None:
    browser = servers.find("chromium")
    if browser is None:
        pytest.skip(servers.how_to_get("chromium"))
    targets = _targets("DESA-046")
    async with Lab(targets, directory=tmp_path) as lab:
        settings = Settings(**lab.settings())
        net = open_network(settings.dns, settings.net, settings.vantage)
        try:
            exhibit = await Camera(browser, net.http.dialer, _now).take(targets[0].url)
        finally:
            await net.aclose()
    assert exhibit is not None
    assert exhibit.body.startswith(PNG)
    assert len(exhibit.body) > 5_000
    assert exhibit.media_type == "image/png"
    assert exhibit.url == targets[0].url


@pytest.mark.servers
async def test_no_browser_no_picture(tmp_path: Path) -> None:
    assert find(Evidence(browser=tmp_path / "none")) is None
    assert find(Evidence(screenshots="off")) is None


async def _ask(address: str, request: bytes) -> bytes:
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    try:
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n", b"403"),  # no such port
        (b"CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n", b"502"),  # no such address, by the policy
        (b"CONNECT 127.0.0.1:443 HTTP/1.1\r\n\r\n", b"502"),
        (b"GET http://10.0.0.1/ HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n", b"502"),
        (b"POST http://example.com/ HTTP/1.1\r\n\r\n", b"403"),
        (b"GET file:///etc/passwd HTTP/1.1\r\n\r\n", b"403"),
        (b"GARBAGE\r\n\r\n", b"403"),
        (b"\xff\xfe \x00\r\n\r\n", b"403"),
        (b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n", b"502"),
    ],
)
async def test_the_fence_lets_nothing_else_through(request_: bytes, status: bytes) -> None:
    settings = Settings()
    net = open_network(settings.dns, settings.net, settings.vantage)
    try:
        deadline = asyncio.get_running_loop().time() + 10
        async with Fence(net.http.dialer, deadline) as fence:
            answer = await _ask(fence.address, request_)
    finally:
        await net.aclose()
    assert answer.split(b" ")[1] == status


async def test_a_plain_page_is_fetched_without_proxy_headers(tmp_path: Path) -> None:
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(net=Net(allowed_networks=(IPv4Network("127.0.0.0/8"),)))
    net = open_network(settings.dns, settings.net, settings.vantage)
    try:
        deadline = asyncio.get_running_loop().time() + 10
        async with Fence(net.http.dialer, deadline, frozenset({port})) as fence:
            request = f"GET http://127.0.0.1:{port}/a?b=c HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n\r\n"
            answer = await _ask(fence.address, request.encode())
    finally:
        await net.aclose()
        server.close()
    assert answer.endswith(b"\r\n\r\nok")
    assert heard[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert b"proxy" not in heard[0].lower()
