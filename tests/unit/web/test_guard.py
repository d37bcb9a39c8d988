from __future__ import annotations

from datetime import datetime

import pytest

from monitor.access import local
from monitor.settings import Settings, Web
from monitor.web.guard import host_of
from tests.unit.web import record
from tests.unit.web.client import client

EVERYWHERE = ("/", "/situs/x", "/healthz", "/metrics", "/api/v1/status", "/api/v1/targets?limit=0", "/static/board.css")


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_every_answer_carries_the_security_headers(path: str) -> None:
    async with client() as board:
        headers = (await board.get(path)).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    kept = {"/static/board.css": "no-cache", "/api/v1/status": "private, no-cache"}
    assert headers["cache-control"] == kept.get(path, "no-store")


@pytest.mark.parametrize("path", [*EVERYWHERE, "/tidak-ada"])
async def test_a_command_that_asks_whether_this_is_a_monitor_hears_it_in_every_answer(path: str) -> None:
    def crash() -> datetime:
        raise RuntimeError

    async with client() as board, client(now=crash) as broken:
        asked = [await each.get(path, headers={local.OUR_RECORD: "own"}) for each in (board, broken)]
        misled = await board.get(path, headers={local.OUR_RECORD: "own", "Host": "x.example"})
        plain = await board.get(path)

    assert {answer.headers.get(local.OUR_RECORD) for answer in (*asked, misled)} == {local.DAEMON}
    assert local.OUR_RECORD not in plain.headers


async def test_a_crash_is_a_page_with_the_headers_and_without_the_reason() -> None:
    def now() -> datetime:
        raise RuntimeError("rahasia")

    async with client(now=now) as board:
        page = await board.get("/")
        data = await board.get("/api/v1/status")

    assert (page.status_code, data.status_code) == (500, 500)
    assert "rahasia" not in page.text + data.text
    assert data.headers["content-type"] == "application/problem+json"
    assert "content-security-policy" in page.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("localhost:8620", 200, id="localhost"),
        pytest.param("127.0.0.1", 200, id="address"),
        pytest.param("[::1]:8620", 200, id="v6 address"),
        pytest.param("LOCALHOST", 200, id="any case"),
        pytest.param("127.0.0.9:80", 200, id="where it listens"),
        pytest.param("127.0.0.5", 421, id="another loopback address"),
        pytest.param("board.attacker.example:8620", 421, id="a name rebound to loopback"),
        pytest.param("localhost.attacker.example", 421, id="a name that begins well"),
        pytest.param("", 421, id="none"),
        pytest.param("[::1", 421, id="not a host"),
        pytest.param("evil@localhost@x", 421, id="user information"),
    ],
)
async def test_only_requests_for_loopback_are_answered(host: str, status: int) -> None:
    settings = Settings(web=Web(listen="127.0.0.9:8620"))

    async with client(settings=settings) as board:
        answer = await board.get("/api/v1/status", headers={"host": host})

    assert answer.status_code == status


def test_a_host_header_that_is_none_is_nobody() -> None:
    assert host_of("[::1") is None
    assert host_of("") is None


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_head_is_get_without_the_content(path: str) -> None:
    async with client() as board:
        got, head = await board.get(path), await board.head(path)

    assert head.status_code == got.status_code
    assert head.content == b""
    if path != "/metrics":  # the process's own figures differ from scrape to scrape
        assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/situs/OPD-001", "/api/v1/targets", "/metrics"])
async def test_nothing_can_be_changed(path: str, method: str) -> None:
    async with client() as board:
        answer = await board.request(method, path)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


async def test_a_daemon_is_alive_before_it_is_ready() -> None:
    view = record.view()
    view.vitals.runs.clear()

    async with client(vitals=view.vitals) as board:
        alive, ready = await board.get("/healthz"), await board.get("/readyz")

    assert (alive.status_code, alive.text) == (200, "ok\n")
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "reasons": ["kunjungan pertama belum selesai"]}
