"""Every result leaves a record, a state and, when something changed, a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from monitor.checks.base import Check, Judge
from monitor.incident import NOTHING, Ripples
from monitor.incidents.book import Book
from monitor.latest import Entry, Latest
from monitor.model import (
    Again,
    Audience,
    Change,
    CheckResult,
    Exhibit,
    Kind,
    Measure,
    OpenFinding,
    Outcome,
    Record,
    Rule,
    Severity,
    State,
    Transition,
    Turn,
)
from monitor.pipeline import Pipeline
from monitor.settings import Alerts
from monitor.store import Remembered
from monitor.vitals import Vitals
from tests.unit.making import DOWN, EXPIRING, MISSING, START, result
from tests.unit.making import target as a_target


@dataclass
class Memory:
    """A store that keeps what it is given."""

    records: list[Record] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    closed: list[Change] = field(default_factory=list)

    ripples: list[Ripples] = field(default_factory=list)

    def put(self, record: Record, ripples: Ripples = NOTHING) -> None:
        self.records.append(record)
        self.ripples.append(ripples)

    def put_transition(self, transition: Transition) -> None:
        self.transitions.append(transition)

    def put_changes(
        self,
        kode: str,
        changes: Iterable[Change],
        transition: Transition | None = None,
        ripples: Ripples = NOTHING,
    ) -> None:
        self.closed += changes
        self.ripples.append(ripples)
        if transition is not None:
            self.transitions.append(transition)


class Scene:
    """One target, its pipeline, and what it leaves behind."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.vitals = Vitals(started=datetime.now(UTC))
        self.latest = Latest()
        self.latest.settle([a_target()])
        self.book = Book(Alerts(), lambda *_: ("noc",), self._kind_of)
        self.told = 0
        self.witnessed: list[CheckResult[Any]] = []
        self.pipeline = Pipeline(
            self.latest,
            cast("Any", self.memory),
            self.vitals,
            self.book,
            tell=self._tell,
            witness=self.witnessed.append,
        )
        self.evidence: dict[str, Any] = {"status": 200}

    def _kind_of(self, kode: str) -> Kind | None:
        entry = self.latest.get(kode)
        return entry.target.kind if entry else None

    def _tell(self) -> None:
        self.told += 1

    def take(self, *results: CheckResult[Any], vital: bool = True) -> Again:
        again = Again.NO
        for one in results:
            evidence = dict(self.evidence) if one.outcome is Outcome.OBSERVED else None
            again = self.pipeline.take(self.check(one.check, vital=vital), replace(one, evidence=evidence))
        return again

    def check(self, name: str, *, vital: bool) -> Check[Any]:
        return Check(
            name=name,
            every=timedelta(seconds=60),
            timeout=timedelta(seconds=5),
            applies=lambda _target: True,
            observe=cast("Any", None),
            judges=(Judge(rules=(DOWN, MISSING), verdict=lambda *_: ()),),
            vital=vital,
            measure=lambda _facts: Measure(),
            remember=lambda _facts: dict(self.evidence),
        )

    @property
    def entry(self) -> Entry:
        entry = self.latest.get("OPD-009")
        assert entry is not None
        return entry

    @property
    def states(self) -> list[tuple[State, str]]:
        return [(item.transition.state, item.transition.cause) for item in self.memory.records if item.transition]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_first_good_look_brings_a_target_up(scene: Scene) -> None:
    scene.take(result())

    assert scene.states == [(State.UP, "")]
    assert (scene.entry.state, scene.entry.since) == (State.UP, START)


def test_an_outage_is_recorded_from_its_first_look(scene: Scene) -> None:
    again = [scene.take(result(after=-60))] + [scene.take(result(DOWN(), after=after)) for after in (0, 5, 15)]

    assert again == [Again.NO, Again.SOON, Again.SOON, Again.NO]
    assert scene.states == [(State.UP, ""), (State.DOWN, "site.down")]
    assert scene.entry.since == START
    assert scene.memory.records[-1].changes[0].opened == START


def test_each_look_says_what_it_saw_even_while_the_fault_is_unconfirmed(scene: Scene) -> None:
    scene.take(result(), result(DOWN(), after=60))

    assert [record.state for record in scene.memory.records] == [State.UP, State.DOWN]
    assert scene.entry.state is State.UP


def test_a_lost_vantage_loses_sight_once_and_blames_nobody(scene: Scene) -> None:
    scene.take(result(), *(result(outcome=Outcome.BROKEN, after=after) for after in (60, 120)))

    assert scene.take(result(outcome=Outcome.BROKEN, after=180)) is Again.LATER
    assert scene.states == [(State.UP, ""), (State.UNOBSERVED, "titik pantau terputus")]
    assert all(not record.changes for record in scene.memory.records)


