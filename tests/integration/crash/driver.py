"""
A daemon without a network, to be killed: the real record, book, pipeline, outbox and couriers, fed by a script.

`python -m tests.integration.crash.driver` is a template: everything is imported once, and each life is a fork of it,
so that a start costs milliseconds. It obeys lines of JSON on its standard input and ends with it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import random
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import structlog

from monitor import alarms
from monitor.alarms import Alarms, open_alarms
from monitor.incidents.errors import Senseless
from monitor.latest import Latest
from monitor.model import Turn
from monitor.net import Network
from monitor.pipeline import Pipeline
from monitor.settings import Settings
from monitor.vitals import Vitals
from tests.integration.crash.journal import Journaled
from tests.integration.crash.script import CHECK, LOOKS, RULES, SITES, Step, result_of, script

HASTE = 60
"""Seconds that pass for the driver in one: a lease of a minute has run out after a second."""
BEAT = 0.02
ACTS_EVERY = 40
"""Steps between two incidents that somebody takes on."""


@dataclass(frozen=True, slots=True)
class Life:
    """What a life is to do, and with what."""

    url: str
    """Of the record."""
    journal: str
    """A file: what was handed to the store, in order; appended to before it is."""
    settings: dict[str, Any]
    begin: float
    """`time.time()` at which the hastened clock stood at the same."""
    total: int
    seed: int
    limit: int
    """The last step that this life may take."""
    luck: int
    last: bool = False
    """Whether it ends by itself, when everything has been done and sent."""


class Daemon:
    """What `monitor.app` wires, without scheduler, network and board."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.dice = random.Random(life.luck)
        self.vitals = Vitals(started=self.now())
        self.latest = Latest()

    def now(self) -> datetime:
        begin = self.life.begin
        return datetime.fromtimestamp(begin, UTC) + HASTE * timedelta(seconds=time.time() - begin)

    async def run(self) -> None:
        """In the order of `monitor.app`: the record, what it knows, then what is to be sent, then looking."""
        store = Journaled.open(self.life.url, self.vitals, RULES)
        store.begin_journal(self.life.journal)
        settings = Settings(**self.life.settings)
        net = cast("Network", SimpleNamespace(vantage=SimpleNamespace(current=None)))
        told = open_alarms(settings, store, self.latest, net, self.now, known_since=self.now(), healthy=lambda: True)
        pipeline = Pipeline(self.latest, store, self.vitals, told.book, tell=told.nudge)
        self.latest.settle(SITES)
        await store.sync(SITES, self.now())
        known = await store.load(now=self.now())
        alarms.resume(told.book, known, self.now())
        pipeline.resume(known, self.now())
        done = (await store.counts())["change"]
        async with told:
            feeding = asyncio.create_task(self._feed(store, pipeline, told, done))
            await self._beat(store, told, feeding)
        await store.close()

    async def _beat(self, store: Journaled, told: Alarms, feeding: asyncio.Task[None]) -> None:
        """Time passes; while the script goes on, and until the last message has been sent."""
        parent = os.getppid()
        while not (self.life.last and feeding.done() and await self._is_quiet(store, told)):
            if told.failed.done() or store.failed.done() or (feeding.done() and feeding.exception()):
                break
            if os.getppid() != parent:
                os._exit(1)
            await told.tick()
            told.nudge()
            await asyncio.sleep(BEAT)
        if feeding.done():
            feeding.result()
        if told.failed.done():
            told.failed.result()

    async def _is_quiet(self, store: Journaled, told: Alarms) -> bool:
        await store.flush()
        return not told.book.open and await store.waiting(tuple(told.dispatcher.lines)) is None

    async def _feed(self, store: Journaled, pipeline: Pipeline, told: Alarms, done: int) -> None:
        for step in script(self.life.total, self.life.seed)[done : self.life.limit]:
            await asyncio.sleep(self.dice.random() * BEAT)
            self._take(pipeline, step)
            if step.number % ACTS_EVERY == 0:
                await self._act(told)

    def _take(self, pipeline: Pipeline, step: Step) -> None:
        codes = frozenset(code for kode, code in step.open_after if kode == step.kode)
        entry = self.latest.get(step.kode)
        assert entry is not None
        for _look in range(LOOKS):
            pipeline.take(CHECK, result_of(step.kode, codes, self.now()))
            if any(key[1] == step.code for key in entry.ledger.open) is (step.turn is Turn.OPENED):
                return
        raise AssertionError(f"step {step.number} came to nothing")

    async def _act(self, told: Alarms) -> None:
        """Somebody takes the oldest incident on, if it is not over meanwhile."""
        for incident in told.book.open[:1]:
            try:
                await told.desk.acknowledge(incident.number, "Sari")
            except Senseless:
                return


def live(life: Life) -> None:
    """In a fork: live, and never return."""
    code = 1
    try:
        asyncio.run(Daemon(life).run())
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it must be seen, and this process must end
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Obey: `{"live": {…}}`, `{"kill": …}`, `{"wait": …}`; the last two answer with the wait status."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    gc.freeze()
    child = 0
    for line in sys.stdin:
        order = json.loads(line)
        if "live" in order:
            child = os.fork()
            if not child:
                live(Life(**order["live"]))
            continue
        if "kill" in order:
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
        _pid, status = os.waitpid(child, 0)
        print(json.dumps({"ended": status}), flush=True)


if __name__ == "__main__":
    main()
