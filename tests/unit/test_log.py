"""Nothing hostile and nothing secret reaches a log line."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from monitor import log
from monitor.settings import Log


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param("judul\n2026-11-24 [error] palsu", "judul\\n2026-11-24 [error] palsu", id="a forged line"),
        pytest.param("\x1b[31mmerah", "\\x1b[31mmerah", id="a terminal's escape"),
        pytest.param("a\u202eb", "a\\u202eb", id="a direction override"),
        pytest.param("postgresql://u:rahasia@h/d", "postgresql://u:***@h/d", id="a password"),
        pytest.param("Bupati – Purbalingga", "Bupati – Purbalingga", id="plain text stays"),
    ],
)
def test_a_value_is_tamed(said: str, shown: str) -> None:
    assert log.tame(None, "info", {"event": "x", "title": said})["title"] == shown


def test_a_traceback_keeps_its_lines_and_nothing_else_that_steers_a_terminal() -> None:
    said = "Traceback:\n  ValueError: \x1b[31mjudul\r\u202e dari postgresql://u:rahasia@h/d"

    shown = log.tame(None, "error", {"exception": said})["exception"]

    assert shown == "Traceback:\n  ValueError: \\x1b[31mjudul\\r\\u202e dari postgresql://u:***@h/d"


def test_a_line_is_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(Log(format="json"))
    try:
        structlog.get_logger("monitor.test").info("target.state", target="DESA-046", state="turun")
        logging.getLogger("elsewhere").warning("hati-hati %s", "ya")
    finally:
        structlog.reset_defaults()
        logging.basicConfig(force=True)

    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["target"], ours["level"]) == ("target.state", "DESA-046", "info")
    assert theirs["event"] == "hati-hati ya"
