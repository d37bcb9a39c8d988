"""When each check looks at each target: slots on a heap, a bounded number of runs, APScheduler's clock behind it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import zlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.checks.base import Check
from monitor.model import Again, Target
from monitor.vitals import Vitals

log = structlog.get_logger(__name__)

TICK = timedelta(milliseconds=250)
"""How often due turns are released: a turn begins at most this much late on an idle machine."""
MINDED = timedelta(seconds=1)
"""How often it is seen to that the wall clock was not set back."""
FIRST_ROUND = 15.0
"""Seconds within which every target is first looked at: after a restart the board is true soon…"""
PATIENT_ROUND = 300.0
"""The same for checks that are not vital: what they look at does not change from minute to minute."""
NO_AGES: Mapping[tuple[str, str], timedelta] = {}
FIRST_RATE = 100.0
"""…but never more than this many looks a second."""


HASTENED = timedelta(minutes=1)
"""A check is asked for out of turn no more often than this, and only when its cadence is longer."""
RETRY = timedelta(minutes=15)
"""After a run that could not observe, a check whose cadence is longer than this is tried again."""
OVERTIME = timedelta(seconds=90)
"""How long beyond its check's time-out a run may take – for a seat, the vantage, the record – before it is stuck."""
FORSAKEN = timedelta(minutes=10)
"""The same while others go on: no record is that slow, and nobody would look at its target again."""


class Run(Protocol):
    """One look and its consequences."""

    async def __call__(self, check: Check[Any], target: Target, *, fresh: bool) -> Again:
        """Whether to look again before the next turn; *fresh*: nothing cached may answer."""


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
    retry_at: float = 0.0
    """When it is looked at again because nothing could be observed."""
    hastened_at: float = -math.inf
    """When it was last asked for out of turn."""
    began: float = 0.0
    """When the look under way began."""
    gone: bool = False
    """Its target left the inventory; the heap drops it when its turn comes."""


