"""Part d: scheduler and runner around a check that returns at once, in a process of its own."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop

from bench import machine, regency
from bench.children import answer, ask, python, questions, running
from bench.figures import Bar, Figure, Part
from monitor.checks.base import Check, Context, Policy
from monitor.domains import Domains
from monitor.model import Again, Measure, Target
from monitor.net import open_network
from monitor.runner import Runner
from monitor.scheduler import Scheduler
from monitor.settings import Dns, Net, Settings, Vantage
from monitor.vitals import Vitals

LARGE, SMALL = 21_800, 218
_SINGLE = 5_000
"""Runs in a row, without a scheduler."""
_SETTLING = 0.6


@dataclass(frozen=True, slots=True)
class Span:
    """How long to measure."""

    rounds: int
    seconds: float
    """In each round, per size."""


FULL, QUICK = Span(5, 3), Span(2, 2)


def measure(folder: Path, span: Span) -> Part:
    """Everything about overhead."""
    folder.mkdir()
    core, _servers = machine.cores()
    sizes = {LARGE: folder / "large.log", SMALL: folder / "small.log"}
    told: dict[int, list[dict[str, Any]]] = {}
    for size, log in sizes.items():
        with running(python("bench.overhead", str(size)), core, log) as child:
            told[size] = [ask(child, {"seconds": span.seconds}, log) for _round in range(span.rounds)]
    return _part(told, span)


def _part(told: dict[int, list[dict[str, Any]]], span: Span) -> Part:
    many, few = (tuple(each["cpu"] * 1000 / max(each["runs"], 1) for each in told[size]) for size in (LARGE, SMALL))
    alone = tuple(each["alone"] * 1000 for each in told[LARGE])
    idle = tuple(100 * each["cpu"] / span.seconds for each in told[SMALL])
    pace = sum(each["runs"] for each in told[LARGE]) / (span.rounds * span.seconds)
    figures = (
        Figure(name="scheduler and runner, 21 800 sites", unit="ms/visit", values=many, bar=Bar(0.25, 0.1)),
        Figure(name="scheduler and runner, 218 sites", unit="ms/visit", values=few),
        Figure(name="runner alone", unit="ms/visit", values=alone),
        Figure(name="218 sites, of a core", unit="%", values=idle),
    )
    notes = (
        f"{span.rounds} rounds of {span.seconds:g} s; {pace:.0f} visits/s with 21 800 sites at 60 s.",
        "With 218 sites there are fewer visits than ticks of the clock (4 a second), and those are the cost.",
    )
    return Part(title="d. overhead", figures=figures, notes=notes)


async def _at_once(_target: Target, _context: Context) -> None:
    return None


CHECK: Check[None] = Check(
    name="nothing",
    every=timedelta(seconds=60),
    timeout=timedelta(seconds=10),
    applies=lambda _target: True,
    observe=_at_once,
    judges=(),
    vital=True,
    measure=lambda _facts: Measure(),
    remember=lambda _facts: {},
)


async def serve(size: int) -> None:
    """Keep *size* targets on schedule; tell of a time of it, and of runs in a row, when asked."""
    async with AsyncExitStack() as stack:
        net = open_network(Dns(nameservers=("127.0.0.1",)), Net(), Vantage(sentinels=()))
        stack.push_async_callback(net.aclose)
        targets, vitals = regency.sites(size), Vitals(started=_now())
        runner = Runner(net, Policy(domains=Domains()), _now)
        runs = 0

        async def look(check: Check[Any], target: Target, *, fresh: bool) -> Again:
            nonlocal runs
            await runner.run(check, target, fresh=fresh)
            runs += 1
            return Again.NO

        settings = Settings().runner
        scheduler = Scheduler(look, vitals, width=settings.width, looks=settings.looks)
        scheduler.settle((CHECK,), targets)
        scheduler.start()
        stack.push_async_callback(scheduler.stop)
        for question in questions():
            await asyncio.sleep(_SETTLING)  # waiting for the question has held the turns up
            before, used = runs, time.process_time()
            await asyncio.sleep(question["seconds"])
            used = time.process_time() - used
            answer({"cpu": used, "runs": runs - before, "alone": await _alone(runner, targets)})


async def _alone(runner: Runner, targets: Sequence[Target]) -> float:
    """Seconds of one run."""
    before = time.process_time()
    for number in range(_SINGLE):
        await runner.run(CHECK, targets[number % len(targets)])
    return (time.process_time() - before) / _SINGLE


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
