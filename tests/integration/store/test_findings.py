"""Findings and states: recorded once each, in order, and taken up again by the next daemon."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.model import Audience, Finding, OpenFinding, Rule, Severity, State, Transition
from monitor.store import Store, writer
from monitor.vitals import Vitals
from tests.integration.store.records import (
    DOWN,
    EXPIRED,
    NOON,
    RULES,
    after,
    amended,
    moved,
    opened,
    record,
    resolved,
    target,
)


async def test_an_open_finding_is_remembered_with_its_rule(store: Store) -> None:
    finding = EXPIRED("a.desa.id", severity=Severity.CRITICAL, days=0, names=["a", "b"])
    store.put(opened(finding))
    await store.flush()

    assert (await store.load()).open == {"DESA-001": (OpenFinding("website", finding, NOON),)}


async def test_findings_open_on_one_target_are_remembered_oldest_first(store: Store) -> None:
    store.put(opened(EXPIRED("b"), after(2)))
    store.put(opened(EXPIRED("a"), after(1)))
    await store.flush()

    assert [item.finding.subject for item in (await store.load()).open["DESA-001"]] == ["a", "b"]


async def test_a_resolved_finding_keeps_its_dates_and_is_not_open(store: Store) -> None:
    store.put(opened(DOWN(), after(1)))
    store.put(resolved(DOWN(), after(9)))
    await store.flush()

    (finding,) = await store.findings("DESA-001")
    assert (finding.opened, finding.resolved) == (after(1), after(9))
    assert (finding.id, finding.kode, finding.check, finding.code) == (1, "DESA-001", "website", "site.down")
    assert (await store.load()).open == {}


async def test_opening_what_is_open_changes_nothing(store: Store) -> None:
    store.put(opened(DOWN(first=True), after(1)))
    store.put(opened(DOWN(first=False), after(2)))
    await store.flush()

    (finding,) = await store.findings()
    assert (finding.opened, dict(finding.detail)) == (after(1), {"first": True})
    assert (await store.counts())["change"] == 1


async def test_resolving_what_is_not_open_changes_nothing(store: Store) -> None:
    store.put(opened(DOWN(), after(1)))
    store.put(resolved(DOWN(), after(2)))
    store.put(resolved(DOWN(), after(3)))
    store.put(resolved(EXPIRED("never seen"), after(3)))
    await store.flush()

    assert [finding.resolved for finding in await store.findings()] == [after(2)]
    assert (await store.counts())["change"] == 2


async def test_a_finding_that_comes_back_is_another_one(store: Store) -> None:
    for seconds in (1, 3):
        store.put(opened(DOWN(), after(seconds)))
        store.put(resolved(DOWN(), after(seconds + 1), since=after(seconds)))
    store.put(opened(DOWN(), after(5)))
    await store.flush()

    found = await store.findings()
    assert [(finding.id, finding.resolved) for finding in found] == [(3, None), (2, after(4)), (1, after(2))]


async def test_one_subject_is_not_another(store: Store) -> None:
    store.put(opened(EXPIRED("a")))
    store.put(opened(EXPIRED("b")))
    store.put(opened(EXPIRED("a"), kode="DESA-002"))
    store.put(resolved(EXPIRED("a"), after(1)))
    await store.flush()

    still = {(finding.kode, finding.subject) for finding in await store.findings(open_only=True)}
    assert still == {("DESA-001", "b"), ("DESA-002", "a")}


async def test_one_record_can_resolve_and_open_the_same_finding(store: Store) -> None:
    store.put(opened(DOWN(), after(1)))
    both = [*resolved(DOWN(), after(2)).changes, *opened(DOWN(), after(2)).changes]
    store.put(record(after(2), changes=tuple(both)))
    await store.flush()

    assert [finding.resolved for finding in await store.findings()] == [None, after(2)]


async def test_a_finding_that_got_worse_says_so_and_stays_the_same(store: Store) -> None:
    store.put(opened(EXPIRED("a", severity=Severity.LOW, days=20)))
    store.put(amended(EXPIRED("a", severity=Severity.HIGH, days=6), after(1)))
    store.put(amended(EXPIRED("not open", severity=Severity.HIGH), after(1)))
    await store.flush()

    (finding,) = await store.findings()
    assert (finding.severity, dict(finding.detail), finding.opened) == (Severity.HIGH, {"days": 6}, NOON)
    assert (await store.counts())["change"] == 1


async def test_a_finding_of_a_retired_rule_is_still_read(store: Store) -> None:
    gone = Rule("site.gone", Severity.MEDIUM, Audience.CSIRT)
    store.put(opened(gone("x", severity=Severity.HIGH)))
    await store.flush()

    ((item,),) = (await store.load()).open.values()
    assert item.finding.rule == Rule("site.gone", Severity.HIGH, Audience.NOC)


async def test_findings_can_be_limited_to_the_newest(store: Store) -> None:
    for subject in "abc":
        store.put(opened(EXPIRED(subject)))
    await store.flush()

    assert [finding.subject for finding in await store.findings(limit=2)] == ["c", "b"]
    assert await store.findings("DESA-002") == ()


HOSTILE = (
    pytest.param("nul\0byte", id="a NUL"),
    pytest.param("half \ud83d of a pair", id="a lone surrogate"),
    pytest.param("x" * 100_000, id="endless"),
    pytest.param("'; DROP TABLE finding; --", id="SQL"),
    pytest.param("%s %(a)s {place} ?", id="placeholders"),
    pytest.param("ꦥꦸꦫꦧꦭꦶꦁꦒ 💥" * 60, id="long and of many bytes"),
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_a_hostile_site_says_can_be_kept_and_resolved(store: Store, text: str) -> None:
    finding = EXPIRED(text, said=text)
    store.put(opened(finding))
    store.put(moved(State.DEGRADED, after(1), cause=text))
    await store.flush()
    before = (await store.findings())[0]
    store.put(resolved(finding, after(2)))
    await store.flush()

    assert before.detail["said"] == text
    assert [item.resolved for item in await store.findings()] == [after(2)]


async def test_two_endless_subjects_with_one_beginning_stay_two(store: Store) -> None:
    for ending in "ab":
        store.put(opened(EXPIRED("x" * 5000 + ending)))
    await store.flush()

    assert len(await store.findings(open_only=True)) == 2


async def test_evidence_that_is_not_json_is_refused_before_anything_is_written(store: Store) -> None:
    with pytest.raises(TypeError, match="object is not JSON"):
        store.put(opened(EXPIRED("a", thing=object())))
    with pytest.raises(ValueError, match="JSON"):
        store.put(record(facts={"speed": float("nan")}))
    await store.flush()

    counts = await store.counts()
    assert (counts["sample"], counts["finding"], counts["facts"]) == (0, 0, 0)


async def test_the_latest_state_of_each_target_is_remembered(store: Store) -> None:
    store.put(moved(State.UP, after(1)))
    store.put(moved(State.DOWN, after(2), cause="site.down"))
    store.put(moved(State.UP, after(1), kode="DESA-002"))
    await store.flush()

    assert (await store.load()).transitions == {
        "DESA-001": Transition("DESA-001", after(2), State.DOWN, "site.down"),
        "DESA-002": Transition("DESA-002", after(1), State.UP),
    }


async def test_after_the_clock_stepped_back_the_state_last_recorded_counts(store: Store) -> None:
    store.put(moved(State.DOWN, after(3600)))
    store.put(moved(State.UP, after(60)))
    await store.flush()

    assert (await store.load()).transitions["DESA-001"].state is State.UP


async def test_a_transition_needs_no_sample(store: Store) -> None:
    lost = Transition("DESA-001", NOON, State.UNOBSERVED, "titik pantau terputus")
    store.put_transition(lost)
    await store.flush()

    assert await store.transitions("DESA-001", NOON) == (lost,)
    assert (await store.counts())["sample"] == 0


async def test_history_begins_with_the_state_in_force(store: Store) -> None:
    for seconds, state in ((10, State.UP), (20, State.DOWN), (30, State.UP), (40, State.DOWN)):
        store.put(moved(state, after(seconds)))
    await store.flush()

    assert [item.at for item in await store.transitions("DESA-001", after(25))] == [after(20), after(30), after(40)]
    assert [item.at for item in await store.transitions("DESA-001", after(30))] == [after(30), after(40)]
    assert len(await store.transitions("DESA-001", after(0))) == 4
    assert await store.transitions("DESA-002", after(0)) == ()


async def test_dates_are_kept_to_the_millisecond(store: Store) -> None:
    store.put(opened(DOWN(), NOON + timedelta(microseconds=123_999)))
    await store.flush()

    assert (await store.findings())[0].opened == NOON + timedelta(milliseconds=123)


async def test_a_change_does_not_wait_for_the_next_batch(
    url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "INTERVAL", 3600)
    store = Store.open(url, vitals, RULES)
    await store.sync([target()], NOON)
    store.put(opened(DOWN()))

    async with asyncio.timeout(30):
        while not await store.findings():
            pass

    await store.close()


async def test_changes_are_numbered_in_the_order_they_were_recorded(store: Store) -> None:
    finding: Finding = DOWN()
    store.put(opened(finding, after(10)))
    await store.flush()
    store.put(resolved(finding, after(5)))  # the clock stepped back meanwhile
    await store.flush()
    rows = await store._reader.ask(lambda connection: connection.exec_driver_sql("SELECT id, turn FROM change").all())
    assert sorted(map(tuple, rows)) == [(1, 1), (2, 2)]
