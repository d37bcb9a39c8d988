"""
From the outbox to people: every parcel is tried until it was taken or given up, and none is lost on the way.

A parcel is claimed for a while (a lease), composed when it first leaves and kept, sent, and settled. Whoever dies in
between leaves it claimed; when the lease has run out it is sent again, word for word and under the same key: at least
once, and once for receivers that look at keys.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from monitor.alerts.beat import until
from monitor.alerts.channels.courier import Courier, Undelivered
from monitor.alerts.channels.pace import Pace
from monitor.alerts.kept import NotReadable, from_json, to_json
from monitor.alerts.message import Message
from monitor.alerts.retry import next_try
from monitor.incident import Parcel
from monitor.settings import Alerts
from monitor.store import StoreError

GRACE = timedelta(seconds=5)
"""How long a send under way may take when the daemon stops; then it is left to its lease."""
LONGEST_REST = timedelta(minutes=1)
"""How long a channel sleeps at most: the wall clock may step, the store may know more than it said."""
SHORTEST_REST = timedelta(milliseconds=500)
"""A parcel that is due and cannot be claimed (another one of its order is on its way) is not asked for in a loop."""
MOST_PIECES = 10
"""What a send may take at most, in time-outs of its channel."""
_TICK = 0.01
"""Seconds; a rest too short for the clock to notice would be taken again and again."""
MARGIN = timedelta(seconds=60)
"""What a lease has beyond the longest send: for composing and for settling."""

log = structlog.get_logger(__name__)


class Store(Protocol):
    """The outbox, as the record keeps it; whatever it raises ends the dispatcher, and so the daemon."""

    async def claim(self, channel: str, now: datetime, lease: timedelta) -> Parcel | None:
        """
        The parcel of *channel* that is to leave next, claimed until *now* + *lease*; None when there is none.

        It waits, is due, is not claimed by anybody whose lease still runs, and no older one of the same `order` waits.
        """

    async def compose(self, key: str, body: dict[str, Any]) -> object:
        """Keep the parcel's message; every later claim carries it."""

    async def settle(
        self, key: str, *, at: datetime, error: str = "", retry_at: datetime | None = None, dead: bool = False
    ) -> object:
        """It was sent; or it was not, because of *error*: to be tried again at *retry_at*, or *dead*. One try more."""

    async def waiting(self, channels: tuple[str, ...]) -> datetime | None:
        """When the next parcel of *channels* can be claimed (leases counted); None when none waits."""


