"""Incidents, timelines, maintenance and marks: written with what caused them, read back as they were."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy import event as listening

from monitor.incident import NOTHING, EventKind, Incident, Ripples, Verb
from monitor.model import Audience, Severity
from monitor.store import Store, ripples
from monitor.vitals import Vitals
from tests.integration.store import values
from tests.integration.store.records import (
    DOWN,
    EXPIRED,
    NOON,
    RULES,
    after,
    opened,
    record,
    resolved,
    target,
)

SUBJECTS = tuple("abcdef")
KEYS = [values.key(EXPIRED(subject), kode=kode) for kode in ("DESA-001", "DESA-002") for subject in SUBJECTS]
_numbers = count(1000)


@pytest.fixture
async def busy(store: Store) -> Store:
    """A store that has recorded the findings of `KEYS`."""
    for one in KEYS:
        store.put(opened(EXPIRED(one.subject), kode=one.kode))
    await store.flush()
    return store


async def again(store: Store, url: str, vitals: Vitals) -> Store:
    """The store as the next daemon opens it."""
    await store.close()
    return Store.open(url, vitals, RULES)


anything = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@anything
@given(data=st.data())
async def test_any_incident_comes_back_as_last_put(busy: Store, data: st.DataObject) -> None:
    number = next(_numbers)
    first, last = (data.draw(values.incidents(number, KEYS)) for _ in range(2))
    events = data.draw(st.lists(values.events(number), max_size=5))
    busy.put_ripples(Ripples((first, last), tuple(events)))
    await busy.flush()

    assert await busy.incident(number) == last
    assert await busy.timeline(number) == tuple(events)
    assert (last in (await busy.load(now=after(0))).incidents) is (
        last.resolved is None or last.resolved >= NOON - timedelta(hours=24)
    )


@anything
@given(data=st.data())
async def test_any_window_and_mark_comes_back(busy: Store, data: st.DataObject) -> None:
    window = data.draw(values.windows(next(_numbers)))
    marks = data.draw(st.lists(values.marks(KEYS), max_size=5))
    before = await busy.marks("DESA-001") + await busy.marks("DESA-002")
    busy.put_ripples(Ripples(windows=(window,), marks=tuple(marks)))
    await busy.flush()

    assert window in await busy.windows(all=True)
    assert (window in await busy.windows()) is (window.ended is None)
    found = await busy.marks("DESA-001") + await busy.marks("DESA-002")
    assert sorted(map(repr, found)) == sorted(map(repr, (*before, *marks)))


async def test_a_record_and_what_it_leads_to_are_written_together(store: Store) -> None:
    item = values.incident(1, values.member(DOWN()))
    store.put(opened(DOWN()), Ripples((item,), (values.event(kodes=("DESA-001",)),), (values.parcel(),)))
    await store.flush()

    assert await store.incident(1) == item
    assert await store.timeline(1) == (values.event(kodes=("DESA-001",)),)
    assert await store.outbox() == (values.parcel(),)


async def test_changes_that_nobody_looked_for_lead_to_something_too(store: Store) -> None:
    item = values.incident(1, values.member(DOWN()))
    store.put_changes("DESA-001", opened(DOWN()).changes, None, Ripples((item,)))
    await store.flush()

    assert await store.incident(1) == item


async def test_a_record_without_news_can_lead_to_something(store: Store) -> None:
    store.put(record(), values.parcels(values.parcel()))
    await store.flush()

    assert len(await store.outbox()) == 1
    assert (await store.counts())["sample"] == 1


async def test_members_keep_their_order_and_say_when_they_left(busy: Store) -> None:
    joined = [replace(values.member(EXPIRED(subject)), joined=after(5)) for subject in "cab"]
    busy.put_ripples(Ripples((values.incident(1, *joined),)))
    await busy.flush()
    later = values.incident(1, *joined[:2], replace(joined[2], left=after(9)), values.member(EXPIRED("d")))
    busy.put_ripples(Ripples((later,)))
    await busy.flush()

    found = await busy.incident(1)
    assert found == later
    assert [item.key.subject for item in later.current] == ["c", "a", "d"]


async def test_who_moved_to_another_incident_is_in_that_one_only(busy: Store) -> None:
    one, other = values.member(EXPIRED("a")), values.member(EXPIRED("b"))
    busy.put_ripples(Ripples((values.incident(1, one, other), values.incident(2))))
    await busy.flush()
    moved = (values.incident(1, one), values.incident(2, other))
    busy.put_ripples(Ripples(moved))
    await busy.flush()

    assert (await busy.incidents())[0] == moved[::-1]


async def test_a_large_incident_writes_only_the_member_that_changed(busy: Store) -> None:
    everybody = [values.member(EXPIRED(one.subject), kode=one.kode) for one in KEYS]
    busy.put_ripples(Ripples((values.incident(1, *everybody),)))
    await busy.flush()
    said: list[str] = []
    connection = busy._writing._connection
    listening.listen(connection, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))
    everybody[3] = replace(everybody[3], left=after(9))
    busy.put_ripples(Ripples((values.incident(1, *everybody),)))
    await busy.flush()

    assert len([statement for statement in said if statement.startswith("INSERT INTO incident_finding")]) == 1
    found = await busy.incident(1)
    assert found is not None
    assert found.members[3].left == after(9)


async def test_an_incident_that_grows_faster_than_it_is_written_is_written_as_it_is_last(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    real = ripples.write_members

    def counting(connection: Connection, case: ripples.Case) -> None:
        written.append(len(case.members))
        real(connection, case)

    monkeypatch.setattr(ripples, "write_members", counting)
    held, go_on = threading.Event(), threading.Event()

    def be_slow(_connection: Connection) -> None:
        held.set()
        go_on.wait()

    waiting = store._writing.call(be_slow)
    await asyncio.to_thread(held.wait)
    everybody = [values.member(EXPIRED(subject)) for subject in SUBJECTS]
    for size in range(1, len(everybody) + 1):
        item = values.incident(1, *everybody[:size])
        told = values.event(kind=EventKind.GREW, text=str(size))
        store.put(opened(EXPIRED(SUBJECTS[size - 1]), NOON), Ripples((item,), (told,)))
    go_on.set()
    await asyncio.wrap_future(waiting)
    await store.flush()

    assert await store.incident(1) == values.incident(1, *everybody)
    assert [told.text for told in await store.timeline(1)] == list("123456")
    assert written == [6]


async def test_forgetting_and_learning_keep_their_order_in_a_batch(store: Store) -> None:
    store.put(record(memory={"of": "before"}))
    store.put_ripples(Ripples(forget=(("DESA-001", "website"),)))
    store.put(record(after(1), memory={"of": "after"}))
    await store.flush()

    assert (await store.load()).memory == {("DESA-001", "website"): {"of": "after"}}


async def test_the_same_finding_opened_again_is_another_member(store: Store) -> None:
    store.put(opened(DOWN(), after(0)))
    store.put(resolved(DOWN(), after(5)))
    store.put(opened(DOWN(), after(9)))
    item = values.incident(1, values.member(DOWN(), after(0), left=after(5)), values.member(DOWN(), after(9)))
    store.put_ripples(Ripples((item,)))
    await store.flush()

    assert await store.incident(1) == item


async def test_a_member_or_mark_without_a_finding_is_left_out(busy: Store) -> None:
    nobody = values.member(DOWN("tiada"))
    item = values.incident(1, nobody, values.member(EXPIRED("a")))
    busy.put_ripples(Ripples((item,), marks=(values.mark(DOWN("tiada")),)))
    await busy.flush()

    found = await busy.incident(1)
    assert found is not None
    assert found.members == item.members[1:]
    assert await busy.marks("DESA-001") == ()


async def test_the_next_daemon_goes_on_where_the_last_one_stopped(store: Store, url: str, vitals: Vitals) -> None:
    store.put(opened(DOWN(), kode="DESA-002"))
    fresh = values.incident(7, values.member(DOWN(), kode="DESA-002"), told=after(3), notices=1)
    held = values.incident(6, held_until=after(900))
    over = values.incident(5, resolved=NOON - timedelta(hours=24))
    old = values.incident(9, resolved=NOON - timedelta(hours=24, milliseconds=1))
    past, planned = values.window(4, ended=after(1)), values.window(3)
    store.put_ripples(Ripples((fresh, held, over, old), windows=(past, planned)))
    store.put_ripples(Ripples(marks=(replace(values.mark(DOWN()), key=fresh.members[0].key),)))

    store = await again(store, url, vitals)
    known = await store.load(now=NOON)
    assert known.incidents == (over, held, fresh)
    assert (known.next_incident, known.next_window) == (10, 5)
    assert known.windows == (planned,)
    assert [item.key.kode for item in known.marks] == ["DESA-002"]
    assert (await store.load(now=NOON, recent=timedelta(hours=25))).incidents == (over, held, fresh, old)
    store.put_ripples(Ripples(events=(values.event(9),)))  # known from before
    await store.close()


async def test_an_empty_record_counts_from_one(store: Store) -> None:
    known = await store.load()

    assert (known.next_incident, known.next_window) == (1, 1)
    assert (known.incidents, known.windows, known.marks, known.memory) == ((), (), (), {})


async def test_marks_are_of_one_finding_or_of_a_target_and_only_open_ones_are_remembered(busy: Store) -> None:
    items = [values.mark(EXPIRED(subject), at=after(n)) for n, subject in enumerate("bab")]
    dismissal = values.mark(EXPIRED("a"), Verb.DISMISS, after(9), text="uji", until=after(999))
    busy.put_ripples(Ripples(marks=(*items, dismissal)))
    busy.put(resolved(EXPIRED("b"), after(20)))
    await busy.flush()

    assert await busy.marks("DESA-001") == (*items, dismissal)
    assert await busy.marks(values.key(EXPIRED("b"))) == (items[0], items[2])
    assert await busy.marks(values.key(EXPIRED("b"), after(1))) == ()
    assert await busy.marks("DESA-002") == ()
    assert (await busy.load()).marks == (items[1], dismissal)


@pytest.fixture
async def several(busy: Store) -> Store:
    """Incidents 1 to 6: odd ones resolved, those divisible by three the CSIRT's, 5 and 6 about DESA-002 too."""
    for number in range(1, 7):
        one = [values.member(EXPIRED("a"))]
        more = [values.member(EXPIRED(subject), kode="DESA-002") for subject in "bc"] if number > 4 else []
        audience = Audience.NOC if number % 3 else Audience.CSIRT
        end = after(number) if number % 2 else None
        busy.put_ripples(Ripples((values.incident(number, *one, *more, audience=audience, resolved=end),)))
    await busy.flush()
    return busy


