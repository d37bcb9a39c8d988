"""Killed at any moment, the daemon loses the samples of the last second at most, and never a finding's state."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass

from sqlalchemy import text

from monitor.model import State, Turn
from monitor.store import Store
from monitor.vitals import Vitals
from tests import forking
from tests.integration.store.killed import KODES, QUIET, at, turn_of
from tests.integration.store.records import NOON, RULES

LIVES = (
    *(("busy", signs) for signs in (1, 2, 5, 20, 40, 150, 400)),
    ("quiet", 30),
    ("quiet", 700),
)
"""What a process does, and after how many signs of life it is killed."""
STALL = 0.2
"""Seconds without a sign of life: the machine, not the store, was late."""


@dataclass
class Life:
    """What a killed process had said."""

    kept: int = 0
    """The last step that `flush` acknowledged."""
    old: int = 0
    """The last sample put more than a second before the end."""


def live_and_die(url: str, doing: str, signs: int) -> Life:
    """A process that records into *url*, killed after so many signs of life."""
    read, write = os.pipe()
    with os.fdopen(read) as output:
        with os.fdopen(write) as said_by:
            process = forking.fork("tests.integration.store.killed", url, doing, stdout=said_by)
        said = [output.readline() for _ in range(signs)]
        process.kill()
        end = time.monotonic()
        said += output.readlines()
    process.wait()
    return reading(said, end)


def reading(said: list[str], end: float) -> Life:
    life, before = Life(), None
    stalled = False
    for words in (line.split() for line in said if line.endswith("\n")):
        number, when = int(words[1]), float(words[2])
        stalled = stalled or (before is not None and when - before > STALL)
        before = when
        if words[0] == "kept":
            life.kept = number
        elif when < end - 1:
            life.old = number
    if stalled or before is None or end - before > STALL:
        life.old = 0
    return life


async def test_a_killed_daemon_forgets_nothing_that_matters(url: str) -> None:
    life = Life()
    for doing, signs in random.sample(LIVES * 2, 15 if url.startswith("sqlite") else 6):
        died = live_and_die(url, doing, signs)
        life = Life(max(life.kept, died.kept), max(life.old, died.old))
        await check(url, life)


async def check(url: str, life: Life) -> None:
    store = Store.open(url, Vitals(started=NOON), RULES)  # the lock died with the process
    steps = (await store.counts())["change"]
    assert steps >= life.kept
    assert await recorded(store) == [(step, *turn_of(step)) for step in range(1, steps + 1)]
    await check_states(store, steps)
    kept = {sample.at for sample in await store.samples(QUIET, "website", NOON, at(10**6), limit=10**6)}
    assert {at(sample) for sample in range(1, life.old + 1)} <= kept
    await store.close()


async def recorded(store: Store) -> list[tuple[int, str, Turn]]:
    """Every change: its number, whose, which way."""
    query = text(
        "SELECT change.id, kode, turn FROM change JOIN finding ON finding.id = finding_id"
        " JOIN target ON target.id = target_id ORDER BY change.id"
    )
    rows = await store._reader.ask(lambda connection: connection.execute(query).all())
    return [
        (number, kode, {1: Turn.OPENED, 2: Turn.RESOLVED}[turn]) for number, (_id, kode, turn) in enumerate(rows, 1)
    ]


async def check_states(store: Store, steps: int) -> None:
    """What is open, and each target's state, is what the steps recorded so far make of it – no more, no less."""
    last = {turn_of(step)[0]: step for step in range(1, steps + 1)}
    down = {kode for kode, step in last.items() if turn_of(step)[1] is Turn.OPENED}
    known = await store.load()
    assert {kode: len(items) for kode, items in known.open.items()} == dict.fromkeys(down, 1)
    assert {kode: (item.at, item.state) for kode, item in known.transitions.items()} == {
        kode: (at(step), State.DOWN if kode in down else State.UP) for kode, step in last.items()
    }
    for kode in KODES:
        mine = [step for step in range(1, steps + 1) if turn_of(step)[0] == kode]
        assert [sample.at for sample in await store.samples(kode, "website", NOON, at(10**6))] == list(map(at, mine))