def test_sight_regained_shows_what_is_still_open(scene: Scene) -> None:
    scene.take(result(MISSING()), result(outcome=Outcome.BROKEN, after=60), result(MISSING(), after=120))

    assert scene.states[-1] == (State.DEGRADED, "site.missing")
    assert scene.entry.since == START
    assert scene.memory.records[-1].transition == Transition(
        "OPD-009", START + timedelta(seconds=120), State.DEGRADED, "site.missing"
    )


def test_one_failing_look_does_not_bring_a_new_target_into_sight(scene: Scene) -> None:
    scene.take(result(DOWN()))

    assert scene.states == []
    assert scene.entry.state is State.UNOBSERVED


def test_a_check_that_is_not_vital_cannot_lose_sight(scene: Scene) -> None:
    scene.take(result())
    scene.take(result(outcome=Outcome.BROKEN, after=60, check="names"), vital=False)

    assert scene.entry.state is State.UP


def test_evidence_is_kept_only_when_it_differs(scene: Scene) -> None:
    scene.take(result(), result(after=60))
    scene.evidence = {"status": 404}
    scene.take(result(after=120))

    assert [record.facts for record in scene.memory.records] == [{"status": 200}, None, {"status": 404}]


def test_a_run_that_observed_nothing_keeps_the_last_one_that_did(scene: Scene) -> None:
    good, broken = result(), result(outcome=Outcome.BROKEN, after=60)
    scene.take(good, broken)

    assert scene.entry.results["website"].started == broken.started
    assert scene.entry.seen["website"].started == good.started


def test_a_target_retired_meanwhile_leaves_no_record(scene: Scene) -> None:
    assert scene.take(result(of=a_target("DESA-001"))) is Again.NO
    assert scene.memory.records == []


def test_a_target_that_stays_over_a_reload_keeps_what_is_known(scene: Scene) -> None:
    scene.take(result(MISSING()))
    scene.latest.settle([replace(a_target(), name="Nama baru"), a_target("DESA-001"), a_target("X-1", active=False)])

    assert scene.entry.target.name == "Nama baru"
    assert len(scene.entry.findings) == 1
    assert [entry.target.kode for entry in scene.latest.entries()] == ["OPD-009", "DESA-001"]


def test_a_restart_remembers_what_is_open_and_repeats_nothing(scene: Scene) -> None:
    known = Remembered(
        open={"OPD-009": (OpenFinding("website", DOWN(), START),)},
        transitions={"OPD-009": Transition("OPD-009", START, State.DOWN, "site.down")},
        facts={("OPD-009", "website"): {"status": 200}},
    )
    scene.pipeline.resume(known, START + timedelta(seconds=500))
    scene.take(result(DOWN(), after=600))

    (record,) = scene.memory.records
    assert (record.changes, record.transition, record.facts) == ((), None, None)
    assert (scene.entry.state, scene.entry.since) == (State.DOWN, START)


def test_time_the_daemon_was_off_is_unobserved(scene: Scene) -> None:
    scene.take(result())
    off = START + timedelta(hours=1)
    scene.pipeline.lose_sight(scene.entry, off, "pemantau tidak berjalan")
    scene.pipeline.lose_sight(scene.entry, off, "pemantau tidak berjalan")

    assert scene.memory.transitions == [Transition("OPD-009", off, State.UNOBSERVED, "pemantau tidak berjalan")]
    assert scene.entry.state is State.UNOBSERVED


def test_what_does_not_apply_is_shown_and_not_recorded(scene: Scene) -> None:
    scene.take(result(outcome=Outcome.INAPPLICABLE))

    assert scene.memory.records == []
    assert scene.entry.results["website"].outcome is Outcome.INAPPLICABLE


def test_runs_are_counted_by_outcome(scene: Scene) -> None:
    scene.take(result(), result(outcome=Outcome.BROKEN, after=60), result(after=120))

    assert scene.vitals.runs == {("website", "observed"): 2, ("website", "broken"): 1}


LATER = START + timedelta(hours=1)


def test_a_target_that_leaves_takes_its_findings_with_it_and_the_record_says_why() -> None:
    scene = Scene()
    scene.take(result(MISSING()))
    (left,) = scene.latest.settle([])
    scene.pipeline.retire(left, LATER)

    (closed,) = scene.memory.closed
    assert (closed.turn, closed.at, closed.opened) == (Turn.RESOLVED, LATER, START)
    assert closed.finding.detail["closed"] == "sasaran tidak lagi dipantau"
    assert scene.memory.transitions == [Transition("OPD-009", LATER, State.UNOBSERVED, "tidak lagi dipantau")]


