"""What goes, what stays, and that figures outlive the samples they were made from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from monitor.incident import (
    Cause,
    CauseKind,
    Event,
    EventKind,
    FindingKey,
    Incident,
    Member,
    NoticeKind,
    Parcel,
    Ripples,
)
from monitor.model import Audience, Severity, State, Transition
from monitor.store import Store, retention, seals
from monitor.store.rollups import PRUNED, get_mark
from monitor.store.schema import fact_body, rollup_mark
from tests.integration.store.records import EXPIRED, NOON, after, moved, opened, record, resolved
from tests.integration.store.test_rollups import HOUR, START, fill, rolled

RAW, KEEP = timedelta(days=1), timedelta(days=30)


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Say up to when (ms) the record is sealed."""

    def until(milliseconds: int) -> None:
        monkeypatch.setattr(seals, "sealed_until", lambda _connection: milliseconds)

    return until


async def test_figures_outlive_their_samples(store: Store) -> None:
    now = START + timedelta(days=2, minutes=20)
    await fill(store, now, 21)
    await rolled(store, now)
    before = await store.availability(None, START, now, now=now)
    hours = await store.hourly("DESA-001", START, now)
    times = await store.response_times(None, START.replace(second=0), now - 2 * HOUR)

    gone = await store.prune(now, samples=RAW, keep=KEEP, unsealed=True)

    assert gone.keys() == {"sample"}
    left = await store.samples("DESA-001", "website", START - HOUR, now, limit=100_000)
    edge = (now - RAW).replace(minute=0, second=0)
    assert edge <= left[0].at < edge + HOUR
    assert await store.availability(None, START, now, now=now) == before
    assert await store.hourly("DESA-001", START, now) == hours
    later = await store.response_times(None, START.replace(second=0), now - 2 * HOUR)
    assert later["DESA-001"].count == times["DESA-001"].count
    assert await store.prune(now, samples=RAW, keep=KEEP, unsealed=True) == {}


async def test_hours_without_samples_are_never_built_again(store: Store) -> None:
    now = START + timedelta(days=2, minutes=20)
    await fill(store, now, 22)
    await rolled(store, now)
    await store.prune(now, samples=RAW, keep=KEEP, unsealed=True)
    hours = await store.hourly("DESA-001", START, now - RAW - HOUR)

    store.put_transition(Transition("DESA-001", START + HOUR, State.DOWN, "site.down"))
    await store.flush()
    await rolled(store, now)

    assert await store.hourly("DESA-001", START, now - RAW - HOUR) == hours
    assert await rolled(store, now) == 0


async def test_what_is_not_rolled_up_stays(store: Store) -> None:
    now = START + timedelta(days=2, minutes=20)
    await fill(store, now, 23)
    assert await store.prune(now, samples=RAW, keep=KEEP, unsealed=True) == {}

    await rolled(store, START + timedelta(hours=5, minutes=20))
    await store.prune(now, samples=RAW, keep=KEEP, unsealed=True)
    (first, *_rest) = await store.samples("DESA-001", "website", START - HOUR, now, limit=100_000)
    edge = START.replace(second=0) + 5 * HOUR
    assert edge <= first.at < edge + HOUR
    await rolled(store, now)
    assert len(await store.hourly("DESA-001", START - HOUR, now)) == 48


async def test_what_is_not_sealed_stays(store: Store, sealed: Callable[[int], None]) -> None:
    now = START + timedelta(days=2, minutes=20)
    await fill(store, now, 24)
    await rolled(store, now)
    sealed(0)
    assert await store.prune(now, samples=RAW, keep=KEEP) == {}
    sealed(int((START + 3 * HOUR).timestamp()) * 1000)
    await store.prune(now, samples=RAW, keep=KEEP)

    (first, *_rest) = await store.samples("DESA-001", "website", START - HOUR, now, limit=100_000)
    assert START.replace(second=0) + 3 * HOUR <= first.at < START + 4 * HOUR


async def test_a_transaction_is_short_and_the_next_goes_on(store: Store) -> None:
    now = START + timedelta(days=2, minutes=20)
    await fill(store, now, 25)
    await rolled(store, now)
    ends = await store._ask_writer(lambda c: retention.limits(c, now, RAW, KEEP, unsealed=True))
    pruner, ticks = retention.Pruner(ends), iter(range(10_000))

    def step(connection: Connection) -> bool:
        return pruner.advance(connection, lambda: float(next(ticks)))

    counts = []
    while await store._ask_writer(step):
        counts.append(sum(pruner.gone.values()))
    steps = [later - earlier for earlier, later in zip([0, *counts], counts, strict=False)]
    assert max(steps) <= 6 * 60
    assert sum(step > 0 for step in steps) >= 8
    assert await store.prune(now, samples=RAW, keep=KEEP, unsealed=True) == {}


