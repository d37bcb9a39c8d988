"""The application behind a real server and a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from monitor import log
from tests.integration.web.serving import served
from tests.unit.web import record


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(record.view()) as address:
        yield address


def raw(url: str, request: bytes) -> bytes:
    """Everything the server says to *request*."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port or 0), timeout=30) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def test_head_sends_headers_and_no_content(url: str) -> None:
    answer = raw(url, b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: " in head.lower()
    assert content == b""


def test_head_of_a_compressed_page_sends_its_length_and_no_content(url: str) -> None:
    answer = raw(url, b"HEAD / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n")

    head, _, content = answer.partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head.lower()
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert length == int(httpx.get(f"{url}/", headers={"accept-encoding": "gzip"}).headers["content-length"])
    assert content == b""


def test_a_foreign_host_is_refused_before_anything_is_shown(url: str) -> None:
    answer = raw(url, b"GET /api/v1/targets HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 421 ")
    assert b"OPD-001" not in answer


def test_a_request_that_is_not_http_does_not_disturb_the_next(url: str, caplog: pytest.LogCaptureFixture) -> None:
    assert b"400" in raw(url, b"\x16\x03\x01 not http\r\n\r\n")[:32]
    assert httpx.get(f"{url}/healthz").text == "ok\n"
    said = [record.getMessage() for record in caplog.records if record.name == "uvicorn.error"]
    assert [log.named(None, "warning", {"event": each})["event"] for each in said] == ["request.malformed"]


def test_paths_cannot_climb_out_of_the_static_folder(url: str) -> None:
    answer = raw(url, b"GET /static/../app.py HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    encoded = raw(url, b"GET /static/%2e%2e/app.py HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert b" 404 " in answer[:20]
    assert b" 404 " in encoded[:20]


def test_assets_are_not_sent_again_to_those_who_have_them(url: str) -> None:
    first = httpx.get(f"{url}/static/board.css")

    again = httpx.get(f"{url}/static/board.css", headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, again.status_code) == (200, 304)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        pytest.param("text/plain", "text/plain; version=0.0.4; charset=utf-8", id="text"),
        pytest.param(
            "application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0", id="open"
        ),
    ],
)
def test_metrics_come_in_the_format_asked_for(url: str, accept: str, content_type: str) -> None:
    answer = httpx.get(f"{url}/metrics", headers={"accept": accept})

    assert answer.headers["content-type"].startswith(content_type)
    assert 'monitor_target_state{instance="https://kedungrejo.desa.id"' in answer.text
