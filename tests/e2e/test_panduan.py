"""The operator's manual is true: every command in it is run, in order, against a daemon that watches the lab."""

from __future__ import annotations

import asyncio
import math
import os
import re
import shlex
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bench import year
from monitor import inventory
from monitor.availability import parse_month
from monitor.model import Target
from monitor.store import Store
from monitor.vitals import Vitals
from tests import forking
from tests.e2e.daemon import ROOT, Daemon, configure, running
from tests.e2e.receiver import Receiver, channel, receiving
from tests.lab import Lab, Scenario, load
from tests.lab.cases import DEMO_FILE
from tests.lab.faults import FaultName

MANUAL = ROOT / "docs" / "panduan-operasi.md"
DEPLOY = ROOT / "deploy"
SITE = "DESA-046"
STEADY = {rule.site: rule.fault for rule in load(DEMO_FILE).rules if not rule.start and math.isinf(rule.end)}
"""Sites of the demo that are at fault from its beginning to its end."""
EXPORTED, HOUR = "2026-10", timedelta(hours=1)
"""The month of which the manual makes a bundle: of one that nobody watched there is none."""
FINE, SEEN, INCOMPLETE = 0, 1, 3
MAY_END_WITH = {
    ("status",): SEEN,
    ("check",): SEEN,
    ("inventory", "diff"): SEEN,
    ("evidence", "export"): INCOMPLETE,
    ("seal", "status"): SEEN,
    ("seal", "verify"): INCOMPLETE,
}
"""Commands of the manual that say something by a code of their own: here there is a site that is down, a month that
was watched for an hour, a row that was changed, and not one day that could be sealed."""


@dataclass(frozen=True)
class Command:
    """A line of the manual that somebody is to type."""

    line: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{MANUAL.name}:{self.line}: {shlex.join(self.words)}"