@pytest.mark.parametrize(
    ("wanted", "numbers", "total"),
    [
        ({}, [6, 5, 4, 3, 2, 1], 6),
        ({"limit": 2}, [6, 5], 6),
        ({"limit": 2, "offset": 5}, [1], 6),
        ({"limit": 2, "offset": 6}, [], 6),
        ({"limit": 0}, [], 6),
        ({"open_only": True}, [6, 4, 2], 3),
        ({"audience": Audience.CSIRT}, [6, 3], 2),
        ({"audience": Audience.OWNER}, [], 0),
        ({"kode": "DESA-002"}, [6, 5], 2),
        ({"kode": "DESA-002", "open_only": True, "audience": Audience.CSIRT}, [6], 1),
        ({"kode": "tiada"}, [], 0),
    ],
    ids=str,
)
async def test_incidents_are_asked_for_a_page_at_a_time(
    several: Store, wanted: dict[str, object], numbers: list[int], total: int
) -> None:
    found, counted = await several.incidents(**wanted)  # type: ignore[arg-type]

    assert ([item.number for item in found], counted) == (numbers, total)
    assert all(len(item.members) == (3 if item.number > 4 else 1) for item in found)


async def test_what_does_not_exist_is_none(store: Store) -> None:
    assert await store.incident(1) is None
    assert await store.timeline(1) == ()


