"""Killing a daemon again and again, and looking at what it left behind each time."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from monitor.incident import FindingKey, Incident, Member, NoticeKind, Parcel, ParcelState
from monitor.store import Store, StoreError
from monitor.store.codec import to_ms
from monitor.vitals import Vitals
from tests.e2e.daemon import ROOT
from tests.e2e.receiver import Got, Receiver, channel, flaky, receiving, steady
from tests.integration.crash.driver import Life
from tests.integration.crash.journal import Entry, read_journal
from tests.integration.crash.script import RULES, SITES, script
from tests.integration.store.records import NOON

CHANNELS = ("noc", "csirt")
_ENDING = 120.0
_IDLE, _STRETCH = 3, 8
"""After so many lives that told nobody anything, lives become twice as long; so many times at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How often, how long, how unreliable."""

    kills: int
    changes: int
    seed: int
    longest: float = 0.25
    """Seconds that a life lasts at most; it begins with a start of some 40 ms, which may be cut short, too."""
    trouble: float = 0.25
    """The share of messages that the receivers do not take properly."""


@dataclass(slots=True)
class Shelf:
    """What a record must say after the first so many entries of the journals: incidents and parcels as plain values."""

    changes: int = 0
    incidents: dict[int, object] = field(default_factory=dict)
    parcels: dict[str, object] = field(default_factory=dict)
    events: int = 0

    def after(self, entry: Entry) -> Shelf:
        ripples = entry.ripples
        return Shelf(
            self.changes + entry.changes,
            self.incidents | {item.number: plain(item) for item in ripples.incidents},
            {item.key: promised(item) for item in ripples.parcels} | self.parcels,
            self.events + len(ripples.events),
        )


def plain(item: Incident) -> object:
    """*item* as a record can keep it: to the millisecond."""
    instants = (item.opened, item.resolved, item.told, item.acknowledged, item.held_until)
    return (
        *(None if at is None else to_ms(at) for at in instants),
        *(item.cause, item.audience, item.severity, item.notices, item.channels, item.acknowledged_by, item.flaps),
        tuple(map(_member, item.members)),
    )


def _member(item: Member) -> object:
    left = None if item.left is None else to_ms(item.left)
    return _key(item.key), item.severity, to_ms(item.joined), left, item.state, item.causes, item.address


def _key(key: FindingKey) -> object:
    return key.kode, key.check, key.code, key.subject, to_ms(key.opened)


def promised(item: Parcel) -> object:
    """What of a parcel never changes."""
    return item.key, item.channel, item.kind, item.order, item.incident, to_ms(item.created)


@dataclass(frozen=True, slots=True)
class Record:
    """What was found in the database."""

    shelf: Shelf
    open: frozenset[tuple[str, str]]
    """(kode, code) of the findings that are open."""
    incidents: tuple[Incident, ...]
    parcels: tuple[Parcel, ...]


async def read(url: str) -> Record:
    """The whole record at *url*, as nobody writes it."""
    store = Store.open(url, Vitals(started=NOON), RULES, read_only=True)
    try:
        known, counts = await store.load(), await store.counts()
        incidents, _total = await store.incidents(limit=10**6)
        parcels = await store.outbox(limit=10**6)
    finally:
        await store.close()
    shelf = Shelf(
        counts["change"],
        {item.number: plain(item) for item in incidents},
        {item.key: promised(item) for item in parcels},
        counts["incident_event"],
    )
    is_open = frozenset((kode, item.finding.code) for kode, items in known.open.items() for item in items)
    return Record(shelf, is_open, incidents, parcels)


class Killer:
    """A record, a template of daemons, and what is known of both."""

    def __init__(self, plan: Plan, folder: Path, told: Receiver, template: asyncio.subprocess.Process) -> None:
        self.plan = plan
        self.folder = folder
        self.url = f"sqlite:///{folder / 'monitor.db'}"
        self.told = told
        self.template = template
        self.begin = time.time()
        self.dice = random.Random(plan.seed)
        self.script = script(plan.changes, plan.seed)
        self.shelf = Shelf()
        self.lives = 0
        self.idle = 0
        """Lives in a row in which nobody was told anything."""
        self.stretch = 1
        """How much longer lives are than planned, so that a slow machine tells something in some of them."""
        self.sent: set[str] = set()

    async def live_and_die(self, limit: int) -> None:
        """One more life that may take the script up to step *limit*, killed at a random moment, and looked at."""
        life, tries = self._life(limit), self.told.tries
        await self._order({"live": asdict(life)})
        await asyncio.sleep(self.dice.random() * self.plan.longest * self.stretch)
        await self._order({"kill": True})
        assert await self._ended(30) == 9, self.said()
        await self._look(Path(life.journal))
        self.idle = self.idle + 1 if self.told.tries == tries else 0
        if self.idle >= _IDLE and self.stretch < _STRETCH:
            self.idle, self.stretch = 0, self.stretch * 2

    async def live_on(self) -> Record:
        """The last life: it ends by itself when everything has been said."""
        life = self._life(self.plan.changes, last=True)
        await self._order({"live": asdict(life)})
        await self._order({"wait": True})
        assert await self._ended(_ENDING) == 0, self.said()
        await self._look(Path(life.journal))
        return await read(self.url)

    def _life(self, limit: int, *, last: bool = False) -> Life:
        self.lives += 1
        journal = self.folder / f"journal-{self.lives}"
        settings = {
            "net": {"system_ca": False},
            "alerts": {
                "channels": {name: channel(self.told, name, timeout="500ms", per_minute=600) for name in CHANNELS},
                "flap_count": 50,
                "remind": "10m",
            },
        }
        luck = self.dice.randrange(2**32)
        return Life(
            self.url, str(journal), settings, self.begin, self.plan.changes, self.plan.seed, limit, luck, last=last
        )

    async def _order(self, order: Mapping[str, Any]) -> None:
        assert self.template.stdin is not None
        self.template.stdin.write(json.dumps(order).encode() + b"\n")
        await self.template.stdin.drain()

    async def _ended(self, within: float) -> int:
        assert self.template.stdout is not None
        line = await asyncio.wait_for(self.template.stdout.readline(), within)
        assert line, self.said()
        return int(json.loads(line)["ended"])

    def said(self) -> str:
        return (self.folder / "driver.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    async def _look(self, journal: Path) -> None:
        """The record says what some of the journal's entries, from the first on, make of the record before."""
        entries = read_journal(journal)
        if not (self.folder / "monitor.db").exists() or (not self.shelf.changes and not await self._has_schema()):
            return
        found = await read(self.url)
        candidates = [self.shelf]
        for entry in entries:
            candidates.append(candidates[-1].after(entry))
        fitting = [shelf for shelf in candidates if shelf == found.shelf]
        assert fitting, differences(candidates, found.shelf)
        self.shelf = fitting[-1]
        steps = found.shelf.changes
        assert found.open == (self.script[steps - 1].open_after if steps else frozenset())
        self._check_sent(found.parcels)

    async def _has_schema(self) -> bool:
        try:
            await read(self.url)
        except StoreError:  # killed before the first migration was committed
            return False
        return True

    def _check_sent(self, parcels: Iterable[Parcel]) -> None:
        """What counts as sent was taken, and stays sent; nothing is given up."""
        sent = {parcel.key for parcel in parcels if parcel.state is ParcelState.SENT}
        assert sent >= self.sent
        assert sent <= {one.key for one in self.told.got}
        assert not [parcel for parcel in parcels if parcel.state is ParcelState.DEAD]
        self.sent = sent


