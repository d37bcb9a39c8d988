"""
The whole chain with time in our hands: whatever is seen, whoever does not listen, however the clock steps, and however
often the daemon dies – what was recorded is told, once, in order, and the record agrees with the daemon.

Pipeline, book, record (SQLite), outbox and composition are the real ones; the clock and the couriers are not.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from monitor import alarms
from monitor.alarms import Alarms, open_alarms
from monitor.alerts.channels import Undelivered
from monitor.alerts.kept import to_json
from monitor.alerts.message import Message
from monitor.clock import Clock
from monitor.incident import NOTHING, CauseKind, Incident, NoticeKind, Parcel, ParcelState, Ripples
from monitor.incidents.worth import is_incident
from monitor.latest import Latest
from monitor.model import Change, Outcome, Record, Transition
from monitor.net import Network
from monitor.pipeline import Pipeline
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.crash.killing import sequence
from tests.integration.crash.script import CHECK, CODES, RULES, SITES, result_of
from tests.integration.store.records import NOON

T = TypeVar("T")

WATCHED = SITES[:4]
CHANNELS = ("noc", "csirt")
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
KODES = st.sampled_from([site.kode for site in WATCHED])
SPANS = st.sampled_from([SECOND, 6 * SECOND, MINUTE, 16 * MINUTE, HOUR, 5 * HOUR])
_ENOUGH = 400
"""Tries after which everything must have been told."""


class Killed(BaseException):
    """The daemon dies here."""


class Mood(StrEnum):
    """How a try to deliver goes."""

    TAKEN = "taken"
    REFUSED = "refused"
    """For a while."""
    FORBIDDEN = "forbidden"
    """For good."""
    BUGGY = "buggy"
    SWALLOWED = "swallowed"
    """It arrived, and we hear that it did not."""
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    """It arrived, and we die before it is settled."""


class Fragile(Store):
    """A store that commits when told to, or when somebody waits for an answer of the writer: until then, all can go."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.pending: list[Callable[[], None]] = []

    def put(self, record: Record, ripples: Ripples = NOTHING) -> None:
        self.pending.append(lambda: Store.put(self, record, ripples))

    def put_changes(
        self, kode: str, changes: Iterable[Change], transition: Transition | None = None, ripples: Ripples = NOTHING
    ) -> None:
        changes = tuple(changes)
        self.pending.append(lambda: Store.put_changes(self, kode, changes, transition, ripples))

    def put_ripples(self, ripples: Ripples) -> None:
        self.pending.append(lambda: Store.put_ripples(self, ripples))

    async def _ask_writer(self, call: Callable[[Any], T]) -> T:
        waiting, self.pending = self.pending, []
        for put in waiting:
            put()
        return await super()._ask_writer(call)


class Courier:
    """Takes what the mood lets it."""

    def __init__(self, chain: Chain, channel: str) -> None:
        self.chain, self.channel = chain, channel

    def pieces(self, message: Message) -> int:
        return 1

    async def send(self, parcel_key: str, message: Message) -> None:
        mood = self.chain.mood
        if mood is Mood.KILLED_BEFORE:
            raise Killed
        if mood is Mood.FORBIDDEN:
            self.chain.forbidden.add(parcel_key)
        if mood is Mood.BUGGY:
            raise ZeroDivisionError
        if mood in {Mood.REFUSED, Mood.FORBIDDEN}:
            raise Undelivered("550", permanent=mood is Mood.FORBIDDEN)
        self.chain.got.append((self.channel, parcel_key, json.dumps(to_json(message), sort_keys=True)))
        if mood is Mood.SWALLOWED:
            raise Undelivered("terputus")
        if mood is Mood.KILLED_AFTER:
            raise Killed


