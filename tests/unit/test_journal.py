"""An event of the log as journald takes it."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from monitor import journal

EVENT: dict[str, Any] = {
    "event": "target.state",
    "level": "warning",
    "timestamp": "2026-11-24T01:00:00Z",
    "target": "DESA-046",
    "ms": 12,
    "title": "Desa Onje – beranda",
}


def test_every_value_is_a_field() -> None:
    assert journal.datagram(EVENT).decode().splitlines() == [
        'MESSAGE=target.state target=DESA-046 ms=12 title="Desa Onje – beranda"',
        "PRIORITY=4",
        "SYSLOG_IDENTIFIER=monitor",
        "MONITOR_EVENT=target.state",
        "MONITOR_TARGET=DESA-046",
        "MONITOR_MS=12",
        "MONITOR_TITLE=Desa Onje – beranda",
    ]


def test_a_traceback_keeps_its_lines_and_makes_no_field_of_its_own() -> None:
    trace = "Traceback:\nPRIORITY=0\nValueError: é"
    message = f"check.broken check=website\n{trace}".encode()

    made = journal.datagram({"event": "check.broken", "level": "error", "check": "website", "exception": trace})

    assert made.startswith(b"MESSAGE\n" + struct.pack("<Q", len(message)) + message + b"\nPRIORITY=3\n")
    assert made.count(b"\nPRIORITY=") == 2  # within the length-counted message, and the field


@pytest.mark.parametrize(
    ("level", "expected"),
    [("debug", 7), ("info", 6), ("warning", 4), ("error", 3), ("critical", 2), ("?", 5), (None, 5)],
)
def test_priorities_are_syslogs(level: str | None, expected: int) -> None:
    assert journal.priority({"level": level}) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("target", "MONITOR_TARGET", id="plain"),
        pytest.param("né-w key", "MONITOR_N__W_KEY", id="other characters"),
        pytest.param("x" * 100, "MONITOR_" + "X" * 56, id="too long"),
        pytest.param("a=b\nPRIORITY", "MONITOR_A_B_PRIORITY", id="a forged field"),
    ],
)
def test_names_are_such_that_journald_keeps_them(key: str, expected: str) -> None:
    assert journal.name(key) == expected


def test_what_is_no_text_is_json() -> None:
    assert journal.said(["a", 1]) == '["a", 1]'
    assert journal.sentence({"event": "e", "problems": ["a"], "empty": ""}) == 'e problems="[\\"a\\"]" empty=""'


def test_it_is_known_by_the_stream_that_leads_to_it(tmp_path: Path) -> None:
    with (tmp_path / "err").open("w") as stream, (tmp_path / "other").open("w") as other:
        state = os.fstat(stream.fileno())
        environment = {"JOURNAL_STREAM": f"{state.st_dev}:{state.st_ino}"}

        assert journal.is_here(environment, stream)
        assert not journal.is_here(environment, other)  # somebody sent standard error elsewhere
        assert not journal.is_here({}, stream)