async def test_after_years_what_is_over_goes_and_what_holds_stays(store: Store) -> None:
    old, now = EXPIRED("lama"), NOON + timedelta(days=60)
    store.put(opened(old, NOON), ripples_of("lama"))
    store.put(opened(EXPIRED("terbuka"), NOON))
    store.put(resolved(old, after(60)))
    store.put(moved(State.UP, after(0)))
    store.put(moved(State.DOWN, after(60)))
    store.put(moved(State.UNOBSERVED, after(120)))
    store.put(record(after(180), facts={"nilai": 1}))
    store.put(record(after(240), facts={"nilai": 2}))
    store.put_ripples(
        Ripples(parcels=(parcel("a"), parcel("b")), incidents=(incident(1, after(90)), incident(2, after(90))))
    )
    await store.flush()
    await store.settle("a", at=after(100))
    await rolled(store, now)

    gone = await store.prune(now, samples=RAW, keep=KEEP, unsealed=True)

    assert gone == {
        "finding": 1,
        "incident": 1,
        "outbox": 1,
        "transition": 1,
        "facts": 1,
        "fact_body": 1,
        "sample": 5,
        "rollup_hour": gone["rollup_hour"],
        "rollup_day": gone["rollup_day"],
    }
    assert [item.subject for item in await store.findings()] == ["terbuka"]
    assert [item.state for item in await store.transitions("DESA-001", now)] == [State.UNOBSERVED]
    assert [dict(item.facts) for item in await store.facts_history("DESA-001", "website")] == [{"nilai": 2}]
    assert [item.key for item in await store.outbox()] == ["b"]
    kept, _count = await store.incidents()
    assert [item.number for item in kept] == [2]
    assert (await store.load(now=now)).next_incident == 3


@pytest.mark.parametrize(("noted", "stays"), [(-1, False), (0, True), (86_400, True)])
async def test_an_incident_that_somebody_noted_lately_stays_with_its_whole_timeline(
    store: Store, noted: int, *, stays: bool
) -> None:
    now = NOON + timedelta(days=60)
    edge = now - KEEP
    store.put_ripples(Ripples(incidents=(incident(1, after(90)), incident(2, after(90)))))
    store.put_ripples(
        Ripples(
            events=(
                Event(number=1, at=NOON, kind=EventKind.OPENED, kodes=("DESA-001",)),
                Event(number=1, at=edge + timedelta(seconds=noted), kind=EventKind.NOTED, actor="Siti", text="lapor"),
            )
        )
    )
    await store.flush()

    gone = await store.prune(now, samples=RAW, keep=KEEP, unsealed=True)

    assert gone.get("incident", 0) == (0 if stays else 1)
    assert (await store.incident(1) is not None) is stays
    assert [event.kind for event in await store.timeline(1)] == ([EventKind.OPENED, EventKind.NOTED] if stays else [])


async def test_marks_say_from_when_on_the_record_is_whole(store: Store) -> None:
    now = START + timedelta(days=2, minutes=20)
    await fill(store, now, 26)
    await rolled(store, now)
    await store.prune(now, samples=RAW, keep=KEEP, unsealed=True)

    def marks(connection: Connection) -> Any:
        return get_mark(connection, PRUNED), get_mark(connection, retention.KEPT)

    hour, second = await store._ask_writer(marks)
    assert hour == int((now - RAW).timestamp()) // 3600
    assert second == int((now - KEEP).timestamp())
    names = await store._ask_writer(lambda c: set(c.scalars(select(rollup_mark.c.name))))
    assert {PRUNED, retention.KEPT} <= names
    assert fact_body.c.digest.primary_key


def ripples_of(subject: str) -> Ripples:
    key = FindingKey(kode="DESA-001", check="website", code=EXPIRED.code, subject=subject, opened=NOON)
    member = Member(key=key, severity=Severity.HIGH, joined=NOON)
    event = Event(number=1, at=NOON, kind=EventKind.OPENED, kodes=("DESA-001",))
    return Ripples(incidents=(incident(1, None, member),), events=(event,))


def incident(number: int, ended: Any, *members: Member) -> Incident:
    return Incident(
        number=number, cause=Cause(CauseKind.SITE, "DESA-001"), audience=Audience.OWNER, severity=Severity.HIGH,
        opened=NOON, resolved=ended, members=members,
    )  # fmt: skip


def parcel(key: str) -> Parcel:
    return Parcel(key=key, channel="noc", kind=NoticeKind.OPENED, order=key, created=NOON, due=NOON)
