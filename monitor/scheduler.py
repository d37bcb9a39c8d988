"""When each check looks at each target: slots on a heap, a bounded number of runs, APScheduler's clock behind it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.checks.base import Check
from monitor.model import Target
from monitor.vitals import Vitals

TICK = timedelta(milliseconds=250)
"""How often due turns are released: a turn begins at most this much late on an idle machine."""
FIRST_ROUND = 15.0
"""Seconds within which every target is first looked at: after a restart the board is true soon…"""
FIRST_RATE = 100.0
"""…but never more than this many looks a second."""


class Run(Protocol):
    """One look and its consequences."""

    async def __call__(self, check: Check[Any], target: Target, *, fresh: bool) -> bool:
        """Whether a fault now waits for another look; *fresh*: nothing cached may answer."""


@dataclass(slots=True, eq=False)
class Post:
    """One check on one target, and where it is in its looks."""

    check: Check[Any]
    target: Target
    running: bool = False
    failed_at: float = 0.0
    """When the first look of an unconfirmed fault ended."""
    looks: int = 0
    """Quick looks already asked for."""
    gone: bool = False
    """Its target left the inventory; the heap drops it when its turn comes."""


Entry = tuple[float, int, Post, bool]
"""(due, order, post, regular): a quick look is not regular."""


class Scheduler:
    """Gives every post its turn once per cadence, and quick looks in between while a fault is unconfirmed."""

    def __init__(self, run: Run, vitals: Vitals, *, width: int, looks: Sequence[timedelta]) -> None:
        """At most *width* runs at a time; *looks* count from the end of a first failing look."""
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Set with the exception when a run raises: a monitor that cannot record must stop loudly."""
        self._run = run
        self._vitals = vitals
        self._width = width
        self._looks = [look.total_seconds() for look in looks]
        self._posts: dict[tuple[str, str], Post] = {}
        self._heap: list[Entry] = []
        self._ready: deque[tuple[float, Post, bool]] = deque()
        self._order = itertools.count()
        self._workers: set[asyncio.Task[None]] = set()
        self._clock = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self.every("turns", TICK, self._release)

    def every(self, name: str, interval: timedelta, job: Callable[[], Awaitable[None]]) -> None:
        """Await *job* every *interval*, first after one interval; an error in it ends the daemon."""

        async def guarded() -> None:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 – APScheduler would only log it; the daemon has to know
                self._fail(error)

        self._clock.add_job(guarded, "interval", seconds=interval.total_seconds(), id=name)

    def settle(self, checks: Iterable[Check[Any]], targets: Iterable[Target]) -> None:
        """Have exactly these posts from now on; who stays keeps its place."""
        wanted = {
            (check.name, target.kode): (check, target)
            for target in targets
            if target.active
            for check in checks
            if check.applies(target)
        }
        for key in self._posts.keys() - wanted.keys():
            self._posts.pop(key).gone = True
        now = asyncio.get_running_loop().time()
        haste = max(FIRST_ROUND, (len(wanted) - len(self._posts)) / FIRST_RATE)
        for key, (check, target) in wanted.items():
            post = self._posts.get(key)
            if post is None:
                self._posts[key] = post = Post(check, target)
                first, regular = first_turns(slot(check, target), check.every.total_seconds(), haste)
                self._push(now + first, post, regular=False)
                self._push(now + regular, post, regular=True)
            post.check, post.target = check, target

    def start(self) -> None:
        """Begin giving turns."""
        self._clock.start()

    async def stop(self) -> None:
        """Give no more turns and end the runs under way; what they saw so far is dropped, not recorded."""
        self._clock.shutdown(wait=False)
        self._ready.clear()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _release(self) -> None:
        now = asyncio.get_running_loop().time()
        heap = self._heap
        while heap and heap[0][0] <= now:
            due, _order, post, regular = heapq.heappop(heap)
            if post.gone:
                continue
            if regular:
                self._push(following(due, post.check.every.total_seconds(), now), post, regular=True)
            if post.running:
                self._vitals.skipped += regular
                continue
            post.running = True
            self._ready.append((due, post, not regular))
        self._vitals.waiting = len(self._ready)
        for _ in range(min(len(self._ready), self._width - len(self._workers))):
            self._hire()

    def _hire(self) -> None:
        worker = asyncio.get_running_loop().create_task(self._work())
        self._workers.add(worker)
        worker.add_done_callback(self._leave)

    def _leave(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        if not worker.cancelled() and (error := worker.exception()) is not None:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        if not self.failed.done():
            self.failed.set_exception(error)

    async def _work(self) -> None:
        """Take turns until none is ready."""
        loop = asyncio.get_running_loop()
        while self._ready:
            due, post, fresh = self._ready.popleft()
            self._vitals.lag.add(loop.time() - due)
            self._vitals.running += 1
            try:
                again = await self._run(post.check, post.target, fresh=fresh)
            finally:
                post.running = False
                self._vitals.running -= 1
            self._look_again(post, again=again)

    def _look_again(self, post: Post, *, again: bool) -> None:
        """Ask for the next quick look at an unconfirmed fault; forget the count when there is none."""
        now = asyncio.get_running_loop().time()
        if not again:
            post.looks = 0
        elif post.looks < len(self._looks):
            if post.looks == 0:
                post.failed_at = now
            self._push(max(now, post.failed_at + self._looks[post.looks]), post, regular=False)
            post.looks += 1

    def _push(self, due: float, post: Post, *, regular: bool) -> None:
        heapq.heappush(self._heap, (due, next(self._order), post, regular))


def slot(check: Check[Any], target: Target) -> float:
    """Where in the cadence, 0 ≤ x < 1, a target has its turn: the same on every start, even over many targets."""
    return zlib.crc32(f"{check.name}/{target.kode}".encode()) / 2**32


def first_turns(place: float, every: float, haste: float) -> tuple[float, float]:
    """Seconds from the start to the first look and to the first regular turn of the target in slot *place*."""
    first, regular = place * min(haste, every), place * every
    return first, regular if regular - first > every / 2 else regular + every


def following(due: float, every: float, now: float) -> float:
    """The next turn after *due* that is still to come: turns missed while the machine slept are not made up for."""
    return due + every * max(1, math.ceil((now - due) / every))