Entry = tuple[float, int, Post, bool]
"""(due, order, post, regular): a quick look is not regular."""
Turn = tuple[float, Post, bool]
"""(due, post, fresh): due now, waiting for a worker."""


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
        self._urgent: deque[Turn] = deque()
        self._patient: deque[Turn] = deque()
        self._patients = 0
        self._order = itertools.count()
        self._workers: set[asyncio.Task[None]] = set()
        self._under_way: set[Post] = set()
        self._has_vital = False
        self._ticked = False
        self._ended = False
        self._stopping = False
        self._minding: asyncio.TimerHandle | None = None
        self._clock = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self.every("turns", TICK, self._release)

    def every(
        self, name: str, interval: timedelta, job: Callable[[], Awaitable[None]], *, at_once: bool = False
    ) -> None:
        """Await *job* every *interval*, first after one or *at_once* at the start; an error in it ends the daemon."""

        async def guarded() -> None:
            try:
                await job()
            except asyncio.CancelledError:
                if not self._stopping:  # at the end it is cut off, and APScheduler would log that as a failure
                    raise
            except Exception as error:  # noqa: BLE001 – APScheduler would only log it; the daemon has to know
                self._fail(error)

        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._clock.add_job(guarded, "interval", seconds=interval.total_seconds(), id=name, **first)

    def settle(
        self,
        checks: Iterable[Check[Any]],
        targets: Iterable[Target],
        ages: Mapping[tuple[str, str], timedelta] = NO_AGES,
    ) -> None:
        """
        Have exactly these posts from now on; who stays keeps its place.

        *ages*: (kode, check) → how long ago it was last looked at, before this start. A check that is not vital goes
        on from there: a daemon that is restarted does not ask a registry again.
        """
        wanted = {
            (check.name, target.kode): (check, target)
            for target in targets
            if target.active
            for check in checks
            if check.applies(target)
        }
        self._has_vital = any(check.vital for check, _target in wanted.values())
        moved = {key for key, post in self._posts.items() if key in wanted and wanted[key][1].url != post.target.url}
        for key in (self._posts.keys() - wanted.keys()) | moved:
            self._posts.pop(key).gone = True
        now = asyncio.get_running_loop().time()
        crowd = Counter(check.vital for key, (check, _target) in wanted.items() if key not in self._posts)
        for key, (check, target) in wanted.items():
            post = self._posts.get(key)
            if post is None:
                self._posts[key] = post = Post(check, target)
                self._begin(post, now, crowd[check.vital], ages.get((target.kode, check.name)))
            post.check, post.target = check, target

    def _begin(self, post: Post, now: float, crowd: int, age: timedelta | None) -> None:
        check, every = post.check, post.check.every.total_seconds()
        if age is not None and not check.vital and timedelta(0) <= age < check.every:
            self._push(now + (check.every - age).total_seconds(), post, regular=True)
            return
        # First looks are dear (certificates, names and evidence are new): very many may take more than a cadence.
        span = max(crowd / FIRST_RATE, min(FIRST_ROUND if check.vital else PATIENT_ROUND, every))
        first, regular = first_turns(slot(check, post.target), every, span)
        self._push(now + first, post, regular=False)
        self._push(now + regular, post, regular=True)

    def hasten(self, check: str, kode: str) -> None:
        """Have *check* look at *kode* soon, though its turn is far: what it found may be over. At most once a while."""
        post, now = self._posts.get((check, kode)), asyncio.get_running_loop().time()
        if post is not None and post.check.every > HASTENED and post.hastened_at + HASTENED.total_seconds() <= now:
            post.hastened_at = now
            self._push(now, post, regular=False)

    def start(self) -> None:
        """Begin giving turns."""
        self._clock.start()
        self._mind()

    def _mind(self) -> None:
        """
        Have every job come within its interval, again and again.

        APScheduler goes by the wall clock: set back by an hour, it would have nothing done for an hour.
        """
        now = datetime.now(UTC)
        for job in self._clock.get_jobs():
            latest = now + job.trigger.interval
            if job.next_run_time > latest:
                job.modify(next_run_time=latest)
        self._minding = asyncio.get_running_loop().call_later(MINDED.total_seconds(), self._mind)

    def moved(self) -> bool:
        """
        Whether turns were really handled since this was asked last.

        They were when the clock gave out turns, none was forsaken by its worker, and a run ended or nothing is stuck.
        Vital runs count alone where there are any: patient ones that end do not make up for them.
        """
        ticked, self._ticked = self._ticked, False
        ended, self._ended = self._ended, False
        forsaken = [post for post in self._under_way if not self._in_time(post, FORSAKEN)]
        for post in forsaken:
            log.error("run.forsaken", target=post.target.kode, check=post.check.name)
        return ticked and not forsaken and (ended or not self._is_stuck())

    def _counts(self, post: Post) -> bool:
        return post.check.vital or not self._has_vital

    def _in_time(self, post: Post, beyond: timedelta) -> bool:
        """Whether the run under way of *post* has taken at most *beyond* more than its check's time-out."""
        return asyncio.get_running_loop().time() - post.began <= (post.check.timeout + beyond).total_seconds()

    def _is_stuck(self) -> bool:
        """Whether everything under way is past its time; or nothing is, and somebody waits who could be served."""
        under_way = [post for post in self._under_way if self._counts(post)]
        if under_way:
            return not any(self._in_time(post, OVERTIME) for post in under_way)
        # Few seats may all be taken by patient runs: within their time, that is how it is meant to be.
        if len(self._under_way) >= self._width and any(self._in_time(post, OVERTIME) for post in self._under_way):
            return False
        waiting = self._urgent if self._has_vital else self._patient
        return bool(waiting) and asyncio.get_running_loop().time() - waiting[0][0] > OVERTIME.total_seconds()

    async def stop(self) -> None:
        """Give no more turns and end the runs under way; what they saw so far is dropped, not recorded."""
        if self._minding is not None:
            self._minding.cancel()
        self._stopping = True
        if self._clock.running:
            self._clock.pause()  # it shuts down only in the loop's next round, and would begin a job before that
        self._clock.shutdown(wait=False)
        self._urgent.clear()
        self._patient.clear()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _release(self) -> None:
        self._ticked = True
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
            (self._urgent if post.check.vital else self._patient).append((due, post, not regular))
        self._vitals.waiting = len(self._urgent) + len(self._patient)
        for _ in range(min(self._vitals.waiting, self._width - len(self._workers))):
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
        while turn := self._next_turn():
            due, post, fresh = turn
            post.began = asyncio.get_running_loop().time()
            self._vitals.lag.add(post.began - due)
            self._vitals.running += 1
            self._under_way.add(post)
            self._patients += not post.check.vital
            try:
                again = await self._run(post.check, post.target, fresh=fresh)
            finally:
                post.running = False
                self._under_way.discard(post)
                self._ended |= self._counts(post)
                self._vitals.running -= 1
                self._patients -= not post.check.vital
            self._look_again(post, again)

    def _next_turn(self) -> Turn | None:
        """Whose turn it is: vital checks first; the others, which may be slow, have at most half of the workers."""
        if self._urgent:
            return self._urgent.popleft()
        if self._patient and self._patients < max(1, self._width // 2):
            return self._patient.popleft()
        return None

    def _look_again(self, post: Post, again: Again) -> None:
        """Ask for the next quick look at an unconfirmed fault, or for a later one at what could not be observed."""
        now = asyncio.get_running_loop().time()
        if again is not Again.SOON:
            post.looks = 0
        if again is Again.SOON and post.looks < len(self._looks):
            if post.looks == 0:
                post.failed_at = now
            self._push(max(now, post.failed_at + self._looks[post.looks]), post, regular=False)
            post.looks += 1
        if again is Again.LATER and post.check.every > RETRY and post.retry_at <= now:
            post.retry_at = now + RETRY.total_seconds()
            self._push(post.retry_at, post, regular=False)

    def _push(self, due: float, post: Post, *, regular: bool) -> None:
        heapq.heappush(self._heap, (due, next(self._order), post, regular))


def slot(check: Check[Any], target: Target) -> float:
    """Where in the cadence, 0 ≤ x < 1, a target has its turn: the same on every start, even over many targets."""
    return zlib.crc32(f"{check.name}/{target.kode}".encode()) / 2**32


def first_turns(place: float, every: float, span: float) -> tuple[float, float]:
    """Seconds from the start to the first look, within *span*, and to the first regular turn of slot *place*."""
    first, regular = place * span, place * every
    return first, regular + every * max(0, math.ceil((first + every / 2 - regular) / every))


def following(due: float, every: float, now: float) -> float:
    """The next turn after *due* that is still to come: turns missed while the machine slept are not made up for."""
    return due + every * max(1, math.ceil((now - due) / every))