class Chain(RuleBasedStateMachine):
    """The daemon, its record, and the world around it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="chain-"))
        self.runner = asyncio.Runner()
        self.wall, self.monotonic = NOON, 0.0
        self.mood = Mood.TAKEN
        self.got: list[tuple[str, str, str]] = []
        """(channel, key, message), in the order of arrival."""
        self.forbidden: set[str] = set()
        self.connected = True
        self.settings = Settings.model_validate(
            {
                "net": {"system_ca": False},
                "alerts": {
                    "channels": {
                        name: {"type": "webhook", "url": "http://127.0.0.1:9/", "secret": "x", "per_minute": 600}
                        for name in CHANNELS
                    }
                },
            }
        )

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def first_start(self) -> None:
        self.run(self._start())

    async def _start(self) -> None:
        """As `monitor.app` does."""
        self.clock = Clock(lambda: self.wall, lambda: self.monotonic)
        now, vitals, self.latest = self.clock.now, Vitals(started=NOON), Latest()
        self.store = Fragile.open(f"sqlite:///{self.folder / 'monitor.db'}", vitals, RULES)
        vantage = SimpleNamespace(current=None)
        self.vantage = vantage
        net = cast("Network", SimpleNamespace(vantage=vantage))
        self.told: Alarms = open_alarms(
            self.settings, self.store, self.latest, net, now, known_since=NOON, healthy=lambda: True
        )
        for name, line in self.told.dispatcher.lines.items():
            line.courier = Courier(self, name)
        self.pipeline = Pipeline(self.latest, self.store, vitals, self.told.book)
        self.latest.settle(WATCHED)
        await self.store.sync(WATCHED, now())
        known = await self.store.load(now=now())
        alarms.resume(self.told.book, known, now())
        self.pipeline.resume(known, now())

    def teardown(self) -> None:
        try:
            if hasattr(self, "store"):
                self.run(self._all_is_told_in_the_end())
                self.run(self.store.close())
        finally:
            self.runner.close()
            shutil.rmtree(self.folder)

    # What happens.

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self._pass(span)
        self.run(self.told.tick())

    @rule(span=SPANS, back=st.booleans())
    def the_clock_steps(self, span: timedelta, *, back: bool) -> None:
        self.wall += -span if back else span

    @rule(kode=KODES, codes=st.frozensets(st.sampled_from(CODES)), looks=st.sampled_from([1, 3]))
    def somebody_looks(self, kode: str, codes: frozenset[str], looks: int) -> None:
        for _look in range(looks):
            self._take(kode, codes)

    def _take(self, kode: str, codes: frozenset[str]) -> None:
        """A look takes a second: no finding opens twice at one instant."""
        self._pass(SECOND)
        self.pipeline.take(CHECK, result_of(kode, codes, self.clock.now()))

    def _pass(self, span: timedelta) -> None:
        self.wall += span
        self.monotonic += span.total_seconds()

    @rule(kode=KODES)
    def a_look_fails_on_our_side(self, kode: str) -> None:
        result = result_of(kode, frozenset(), self.clock.now())
        reason = "titik pantau terputus"
        self.pipeline.take(
            CHECK, replace(result, outcome=Outcome.BROKEN, facts=None, judged=frozenset(), reason=reason)
        )

    @rule(connected=st.booleans())
    def our_network(self, *, connected: bool) -> None:
        self.connected = connected
        self.vantage.current = SimpleNamespace(connected=connected, reason="" if connected else "terputus")
        self.run(self.told.tick())

    @rule()
    def it_is_committed(self) -> None:
        self.run(self.store.flush())

    @rule()
    def it_is_killed(self) -> None:
        self.run(self._die())

    @rule(channel=st.sampled_from(CHANNELS), mood=st.sampled_from(Mood))
    def a_message_leaves(self, channel: str, mood: Mood) -> None:
        self.run(self._leave(channel, mood))

    @rule(channel=st.sampled_from(CHANNELS))
    def whatever_is_due_leaves(self, channel: str) -> None:
        self.run(self._leave_all(channel))

    async def _die(self) -> None:
        self.store.pending.clear()
        await self.store.close()
        await self._start()

    async def _leave(self, channel: str, mood: Mood) -> bool:
        """One turn of the channel's task; whether there was anything to send."""
        self.mood = mood
        line = self.told.dispatcher.lines[channel]
        parcel = await self.store.claim(channel, self.clock.now(), line.lease)
        if parcel is None:
            return False
        try:
            await self.told.dispatcher._deliver(line, parcel)
        except Killed:
            await self._die()
        return True

    async def _leave_all(self, channel: str) -> None:
        for _try in range(_ENOUGH):
            if not await self._leave(channel, Mood.TAKEN):
                return
        raise AssertionError("the same again and again")

    # What holds.

    @invariant()
    def the_book_agrees_with_the_record(self) -> None:
        if hasattr(self, "store"):
            self.run(self._agreement())

    async def _agreement(self) -> None:
        await self.store.flush()
        incidents, parcels = await self._record()
        known = await self.store.load(now=self.clock.now())
        assert [item.number for item in self.told.book.open] == [each.number for each in incidents if not each.resolved]
        ledgers = {
            (entry.target.kode, *key[1:]) for entry in self.latest.entries() for key in entry.ledger.open
        }  # fmt: skip
        recorded = {(kode, *item.finding.key) for kode, items in known.open.items() for item in items}
        assert ledgers == recorded
        self._each_open_finding_is_in_one_incident(incidents)
        for incident in incidents:
            mine = [parcel for parcel in parcels if parcel.incident == incident.number]
            self._notices_make_sense(incident, mine)
        arrived = {key for _channel, key, _message in self.got}
        assert {parcel.key for parcel in parcels if parcel.state is ParcelState.SENT} <= arrived
        self._arrivals_make_sense({parcel.key for parcel in parcels if parcel.state is ParcelState.DEAD})

    async def _record(self) -> tuple[list[Incident], list[Parcel]]:
        incidents, _total = await self.store.incidents(limit=10_000)
        return list(incidents[::-1]), list((await self.store.outbox(limit=10_000))[::-1])

    def _each_open_finding_is_in_one_incident(self, incidents: Iterable[Incident]) -> None:
        current = [member.key for each in incidents for member in each.current]
        wanted = {
            (entry.target.kode, item.finding.code)
            for entry in self.latest.entries()
            for item in entry.ledger.open.values()
            if is_incident(item.finding)
        }
        assert {(key.kode, key.code) for key in current} == wanted
        assert len(current) == len(wanted)

    def _notices_make_sense(self, incident: Incident, parcels: list[Parcel]) -> None:
        assert incident.notices > 0
        assert {parcel.channel for parcel in parcels} == set(incident.channels)
        for channel in incident.channels:
            kinds = [parcel.kind for parcel in parcels if parcel.channel == channel]
            assert kinds[0] is NoticeKind.OPENED
            assert kinds.count(NoticeKind.OPENED) == 1
            assert (kinds[-1] is NoticeKind.RESOLVED) is (incident.resolved is not None)
            ends = [place for place, kind in enumerate(kinds) if kind is NoticeKind.RESOLVED]
            assert all(kinds[end + 1] is NoticeKind.UPDATED for end in ends if end + 1 < len(kinds))  # it came back

    def _arrivals_make_sense(self, dead: set[str]) -> None:
        last: dict[tuple[str, str], int] = {}
        first: dict[str, str] = {}
        for channel, key, message in self.got:
            if key in dead:
                continue  # it may be that it had arrived
            incident = channel, key.split("-")[1]
            assert sequence(key) >= last.get(incident, 0)
            last[incident] = sequence(key)
            assert first.setdefault(key, message) == message

    async def _all_is_told_in_the_end(self) -> None:
        """Everything is mended, everybody listens, time goes on: then nothing is left, and nothing was left out."""
        self.vantage.current = SimpleNamespace(connected=True, reason="")
        for site in WATCHED:
            self._take(site.kode, frozenset())
        for _round in range(8):
            self._pass(7 * HOUR)
            await self.told.tick()
            for channel in CHANNELS:
                await self._leave_all(channel)
        await self._agreement()
        incidents, parcels = await self._record()
        assert not [item for item in incidents if item.resolved is None and item.cause.kind is not CauseKind.DELIVERY]
        assert {parcel.state for parcel in parcels} <= {ParcelState.SENT, ParcelState.DEAD}
        assert {parcel.key for parcel in parcels if parcel.state is ParcelState.DEAD} <= self.forbidden
        findings = await self.store.findings(limit=100_000)
        members = [member.key for item in incidents for member in item.members]
        assert len(members) == len(set(members)) == len(findings)


Chain.TestCase.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestChain = Chain.TestCase
