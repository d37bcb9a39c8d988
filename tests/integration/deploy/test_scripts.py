"""The scripts as somebody meets them who does not know them yet; nothing is installed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import require

DEPLOY = Path(__file__).parents[3] / "deploy"
GRAFANA = DEPLOY.parent / "grafana"
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


PIP = """#!/bin/bash
# In place of `python -m pip` and of `python -c`: a wheel of nothing.
case "$*" in
  *" pip "*" wheel "*) touch "${@: -2:1}/monitor-1.2.3-py3-none-any.whl" ;;
  -c*) echo 3.11 x86_64 ;;
esac
"""


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Path:
    """The folder that `make wheelhouse` makes, with a wheel of nothing in it."""
    python = tmp_path / "python"
    python.write_text(PIP, encoding="utf-8")
    python.chmod(0o755)
    folder = tmp_path / "monitor-1.2.3"
    done = run("wheelhouse.sh", str(python), str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def commands(document: Path, heading: str) -> list[list[str]]:
    """The words of each command that *document* shows in the part under *heading*."""
    part = document.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    block = part.partition("```")[2].partition("\n")[2].partition("```")[0]
    return [shlex.split(line.removeprefix("# "), comments=True) for line in block.splitlines()]


def follow(document: Path, heading: str, folder: Path, machine: Path) -> list[str]:
    """Run the commands there that put and prove files, in *folder* and on *machine*; what was not run."""
    left = []
    for words in commands(document, heading):
        if words[0] in {"apt-get", "editor", "systemctl"}:
            left.append(words[0])
            continue
        placed = [f"{machine}{word}" if word.startswith(("/etc/", "/var/")) else word for word in words]
        line = " ".join(word if "*" in word else shlex.quote(word) for word in placed)
        done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    return left


@pytest.mark.servers("promtool", "amtool")
@pytest.mark.skipif(os.geteuid() != 0, reason="a file is given to Debian's group prometheus")
def test_what_prometheus_and_alertmanager_are_given_holds_where_it_is_put(wheelhouse: Path, tmp_path: Path) -> None:
    etc = tmp_path / "machine" / "etc" / "prometheus"
    etc.mkdir(parents=True)

    left = follow(wheelhouse / "README.md", "Prometheus, Alertmanager, Grafana", wheelhouse, tmp_path / "machine")

    assert left == ["apt-get", "editor", "editor", "systemctl"]
    assert (etc / "surel.sandi").stat().st_mode & 0o777 == 0o640
    installed = {path.name for path in etc.iterdir()}
    settings = yaml.safe_load((etc / "prometheus.yml").read_text(encoding="utf-8"))
    assert set(settings["rule_files"]) <= installed
    mail = yaml.safe_load((etc / "alertmanager.yml").read_text(encoding="utf-8"))["global"]
    assert Path(mail["smtp_auth_password_file"]) == Path("/etc/prometheus/surel.sandi")


def test_dashboards_are_where_grafana_is_told_to_look(wheelhouse: Path, tmp_path: Path) -> None:
    machine = tmp_path / "machine"
    left = follow(wheelhouse / "grafana" / "README.md", "Provisioning", wheelhouse, machine)

    assert left == ["systemctl"]
    provisioning = machine / "etc" / "grafana" / "provisioning"
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "monitor.yaml").read_text(encoding="utf-8"))[
        "providers"
    ]
    boards = sorted(Path(f"{machine}{provider['options']['path']}").iterdir())
    assert [path.name for path in boards] == sorted(path.name for path in GRAFANA.glob("dashboards/*.json"))
    assert all(json.loads(path.read_text(encoding="utf-8"))["uid"] == path.stem for path in boards)
    (source,) = yaml.safe_load((provisioning / "datasources" / "monitor.yaml").read_text(encoding="utf-8"))[
        "datasources"
    ]
    assert source["type"] == "prometheus"


def test_every_file_that_documents_of_the_wheelhouse_name_is_in_it(wheelhouse: Path) -> None:
    summed = {line.split("  ./")[1] for line in (wheelhouse / "SHA256SUMS").read_text().splitlines()}

    for name in (
        "nginx/monitor.conf",
        "postgresql.md",
        "prometheus/sites.rules.yml",
        "grafana/README.md",
        "install.sh",
    ):
        assert name in summed
    assert not [name for name in summed if name.endswith(".test.yml")]


def test_units_are_the_same_under_every_name_the_installer_gives_them() -> None:
    installer = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    shipped = {path.name for path in DEPLOY.glob("monitor*.service")} | {path.name for path in DEPLOY.glob("*.timer")}

    for name in shipped:
        assert name in installer
        assert name in (DEPLOY / "wheelhouse.sh").read_text(encoding="utf-8")
