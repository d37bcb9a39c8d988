"""Made-up parcels, a store and couriers for tests of the outbox, and an event loop whose hours pass in no time."""

from __future__ import annotations

import asyncio
import json
import selectors
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from monitor.alerts.message import FindingLine, Message, Report, SiteLine
from monitor.alerts.outbox import Dispatcher
from monitor.incident import NoticeKind, Parcel, ParcelState
from monitor.model import Audience, Severity
from monitor.settings import Alerts

START = datetime(2026, 11, 24, 1, 5, 9, 123456, tzinfo=UTC)
T = TypeVar("T")


class _Leaping(selectors.DefaultSelector):
    """Instead of waiting, tells the loop to put its clock forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise AssertionError("nothing will ever happen again")
        self.now += timeout
        return []


class Loop(asyncio.SelectorEventLoop):
    """Time passes only when nothing else is to be done, and then at once."""

    def __init__(self) -> None:
        self.leaping = _Leaping()
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.now


def play(script: Callable[[Loop], Coroutine[Any, Any, T]]) -> T:
    """The result of *script*, on a loop of its own."""
    loop = Loop()
    try:
        return loop.run_until_complete(script(loop))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def once(condition: Callable[[], bool], step: float = 1.0) -> None:
    """Return when *condition* holds, looked at every *step* seconds of the loop's time."""
    while not condition():  # noqa: ASYNC110 - the loop leaps
        await asyncio.sleep(step)


def parcel(key: str = "ins-1-1-noc", **values: Any) -> Parcel:
    given: dict[str, Any] = {"channel": "noc", "kind": NoticeKind.OPENED, "order": "ins-1", "created": START}
    given |= {"due": START, "incident": 1} | values
    return Parcel(key=key, **given)


def message(key: str = "ins-1-1-noc", **values: Any) -> Message:
    """One with something in every field."""
    given: dict[str, Any] = {
        "kind": NoticeKind.OPENED,
        "at": START,
        "title": "Dinas Kesehatan turun – “gangguan”",
        "lead": "Situs tidak menjawab.",
        "audience": Audience.NOC,
        "severity": Severity.HIGH,
        "incident": 1,
        "facts": (("Sejak", "08.05 WIB"),),
        "sites": (SiteLine(kode="OPD-009", name="Dinkes", url="https://dinkes.id/", state="turun", since=START),),
        "sites_total": 1,
        "findings": (
            FindingLine(
                kode="OPD-009",
                code="site.down",
                title="Situs tidak menjawab",
                severity=Severity.HIGH,
                line="Sambungan ditolak.",
                remedy="Periksa server.",
                since=START,
                evidence=("satu", "dua"),
            ),
        ),
        "findings_total": 1,
        "sections": (("Bagian", ("baris", "lagi")),),
        "remedy": "Hubungi pengelola.",
        "report": Report("a", "b", "c", "d"),
        "link": "https://papan.example.id/insiden/1",
        "data": {"form": [1, 2.5, None, True, {"a": "é"}]},
    }
    return Message(key=key, **(given | values))


