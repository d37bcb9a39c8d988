"""The scripts as somebody meets them who does not know them yet; nothing is installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import require

DEPLOY = Path(__file__).parents[3] / "deploy"
SCRIPTS = ("install.sh", "wheelhouse.sh", "monitor-cli")


def run(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DEPLOY / name, *words], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.servers("shellcheck")
@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_finds_nothing(name: str) -> None:
    done = subprocess.run([require("shellcheck"), DEPLOY / name], capture_output=True, text=True, check=False)

    assert done.stdout == ""
    assert done.returncode == 0


def test_the_installer_tells_what_it_can_do() -> None:
    done = run("install.sh", "--help")

    assert done.returncode == 0
    for word in ("install", "upgrade", "rollback", "uninstall", "status", "--python", "--ya", "Kode keluar"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param((), "Pemakaian:", id="nothing"),
        pytest.param(("pasang",), "'pasang' tidak dikenal", id="another word"),
        pytest.param(("install", "uninstall"), "satu perintah saja", id="two commands"),
        pytest.param(("install", "--python"), "--python membutuhkan", id="half an option"),
    ],
)
def test_wrong_use_of_the_installer_ends_with_2(words: tuple[str, ...], said: str) -> None:
    done = run("install.sh", *words)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_the_wheelhouse_never_writes_over_a_folder(tmp_path: Path) -> None:
    done = run("wheelhouse.sh", "python3", str(tmp_path))

    assert done.returncode == 2
    assert f"{tmp_path} is there already" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_units_are_the_same_under_every_name_the_installer_gives_them() -> None:
    installer = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    shipped = {path.name for path in DEPLOY.glob("monitor*.service")} | {path.name for path in DEPLOY.glob("*.timer")}

    for name in shipped:
        assert name in installer
        assert name in (DEPLOY / "wheelhouse.sh").read_text(encoding="utf-8")
