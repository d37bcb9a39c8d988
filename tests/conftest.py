"""What every test may rely on: a scrubbed environment, no network beyond loopback, and the distribution's servers."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Generator, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from tests import servers

UNIT = Path(__file__).parent / "unit"
_SLOW = ("e2e", "integration")
"""Folders whose tests take long, longest first."""

_SCRUBBED = ("MONITOR_", "PG")
_SCRUBBED_NAMES = frozenset(
    {"ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_DIR", "SSL_CERT_FILE", "CREDENTIALS_DIRECTORY"}
)

# A timing is never a test: neither of what is tested nor of how fast a busy machine draws examples.
hypothesis.settings.register_profile(
    "project", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("project")


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith(_SCRUBBED) or name.upper() in _SCRUBBED_NAMES]:
        del os.environ[name]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, each folder shuffled as ever: at the end nobody waits for half a minute's test."""
    items.sort(key=lambda item: next((n for n, slow in enumerate(_SLOW) if slow in item.path.parts), len(_SLOW)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """`REQUIRE_ALL=1` turns a skip into a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_ALL") == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, and this was to be skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """A command that sets up the log does so for its own test; the next would write to a stream that is closed."""
    root = logging.getLogger()
    handlers, level, ours = [*root.handlers], root.level, structlog.get_config()
    try:
        return (yield)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**ours)


def require(name: str) -> Path:
    """The server *name*; the test is skipped, with the package to install, when it is missing."""
    return servers.find(name) or pytest.skip(f"{name} is missing: {servers.how_to_get(name)}")


@pytest.fixture(autouse=True)
def _servers(request: pytest.FixtureRequest) -> None:
    for marker in request.node.iter_markers("servers"):
        for name in marker.args:
            require(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """A PostgreSQL for this worker; it is started by the first test that asks."""
    with servers.Postgres(require("postgres")) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: servers.Postgres) -> Iterator[str]:
    """A new, empty database."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but loopback can be reached; a unit test opens no socket at all. (uvloop does not pass here.)"""
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    if request.node.path.is_relative_to(UNIT):
        monkeypatch.setattr(socket.socket, "__init__", _refuse_new_sockets(socket.socket.__init__))


def _guarded(method: Any) -> Any:
    def guarded(self: socket.socket, *args: Any) -> Any:
        if self.family != socket.AF_UNIX and not _is_loopback(args[-1]):
            pytest.fail(f"a test reached for {args[-1]!r}: only loopback is allowed")
        return method(self, *args)

    return guarded


def _is_loopback(address: Any) -> bool:
    host = address[0]
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_new_sockets(init: Any) -> Any:
    def guarded(self: socket.socket, family: int = -1, type: int = -1, proto: int = -1, fileno: Any = None) -> None:  # noqa: A002
        if fileno is None:  # a pair, which an event loop wakes itself with, is wrapped by its file numbers
            pytest.fail("a unit test opened a socket")
        init(self, family, type, proto, fileno)

    return guarded