class Shelf:
    """An outbox in memory that does what the record's does; what was told to it outlives every dispatcher."""

    def __init__(self, *parcels: Parcel) -> None:
        self.parcels = {item.key: item for item in parcels}
        self.claimed: dict[str, datetime] = {}
        self.log: list[tuple[str, str]] = []
        self.before: Callable[[str, str], Awaitable[None]] = _nothing
        self.after: Callable[[str, str], Awaitable[None]] = _nothing

    def add(self, item: Parcel) -> None:
        self.parcels.setdefault(item.key, item)

    async def claim(self, channel: str, now: datetime, lease: timedelta) -> Parcel | None:
        await self.before("claim", channel)
        due = [item for item in self._firsts(channel) if item.due <= now and self._free(item, now)]
        if not due:
            return None
        chosen = min(due, key=lambda item: item.due)
        self.claimed[chosen.key] = now + lease
        await self.after("claim", chosen.key)
        return chosen

    async def compose(self, key: str, body: Mapping[str, Any]) -> None:
        await self.before("compose", key)
        if self.parcels[key].body is None:
            self.parcels[key] = replace(self.parcels[key], body=json.loads(json.dumps(body)))
        await self.after("compose", key)

    async def settle(
        self, key: str, *, at: datetime, error: str = "", retry_at: datetime | None = None, dead: bool = False
    ) -> None:
        await self.before("settle", key)
        item = replace(self.parcels[key], attempts=self.parcels[key].attempts + 1, error=error)
        if retry_at is not None:
            item = replace(item, due=retry_at)
        else:
            item = replace(item, state=ParcelState.DEAD if dead else ParcelState.SENT, settled=at)
        self.parcels[key] = item
        self.claimed.pop(key, None)
        self.log.append((key, item.state.value))
        await self.after("settle", key)

    async def waiting(self, channels: tuple[str, ...]) -> datetime | None:
        ready = [
            max(item.due, self.claimed.get(item.key, item.due))
            for channel in channels
            for item in self._firsts(channel)
        ]
        return min(ready, default=None)

    def states(self) -> set[ParcelState]:
        return {item.state for item in self.parcels.values()}

    def _firsts(self, channel: str) -> list[Parcel]:
        firsts: dict[str, Parcel] = {}
        for item in self.parcels.values():
            if item.channel == channel and item.state is ParcelState.WAITING:
                firsts.setdefault(item.order, item)
        return list(firsts.values())

    def _free(self, item: Parcel, now: datetime) -> bool:
        return self.claimed.get(item.key, now) <= now


async def _nothing(_operation: str, _about: str) -> None:
    pass


class Receiver:
    """A courier that does as told, and remembers what arrived."""

    def __init__(self, behave: Callable[[str, int], Awaitable[None]] | None = None, pieces: int = 1) -> None:
        self.behave = behave
        self.taken: list[tuple[str, Message]] = []
        self.tries: list[str] = []
        self._pieces = pieces

    def pieces(self, message: Message) -> int:
        return self._pieces

    async def send(self, parcel_key: str, message: Message) -> None:
        self.tries.append(parcel_key)
        if self.behave is not None:
            await self.behave(parcel_key, self.tries.count(parcel_key))
        self.taken.append((parcel_key, message))

    @property
    def keys(self) -> list[str]:
        return [key for key, _message in self.taken]


class House:
    """A dispatcher over a shelf, on a loop that leaps."""

    def __init__(self, loop: Loop, shelf: Shelf, receivers: Mapping[str, Receiver], **settings: Any) -> None:
        channels = {
            name: {"type": "webhook", "url": "https://x.id", "secret": "s", **settings.get(name, {})}
            for name in receivers
        }
        self.loop = loop
        self.composed: list[str] = []
        self.dead: list[tuple[str, str]] = []
        self.alive: list[str] = []
        self.dispatcher = Dispatcher(
            shelf,
            receivers,
            self.compose,
            self.now,
            settings=Alerts.model_validate({"channels": channels, **settings.get("alerts", {})}),
            on_dead=self._on_dead,
            on_alive=self._on_alive,
            chance=settings.get("chance", lambda: 1.0),
            clock=loop.time,
        )

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())

    async def compose(self, item: Parcel) -> Message:
        self.composed.append(item.key)
        return message(item.key, at=self.now())

    async def _on_dead(self, item: Parcel, reason: str) -> None:
        self.dead.append((item.key, reason))

    async def _on_alive(self, channel: str) -> None:
        self.alive.append(channel)

    async def until(self, condition: Callable[[], bool], hours: float = 100) -> None:
        """Run until *condition* holds, looked at every second; the dispatcher is stopped then."""
        running = asyncio.ensure_future(self.dispatcher.run())
        end = self.loop.time() + hours * 3600
        while not condition() and not running.done():
            assert self.loop.time() < end, "it never came to be"
            await asyncio.sleep(1)
        self.dispatcher.stop()
        await running
