"""A record as years of watching leave it: outages, gaps, maintenance – written as fast as the database takes it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection, Table, func, insert, select, text

from monitor.model import Kind, Outcome, State, Target
from monitor.store import codec, engine, migrate
from monitor.store.engine import in_words
from monitor.store.place import parse
from monitor.store.registry import Ids, sync
from monitor.store.schema import maintenance, sample, transition

CADENCE = 60
_BATCH = 20_000
_DAY = 86_400
_SECOND = 1000

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A stretch in which a target was not simply up; seconds since the epoch."""

    start: int
    end: int
    state: State
    cause: str


def generate(store_url: str, targets: Sequence[Target], since: datetime, until: datetime, seed: int) -> int:
    """
    Write what watching *targets* once a minute in [*since*, *until*) leaves behind; how many samples.

    The same for the same arguments, and another seed another record: every site has outages of its own, some share
    one with a whole hosting address, now and then nobody looked at all, and Sundays have planned maintenance. May be
    called again for the time that follows. *targets* are what the inventory holds; others are retired.
    """
    place = parse(store_url)
    source = engine.writing(place)
    with source.connect() as connection:
        migrate.upgrade(connection, place.name)
        with connection.begin():
            written = _write(connection, targets, (_second(since), _second(until)), seed)
    source.dispose()
    return written


def _write(connection: Connection, targets: Sequence[Target], within: tuple[int, int], seed: int) -> int:
    ids = Ids(connection)
    sync(connection, ids, targets, codec.EPOCH + timedelta(seconds=within[0]))
    website, zone = ids.check(connection, "website"), ids.check(connection, "zone")
    chance = random.Random(f"{seed} {within}")
    blind = sorted(_stretches(chance, within, every=20 * _DAY, typical=1_800))
    shared = [tuple(_outages(chance, within, every=25 * _DAY)) for _address in range(12)]
    written = 0
    for place, target in enumerate(targets):
        own = random.Random(f"{seed} {within} {target.kode}")
        faults = _apart([*_own_faults(own, within), *shared[place % len(shared)], *_blind_faults(blind)])
        number, check = ids.targets[target.kode], zone if target.kind is Kind.DOMAIN else website
        _insert(connection, transition, _transitions(connection, number, faults, within))
        written += _insert(connection, sample, _samples((number, check), faults, within, own, place))
    _insert(connection, maintenance, _windows(connection, within))
    if connection.dialect.name == "postgresql":  # numbers given by hand are none of the sequence's
        connection.execute(text("SELECT setval('transition_id_seq', (SELECT max(id) FROM transition))"))
    return written


def _own_faults(chance: random.Random, within: tuple[int, int]) -> Iterator[Fault]:
    yield from _outages(chance, within, every=round(chance.uniform(2, 30) * _DAY))
    for start, end in _stretches(chance, within, every=12 * _DAY, typical=7_200):
        yield Fault(start, end, State.DEGRADED, "certificate.expired")


def _outages(chance: random.Random, within: tuple[int, int], every: int) -> Iterator[Fault]:
    for start, end in _stretches(chance, within, every, typical=900):
        yield Fault(start, end, State.DOWN, chance.choice(["site.down", "site.error"]))


def _blind_faults(stretches: Iterable[tuple[int, int]]) -> Iterator[Fault]:
    """The time in which nobody looked, as the daemon records it when it is back."""
    return (Fault(start, end, State.UNOBSERVED, "pemantau tidak berjalan") for start, end in stretches)


def _stretches(chance: random.Random, within: tuple[int, int], every: int, typical: int) -> Iterator[tuple[int, int]]:
    """Stretches about *every* seconds apart (Poisson), of *typical* length, a few much longer (log-normal)."""
    at = within[0] + chance.expovariate(1 / every)
    while at < within[1]:
        length = max(CADENCE, min(typical * chance.lognormvariate(0, 1.2), 5 * _DAY))
        yield int(at), min(int(at + length), within[1])
        at += length + chance.expovariate(1 / every)


def _apart(faults: Iterable[Fault]) -> list[Fault]:
    """In order and without overlap: what began first goes on, the later one has what is left, if anything."""
    found: list[Fault] = []
    for fault in sorted(faults, key=lambda each: (each.start, each.end)):
        start = max(fault.start, found[-1].end + CADENCE if found else 0)
        if fault.end - start >= CADENCE:
            found.append(Fault(start, fault.end, fault.state, fault.cause))
    return found


def _transitions(
    connection: Connection, number: int, faults: Sequence[Fault], within: tuple[int, int]
) -> Iterator[Row]:
    """In the order of time; the numbers go on where the table ends."""
    last = connection.scalar(select(func.max(transition.c.id))) or 0
    steps = [(within[0], State.UP, "")]
    for fault in faults:
        steps += [(fault.start, fault.state, fault.cause), (fault.end, State.UP, "")]
    for place, (at, state, cause) in enumerate(steps, 1):
        yield last + place, number, at * _SECOND, codec.STATES[state], cause


def _samples(
    key: tuple[int, int], faults: Sequence[Fault], within: tuple[int, int], chance: random.Random, place: int
) -> Iterator[Row]:
    """A look a minute, each site at its own second; none while nobody looked."""
    observed, typical = codec.OUTCOMES[Outcome.OBSERVED], chance.uniform(40_000, 900_000)
    noise = [chance.lognormvariate(0, 0.35) for _number in range(997)]  # drawn once: a year has 115 million looks
    pending = iter([*faults, Fault(within[1], within[1] + 1, State.UP, "")])
    fault = next(pending)
    for turn, at in enumerate(range(within[0] + place % CADENCE, within[1], CADENCE)):
        while at >= fault.end:
            fault = next(pending)
        state = fault.state if at >= fault.start else State.UP
        if state is State.UNOBSERVED:
            continue
        spent = int(typical * noise[turn % 997])
        status, ttfb = (0, 0) if state is State.DOWN else (200, spent)
        yield (
            *key, at, codec.STATES[state], observed, status, 1,
            30, spent // 20, spent // 7, ttfb, spent // 30, 41_000 + turn % 89, 1,
        )  # fmt: skip


def _windows(connection: Connection, within: tuple[int, int]) -> Iterator[Row]:
    """Villages are looked after on Sundays from one to three, WIB; declared once."""
    if connection.scalar(select(func.max(maintenance.c.number))) is not None:
        return
    sunday = datetime(2020, 1, 4, 18, tzinfo=UTC)
    yield (
        1, "jenis", "desa", codec.to_ms(sunday), 7_200 * _SECOND, "FREQ=WEEKLY;BYDAY=SU", "pemeliharaan rutin",
        "bench", within[0] * _SECOND, None,
    )  # fmt: skip


def _insert(connection: Connection, table: Table, rows: Iterator[Row]) -> int:
    """How many *rows*, in the order of the table's columns."""
    statement, count = in_words(connection, insert(table)), 0
    while batch := list(islice(rows, _BATCH)):
        connection.exec_driver_sql(statement, batch)
        count += len(batch)
    return count


def _second(at: datetime) -> int:
    return int(at.timestamp())
