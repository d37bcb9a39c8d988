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


@pytest.mark.skipif(os.geteuid() != 0, reason="the command itself refuses anybody but root")
@pytest.mark.parametrize(
    ("words", "handed"),
    [
        pytest.param(["status"], ["status"], id="plain"),
        pytest.param([], [], id="nothing"),
        pytest.param(["note", "$HOME ${X} a$b $"], ["note", "$$HOME $${X} a$$b $$"], id="what systemd would replace"),
        pytest.param(["", "%n", "&", "\\", "\"'"], ["", "%n", "&", "\\", "\"'"], id="what it leaves alone"),
    ],
)
def test_dollars_are_doubled_for_systemd_and_nothing_else_is_changed(
    tmp_path: Path, words: list[str], handed: list[str]
) -> None:
    runner = tmp_path / "systemd-run"
    runner.write_text('#!/bin/bash\nprintf "%s\\0" "$@"\n')
    runner.chmod(0o755)

    ended = subprocess.run(
        [DEPLOY / "monitor-cli", *words],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    arguments = ended.stdout.split("\0")[:-1]
    assert arguments[arguments.index("/etc/monitor/monitor.toml") + 1 :] == handed


STUBS = """
require_settings() { :; }
current() { echo baru; }
previous() { echo lama; }
activate() { echo "activate $1"; [[ $1 != "${UNUSABLE:-}" ]]; }
start_and_see() { echo "start"; [[ -z ${DEAD:-} ]]; }
systemctl() {
  if [[ $1 == is-active ]]; then return "${ACTIVE:-0}"; fi
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
    text = text.replace('HERE=$(cd "$(dirname "$0")" && pwd)', f"HERE={tmp_path}")
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


@pytest.mark.parametrize(("active", "code"), [pytest.param("0", 3, id="it ran"), pytest.param("3", 1, id="it did not")])
def test_what_did_not_run_before_is_not_lost_when_it_does_not_run_after(tmp_path: Path, active: str, code: int) -> None:
    ended, _calls = _installer(tmp_path, "has_record() { false; }; switch_to lebih-baru", ACTIVE=active, DEAD="ya")

    assert ended.returncode == code, ended.stdout + ended.stderr
    assert ("baru tidak berjalan, seperti sebelum perintah ini" in ended.stderr) is (code == 1)


INSTALLING = """
require_wheelhouse() { :; }
release_id() { echo lama; }
current() { :; }
make_account() { :; }
make_release() { :; }
make_settings() { :; }
monitor_of() { echo "$*" >> "$CALLS"; return "${COPY:-0}"; }
setting_of() { echo "$URL"; }
"""
FILE, SERVER = "sqlite:////var/lib/monitor/monitor.db", "postgresql://monitor@localhost/monitor"


@pytest.mark.parametrize(
    ("record", "url", "copy", "code"),
    [
        pytest.param("true", FILE, "0", 0, id="a copy first"),
        pytest.param("true", FILE, "1", 1, id="no copy, no start"),
        pytest.param("true", SERVER, "0", 0, id="a server"),
        pytest.param("true", SERVER, "1", 0, id="a server that may hold nothing"),
        pytest.param("false", FILE, "0", 0, id="nothing there"),
    ],
)
def test_a_record_that_an_installation_finds_is_copied_first(
    tmp_path: Path, record: str, url: str, copy: str, code: int
) -> None:
    call = INSTALLING + f"has_record() {{ {record}; }}; do_install"
    ended, calls = _installer(tmp_path, call, COPY=copy, URL=url)

    assert ended.returncode == code, ended.stdout + ended.stderr
    assert [line.split(f" {tmp_path}")[0] for line in calls.splitlines()] == ["lama db backup"] * (record == "true")
    assert ("activate lama" in ended.stdout) is (code == 0)
    assert ("pg_dump" in ended.stderr) is ((url, copy) == (SERVER, "1"))


def test_programs_of_root_are_found_though_su_has_left_them_out(tmp_path: Path) -> None:
    ended, _calls = _installer(tmp_path, "echo $PATH; echo ${PYTHONPATH-none}", PATH="/usr/bin:/bin", PYTHONPATH="/x")

    assert ended.stdout.splitlines() == ["/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", "none"]


@pytest.mark.parametrize(
    ("python", "said"),
    [
        pytest.param("echo 3.11 x86_64", "modul venv tidak ada; apt-get install python3-venv", id="no venv"),
        pytest.param("echo 3.9 x86_64", "paket ini untuk Python 3.11 x86_64, ", id="another version"),
        pytest.param("exit 127", "tidak ada; apt-get install python3 python3-venv", id="no Python"),
    ],
)
def test_a_python_that_will_not_do_is_refused_with_what_to_install(tmp_path: Path, python: str, said: str) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/bash\n[[ $2 != *ensurepip* ]] || exit 1\n{python}\n")
    program.chmod(0o755)
    (tmp_path / "PYTHON").write_text("3.11 x86_64\n")

    ended, _calls = _installer(tmp_path, f"PYTHON={program}; require_python")

    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert said in ended.stderr


@pytest.mark.parametrize(
    ("free", "code"), [pytest.param(72, 0, id="just enough"), pytest.param(71, 2, id="not enough")]
)
def test_room_is_asked_for_before_anything_is_built(tmp_path: Path, free: int, code: int) -> None:
    stubs = f"du() {{ printf '10\\twheels\\n'; }}; df() {{ echo Avail; echo '  {free}'; }}; "
    ended, _calls = _installer(tmp_path, stubs + "require_room")

    assert ended.returncode == code, ended.stderr
    assert ("perlu 72 MiB, tersisa 71 MiB" in ended.stderr) is (code == 2)
