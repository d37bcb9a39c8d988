"""The scripts that install the monitor and run its commands, with everything that would touch the machine replaced."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def _run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="the command itself refuses anybody but root")
@pytest.mark.parametrize(("sudo", "told"), [({"SUDO_USER": "ani"}, "ani"), ({}, "root")])
def test_a_command_acts_in_the_name_of_the_person(tmp_path: Path, sudo: dict[str, str], told: str) -> None:
    runner = tmp_path / "systemd-run"
    runner.write_text('#!/bin/bash\nprintf "%s\\n" "$@"\n')
    runner.chmod(0o755)

    ended = _run(f'PATH={tmp_path}:$PATH; "{DEPLOY}/monitor-cli" account list', **sudo)

    assert ended.returncode == 0, ended.stderr
    arguments = ended.stdout.splitlines()
    assert f"--setenv=SUDO_USER={told}" in arguments[: arguments.index("--")]
    assert "--setenv=STATE_DIRECTORY=/var/lib/monitor" in arguments[: arguments.index("--")]


STUBS = """
require_settings() { :; }
current() { echo baru; }
previous() { echo lama; }
activate() { echo "activate $1"; [[ $1 != "${UNUSABLE:-}" ]]; }
start_and_see() { echo "start"; }
systemctl() {
  echo "systemctl $*"
  if [[ ${INTERRUPTED:-} == "$1" ]]; then kill -TERM $$; fi
}
monitor_of() {
  echo "$*" >> "$CALLS"
  case "$*" in
    "lama db upgrade") return "${SCHEMA:-0}" ;;
    "baru db backup"*) return "${COPY:-0}" ;;
  esac
}
"""


def _installer(tmp_path: Path, call: str, **environment: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """What *call* of the installer's functions does, and the commands that it had the releases run."""
    text = (DEPLOY / "install.sh").read_text()
    text = text.replace("/opt/monitor", f"{tmp_path}/opt").replace("/var/backups/monitor", f"{tmp_path}/backups")
    body, main, _ = text.rpartition('main "$@"')
    assert main
    (tmp_path / "opt/releases/lama").mkdir(parents=True)
    (tmp_path / "opt/releases/lama/.complete").touch()
    (tmp_path / "backups").mkdir()
    calls = tmp_path / "calls"
    calls.touch()
    ended = _run(body + STUBS + call, CALLS=str(calls), **environment)
    return ended, calls.read_text()


def _with_backup(tmp_path: Path) -> str:
    return f'ln -s "{tmp_path}/backups/sebelum.db" "$BACKUPS/terakhir"; echo x > "{tmp_path}/backups/sebelum.db"; '


def test_a_rollback_keeps_a_copy_before_the_record_goes_back(tmp_path: Path) -> None:
    ended, calls = _installer(tmp_path, _with_backup(tmp_path) + "CONFIRMED=ya; do_rollback", SCHEMA="1")

    assert ended.returncode == 0, ended.stderr
    done = [line.split(f" {tmp_path}")[0] for line in calls.splitlines()]
    assert done == ["lama db upgrade", "baru db backup", "lama db restore"]


@pytest.mark.parametrize("what", ["copy", "backup"])
def test_a_rollback_that_would_lose_the_record_is_not_made(tmp_path: Path, what: str) -> None:
    call, copy = ("", "0") if what == "backup" else (_with_backup(tmp_path), "1")

    ended, calls = _installer(tmp_path, call + "CONFIRMED=ya; do_rollback", SCHEMA="1", COPY=copy)

    assert ended.returncode == 1, ended.stderr
    assert "restore" not in calls
    assert ended.stdout.splitlines()[-2:] == ["activate baru", "start"]


def test_a_rollback_to_what_cannot_be_activated_goes_back(tmp_path: Path) -> None:
    ended, _calls = _installer(tmp_path, "do_rollback", UNUSABLE="lama")

    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.splitlines()[-2:] == ["activate baru", "start"]


@pytest.mark.parametrize(("call", "running"), [("do_rollback", "baru"), ("switch_to lebih-baru", "baru")])
def test_whoever_interrupts_a_switch_leaves_the_daemon_running(tmp_path: Path, call: str, running: str) -> None:
    ended, _calls = _installer(tmp_path, call, INTERRUPTED="stop")

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-2:] == [f"activate {running}", "start"]
