"""
Whatever happens, in whatever order: a daemon that is killed before every step says exactly what one that lives on says.

One book goes on; the other is made anew from what was written before each step. Their ripples are the same, so nothing
is told twice, nothing is lost, and nothing is kept in memory alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.alert_sections import Alerts
from monitor.errors import MonitorError
from monitor.incident import EventKind, FindingKey, Incident, Mark, NoticeKind, Ripples, Scope, Verb
from monitor.incidents.book import Book
from monitor.incidents.causes import Features
from monitor.incidents.grouping import key_of
from monitor.incidents.worth import audience_of, is_incident
from monitor.model import Audience, Change, Finding, OpenFinding, Severity, Turn
from tests.unit.incidents.making import (
    DOWN,
    ERROR,
    EXPIRED,
    EXPIRING,
    GAMBLING,
    HOUR,
    HYGIENE,
    LAME,
    MINUTE,
    REVOKED,
    SECOND,
    SET,
    START,
    Shelf,
)

KODES = st.sampled_from(["DESA-001", "DESA-002", "DESA-003", "OPD-001", "example.go.id"])
ADDRESSES = ("192.0.2.1", "192.0.2.2")
FEATURES = st.builds(
    Features,
    address=st.sampled_from((*ADDRESSES, "")),
    name_servers=st.sampled_from([(), ("ns1.x", "ns2.x")]),
    domain=st.just("example.go.id"),
    certificate=st.sampled_from(["aa", "bb"]),
)
FINDINGS: st.SearchStrategy[Finding] = st.one_of(
    st.sampled_from(ADDRESSES).map(lambda address: DOWN(phase="connect", kind="timeout", address=address)),
    st.sampled_from(ADDRESSES).map(lambda address: ERROR(status=503, address=address)),
    st.just(DOWN(phase="resolve", kind="servfail", address=None, host="a.example.go.id")),
    st.sampled_from(["aa", "bb"]).map(lambda digest: EXPIRED("a.example.go.id", sha256=digest)),
    st.sampled_from(Severity).map(lambda severity: EXPIRING(severity=severity, sha256="aa")),
    st.sampled_from(["ns1.x", "ns2.x"]).map(LAME),
    st.just(GAMBLING()),
    st.just(REVOKED()),
    st.just(HYGIENE()),
)
SPANS = st.sampled_from(
    [timedelta(), SECOND, 4 * SECOND, MINUTE, 10 * MINUTE, 16 * MINUTE, 31 * MINUTE, HOUR, 5 * HOUR, 30 * HOUR]
)


def channels(incident: Incident, kind: NoticeKind, at: datetime) -> tuple[str, ...]:
    """The CSIRT and the NOC at any time, those on call in every other hour."""
    if incident.audience is Audience.CSIRT:
        return ("csirt",)
    return ("noc", "piket") if at.hour % 2 else ("noc",)


class Restarts(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.shelf = Shelf()
        self.options = Alerts.model_validate({"channels": SET, "flap_hold": 20 * MINUTE})
        self.living = self.shelf.book(self.now, self.options, channels)

    def act(self, step: Callable[[Book], Ripples]) -> None:
        """Do *step* with both books; what is refused by one is refused by the other."""
        revived = self.shelf.book(self.now, self.options, channels)
        said = _said(step, self.living)
        again = _said(step, revived)
        assert said == again
        if isinstance(said, Ripples):
            self.shelf.write(said)

    def take(
        self, kode: str, changes: tuple[Change, ...], amended: tuple[OpenFinding, ...], features: Features
    ) -> None:
        at = self.now
        self.act(lambda book: book.take(changes, amended, features, at, kode=kode))

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.now += span

    @rule(kode=KODES, findings=st.lists(FINDINGS, min_size=1, max_size=3), features=FEATURES, closes=st.booleans())
    def a_run(self, kode: str, findings: list[Finding], features: Features, *, closes: bool) -> None:
        """Finds *findings*, and perhaps that all else is gone."""
        self.now += SECOND  # nothing opens twice at one instant
        gone = [key for key in self.shelf.open if key.kode == kode] if closes else []
        known = {(key.code, key.subject) for key in self.shelf.open if key.kode == kode}
        new = {finding.key: finding for finding in findings if finding.key not in known}.values()
        changes = [
            *(self._change(key, self.shelf.open[key].finding, Turn.RESOLVED) for key in gone),
            *(self._change(self._key(kode, finding), finding, Turn.OPENED) for finding in new),
        ]
        for change in changes:
            if change.turn is Turn.OPENED:
                self.shelf.open[key_of(change)] = OpenFinding(change.check, change.finding, change.opened)
        self.take(kode, tuple(changes), (), features)
        for key in gone:
            del self.shelf.open[key]

    def _key(self, kode: str, finding: Finding) -> FindingKey:
        return FindingKey(kode=kode, check="website", code=finding.code, subject=finding.subject, opened=self.now)

    def _change(self, key: FindingKey, finding: Finding, turn: Turn) -> Change:
        return Change(kode=key.kode, check=key.check, finding=finding, turn=turn, at=self.now, opened=key.opened)

    @precondition(lambda self: self.shelf.open)
    @rule(data=st.data(), severity=st.sampled_from(Severity), features=FEATURES)
    def it_gets_better_or_worse(self, data: Any, severity: Severity, features: Features) -> None:
        key = data.draw(st.sampled_from(sorted(self.shelf.open, key=str)))
        was = self.shelf.open[key]
        now = self.shelf.open[key] = replace(was, finding=replace(was.finding, severity=severity))
        self.take(key.kode, (), (now,), features)

    @precondition(lambda self: self.shelf.open)
    @rule(data=st.data())
    def a_fault_is_mended(self, data: Any) -> None:
        key = data.draw(st.sampled_from(sorted(self.shelf.open, key=str)))
        self.take(key.kode, (self._change(key, self.shelf.open[key].finding, Turn.RESOLVED),), (), Features())
        del self.shelf.open[key]

    @rule(kode=KODES)
    def a_target_goes(self, kode: str) -> None:
        at = self.now
        self.act(lambda book: book.retire(kode, at))
        self.shelf.open = {key: item for key, item in self.shelf.open.items() if key.kode != kode}

    @rule(reason=st.sampled_from(["", "terputus"]))
    def the_vantage(self, reason: str) -> None:
        at = self.now
        self.act(lambda book: book.vantage(reason, at))

    @rule(channel=st.sampled_from(["noc", "piket"]), fails=st.booleans())
    def a_channel(self, channel: str, *, fails: bool) -> None:
        at = self.now
        self.act(lambda book: book.delivery(channel, "550", at) if fails else book.delivered(channel, at))

    @rule(number=st.integers(0, 6), verb=st.sampled_from(["acknowledge", "unacknowledge", "assign", "note"]))
    def somebody_acts(self, number: int, verb: str) -> None:
        at = self.now
        self.act(lambda book: getattr(book, verb)(number, "Sari", "x", at))

    @precondition(lambda self: self.shelf.open)
    @rule(data=st.data(), verb=st.sampled_from(Verb), span=SPANS)
    def somebody_marks(self, data: Any, verb: Verb, span: timedelta) -> None:
        key = data.draw(st.sampled_from(sorted(self.shelf.open, key=str)))
        mark = Mark(key=key, verb=verb, actor="Sari", at=self.now, until=self.now + span)
        self.act(lambda book: book.mark(mark, mark.at))

    @rule(scope=st.sampled_from(Scope), length=SPANS, recurrence=st.sampled_from(["", "FREQ=DAILY"]))
    def somebody_plans(self, scope: Scope, length: timedelta, recurrence: str) -> None:
        value = {Scope.TARGET: "DESA-001", Scope.KIND: "desa", Scope.ADDRESS: "192.0.2.1"}.get(scope, "")
        at = self.now
        self.act(
            lambda book: book.add_window(
                scope=scope, value=value, start=at, length=length, rule=recurrence, at=at, actor="Budi"
            )[1]
        )

    @rule(number=st.integers(1, 4))
    def somebody_ends_it(self, number: int) -> None:
        at = self.now
        self.act(lambda book: book.end_window(number, "Budi", at))

    @rule(kode=KODES)
    def the_clock_is_put_back(self, kode: str) -> None:
        at = self.now - 3 * HOUR
        self.act(lambda book: book.retire(kode, at))
        self.shelf.open = {key: item for key, item in self.shelf.open.items() if key.kode != kode}
        self.act(lambda book: book.tick(at))

    @invariant()
    def a_second_later(self) -> None:
        at = self.now
        self.act(lambda book: book.tick(at))
        assert not self.living.tick(at)  # once is enough

    @invariant()
    def what_is_open_is_in_one_incident(self) -> None:
        current = [member.key for incident in self.living.open for member in incident.current]
        wanted = {
            key
            for key, item in self.shelf.open.items()
            if is_incident(item.finding) and not self.living.dismissed(key, self.now)
        }
        assert set(current) == wanted
        assert len(current) == len(wanted)
        for incident in self.living.open:
            for member in incident.current:
                assert audience_of(self.shelf.open[member.key].finding) is incident.audience

    @invariant()
    def the_record_says_the_same(self) -> None:
        unresolved = [item for _number, item in sorted(self.shelf.incidents.items()) if item.resolved is None]
        assert list(self.living.open) == unresolved
        for incident in self.shelf.incidents.values():
            assert incident.resolved is None or (incident.resolved >= incident.opened and not incident.current)
            assert all(member.left is None or member.left >= member.joined for member in incident.members)
            assert (incident.told is None) is (incident.notices == 0)

    @invariant()
    def each_is_told_once_and_its_end_after_it(self) -> None:
        for number, incident in self.shelf.incidents.items():
            parcels = [parcel for parcel in self.shelf.parcels.values() if parcel.incident == number]
            sequences = [int(parcel.key.split("-")[2]) for parcel in parcels]
            assert sequences == sorted(sequences)
            assert set(sequences) == set(range(1, incident.notices + 1))
            assert {parcel.channel for parcel in parcels} == set(incident.channels)
            for channel in incident.channels:
                kinds = [parcel.kind for parcel in parcels if parcel.channel == channel]
                assert kinds.count(NoticeKind.OPENED) <= 1
                assert NoticeKind.OPENED not in kinds[1:]
                assert incident.resolved is None or kinds[-1] is NoticeKind.RESOLVED
                if channel != "piket":
                    assert incident.resolved is not None or kinds[-1] is not NoticeKind.RESOLVED
            first = {parcel.kind for parcel, sequence in zip(parcels, sequences, strict=True) if sequence == 1}
            assert first <= {NoticeKind.OPENED}

    @invariant()
    def timelines_begin_at_the_beginning(self) -> None:
        begun: set[int] = set()
        for event in self.shelf.events:
            assert (event.kind is EventKind.OPENED) is (event.number not in begun)
            begun.add(event.number)


def _said(step: Callable[[Book], Ripples], book: Book) -> Ripples | str:
    try:
        return step(book)
    except MonitorError as error:
        return str(error)


Restarts.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRestarts = Restarts.TestCase
