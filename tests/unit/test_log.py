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


URL, MASKED = "postgresql://u:rahasia@h/d", "postgresql://u:***@h/d"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param([URL, "b"], [MASKED, "b"], id="a list"),
        pytest.param((URL,), [MASKED], id="a tuple"),
        pytest.param({"url": URL, "n": 1}, {"url": MASKED, "n": 1}, id="a mapping"),
        pytest.param({URL: None}, {MASKED: None}, id="the key of a mapping"),
        pytest.param([{"a": [{"b": [URL]}]}], [{"a": [{"b": [MASKED]}]}], id="deep within"),
        pytest.param(ValueError(URL, 3), f"ValueError('{MASKED}', 3)", id="an exception's arguments"),
        pytest.param([OSError(URL)], [f"OSError('{MASKED}')"], id="an exception in a list"),
        pytest.param({URL}, f"{{'{MASKED}'}}", id="what JSON does not know"),
        pytest.param(URL.encode(), f"b'{MASKED}'", id="bytes"),
        pytest.param(["x\ny"], ["x\\ny"], id="a forged line in a list"),
        pytest.param([1, 2.5, True, None], [1, 2.5, True, None], id="what is no text stays"),
        pytest.param([[]], [[]], id="what is empty stays"),
    ],
)
def test_a_value_is_tamed_wherever_it_stands(said: object, shown: object) -> None:
    assert log.tame(None, "info", {"event": "x", "value": said})["value"] == shown


@pytest.mark.parametrize(("count", "cut"), [(log.MOST, False), (log.MOST + 1, True)])
def test_of_very_much_a_part_is_said_and_that_it_is_one(count: int, *, cut: bool) -> None:
    shown = log.tame(None, "info", {"values": [URL] * count})["values"]

    assert shown == [MASKED] * log.MOST + [log.CUT] * cut


@pytest.mark.parametrize(("depth", "inmost"), [(log.DEEPEST, MASKED), (log.DEEPEST + 1, log.CUT)])
def test_what_is_too_deep_is_cut(depth: int, inmost: str) -> None:
    value: object = URL
    for _level in range(depth):
        value = [value]

    shown = log.tame(None, "info", {"value": value})["value"]

    for _level in range(log.DEEPEST):
        (shown,) = shown
    assert shown == inmost


def test_what_holds_itself_has_an_end() -> None:
    endless: list[object] = [URL]
    endless += [endless] * 3

    shown = str(log.tame(None, "info", {"value": endless}))

    assert "rahasia" not in shown
    assert shown.count(MASKED) <= log.MOST


def test_a_traceback_keeps_its_lines_and_nothing_else_that_steers_a_terminal() -> None:
    said = "Traceback:\n  ValueError: \x1b[31mjudul\r\u202e dari postgresql://u:rahasia@h/d"

    shown = log.tame(None, "error", {"exception": said})["exception"]

    assert shown == "Traceback:\n  ValueError: \\x1b[31mjudul\\r\\u202e dari postgresql://u:***@h/d"


def test_a_line_is_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(Log(format="json"))
    structlog.get_logger("monitor.test").info("target.state", target="DESA-046", state="turun")
    logging.getLogger("elsewhere").warning("hati-hati %s", "ya")

    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["target"], ours["level"]) == ("target.state", "DESA-046", "info")
    assert theirs["event"] == "hati-hati ya"


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("Invalid HTTP request received.", "request.malformed"),
        ("Exception in ASGI application\n", "request.crashed"),
        ("Cancel 3 running task(s), timeout graceful shutdown exceeded", "request.cut_off"),
        ("Exceeded concurrency limit.", "request.too_many"),
        ("something new", "something new"),
    ],
)
def test_what_the_web_server_says_is_an_event(said: str, event: str) -> None:
    assert log.named(None, "warning", {"event": said})["event"] == event


def test_of_its_coming_and_going_the_web_server_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(Log(format="json", level="info"))
    server = logging.getLogger("uvicorn.error")
    server.info("Started server process [%d]", 7)
    server.warning("Invalid HTTP request received.")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "request.malformed"