Compose = Callable[[Parcel], Awaitable[Message]]
OnDead = Callable[[Parcel, str], Awaitable[None]]
OnAlive = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class Line:
    """One channel, and how it has been doing since the start."""

    channel: str
    courier: Courier
    pace: Pace
    timeout: timedelta
    """For each piece of a message."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    alive: bool | None = None
    """Whether the last try succeeded; None before the first."""
    sent: int = 0
    failed: int = 0
    """Tries, those of the dead included."""
    dead: int = 0

    @property
    def lease(self) -> timedelta:
        """Longer than any send."""
        return self.timeout * MOST_PIECES + MARGIN

    def limit(self, pieces: int) -> float:
        """Seconds that a send may take."""
        return (self.timeout * min(max(pieces, 1), MOST_PIECES)).total_seconds()


class Dispatcher:
    """One task a channel: one that hangs delays no other."""

    def __init__(
        self,
        store: Store,
        couriers: Mapping[str, Courier],
        compose: Compose,
        now: Callable[[], datetime],
        *,
        settings: Alerts,
        on_dead: OnDead,
        on_alive: OnAlive,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Serve each of *couriers* by *settings*; *now* tells aware UTC, *clock* monotonic seconds, *chance* 0 to 1.

        *on_dead* is called before a parcel is buried, so that a crash in between calls it twice and never not at all.
        *on_alive* is called with a channel's name at its first success after a failure – and after the start, for what
        failed before is not known: it must not mind being told what it knows.
        """
        self._store = store
        self._compose = compose
        self._now = now
        self._give_up = settings.give_up
        self._on_dead = on_dead
        self._on_alive = on_alive
        self._chance = chance
        self._stopping = asyncio.Event()
        self.lines: Mapping[str, Line] = {
            name: Line(name, courier, Pace(settings.channels[name].per_minute, clock), settings.channels[name].timeout)
            for name, courier in couriers.items()
        }

    def nudge(self) -> None:
        """There may be something new: look now. Call it on the event loop."""
        for line in self.lines.values():
            line.wake.set()

    def stop(self) -> None:
        """Claim nothing more; `run` ends as soon as what is under way has, within `GRACE`."""
        self._stopping.set()
        self.nudge()

    async def run(self) -> None:
        """Serve until `stop`; raises what the store raised."""
        tasks = {asyncio.create_task(self._serve(line), name=f"outbox {name}") for name, line in self.lines.items()}
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({*tasks, stop}, return_when=asyncio.FIRST_COMPLETED)
            if tasks and self._stopping.is_set():
                await asyncio.wait(tasks, timeout=GRACE.total_seconds(), return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in (*tasks, stop):
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(stop, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                raise end

    async def _serve(self, line: Line) -> None:
        while not self._stopping.is_set():
            if wait := line.pace.wait():
                await until(self._stopping, max(wait, _TICK))
                continue
            line.wake.clear()  # before asking: a nudge that comes meanwhile is not lost
            parcel = await self._store.claim(line.channel, self._now(), line.lease)
            if parcel is None:
                await self._rest(line)
            else:
                await self._deliver(line, parcel)

    async def _rest(self, line: Line) -> None:
        due = await self._store.waiting((line.channel,))
        if self._stopping.is_set():
            return
        left = LONGEST_REST if due is None else due - self._now()
        await until(line.wake, min(max(left, SHORTEST_REST), LONGEST_REST).total_seconds())

    async def _deliver(self, line: Line, parcel: Parcel) -> None:
        failure = await self._try(line, parcel)
        if failure is None:
            await self._sent(line, parcel)
        else:
            await self._failed(line, parcel, failure)

    async def _try(self, line: Line, parcel: Parcel) -> Undelivered | None:
        """Why *parcel* was not taken; None when it was."""
        message = await self._message(parcel)
        return message if isinstance(message, Undelivered) else await _send(line, parcel.key, message)

    async def _message(self, parcel: Parcel) -> Message | Undelivered:
        """What was kept, or what is composed now, and kept."""
        if parcel.body is not None:
            try:
                return from_json(parcel.body)
            except NotReadable as error:
                log.warning("parcel.unreadable", parcel=parcel.key, reason=str(error))
        try:
            message = await self._compose(parcel)
            body = to_json(message)
        except StoreError:
            raise
        except Exception as error:  # a bug in one message must not silence the others, nor stop the watch
            log.exception("parcel.not_composed", parcel=parcel.key)
            return Undelivered(f"pesan tidak dapat disusun ({type(error).__name__})")
        await self._store.compose(parcel.key, body)
        return message

    async def _sent(self, line: Line, parcel: Parcel) -> None:
        await self._store.settle(parcel.key, at=self._now())
        line.sent += 1
        log.info("parcel.sent", channel=line.channel, parcel=parcel.key, tries=parcel.attempts + 1)
        was_alive, line.alive = line.alive, True
        if not was_alive:
            await self._on_alive(line.channel)

    async def _failed(self, line: Line, parcel: Parcel, failure: Undelivered) -> None:
        line.alive = False
        line.failed += 1
        retry_at = None if failure.permanent else self._next_try(parcel, failure)
        about = {"channel": line.channel, "parcel": parcel.key, "reason": failure.reason, "tries": parcel.attempts + 1}
        if retry_at is not None:
            log.warning("parcel.not_taken", **about, again=retry_at.isoformat())
            await self._store.settle(parcel.key, at=self._now(), error=failure.reason, retry_at=retry_at)
            return
        log.error("parcel.dead", **about)
        line.dead += 1
        await self._on_dead(parcel, failure.reason)
        await self._store.settle(parcel.key, at=self._now(), error=failure.reason, dead=True)

    def _next_try(self, parcel: Parcel, failure: Undelivered) -> datetime | None:
        return next_try(parcel, self._now(), give_up=self._give_up, after=failure.after, chance=self._chance())


async def _send(line: Line, key: str, message: Message) -> Undelivered | None:
    """Why the courier did not deliver; None when it did. A courier's bug is a failure like any other."""
    try:
        pieces = line.courier.pieces(message)
        line.pace.spend(pieces)
        async with asyncio.timeout(line.limit(pieces)):
            await line.courier.send(key, message)
    except Undelivered as failure:
        return failure
    except TimeoutError:
        return Undelivered("pengiriman tidak selesai tepat waktu")
    except Exception as error:  # noqa: BLE001 - its text and its traceback may hold a token: only its kind is told
        log.error("courier.failed", channel=line.channel, parcel=key, kind=type(error).__name__)  # noqa: TRY400
        return Undelivered(f"gangguan di pihak pemantau ({type(error).__name__})")
    return None
