"""The distribution's servers that tests need: where they are, how to get them, and a PostgreSQL for a while."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

_ELSEWHERE = ("/usr/sbin", "/usr/local/sbin", "/sbin")
_INSTALLING = 1200
_STARTING = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A program and the Debian package that brings it."""

    package: str
    program: str
    pattern: str = ""
    """Where Debian keeps it off the PATH, as a glob below `/`."""


SERVERS: Mapping[str, Server] = {
    "postgres": Server("postgresql", "postgres", "usr/lib/postgresql/*/bin/postgres"),
    "prometheus": Server("prometheus", "prometheus"),
    "promtool": Server("prometheus", "promtool"),
    "nginx": Server("nginx-light", "nginx"),
    "chromium": Server("chromium", "chromium"),
    "knot": Server("knot", "knotd"),
    "postfix": Server("postfix", "postfix", "usr/lib/postfix/sbin/master"),
    "pdftotext": Server("poppler-utils", "pdftotext"),
    "alertmanager": Server("prometheus-alertmanager", "prometheus-alertmanager"),
    "systemd": Server("systemd", "systemd-analyze"),
    "shellcheck": Server("shellcheck", "shellcheck"),
    "amtool": Server("prometheus-alertmanager", "amtool"),
}


def find(name: str) -> Path | None:
    """The program *name*, of the newest version where there are several; None when it is not installed."""
    server = SERVERS[name]
    if server.pattern:
        found = [path for path in Path("/").glob(server.pattern) if os.access(path, os.X_OK)]
        if found:
            return max(
                found, key=lambda path: [int(digits) for digits in path.parts[-3].split(".") if digits.isdigit()]
            )
    where = shutil.which(server.program, path=os.pathsep.join((os.environ.get("PATH", ""), *_ELSEWHERE)))
    return Path(where) if where else None


def how_to_get(name: str) -> str:
    """What to type to get *name*."""
    return f"apt-get install {SERVERS[name].package}"


def missing() -> list[str]:
    """The names that are not installed."""
    return [name for name in SERVERS if find(name) is None]


def install(names: list[str]) -> str:
    """Install the packages of *names*, without starting any service; what went wrong, or nothing."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return "not root on Debian"
    _apt_get("update")  # when that fails, the lists that are there may do
    packages = [SERVERS[name].package for name in names]
    return _apt_get("install", "--yes", "--no-install-recommends", *packages)


def _apt_get(*words: str) -> str:
    """What went wrong, or nothing."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # RUNLEVEL=1: invoke-rc.d starts nothing
    try:
        done = subprocess.run(
            ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *words],
            env=os.environ | quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_INSTALLING,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"apt-get {words[0]} did not end in {_INSTALLING} s"
    return "" if done.returncode == 0 else " ".join(done.stderr.split())[-300:] or f"apt-get {words[0]} failed"


def main() -> int:
    """Install what is missing and may be, a line for each; 1 when `REQUIRE_ALL=1` and one is still missing."""
    absent = missing()
    problem = install(absent) if absent else ""
    for name in SERVERS:
        found = find(name)
        print(f"{name:<13}{found}" if found else f"{name:<13}missing, its tests are skipped; {how_to_get(name)}")
    if problem:
        print(f"not installed: {problem}", file=sys.stderr)
    return int(bool(missing()) and os.environ.get("REQUIRE_ALL") == "1")


class Postgres:
    """
    A PostgreSQL of its own, on a free port of 127.0.0.1, that forgets everything.

    It dies with the process that started it, however that ends.
    """

    PASSWORD = "rahasia-uji"  # noqa: S105 - of a server that lives for a test

    def __init__(self, program: Path) -> None:
        """Remember *program* (`postgres`); `start` does the rest."""
        self._bin = program.resolve().parent
        self.directory = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self.directory / "data"
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        try:
            self._init()
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def create(self, template: str = "template0") -> str:
        """The URL of a new database: empty, or a copy of the one called *template*."""
        name = f"test_{next(self._numbers)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop the database at *url*, whoever is still connected."""
        name = url.rpartition("/")[2]
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def disconnect(self, url: str) -> None:
        """End every session of the database at *url*; none is left afterwards."""
        ended = self._ask("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = %s", url)
        # False is also said of one that ended by itself meanwhile.
        left = not all(done for (done,) in ended) and self._ask(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s", url
        )
        if left:
            raise RuntimeError(f"a session of {url.rpartition('/')[2]} does not end")

    def url(self, database: str) -> str:
        """Where *database* is."""
        return f"postgresql://postgres:{self.PASSWORD}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """End it at once and remove its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: what it would write now, nobody reads
            self._process.wait(_STARTING)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _init(self) -> None:
        words = self.directory / "password"
        words.write_text(self.PASSWORD, encoding="ascii")
        if os.geteuid() == 0:
            for path in (self.directory, words):
                shutil.chown(path, "postgres", "postgres")
        subprocess.run(
            [
                *_as_postgres(), self._bin / "initdb", "--pgdata", self._data, "--username=postgres",
                "--pwfile", words, "--auth-local=trust", "--auth-host=scram-sha-256",
                "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
            ],
            cwd=self.directory, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=_STARTING,
        )  # fmt: skip

    def _start(self) -> None:
        for _attempt in range(5):  # somebody else may take the free port before PostgreSQL does
            self.port = _free_port()
            settings = {
                "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.directory,
                "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
                "autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0",
                "shared_buffers": "16MB", "max_connections": "40",
            }  # fmt: skip
            options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            with (self.directory / "log").open("wb") as log:
                self._process = subprocess.Popen(
                    [*_as_postgres(), self._bin / "postgres", "-D", self._data, *options],
                    cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )  # fmt: skip
            if self._answers(self._process):
                return
        raise RuntimeError((self.directory / "log").read_text(errors="replace"))

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + _STARTING
        while process.poll() is None and time.monotonic() < deadline:
            try:
                self._execute(sql.SQL("SELECT 1"))
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def _ask(self, question: LiteralString, url: str) -> list[tuple[Any, ...]]:
        """The rows that *question* of the database at *url* gives."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            return connection.execute(question, [url.rpartition("/")[2]]).fetchall()

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _as_postgres() -> list[str]:
    """PostgreSQL refuses root; and whoever is killed takes it along."""
    if os.geteuid() != 0:
        return ["setpriv", "--pdeathsig=QUIT"]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
