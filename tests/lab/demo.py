"""`python -m tests.lab.demo`: the lab, the unmodified daemon beside it, and a list of what there is to see."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from monitor import inventory
from monitor.model import Target
from tests.lab import Lab, Rule, Scenario, load, pointers
from tests.lab.addresses import bound
from tests.lab.cases import DEMO_FILE
from tests.lab.loops import run, stopping
from tests.lab.mailbox import Letter, Mailbox

ROOT = Path(__file__).parents[2]
_HOST, _PORT = "127.0.0.1", 8620
_READY_WITHIN = 60.0
_ENDS_WITHIN = 10.0
_CADENCE = "15s"
"""Quicker than the shipped 60 s, so that every fault is confirmed within the first minute."""
_SIGNED_WITH = "demo"
"""Key of the two channels' signatures; the receiver beside the lab does not check it."""
_CLOAKING_CADENCE = "60s"
"""Quicker than the shipped half hour: what only a search engine is shown comes out within about a minute."""


class NotReady(Exception):
    """The daemon did not come up, or went away; the message is its own output."""


async def demonstrate(seconds: float, folder: Path) -> int:
    """The exit code, after *seconds* or when somebody asks to end."""
    stop = stopping()
    targets = tuple(inventory.load(ROOT / "inventory"))
    scenario = load(DEMO_FILE)
    async with Lab(targets, scenario, folder / "lab") as lab, Mailbox(_say) as mailbox:
        listen = f"{_HOST}:{_free_port()}"
        config = folder / "monitor.toml"
        config.write_text(pointers.toml(_settings(lab, folder, listen, mailbox.url)), encoding="utf-8")
        async with _daemon(config, folder / "daemon.log") as daemon:
            await _until_ready(daemon, stop, listen, folder / "daemon.log")
            _tell(listen, config, targets, scenario, lab.clock)
            await _until_over(daemon, stop, seconds, folder / "daemon.log")
    print("Demo selesai.")
    return 0


def _settings(lab: Lab, folder: Path, listen: str, mailbox: str) -> dict[str, object]:
    values = lab.settings()
    return {
        **values,
        "database": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "inventory": {"directory": str(ROOT / "inventory")},
        "web": {"listen": listen},
        "alerts": {
            "board_url": f"http://{listen}",
            "channels": {
                name: {"type": "webhook", "url": f"{mailbox}/{name}", "secret": _SIGNED_WITH, "per_minute": 600}
                for name in ("noc", "csirt")
            },
        },
        "checks": {
            **values["checks"],
            "website": {"every": _CADENCE},
            "cloaking": {"every": _CLOAKING_CADENCE},
        },
    }


def _say(letter: Letter) -> None:
    """A message that arrived, as a line for whoever watches the demo."""
    Console().print(f"✉ {letter.channel:<6}{letter.title}", soft_wrap=True, highlight=False, markup=False)
    sys.stdout.flush()


def _free_port() -> int:
    """The shipped port, or another when somebody has it."""
    for wanted in (_PORT, 0):
        with contextlib.suppress(OSError), bound(_HOST, wanted) as sock:
            port: int = sock.getsockname()[1]
            return port
    raise NotReady(f"no port is free at {_HOST}")


@contextlib.asynccontextmanager
async def _daemon(config: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The daemon as a child that hears signals from us alone; gone when the block ends."""
    plain = {name: value for name, value in os.environ.items() if not name.upper().startswith("MONITOR_")}
    plain.pop("CREDENTIALS_DIRECTORY", None)
    command = (sys.executable, "-m", "monitor", "--config", str(config), "serve")
    with log.open("wb") as output:
        daemon = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=plain, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield daemon
    finally:
        await _end(daemon)


async def _end(daemon: asyncio.subprocess.Process) -> None:
    if daemon.returncode is None:
        daemon.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(daemon.wait(), _ENDS_WITHIN)
        except TimeoutError:
            daemon.kill()
            await daemon.wait()


async def _until_ready(daemon: asyncio.subprocess.Process, stop: asyncio.Event, listen: str, log: Path) -> None:
    """Ask until the daemon is ready, or a person has had enough. Raises `NotReady` when it ends or takes too long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_READY_WITHIN):
            while daemon.returncode is None:
                if stop.is_set() or await _ready(listen):
                    return
                await asyncio.sleep(0.2)
    raise _failed("Daemon tidak siap", daemon, log)


async def _ready(listen: str) -> bool:
    host, _, port = listen.partition(":")
    try:
        reader, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    with contextlib.closing(writer):
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n".encode())
        try:
            return b" 200 " in await reader.readline()
        except OSError:
            return False


async def _until_over(daemon: asyncio.subprocess.Process, stop: asyncio.Event, seconds: float, log: Path) -> None:
    """Wait for the time, a signal, or the daemon's end; the last is a failure."""
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(daemon.wait())]
    await asyncio.wait(waits, timeout=None if math.isinf(seconds) else seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waits:
        task.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    if daemon.returncode is not None:
        raise _failed("Daemon berhenti sendiri", daemon, log)


def _failed(what: str, daemon: asyncio.subprocess.Process, log: Path) -> NotReady:
    said = log.read_text(encoding="utf-8", errors="replace").strip() or "(tanpa keluaran)"
    return NotReady(f"{what} (kode keluar {daemon.returncode}). Keluarannya:\n\n{said}")


def _tell(listen: str, config: Path, targets: tuple[Target, ...], scenario: Scenario, clock: float) -> None:
    """Say where the board is, what there is to see, and when."""
    console = Console()
    watched = sum(target.active for target in targets)
    console.print(f"\n[bold]Papan pantau: http://{listen}/[/bold]")
    console.print(f"Metrik: http://{listen}/metrics · {watched} sasaran, semuanya di laboratorium, tanpa internet.")
    console.print(f"Laboratorium berjalan {clock:.0f} detik; sekitar detik ke-75 semua gangguan sudah terkonfirmasi.\n")
    console.print(_table(scenario))
    monitor = f"{Path(sys.executable).parent / 'monitor'} --config {config}"
    console.print("\nDi terminal lain, dengan setelan demo ini:")
    for command in ("check DESA-058", "check purbalinggakab.go.id", "status", "incident list", "alerts outbox"):
        console.print(f"  {monitor} {command}", soft_wrap=True, highlight=False)
    console.print("\nSetiap pesan ke NOC dan CSIRT tampak di bawah ini; kotak suratnya ada di mesin ini saja.")
    console.print("Akhiri dengan Ctrl-C.\n")
    sys.stdout.flush()


def _table(scenario: Scenario) -> Table:
    table = Table("Kode", "Yang salah", "Detik ke-", "Yang akan terlihat", title=scenario.title)
    for rule in scenario.rules:
        table.add_row(rule.site, rule.label, _when(rule), rule.note)
    return table


def _when(rule: Rule) -> str:
    if math.isinf(rule.end):
        return "terus" if rule.start == 0 else f"mulai {rule.start:.0f}"
    again = f", tiap {rule.every:.0f}" if rule.every else ""
    return f"{rule.start:.0f}–{rule.end:.0f}{again}"


def main() -> int:
    """The exit code: 0 after an orderly end, 1 when the daemon failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.demo", description="Demo, tanpa internet.")
    parser.add_argument("--seconds", type=float, default=math.inf, metavar="N", help="berakhir sendiri setelah N detik")
    arguments = parser.parse_args()
    try:
        with TemporaryDirectory(prefix="demo-") as folder:
            return run(demonstrate(arguments.seconds, Path(folder)))
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
