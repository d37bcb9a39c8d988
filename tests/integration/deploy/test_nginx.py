"""The shipped nginx configuration: nginx takes it, and what reaches the daemon is what the daemon lets in."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.settings import load
from tests.conftest import require
from tests.integration.deploy.fronting import CONF, NAME, adapted, certified, free_port, fronted

pytestmark = pytest.mark.servers("nginx")


class Board(BaseHTTPRequestHandler):
    """Remembers the headers of what reaches it."""

    seen: dict[str, str]

    def do_GET(self) -> None:
        type(self).seen = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_words: object) -> None: ...


@dataclass(frozen=True)
class Front:
    """A running nginx with the shipped configuration, before a board."""

    port: int
    trust: ssl.SSLContext

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer."""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as plain,
            self.trust.wrap_socket(plain, server_hostname=NAME) as secure,
        ):
            connection = http.client.HTTPConnection(NAME)
            connection.sock = secure
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}


@pytest.fixture
def trust(tmp_path: Path) -> ssl.SSLContext:
    return certified(tmp_path)


@pytest.fixture
def front(tmp_path: Path, trust: ssl.SSLContext) -> Iterator[Front]:
    board = ThreadingHTTPServer(("127.0.0.1", 0), Board)
    thread = threading.Thread(target=board.serve_forever)
    thread.start()
    secure = free_port()
    try:
        with fronted(tmp_path, board.server_address[1], free_port(), secure):
            yield Front(secure, trust)
    finally:
        board.shutdown()
        board.server_close()
        thread.join()


def test_nginx_takes_it(tmp_path: Path, trust: ssl.SSLContext) -> None:
    config = adapted(tmp_path, 8620, free_port(), free_port())

    done = subprocess.run(
        [require("nginx"), "-t", "-e", tmp_path / "error.log", "-c", config],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_the_daemon_hears_who_is_asked_for_and_from_where(front: Front) -> None:
    status, headers = front.get("/", Origin=f"https://{NAME}", Authorization="Bearer mtk_x")

    assert status == 204
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert Board.seen["host"] == NAME
    assert Board.seen["origin"] == f"https://{NAME}"
    assert Board.seen["authorization"] == "Bearer mtk_x"
    assert Board.seen["x-forwarded-for"] == "127.0.0.1"


def test_nobody_can_say_who_he_is_or_where_he_comes_from(front: Front) -> None:
    forged = {"Remote-User": "bupati", "Remote-Groups": "csirt", "X-Forwarded-For": "192.0.2.1"}
    front.get("/", **forged)

    assert "remote-user" not in Board.seen
    assert "remote-groups" not in Board.seen
    assert Board.seen["x-forwarded-for"] == "127.0.0.1"


def test_another_name_is_not_handed_on_as_ours(front: Front) -> None:
    front.get("/", Host="jahat.example")

    assert Board.seen["host"] == "jahat.example"  # which the daemon refuses


def test_the_metrics_are_not_for_outside(front: Front) -> None:
    assert front.get("/metrics")[0] == 403


def test_the_settings_it_asks_for_are_settings(tmp_path: Path) -> None:
    lines = [line.removeprefix("#").strip() for line in CONF.read_text(encoding="utf-8").splitlines()]
    block = lines[lines.index("[web]") : lines.index("[web]") + 6]
    (tmp_path / "monitor.toml").write_text("\n".join(block), encoding="utf-8")

    chosen = load(tmp_path / "monitor.toml")

    assert list(chosen.web.names) == [NAME]
    assert chosen.login.mode == "required"
