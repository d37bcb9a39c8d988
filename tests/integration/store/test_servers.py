"""The servers of the distribution, as tests find and use them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import servers

ROOT = Path(__file__).parents[3]


def make(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_newest_version_off_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "15", "17"):
        make(tmp_path / version / "bin/postgres")
    pattern = f"{str(tmp_path)[1:]}/*/bin/postgres"
    monkeypatch.setitem(servers.SERVERS, "postgres", servers.Server("postgresql", "postgres", pattern))

    assert servers.find("postgres") == tmp_path / "17/bin/postgres"


def test_a_server_that_is_missing_is_said_with_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = {"nginx": servers.Server("nginx-light", "no-such-program")}
    monkeypatch.setattr(servers, "SERVERS", gone)
    monkeypatch.setattr(servers, "install", lambda names: f"may not install {names}")
    monkeypatch.delenv("REQUIRE_ALL", raising=False)

    assert servers.main() == 0
    assert "apt-get install nginx-light" in capsys.readouterr().out
    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert servers.main() == 1


def test_nothing_is_installed_when_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "SERVERS", {"sh": servers.Server("dash", "sh")})
    monkeypatch.setattr(servers, "install", lambda names: pytest.fail(f"installs {names}"))

    assert servers.main() == 0


@pytest.mark.parametrize(("root", "asked"), [(True, ["update", "install"]), (False, [])], ids=["root", "a user"])
def test_what_is_missing_is_installed_by_root_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
    *,
    root: bool,
) -> None:
    log = tmp_path / "log"
    make(tmp_path / "bin/apt-get").write_text(
        f'#!/bin/sh\necho "$4" >> {log}\necho "E: no such package" >&2\nexit 100\n'
    )
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)

    problem = servers.install(["nginx"])

    assert (log.read_text().split() if log.exists() else []) == asked
    assert problem == ("E: no such package" if root else "not root on Debian")


def test_only_loopback_can_be_reached() -> None:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.settimeout(0)
        for reach in (lambda: tcp.connect(("192.0.2.1", 80)), lambda: udp.sendto(b"", ("192.0.2.1", 53))):
            with pytest.raises(pytest.fail.Exception, match="only loopback"):
                reach()


@pytest.mark.parametrize(("require_all", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_a_missing_server_skips_or_fails_by_demand(tmp_path: Path, require_all: str, outcome: str) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "from tests import servers\n"
        "servers.SERVERS['none'] = servers.Server('the-package', 'no-such-program')\n"
        "@pytest.mark.servers('none')\n"
        "def test_it(): pass\n"
    )
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\nfrom tests.conftest import _servers\n")
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\nmarkers =\n    servers: x\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", str(tmp_path)],
        env=os.environ | {"REQUIRE_ALL": require_all},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome in done.stdout
    assert "apt-get install the-package" in done.stdout


@pytest.mark.servers("postgres")
def test_a_postgresql_does_not_outlive_who_started_it() -> None:
    code = (
        "import time; from tests import servers\n"
        "with servers.Postgres(servers.find('postgres')) as server:\n"
        "    print(server.url('postgres'), server.directory, flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        url, directory = process.stdout.readline().split()
        with psycopg.connect(url) as connection:
            process.send_signal(signal.SIGKILL)
            process.wait()

            # The server ends this session as it dies: nothing else ever answers this.
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(600)")
    shutil.rmtree(directory, ignore_errors=True)  # the last server process may still be tidying up
