"""A process that records until somebody kills it: `python -m tests.integration.store.killed URL busy|quiet`."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import datetime

from monitor.model import Change, Record, State, Transition, Turn
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.records import DOWN, NOON, RULES, after, record, target

KODES = ("DESA-001", "DESA-002", "DESA-003")
QUIET = "DESA-100"
"""Only samples, nothing urgent."""
FLUSH_EVERY = 7


def turn_of(step: int) -> tuple[str, Turn]:
    """Which finding goes which way at *step* (from 1): each target's in turn, open, resolved, open…"""
    round_, number = divmod(step - 1, len(KODES))
    return KODES[number], Turn.RESOLVED if round_ % 2 else Turn.OPENED


def at(step: int) -> datetime:
    return after(step)


def record_of(step: int) -> Record:
    kode, turn = turn_of(step)
    since = at(step) if turn is Turn.OPENED else at(step - len(KODES))
    change = Change(kode=kode, check="website", finding=DOWN(), turn=turn, at=at(step), opened=since)
    state = State.DOWN if turn is Turn.OPENED else State.UP
    return record(at(step), kode, changes=(change,), transition=Transition(kode, at(step), state))


async def main(url: str, life: str) -> None:
    store = Store.open(url, Vitals(started=NOON), RULES)
    await store.sync([target(kode) for kode in (*KODES, QUIET)], NOON)
    counts = await store.counts()
    step, sample = counts["change"], counts["sample"] - counts["change"]
    while True:
        sample += 1
        store.put(record(at(sample), QUIET))
        print("put", sample, time.monotonic(), flush=True)
        if life == "busy":
            step += 1
            await work(store, step)
        await asyncio.sleep(0.002)


async def work(store: Store, step: int) -> None:
    """Something happens to a site, which is urgent."""
    store.put(record_of(step))
    if step % FLUSH_EVERY == 0:
        await store.flush()
        print("kept", step, time.monotonic(), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
