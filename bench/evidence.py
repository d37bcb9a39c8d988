"""The monthly bundle: processor time, memory and size, of the command that people type, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from bench import regency, year
from bench.children import Trouble
from bench.figures import Bar, Figure, Part
from monitor.availability import month
from monitor.check_sections import Checks
from monitor.checks import build
from monitor.ground import rules_of
from monitor.model import Change, Outcome, Record, State, Target, Turn
from monitor.store import Store
from monitor.vitals import Vitals

SINCE, UNTIL = month(2026, 10)
DAY = timedelta(days=1)
_WRITTEN = {0, 3}
"""Exit codes of a bundle that was written; without a seal it is incomplete."""


@dataclass(frozen=True, slots=True)
class Span:
    """How many sites, how many findings on each, and how often to export."""

    sites: int
    findings: int
    rounds: int


FULL, QUICK = Span(218, 10, 3), Span(4, 2, 1)


class Spent(NamedTuple):
    """What one export took; the process that draws the pages included."""

    cpu: float
    """Seconds."""
    memory: float
    """MB: the highest of any one process."""


def measure(folder: Path, span: Span) -> Part:
    """The bundle of a month of *span*, on SQLite."""
    folder.mkdir()
    url = f"sqlite:///{folder}/monitor.db"
    targets = regency.sites(span.sites)
    year.generate(url, targets, SINCE - DAY, UNTIL + DAY, seed=1)
    asyncio.run(_fill(url, targets, span))
    spent = [_export(url, folder / f"out-{turn}") for turn in range(span.rounds)]
    files = sorted((folder / "out-0").glob("*.zip"))
    return Part(
        title="i. the evidence bundle",
        figures=(
            Figure(name="monthly bundle, CPU", unit="s", values=tuple(each.cpu for each in spent), bar=Bar(20, 10)),
            Figure(
                name="its largest process", unit="MB", values=tuple(each.memory for each in spent), bar=Bar(300, 250)
            ),
            Figure(name="the ZIP", unit="MB", values=(files[0].stat().st_size / 1e6,)),
        ),
        notes=(
            f"{span.sites} sites, a look a minute, October 2026; {span.findings} findings each; rollups inside.",
            "`monitor evidence export` from start to end; the pages are drawn by a child of it.",
        ),
    )


async def _fill(url: str, targets: list[Target] | tuple[Target, ...], span: Span) -> None:
    """Findings on every site, some resolved; and the rollups."""
    checks = build(Checks())
    rules = sorted(rules_of(checks).values(), key=lambda rule: rule.code)
    store = Store.open(url, Vitals(started=UNTIL), {rule.code: rule for rule in rules})
    await store.sync(targets, SINCE - DAY)
    for place, target in enumerate(targets):
        for number in range(span.findings):
            at = SINCE + timedelta(hours=number * 61 % 700, seconds=place)
            finding = rules[(place + number * 7) % len(rules)](target.host)
            for turn, when in ((Turn.OPENED, at), (Turn.RESOLVED, at + DAY))[: 1 + number % 2]:
                change = Change(kode=target.kode, check="website", finding=finding, turn=turn, at=when, opened=at)
                store.put(
                    Record(
                        kode=target.kode,
                        check="website",
                        at=when,
                        outcome=Outcome.OBSERVED,
                        state=State.UP,
                        duration=timedelta(milliseconds=9),
                        changes=(change,),
                    )
                )
        await store.flush()
    while await store.roll_up(UNTIL + DAY, limit=10_000):
        pass
    await store.close()


def _export(url: str, out: Path) -> Spent:
    order = [sys.executable, "-m", "monitor", "evidence", "export", "--month", "2026-10", "--out", str(out)]
    environment = {**os.environ, "MONITOR_DATABASE__URL": url}
    child = subprocess.Popen(order, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _pid, status, used = os.wait4(child.pid, 0)
    code = child.returncode = os.waitstatus_to_exitcode(status)
    words = child.stderr.read().decode(errors="replace") if child.stderr else ""
    if code not in _WRITTEN:
        raise Trouble(f"export ended with {code}: {words[-300:]}")
    return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
