"""Part c: what a sample costs in the record, on disk and in time, on both databases."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from bench import regency
from bench.figures import Bar, Figure, Part
from monitor.model import Measure, Outcome, Record, State, Target
from monitor.store import Store
from monitor.vitals import Vitals
from tests import servers

SITES = 218
CADENCE = timedelta(seconds=60)
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
BATCH = 10
"""Minutes of the whole regency between two flushes, so that the queue stays short."""
DAEMON_BATCH = 2
"""What half a second brings in: 218 sites a minute."""


@dataclass(frozen=True, slots=True)
class Span:
    """How much to record."""

    rounds: int
    minutes: int
    """In each round, of all sites."""
    commits: int
    """Of `DAEMON_BATCH` samples, one after the other."""


FULL, QUICK = Span(5, 720, 200), Span(2, 120, 40)


@dataclass(frozen=True, slots=True)
class Written:
    """What one round of writing showed."""

    rate: float
    """Rows a second."""
    cpu: float
    """Our microseconds per row, from `put` to the commit."""
    size: float
    """Bytes per row that the database grew by, all indexes and free space included."""


def measure(folder: Path, span: Span) -> Part:
    """Everything about the record."""
    folder.mkdir()
    notes = [f"{SITES} sites × 60 s in time order, {span.rounds} rounds of {span.minutes} minutes of record each."]
    figures = list(asyncio.run(_sqlite(folder / "monitor.db", span)))
    program = servers.find("postgres")
    if program is None:
        notes.append(f"PostgreSQL was not measured: it is missing; {servers.how_to_get('postgres')}")
    else:
        with servers.Postgres(program) as server:
            figures += asyncio.run(_postgresql(server.create(), span))
        notes.append("PostgreSQL ran without fsync, beside us: its own processor time is not in our microseconds.")
    return Part(title="c. record", figures=tuple(figures), notes=tuple(notes))


async def _sqlite(path: Path, span: Span) -> list[Figure]:
    async with _open(f"sqlite:///{path}") as (store, targets):
        written = [await _round(store, targets, number, span) for number in range(span.rounds)]
        commits = [await _commits(store, targets, number, span) for number in range(span.rounds)]
    sizes = await _sizes(path.with_name("grown.db"), span)
    return [
        Figure(name="SQLite: bytes per sample, every index", unit="B", values=tuple(sizes), bar=Bar(45, 40)),
        *_figures("SQLite", written, commits),
        Figure(name="SQLite: file after the run", unit="MiB", values=(_size(path) / 2**20,)),
    ]


async def _sizes(path: Path, span: Span) -> list[float]:
    """Bytes per row after each round, the file checkpointed and closed."""
    sizes: list[float] = []
    empty = 0
    for number in range(-1, span.rounds):
        async with _open(f"sqlite:///{path}") as (store, targets):
            if number >= 0:
                await _round(store, targets, number, span)
        if number < 0:
            empty = _size(path)
        else:
            sizes.append((_size(path) - empty) / (SITES * span.minutes * (number + 1)))
    return sizes


def _size(path: Path) -> int:
    return path.stat().st_size


async def _postgresql(url: str, span: Span) -> list[Figure]:
    sizes = []
    async with _open(url) as (store, targets):
        written = []
        for number in range(span.rounds):
            written.append(await _round(store, targets, number, span))
            sizes.append(_relation(url) / (SITES * span.minutes * (number + 1)))
        commits = [await _commits(store, targets, number, span) for number in range(span.rounds)]
    return [
        Figure(name="PostgreSQL: bytes per sample, every index", unit="B", values=tuple(sizes)),
        *_figures("PostgreSQL", written, commits),
    ]


def _relation(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_total_relation_size('sample')").fetchone()
    return int(row[0]) if row else 0


def _figures(name: str, written: Sequence[Written], commits: Sequence[Written]) -> Iterator[Figure]:
    yield Figure(name=f"{name}: rows, in bulk", unit="rows/s", values=tuple(each.rate for each in written))
    yield Figure(name=f"{name}: put and commit, in bulk", unit="µs CPU/row", values=tuple(each.cpu for each in written))
    cpu = tuple(each.cpu for each in commits)
    yield Figure(name=f"{name}: put and commit, {DAEMON_BATCH} a commit", unit="µs CPU/row", values=cpu)


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[tuple[Store, tuple[Target, ...]]]:
    targets = regency.sites(SITES)
    store = Store.open(url, Vitals(started=BEGIN))
    try:
        await store.sync(targets, BEGIN)
        yield store, targets
    finally:
        await store.close()


async def _round(store: Store, targets: Sequence[Target], number: int, span: Span) -> Written:
    """`span.minutes` of record, written as fast as they go."""
    chance = random.Random(number)
    wall = cpu = 0.0
    for first in range(number * span.minutes, (number + 1) * span.minutes, BATCH):
        last = min(first + BATCH, (number + 1) * span.minutes)
        batch = [record for minute in range(first, last) for record in minute_of(minute, targets, chance)]
        began, used = time.perf_counter(), time.process_time()
        for record in batch:
            store.put(record)
        await store.flush()
        wall, cpu = wall + time.perf_counter() - began, cpu + time.process_time() - used
    rows = SITES * span.minutes
    return Written(rows / wall, 1e6 * cpu / rows, 0)


async def _commits(store: Store, targets: Sequence[Target], number: int, span: Span) -> Written:
    """As a small daemon writes: a few samples, a transaction, and again."""
    chance = random.Random(number)
    minutes = range(span.rounds * span.minutes + number * span.commits, 10**9)
    records = (record for minute in minutes for record in minute_of(minute, targets, chance))
    batches = [[next(records) for _number in range(DAEMON_BATCH)] for _commit in range(span.commits)]
    began, used = time.perf_counter(), time.process_time()
    for batch in batches:
        for record in batch:
            store.put(record)
        await store.flush()
    rows = DAEMON_BATCH * span.commits
    return Written(rows / (time.perf_counter() - began), 1e6 * (time.process_time() - used) / rows, 0)


def minute_of(minute: int, targets: Sequence[Target], chance: random.Random) -> Iterator[Record]:
    """One visit to each of *targets*, spread over *minute*: mostly fine, now and then slow or gone."""
    for place, target in enumerate(targets):
        at = BEGIN + minute * CADENCE + place * CADENCE / len(targets)
        yield _record(target, at, chance)


def _record(target: Target, at: datetime, chance: random.Random) -> Record:
    if chance.random() < 0.01:
        return Record(
            kode=target.kode,
            check="website",
            at=at,
            outcome=Outcome.OBSERVED,
            state=State.DOWN,
            duration=timedelta(seconds=10),
            measure=Measure(hops=1, dns=300, connect=5_000_000),
        )
    measure = Measure(
        status=200,
        hops=1,
        dns=_around(chance, 8_000) if chance.random() < 0.2 else chance.randint(5, 40),
        connect=_around(chance, 12_000),
        tls=_around(chance, 35_000),
        ttfb=_around(chance, 250_000),
        transfer=_around(chance, 20_000),
        size=_around(chance, 40_000),
    )
    spent = measure.dns + measure.connect + measure.tls + measure.ttfb + measure.transfer
    return Record(
        kode=target.kode,
        check="website",
        at=at,
        outcome=Outcome.OBSERVED,
        state=State.UP,
        duration=timedelta(microseconds=spent + 900),
        measure=measure,
    )


def _around(chance: random.Random, middle: int) -> int:
    """A duration or a size as the Internet has them: log-normal, now and then ten times the middle."""
    return min(int(middle * chance.lognormvariate(0, 0.6)), 10_000_000)