def test_a_target_that_left_while_the_daemon_was_off_does_so_at_the_next_start(scene: Scene) -> None:
    known = Remembered(
        open={"DESA-999": (OpenFinding("website", MISSING(), START),)},
        transitions={"DESA-999": Transition("DESA-999", START, State.DEGRADED, "site.missing")},
        facts={},
    )
    scene.pipeline.resume(known, LATER)

    assert [change.kode for change in scene.memory.closed] == ["DESA-999"]


def test_what_no_check_can_judge_any_more_is_closed_and_the_rest_stays(scene: Scene) -> None:
    scene.take(result(MISSING(), EXPIRING("a")))
    scene.pipeline.narrow(scene.entry, [scene.check("website", vital=True)], LATER)

    assert [change.finding.code for change in scene.memory.closed] == ["certificate.expiring"]
    assert [item.finding.code for item in scene.entry.findings] == ["site.missing"]


def test_a_target_at_another_address_keeps_its_history_and_not_what_was_seen(scene: Scene) -> None:
    scene.take(result(MISSING()))
    scene.latest.settle([a_target(url="https://baru.example.go.id/")])

    assert scene.entry.seen == {}
    assert scene.entry.findings
    assert scene.take(result(after=60)) is Again.NO
    assert len(scene.memory.records) == 1


def test_another_checks_pending_fault_does_not_keep_a_target_out_of_sight(scene: Scene) -> None:
    scene.take(result(DOWN(), check="names"), vital=False)
    scene.take(result(after=5))

    assert scene.entry.state is State.UP


GRAVE = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)


def test_what_opens_becomes_an_incident_in_the_same_breath(scene: Scene) -> None:
    scene.take(result(after=-60), result(DOWN(), after=0), result(DOWN(), after=5), result(DOWN(), after=15))

    *quiet, last = scene.memory.ripples
    assert not any(quiet)
    assert [(incident.number, incident.kodes) for incident in last.incidents] == [(1, ("OPD-009",))]
    assert [parcel.channel for parcel in last.parcels] == ["noc"]
    assert scene.told == 1


def test_an_end_reaches_the_book_too(scene: Scene) -> None:
    scene.take(*(result(DOWN(), after=after) for after in (0, 5, 15)), result(after=60))

    assert scene.memory.ripples[-1].incidents[0].resolved is not None
    assert scene.book.open == ()


def test_a_target_that_is_no_longer_watched_leaves_its_incidents(scene: Scene) -> None:
    scene.take(*(result(DOWN(), after=after) for after in (0, 5, 15)))

    scene.pipeline.retire(scene.entry, START + timedelta(minutes=1))

    assert scene.book.open == ()
    assert scene.memory.ripples[-1].incidents[0].resolved is not None


def proof() -> Exhibit:
    return Exhibit(label="pengunjung", url="https://example.desa.id/", at=START, media_type="text/html", body=b"x")


def test_proof_is_kept_with_a_grave_opening_and_with_no_other(scene: Scene) -> None:
    grave = replace(result(GRAVE()), exhibits=(proof(),), judged=frozenset({GRAVE.code}))
    scene.take(grave, replace(grave, started=grave.started + timedelta(seconds=60)))

    assert [len(record.exhibits) for record in scene.memory.records] == [1, 0]
    assert scene.witnessed == [replace(grave, evidence={"status": 200})]


def test_nothing_is_learned_of_a_site_on_which_something_grave_is_open(scene: Scene) -> None:
    check = replace(
        scene.check("website", vital=True), learn=lambda _facts, known, _at: {"looks": len(known or {}) + 1}
    )
    at = timedelta(seconds=60)
    scene.pipeline.take(check, result())
    scene.pipeline.take(check, replace(result(GRAVE()), started=START + at, judged=frozenset({GRAVE.code})))
    scene.pipeline.take(check, replace(result(GRAVE()), started=START + 2 * at, judged=frozenset({GRAVE.code})))

    assert [record.memory for record in scene.memory.records] == [{"looks": 1}, None, None]
    assert scene.entry.memory == {"website": {"looks": 1}}


def test_what_was_learned_is_taken_up_again(scene: Scene) -> None:
    known = Remembered(open={}, transitions={}, facts={}, memory={("OPD-009", "website"): {"looks": 7}})

    scene.pipeline.resume(known, START)

    assert scene.entry.memory == {"website": {"looks": 7}}