UNFIT = {
    "an event of no incident": (Ripples(events=(values.event(99),)), ValueError, "99"),
    "a message that is not JSON": (values.parcels(values.parcel(body={"at": NOON})), TypeError, "datetime"),
    "an instant without a zone": (
        Ripples((values.incident(1, opened=datetime(2026, 11, 24)),)),  # noqa: DTZ001 - that is the point
        TypeError,
        "offset",
    ),
    "a member's instant without a zone": (
        Ripples((values.incident(1, values.member(DOWN(), left=datetime(2026, 11, 24))),)),  # noqa: DTZ001
        TypeError,
        "INS-1",
    ),
    "a parcel settled while it waits": (values.parcels(values.parcel(settled=NOON)), ValueError, "waits"),
}


@pytest.mark.parametrize(("told", "kind", "words"), UNFIT.values(), ids=UNFIT)
async def test_what_cannot_be_recorded_is_refused_with_its_cause(
    store: Store, told: Ripples, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        store.put(opened(DOWN()), told)
    await store.flush()

    assert (await store.counts())["sample"] == 0
    assert not store.failed.done()


async def test_nothing_to_write_writes_nothing(store: Store, vitals: Vitals) -> None:
    await store.flush()
    store.put_ripples(NOTHING)

    assert vitals.unwritten == 0


async def test_ripples_do_not_wait_for_the_next_batch(
    url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.writer.INTERVAL", 3600)
    store = Store.open(url, vitals, RULES)
    await store.sync([target()], NOON)
    for put, number in ((lambda item: store.put(record(), item), 1), (store.put_ripples, 2)):
        put(Ripples((values.incident(number),)))
        async with asyncio.timeout(30):
            while await store.incident(number) is None:
                pass
    await store.close()


async def test_a_plain_sample_costs_the_statement_it_always_did(store: Store) -> None:
    store.put(record())  # the first gives its check a number
    await store.flush()
    said: list[str] = []
    listening.listen(
        store._writing._connection, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement)
    )
    for seconds in range(1, 4):
        store.put(record(after(seconds)))
    await store.flush()

    assert said
    assert {statement.partition("(")[0].strip() for statement in said if statement != "BEGIN IMMEDIATE"} == {
        "INSERT INTO sample"
    }


async def test_text_of_people_is_kept_whole_and_spelt_for_both_databases(store: Store) -> None:
    long = "ꦥꦸꦂꦧ " * 500
    item = values.incident(1, assignee="a\0b")
    store.put_ripples(Ripples((item,), (values.event(text=long, kind=EventKind.NOTED, actor="\ud800"),)))
    await store.flush()

    (noted,) = await store.timeline(1)
    assert (noted.text, noted.actor) == (long, "\\ud800")
    found = await store.incident(1)
    assert found is not None
    assert found.assignee == "a\\x00b"


async def test_forgetting_drops_the_memory_of_one_check_of_one_target(store: Store) -> None:
    for kode in ("DESA-001", "DESA-002"):
        store.put(record(kode=kode, memory={"of": kode}))
    store.put(record(check="names", memory={"of": "names"}))
    store.put_ripples(Ripples(forget=(("DESA-001", "website"), ("tiada", "website"), ("DESA-002", "baru"))))
    await store.flush()

    assert (await store.load()).memory == {
        ("DESA-002", "website"): {"of": "DESA-002"},
        ("DESA-001", "names"): {"of": "names"},
    }


async def test_the_worst_severity_is_kept_as_put(busy: Store) -> None:
    item: Incident = values.incident(1, values.member(EXPIRED("a", severity=Severity.LOW)), severity=Severity.CRITICAL)
    busy.put_ripples(Ripples((item,)))
    await busy.flush()

    assert await busy.incident(1) == item


async def test_a_reading_store_cannot_write_ripples(store: Store, url: str, vitals: Vitals) -> None:
    reading = Store.open(url, vitals, read_only=True)
    with pytest.raises(RuntimeError, match="read-only"):
        reading.put_ripples(values.parcels(values.parcel()))
    with pytest.raises(RuntimeError, match="read-only"):
        await reading.claim("noc", NOON, timedelta(minutes=1))
    await reading.close()
