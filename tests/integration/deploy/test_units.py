"""The units, by systemd's own reckoning; nothing is started."""

from __future__ import annotations

import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.conftest import require

DEPLOY = Path(__file__).parents[3] / "deploy"
SERVICES = ("monitor.service", "monitor-backup.service")
EXPOSURE = 1.5
INSTALLED = "/opt/monitor/current/bin/monitor"

pytestmark = pytest.mark.servers("systemd")


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    program = str(require("systemd"))
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)


def setting(unit: str, section: str, name: str) -> str:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / unit, encoding="utf-8")
    return parser[section][name]


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_hardly_exposed(unit: str) -> None:
    done = analyze("security", "--offline=yes", "--no-pager", str(DEPLOY / unit))

    last = done.stdout.strip().splitlines()[-1]
    assert f"exposure level for {unit}" in last
    assert float(last.partition(": ")[2].split()[0]) <= EXPOSURE, done.stdout


def test_units_hold_together(tmp_path: Path) -> None:
    stand_in = tmp_path / "monitor"
    stand_in.write_text("#!/bin/sh\n")
    stand_in.chmod(0o755)
    for unit in ("monitor.service", "monitor-backup.service", "monitor-backup.timer"):
        text = (DEPLOY / unit).read_text(encoding="utf-8")
        (tmp_path / unit).write_text(text.replace(INSTALLED, str(stand_in)), encoding="utf-8")

    done = analyze("verify", "--man=no", "--recursive-errors=no", *map(str, sorted(tmp_path.glob("monitor*.*"))))

    assert (done.returncode, done.stderr) == (0, "")


def test_the_backup_is_made_in_the_countys_night() -> None:
    done = analyze("calendar", setting("monitor-backup.timer", "Timer", "OnCalendar"))

    assert done.returncode == 0
    assert "02:30:00 Asia/Jakarta" in done.stdout


def test_what_only_a_person_can_mend_is_not_started_again_and_all_else_is_without_end() -> None:
    assert setting("monitor.service", "Service", "RestartPreventExitStatus") == "2"
    assert setting("monitor.service", "Service", "Restart") == "on-failure"
    assert setting("monitor.service", "Unit", "StartLimitIntervalSec") == "0"
