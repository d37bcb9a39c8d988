"""Availability and retention: figures from rollups against figures from samples, building, and letting go of a day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench import regency, year
from bench.children import Trouble
from bench.figures import Bar, Figure, Part
from monitor.availability import Figures, month
from monitor.model import Outcome, Record, State, Target
from monitor.store import Store, measured, rollups
from monitor.store.engine import reading
from monitor.store.place import parse
from monitor.vitals import Vitals

SINCE, UNTIL = month(2026, 10)
KEPT = timedelta(days=92)
FOREVER = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Span:
    """How much to record, and how often to ask."""

    sites: int
    days: int
    rounds: int


FULL, QUICK = Span(218, 31, 5), Span(8, 3, 2)


def measure(folder: Path, span: Span) -> Part:
    """Everything about rollups, on SQLite."""
    folder.mkdir()
    until = min(UNTIL, SINCE + timedelta(days=span.days))
    path = folder / "monitor.db"
    samples = year.generate(f"sqlite:///{path}", regency.sites(span.sites), SINCE, until, seed=1)
    size = path.stat().st_size
    figures = asyncio.run(_measured(f"sqlite:///{path}", until, span))
    rows = span.sites * span.days * 24
    return Part(
        title="h. rollups and retention",
        figures=(
            Figure(name="SQLite file, one month of samples", unit="MB", values=(size / 1e6,), bar=Bar(600, 600)),
            *figures,
            Figure(name="rollups: bytes per hour of a site", unit="B", values=((path.stat().st_size - size) / rows,)),
        ),
        notes=(
            f"{span.sites} sites × {span.days} days, {samples} generated samples: outages, gaps, weekly maintenance.",
            "From samples: read once, for nobody does so but for time that is not rolled up.",
        ),
    )


async def _measured(url: str, until: datetime, span: Span) -> list[Figure]:
    now = until + timedelta(hours=2)
    raw, seconds = _from_samples(url, until, now)
    store = Store.open(url, Vitals(started=now))
    try:
        built = await _build(store, now)
        asked = [await _asked(store, raw, until, now) for _round in range(span.rounds)]
        return [
            *_figures(asked, seconds),
            *built,
            *await _pruned(store, span),
        ]
    finally:
        await store.close()


def _from_samples(url: str, until: datetime, now: datetime) -> tuple[dict[str, Figures], float]:
    source = reading(parse(url))
    with source.connect() as connection:
        began = time.perf_counter()
        found = measured.availability(connection, None, SINCE, until, now, raw=True)
        seconds = time.perf_counter() - began
    source.dispose()
    return found, seconds


async def _build(store: Store, now: datetime) -> list[Figure]:
    """The whole backlog, transaction by transaction."""
    used, hours, taken = time.process_time(), 0, list[float]()
    while True:
        began = time.perf_counter()
        progress = await store._ask_writer(lambda connection: rollups.advance(connection, now))
        taken.append(1e3 * (time.perf_counter() - began))
        hours += progress.hours
        if progress.is_done:
            break
    cpu = 1e3 * (time.process_time() - used) / max(hours, 1)
    return [
        Figure(name="building: CPU per hour of a site", unit="ms", values=(cpu,)),
        Figure(name="building: transactions", unit="ms", values=tuple(taken), bar=Bar(50, 30)),
    ]


async def _asked(store: Store, raw: dict[str, Figures], until: datetime, now: datetime) -> tuple[float, float]:
    """Seconds for availability, and for response times, of all sites."""
    began = time.perf_counter()
    found = await store.availability(None, SINCE, until, now=now)
    between = time.perf_counter()
    await store.response_times(None, SINCE, until)
    ended = time.perf_counter()
    if found != raw:
        raise Trouble("rollups and samples disagree")
    return between - began, ended - between


def _figures(asked: list[tuple[float, float]], raw: float) -> Iterator[Figure]:
    availability = tuple(first for first, _second in asked)
    both = tuple(first + second for first, second in asked)
    shares = tuple(first / raw for first in availability)
    yield Figure(name="month of all sites: availability and response", unit="s", values=both, bar=Bar(0.5, 0.5))
    yield Figure(name="month of all sites: availability", unit="s", values=availability)
    yield Figure(name="month of all sites: availability from samples", unit="s", values=(raw,))
    yield Figure(name="from rollups ÷ from samples", unit="", values=shares, bar=Bar(1 / 20, 1 / 40))


async def _pruned(store: Store, span: Span) -> tuple[Figure, ...]:
    """A day of samples of all sites at a time, each let go of as the daemon would, while looks go on being recorded."""
    looks, taken = _Looks(store, regency.sites(span.sites)), []
    meanwhile = asyncio.get_running_loop().create_task(looks.go_on())
    for day in range(1, min(span.rounds, span.days - 1) + 1):
        began = time.perf_counter()
        gone = await store.prune(
            SINCE + timedelta(days=day) + KEPT, samples=KEPT, keep=FOREVER, unsealed=True, limit=1_000_000
        )
        taken.append(time.perf_counter() - began)
        if not gone.get("sample"):
            raise Trouble("nothing was pruned")
    looks.over.set()
    await meanwhile
    return (
        Figure(name="letting go of a day of all sites", unit="s", values=tuple(taken), bar=Bar(5, 5)),
        Figure(name="meanwhile: looks not recorded", unit="", values=(float(await looks.missing()),), bar=Bar(0, 0)),
        Figure(name="meanwhile: a look begins late by at most", unit="ms", values=(1e3 * max(looks.late),)),
        Figure(name="meanwhile: a record is safe after", unit="ms", values=tuple(1e3 * each for each in looks.safe)),
    )


class _Looks:
    """What a daemon does meanwhile: each site looked at once a minute, and what was seen made safe."""

    def __init__(self, store: Store, targets: tuple[Target, ...]) -> None:
        self.over = asyncio.Event()
        self.late: list[float] = []
        self.safe: list[float] = []
        self._store = store
        self._targets = targets
        self._put: list[tuple[str, datetime]] = []

    async def go_on(self) -> None:
        """Until it is over."""
        loop = asyncio.get_running_loop()
        due, at = loop.time(), UNTIL + timedelta(days=1)
        while not self.over.is_set():
            target = self._targets[len(self._put) % len(self._targets)]
            self.late.append(loop.time() - due)
            self._put.append((target.kode, at))
            began = loop.time()
            self._store.put(_look(target.kode, at))
            await self._store.flush()
            self.safe.append(loop.time() - began)
            at += timedelta(seconds=1)
            due = max(due + 60 / len(self._targets), loop.time())
            await asyncio.sleep(due - loop.time())

    async def missing(self) -> int:
        """How many were put and are not there."""
        found = [
            await self._store.samples(kode, "website", at, at + timedelta(seconds=1), 10) for kode, at in self._put
        ]
        return sum(not samples for samples in found)


def _look(kode: str, at: datetime) -> Record:
    return Record(
        kode=kode,
        check="website",
        at=at,
        outcome=Outcome.OBSERVED,
        state=State.UP,
        duration=timedelta(milliseconds=90),
    )
