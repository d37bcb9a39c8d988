"""What the service manager is told, and when it is told nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.supervisor import LONGEST_STATUS, Supervisor, _status


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, None, id="nobody"),
        pytest.param({"NOTIFY_SOCKET": "/run/x"}, None, id="no watchdog"),
        pytest.param({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "60000000"}, timedelta(seconds=20), id="for whoever"),
        pytest.param(
            {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"},
            timedelta(seconds=1),
            id="for us",
        ),
        pytest.param(
            {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, None, id="for another"
        ),
        pytest.param({"WATCHDOG_USEC": "3000000"}, None, id="nobody listens"),
        pytest.param({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "0"}, None, id="switched off"),
        pytest.param({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "-1"}, None, id="no number"),
        pytest.param({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "٣"}, None, id="no ASCII digit"),
    ],
)
def test_a_third_of_the_watchdogs_time_lies_between_two_beats(
    environment: dict[str, str], expected: timedelta | None
) -> None:
    assert Supervisor.of(environment, pid=7).beat_every == expected


def test_no_child_can_speak_in_our_name() -> None:
    environment = {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "7", "PATH": "/bin"}

    Supervisor.of(environment, pid=7)

    assert environment == {"PATH": "/bin"}


def test_without_a_service_manager_nothing_is_opened() -> None:
    supervisor = Supervisor()

    supervisor.ready("siap")  # a unit test that opens a socket fails
    supervisor.stopping()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param("218 situs", "STATUS=218 situs", id="plain"),
        pytest.param("situs\nWATCHDOG=1", "STATUS=situs WATCHDOG=1", id="a second line would be a command"),
        pytest.param("x" * LONGEST_STATUS, "STATUS=" + "x" * LONGEST_STATUS, id="as long as it may be"),
        pytest.param("x" * (LONGEST_STATUS + 1), "STATUS=" + "x" * (LONGEST_STATUS - 1) + "…", id="too long"),
    ],
)
def test_a_status_is_one_line(said: str, shown: str) -> None:
    assert _status(said) == shown
