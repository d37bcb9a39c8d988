"""The log reaches journald's socket, and standard error when that does not take it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from monitor import log
from monitor.journal import JournalHandler
from monitor.settings import Log


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "socket"
    monkeypatch.setattr("monitor.journal.JournalHandler", lambda: JournalHandler(path))
    return path


@pytest.fixture
def journal(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        sock.settimeout(5)
        yield sock


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    for handler in logging.getLogger().handlers:
        handler.close()


def test_an_event_arrives_field_by_field(path: Path, journal: socket.socket) -> None:
    log.configure(Log(format="journal"))
    structlog.get_logger("x").warning("target.state", target="DESA-046", url="postgresql://u:rahasia@h/d")
    logging.getLogger("elsewhere").error("hati-hati %s", "ya")

    ours, theirs = journal.recv(65536).decode(), journal.recv(65536).decode()
    assert "PRIORITY=4\n" in ours
    assert "MONITOR_TARGET=DESA-046\n" in ours
    assert "rahasia" not in ours
    assert "MESSAGE=hati-hati ya\nPRIORITY=3\n" in theirs


def test_without_journald_the_line_goes_to_standard_error(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(Log(format="journal"))
    structlog.get_logger("x").error("check.broken", check="website")

    said = capsys.readouterr().err
    assert said.startswith('<3>{"check": "website", "event": "check.broken"')


def test_what_is_too_large_for_a_datagram_is_not_lost(
    path: Path, journal: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure(Log(format="journal"))
    structlog.get_logger("x").info("page.seen", text="x" * 5_000_000)
    structlog.get_logger("x").info("next.one")

    assert len(capsys.readouterr().err) > 5_000_000
    assert "MONITOR_EVENT=next.one" in journal.recv(65536).decode()