def differences(candidates: list[Shelf], found: Shelf) -> str:
    """For a person: how the record differs from the nearest of what it could say."""
    near = [shelf for shelf in candidates if shelf.changes == found.changes] or candidates
    lines = [f"{len(candidates)} candidates with {[shelf.changes for shelf in candidates]} changes"]
    lines.append(f"found {found.changes} changes, {found.events} events")
    for number in sorted(set(near[-1].incidents) | set(found.incidents)):
        ours, theirs = near[-1].incidents.get(number), found.incidents.get(number)
        if ours != theirs:
            lines.append(f"INS-{number}\n  journal {ours}\n  record  {theirs}")
    odd = set(near[-1].parcels.items()) ^ set(found.parcels.items())
    return "\n".join([*lines, *map(str, odd)])


@asynccontextmanager
async def killer(plan: Plan, folder: Path) -> AsyncIterator[Killer]:
    """A killer whose receivers are unreliable; its template ends with the block."""
    async with receiving(flaky(plan.seed, plan.trouble)) as told:
        with (folder / "driver.log").open("wb") as log:
            template = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tests.integration.crash.driver"),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        try:
            yield Killer(plan, folder, told, template)
        finally:
            template.kill()
            await template.communicate()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it all."""

    record: Record
    got: tuple[Got, ...]
    lives: int
    tries: int
    """Messages that came, those included that were not taken."""
    seconds: float


async def carry_out(plan: Plan, folder: Path) -> Outcome:
    """Kill as *plan* has it, then let it live; everything is checked on the way, and what was said at the end."""
    began = time.monotonic()
    async with killer(plan, folder) as run:
        for number in range(1, plan.kills + 1):
            await run.live_and_die(min(plan.changes, number * plan.changes // plan.kills + 1))
        run.told.mood = steady
        record = await run.live_on()
        got, tries = tuple(run.told.got), run.told.tries
        assert run.told.forged == []
        assert record.shelf.changes == plan.changes
        assert record.open == frozenset()
    check_everything_said(record, got)
    check_each_notice_once(record, got)
    check_order(got)
    check_repetitions(got)
    return Outcome(record, got, run.lives, tries, time.monotonic() - began)


def check_everything_said(record: Record, got: Iterable[Got]) -> None:
    """Every finding that ever opened is in an incident whose beginning and end reached whom they were meant for."""
    taken = {one.key for one in got}
    assert {parcel.key for parcel in record.parcels} == taken
    members = [member.key for incident in record.incidents for member in incident.members]
    assert len(members) == len(set(members)) == record.shelf.changes // 2
    assert {key.kode for key in members} <= {site.kode for site in SITES}
    for incident in record.incidents:
        assert incident.resolved is not None
        assert incident.channels == ((incident.audience.value,))
        assert {member.left for member in incident.members} != {None}


def check_each_notice_once(record: Record, got: Iterable[Got]) -> None:
    """Of each incident and channel: one opening, first; one end, last; and no two keys that say the same."""
    taken = {one.key for one in got}
    for incident in record.incidents:
        for name in incident.channels:
            parcels = [each for each in record.parcels if each.incident == incident.number and each.channel == name]
            kinds = [each.kind for each in sorted(parcels, key=lambda each: sequence(each.key))]
            assert kinds[0] is NoticeKind.OPENED, incident
            assert kinds[-1] is NoticeKind.RESOLVED, incident
            assert kinds.count(NoticeKind.OPENED) == kinds.count(NoticeKind.RESOLVED) == 1
            assert [sequence(each.key) for each in reversed(parcels)] == list(range(1, incident.notices + 1))
            assert {each.key for each in parcels} <= taken


def check_order(got: Iterable[Got]) -> None:
    """Of one incident and channel nothing comes after what was put on its way later, repetitions included."""
    last: dict[tuple[str, int], int] = {}
    for one in got:
        assert sequence(one.key) >= last.get((one.path, one.incident), 0), one.key
        last[one.path, one.incident] = sequence(one.key)


def check_repetitions(got: Iterable[Got]) -> None:
    """Whoever gets a message twice gets the same message, word for word."""
    first: dict[str, bytes] = {}
    for one in got:
        assert first.setdefault(one.key, one.raw) == one.raw, one.key
        assert one.key == one.body["key"]


def sequence(key: str) -> int:
    """Of `ins-12-3-noc`: 3."""
    return int(key.split("-")[2])