def commands() -> list[Command]:
    """Every line of every console block; fails on one that is no command."""
    found, inside = [], False
    for number, line in enumerate(MANUAL.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            inside = not inside and line == "```console"
        elif inside:
            assert line.startswith("# "), f"line {number} of a console block is no command: {line}"
            found.append(Command(number, tuple(shlex.split(dated(line.removeprefix("# "))))))
    return found


def dated(line: str) -> str:
    """*line* with the days in it that the shell would reckon; no other substitution is known."""

    def reckoned(found: re.Match[str]) -> str:
        return subprocess.run(shlex.split(found[1]), capture_output=True, text=True, check=True).stdout.strip()

    return re.sub(r"\$\((date [^)]*)\)", reckoned, line)


def marked() -> set[str]:
    """The sites of which the manual marks a finding: it must be open, whenever somebody tries that on the demo."""
    return {command.words[3] for command in commands() if command.words[1:3] == ("finding", "mark")}


@dataclass
class Machine:
    """Stands in for the server: `monitor` is run for real, and a service that is stopped or started is the daemon."""

    folder: Path
    config: Path
    told: Receiver
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    daemon: Daemon | None = None

    async def start(self) -> None:
        assert self.daemon is None
        self.stack = AsyncExitStack()
        self.daemon = await self.stack.enter_async_context(running(self.config))

    async def stop(self) -> None:
        assert self.daemon is not None
        assert await self.daemon.end(signal.SIGTERM) == 0
        await self.stack.aclose()
        self.daemon = None

    def here(self, word: str) -> str:
        """*word* with the server's folders led into ours."""
        for there in ("/etc/monitor", "/var/lib/monitor", "/var/backups/monitor", "/root"):
            if word.startswith(f"{there}/"):
                return str(self.folder / there.lstrip("/") / word.removeprefix(f"{there}/"))
        return word

    async def execute(self, command: Command) -> None:
        """Run it; fails when it does not do what the manual says, or when there is no way to know."""
        program, *rest = command.words
        if program == "monitor":
            await self._monitor(command, rest)
        elif program == "systemctl":
            await self._systemctl(command, rest)
        elif program == "journalctl":
            _journalctl(command, rest)
        elif program == "./install.sh":
            _installer(command, rest)
        elif program == "cp":
            await asyncio.to_thread(subprocess.run, [program, *map(self.here, rest)], check=True)
        else:
            pytest.fail(f"{command}: nothing here runs {program}")

    async def _monitor(self, command: Command, rest: list[str]) -> None:
        environment = dict(os.environ)
        if self.daemon is not None:
            environment["MONITOR_WEB__LISTEN"] = self.daemon.url.removeprefix("http://")
        words = ("--config", str(self.config), *map(self.here, rest))
        ended = await forking.run("monitor", *words, patience=180, env=environment)
        also = {code for words, code in MAY_END_WITH.items() if tuple(rest[: len(words)]) == words}
        assert ended.code in {FINE, *also}, f"{command}: {ended.code}\n{(ended.out + ended.err).decode()}"

    async def _systemctl(self, command: Command, rest: list[str]) -> None:
        verb, units = rest[0], [word for word in rest[1:] if not word.startswith("-")]
        for unit in units:
            name = unit if "." in unit else f"{unit}.service"
            assert (DEPLOY / name).is_file(), f"{command}: there is no {name}"
        if units[0].startswith("monitor-backup"):
            assert verb in {"start", "list-timers"}
            return
        assert verb in {"status", "show", "start", "stop", "restart", "reload"}, str(command)
        if verb in {"stop", "restart"}:
            await self.stop()
        if verb in {"start", "restart"}:
            await self.start()
        if verb == "reload":
            assert "ExecReload=" in (DEPLOY / "monitor.service").read_text(encoding="utf-8")
            assert self.daemon is not None
            self.daemon.process.send_signal(signal.SIGHUP)


def _journalctl(command: Command, rest: list[str]) -> None:
    assert rest[:2] == ["-u", "monitor"], str(command)
    fields = [word.partition("=")[0] for word in rest if re.fullmatch(r"[A-Z_]+=.*", word)]
    assert set(fields) <= {"MONITOR_TARGET", "MONITOR_EVENT"}, str(command)
    assert {word for word in rest if word.startswith("-")} <= {"-u", "-p", "--since"}, str(command)


def _installer(command: Command, rest: list[str]) -> None:
    told = subprocess.run([DEPLOY / "install.sh", "--help"], capture_output=True, text=True, check=True).stdout
    (verb,) = rest
    assert re.search(rf"^  {verb} ", told, re.MULTILINE), f"{command}: the installer knows no {verb}"


async def watched_before(record: str, sites: Sequence[Target]) -> None:
    """Have *record* say that *sites* were watched in the first hour of the month that the manual exports."""
    since, _until = parse_month(EXPORTED)
    await asyncio.to_thread(year.generate, record, sites, since, since + HOUR, 1)
    store = Store.open(record, Vitals(started=since))
    await store.set_cadences({"website": timedelta(seconds=year.CADENCE)}, since)
    await store.close()


@asynccontextmanager
async def machine(folder: Path) -> AsyncIterator[Machine]:
    """A server that watches a few sites of the lab, one of which is down, and tells two channels."""
    sites = [one for one in inventory.load(ROOT / "inventory") if one.kode in {SITE, *marked(), "DESA-001", "OPD-001"}]
    for name in ("etc/monitor", "var/lib/monitor", "var/backups/monitor", "root"):
        (folder / name).mkdir(parents=True)
    own = folder / "etc" / "monitor" / "inventory"
    own.mkdir()
    inventory.dump(sites, own)
    async with Lab(sites, Scenario(ttl=1), folder / "lab") as lab, receiving() as told:
        lab.set(SITE, FaultName.REFUSED)
        for kode in marked():
            lab.set(kode, STEADY[kode])
        record = f"sqlite:///{folder / 'var/lib/monitor/monitor.db'}"
        settings = {
            **lab.settings(),
            "inventory": {"directory": str(own)},
            "database": {"url": record},
            "alerts": {"channels": {name: channel(told, name, per_minute=600) for name in ("noc", "csirt")}},
        }
        await watched_before(record, sites)
        server = Machine(folder, configure(folder, settings), told)
        await server.start()
        try:
            assert server.daemon is not None
            for kode in (SITE, *marked()):
                await server.daemon.state(kode, "turun")
            yield server
        finally:
            await server.stack.aclose()


async def test_every_command_of_the_manual_does_what_it_says(tmp_path: Path) -> None:
    async with machine(tmp_path) as server:
        for command in commands():
            await server.execute(command)

        assert server.daemon is not None, "the manual leaves the daemon stopped"
        await server.daemon.state(SITE, "turun")  # what was restored is watched
    assert (tmp_path / "var/lib/monitor/aset.xlsx").is_file()
    assert (tmp_path / "var/backups/monitor/sekarang.db").is_file()
    assert any(one.path == "/noc" for one in server.told.on("/noc"))


def test_a_line_that_is_no_command_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manual = tmp_path / "panduan.md"
    manual.write_text("```console\nsystemctl status monitor\n```\n", encoding="utf-8")
    monkeypatch.setattr("tests.e2e.test_panduan.MANUAL", manual)

    with pytest.raises(AssertionError, match="is no command"):
        commands()


async def test_a_command_that_nothing_here_runs_would_be_noticed(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="nothing here runs dnf"):
        await Machine(tmp_path, tmp_path, None).execute(Command(1, ("dnf", "install", "x")))  # type: ignore[arg-type]


def test_what_the_manual_marks_is_open_at_any_moment_of_the_demo() -> None:
    assert marked()
    assert marked() <= STEADY.keys()
    assert SITE not in STEADY, "it falls and recovers"


def test_the_manual_has_every_chapter() -> None:
    chapters = re.findall(r"^## \d+\. (.+)$", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)

    assert chapters == [
        "Pasang",
        "Konfigurasi",
        "Kanal notifikasi",
        "Tambah situs",
        "Pemeliharaan",
        "Tanggapi temuan",
        "Ekspor bukti",
        "Cadangan",
        "Pemecahan masalah",
    ]
