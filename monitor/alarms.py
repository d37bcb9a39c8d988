"""Everything between a change and people: the book, the desk, the messages under way, and who else is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Self

import structlog

from monitor.alerts.alertmanager import Alert, Alertmanagers, alertmanagers, alerts_of
from monitor.alerts.beat import Standing
from monitor.alerts.channels.build import couriers
from monitor.alerts.feed import Feed, feed
from monitor.alerts.heartbeat import Heartbeat, heartbeat
from monitor.alerts.outbox import Dispatcher
from monitor.alerts.routing import Subject, channels_for
from monitor.desk import Desk
from monitor.digests import Digests
from monitor.incident import FindingKey, Incident, NoticeKind, Parcel, ParcelState, Ripples
from monitor.incidents.book import Book
from monitor.latest import Latest
from monitor.model import Finding, Kind
from monitor.net import Network
from monitor.settings import Settings
from monitor.store import Remembered, Store
from monitor.telling import Teller

MOST_STRAYS = 10_000
NO_CHANNEL = "saluran ini tidak lagi disetel"

log = structlog.get_logger(__name__)


def open_book(settings: Settings, latest: Latest, now: Callable[[], datetime]) -> Book:
    """An empty book on what is watched, which *latest* heeds: `resume` it before use."""

    def channels(incident: Incident, kind: NoticeKind, at: datetime) -> tuple[str, ...]:
        entries = (latest.get(kode) for kode in incident.kodes)
        targets = {entry.target.kode: entry.target for entry in entries if entry is not None}
        return channels_for(Subject.of(incident, targets), settings.alerts, at)

    def kind_of(kode: str) -> Kind | None:
        entry = latest.get(kode)
        return None if entry is None else entry.target.kind

    def finding_of(key: FindingKey) -> Finding | None:
        entry = latest.get(key.kode)
        item = entry.ledger.open.get((key.check, key.code, key.subject)) if entry else None
        return item.finding if item is not None and item.opened == key.opened else None

    book = Book(settings.alerts, channels, kind_of, finding_of)
    latest.heed(lambda kode, item: book.is_false(kode, item, now()))
    return book


def resume(book: Book, known: Remembered, at: datetime) -> None:
    """Have *book* take up what the record says."""
    book.resume(
        known.incidents,
        known.windows,
        known.marks,
        at,
        next_incident=known.next_incident,
        next_window=known.next_window,
    )


@dataclass(slots=True)
class Alarms:
    """Wired by `open_alarms`; runs while entered."""

    book: Book
    desk: Desk
    teller: Teller
    dispatcher: Dispatcher
    mirror: Alertmanagers
    digests: Digests
    feed: Feed | None
    heartbeat: Heartbeat | None
    store: Store
    connected: Callable[[], str | None]
    """Why our own network is lost, empty when it is not, None when nobody can tell."""
    now: Callable[[], datetime]
    failed: asyncio.Future[None]
    """Done, with the exception, when one of the tasks cannot go on."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def standings(self) -> list[Standing]:
        """How those who are told beside the outbox are doing."""
        told = (self.feed, self.heartbeat, *self.mirror.receivers)
        return [each.standing for each in told if each is not None]

    async def __aenter__(self) -> Self:
        """Begin to send."""
        await self._bury_strays()
        self._start("outbox", self.dispatcher.run())
        self._start("alertmanager", self.mirror.run())
        if self.feed is not None:
            self._start("feed", self.feed.run())
        if self.heartbeat is not None:
            self._start("heartbeat", self.heartbeat.run())
        return self

    async def _bury_strays(self) -> None:
        """
        Give up what waits for channels that are no longer set: nobody would ever claim it, nor see that.

        A channel that was given another name has not been told by its old one: of what is open, it is told anew.
        """
        strays = [
            parcel
            for parcel in await self.store.outbox(ParcelState.WAITING, limit=MOST_STRAYS)
            if parcel.channel not in self.dispatcher.lines
        ]
        numbers = [parcel.incident for parcel in reversed(strays) if parcel.incident is not None]
        self.put(self.book.readdress(numbers, self.now()))  # before: a crash in between does it again, and tells once
        for parcel in strays:
            await self.store.settle(parcel.key, at=self.now(), error=NO_CHANNEL, dead=True)

    async def __aexit__(self, *_: object) -> None:
        """Let what is under way arrive, then stop."""
        self.dispatcher.stop()
        for task in self._tasks:
            if task.get_name() != "outbox":
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None and not self.failed.done():
            self.failed.set_exception(error)

    def nudge(self) -> None:
        """Something happened that people or machines may have to be told of."""
        self.dispatcher.nudge()
        self.mirror.nudge()
        if self.feed is not None:
            self.feed.nudge()

    def put(self, ripples: Ripples) -> None:
        """Have *ripples* written, and what they tell sent."""
        if ripples:
            self.store.put_ripples(ripples)
            self.nudge()

    async def tick(self) -> None:
        """What time alone leads to: reminders, ends of maintenance, the state of our own network."""
        at, reason = self.now(), self.connected()
        if reason is not None:
            self.put(self.book.vantage(reason, at))
        self.put(self.book.tick(at))

    async def write(self) -> None:
        """The digests that are due."""
        self.put(await self.digests.due(self.now()))


def _connected(net: Network) -> bool | None:
    """Whether our own network is there; None while nobody knows."""
    view = net.vantage.current
    return None if view is None else view.connected


def _lost(net: Network) -> str | None:
    """Why our own network is lost, empty when it is not; None while nobody knows."""
    view = net.vantage.current
    return None if view is None or view.connected is None else view.reason


def open_alarms(
    settings: Settings,
    store: Store,
    latest: Latest,
    net: Network,
    now: Callable[[], datetime],
    *,
    known_since: datetime,
    healthy: Callable[[], bool],
) -> Alarms:
    """
    All of it by *settings*, nothing running yet; `resume` the book first.

    *known_since*: when this record was begun. *healthy*: whether the watch makes progress.

    Raises `ConfigError` for a channel that cannot be used.
    """
    book = open_book(settings, latest, now)
    alerts = settings.alerts

    teller = Teller(store, latest, partial(_connected, net), alerts, now)

    async def on_dead(parcel: Parcel, reason: str) -> None:
        store.put_ripples(book.delivery(parcel.channel, f"{parcel.key}: {reason}", now()))
        dispatcher.nudge()  # the others are to tell of it, and may be resting

    async def on_alive(channel: str) -> None:
        ripples = book.delivered(channel, now())
        if ripples:
            store.put_ripples(ripples)
            dispatcher.nudge()

    dispatcher = Dispatcher(
        store, couriers(alerts, settings.net), teller.compose, now, settings=alerts, on_dead=on_dead, on_alive=on_alive
    )

    def firing() -> tuple[Alert, ...]:
        at = now()
        return tuple(alerts_of(latest.entries(), alerts.board_url, lambda kode, item: book.is_quiet(kode, item, at)))

    mirror = alertmanagers(alerts, settings.net, firing, now)
    desk = Desk(book, store, now, dispatcher.nudge)
    return Alarms(
        book=book,
        desk=desk,
        teller=teller,
        dispatcher=dispatcher,
        mirror=mirror,
        digests=Digests(store, latest, teller, alerts, known_since),
        feed=feed(settings.feed, alerts, settings.net, store),
        heartbeat=heartbeat(alerts, settings.net, healthy),
        store=store,
        connected=partial(_lost, net),
        now=now,
        failed=asyncio.get_running_loop().create_future(),
    )
