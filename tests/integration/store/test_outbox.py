"""The outbox: each parcel to one sender at a time, in order, until it is sent or given up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, text

from monitor.incident import NoticeKind, Parcel, ParcelState, parcel_key
from monitor.store import Store, codec
from monitor.store import parcels as sql
from monitor.store.engine import writing
from monitor.store.place import parse
from monitor.store.ripples import wave_of
from monitor.store.schema import outbox
from monitor.vitals import Vitals
from tests.integration.store.records import NOON, RULES, after
from tests.integration.store.values import parcel, parcels, parcels_of

LEASE = timedelta(seconds=60)
NOW = codec.to_ms(NOON)
_numbers = count()


async def fill(store: Store, *items: Parcel) -> None:
    store.put_ripples(parcels(*items))
    await store.flush()


async def claimed(store: Store, at: datetime = NOON, channel: str = "noc") -> str | None:
    found = await store.claim(channel, at, LEASE)
    return None if found is None else found.key


async def only(store: Store) -> Parcel:
    (found,) = await store.outbox()
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_parcel_comes_back_and_the_first_of_a_key_stays(store: Store, data: st.DataObject) -> None:
    name = f"ins-{next(_numbers)}"
    first, other = (data.draw(parcels_of(name)) for _ in range(2))
    await fill(store, first)
    await fill(store, other)

    assert (await store.outbox(limit=1)) == (first,)


async def test_what_is_due_is_claimed_once_the_oldest_first(store: Store) -> None:
    await fill(store, parcel("a", after(2)), parcel("b", after(1)), parcel("c", after(2)), parcel("later", after(3)))

    assert [await claimed(store, after(2)) for _ in range(4)] == ["b", "a", "c", None]
    assert await claimed(store, after(3)) == "later"


async def test_a_claim_hands_out_the_parcel_as_it_is(store: Store) -> None:
    item = parcel("a", body={"text": "situs tidak dapat dibuka"}, attempts=3, error="429", incident=12)
    await fill(store, item)

    assert await store.claim("noc", NOON, LEASE) == item


async def test_a_channel_gets_its_own(store: Store) -> None:
    await fill(store, parcel("a", channel="noc"), parcel("b", channel="csirt"))

    assert await claimed(store, channel="csirt") == "b"
    assert await claimed(store, channel="csirt") is None
    assert await claimed(store, channel="tiada") is None


async def test_a_lease_that_ran_out_is_claimed_again(store: Store) -> None:
    await fill(store, parcel("a"))
    assert await claimed(store) == "a"  # and whoever was sending never says how it went

    assert await claimed(store, after(59.999)) is None
    assert await store.waiting(["noc"]) == after(60)
    assert await claimed(store, after(60)) == "a"
    assert await claimed(store, after(61)) is None


async def test_what_a_process_that_is_gone_had_claimed_need_not_wait(store: Store, url: str, vitals: Vitals) -> None:
    await fill(store, parcel("a"))
    assert await claimed(store) == "a"
    await store.close()

    store = Store.open(url, vitals, RULES)
    try:
        assert await claimed(store, after(1)) == "a"
    finally:
        await store.close()


async def test_parcels_of_one_order_leave_one_after_the_other(store: Store) -> None:
    await fill(
        store,
        parcel("1", after(1), order="ins-1"),
        parcel("2", after(0), order="ins-1"),
        parcel("other", after(2), order="ins-2"),
        parcel("elsewhere", after(0), order="ins-1", channel="csirt"),
    )

    assert await claimed(store, after(0)) is None  # "2" is due, and behind "1"
    assert await claimed(store, after(0), "csirt") == "elsewhere"
    assert [await claimed(store, after(9)) for _ in range(3)] == ["1", "other", None]
    await store.settle("1", at=after(9), retry_at=after(30), error="batas waktu")
    assert await claimed(store, after(29)) is None
    assert await claimed(store, after(30)) == "1"
    await store.settle("1", at=after(31))
    assert await claimed(store, after(31)) == "2"


async def test_one_given_up_holds_up_nobody(store: Store) -> None:
    await fill(store, parcel("1", order="ins-1"), parcel("2", order="ins-1"))
    assert await claimed(store) == "1"
    await store.settle("1", at=after(1), dead=True, error="400")

    assert await claimed(store, after(1)) == "2"


async def test_sent_is_settled(store: Store) -> None:
    await fill(store, parcel("a", error="sebelumnya", attempts=1))
    await claimed(store)
    await store.settle("a", at=after(3))

    item = await only(store)
    assert (item.state, item.settled, item.attempts, item.error) == (ParcelState.SENT, after(3), 2, "")
    assert await claimed(store, after(999)) is None


async def test_a_failed_try_is_due_again_and_says_why(store: Store) -> None:
    await fill(store, parcel("a"))
    await claimed(store)
    await store.settle("a", at=after(3), retry_at=after(33), error="503 \0")

    item = await only(store)
    assert (item.state, item.settled, item.attempts) == (ParcelState.WAITING, None, 1)
    assert (item.due, item.error) == (after(33), "503 \\x00")


async def test_what_was_given_up_is_settled_until_a_person_sends_it_again(store: Store) -> None:
    await fill(store, parcel("a", attempts=8, body={"n": 1}))
    await claimed(store)
    await store.settle("a", at=after(3), dead=True, error="404")
    assert (await only(store)).state is ParcelState.DEAD
    assert (await only(store)).settled == after(3)
    assert await claimed(store, after(9)) is None

    assert await store.requeue("a", after(10)) is True
    item = await only(store)
    assert (item.state, item.settled, item.due, item.attempts) == (ParcelState.WAITING, None, after(10), 0)
    assert (item.body, item.error) == ({"n": 1}, "404")
    assert await claimed(store, after(10)) == "a"


async def test_only_the_dead_are_sent_again(store: Store) -> None:
    await fill(store, parcel("waits"), parcel("went"))
    await store.settle("went", at=after(1))

    assert [await store.requeue(key, after(2)) for key in ("waits", "went", "tiada")] == [False, False, False]
    assert {item.key: item.state for item in await store.outbox()} == {
        "waits": ParcelState.WAITING,
        "went": ParcelState.SENT,
    }


@pytest.mark.parametrize("retry", [True, False], ids=["a retry", "giving up"])
async def test_what_was_sent_stays_sent_whatever_a_slower_sender_says(store: Store, *, retry: bool) -> None:
    await fill(store, parcel("a"))
    await claimed(store)
    await claimed(store, after(60))  # the lease of the first ran out
    await store.settle("a", at=after(61))
    await store.settle("a", at=after(62), error="x", retry_at=after(99) if retry else None, dead=not retry)

    item = await only(store)
    assert (item.state, item.settled, item.error, item.attempts) == (ParcelState.SENT, after(61), "", 1)


async def test_what_was_given_up_and_went_after_all_is_sent(store: Store) -> None:
    await fill(store, parcel("a"))
    await store.settle("a", at=after(1), dead=True, error="x")
    await store.settle("a", at=after(2))

    item = await only(store)
    assert (item.state, item.settled, item.error) == (ParcelState.SENT, after(2), "")


async def test_a_message_is_composed_once_for_every_try(store: Store) -> None:
    await fill(store, parcel("a"), parcel("b"))
    await store.compose("a", {"text": "satu"})
    await store.compose("a", {"text": "dua"})

    assert {item.key: item.body for item in await store.outbox()} == {"a": {"text": "satu"}, "b": None}
    with pytest.raises(TypeError):
        await store.compose("b", {"at": NOON})
    assert not store.failed.done()


ZONELESS = datetime(2026, 11, 24)  # noqa: DTZ001 - that is the point
UNFIT: dict[str, Callable[[Store], Awaitable[object]]] = {
    "claim": lambda store: store.claim("noc", ZONELESS, LEASE),
    "settle": lambda store: store.settle("a", at=ZONELESS),
    "settle for another try": lambda store: store.settle("a", at=NOON, retry_at=ZONELESS),
    "requeue": lambda store: store.requeue("a", ZONELESS),
    "drop_exhibits": lambda store: store.drop_exhibits(ZONELESS),
    "add_exhibits": lambda store: store.add_exhibits("DESA-001", "website", ZONELESS, []),
}


@pytest.mark.parametrize("call", UNFIT.values(), ids=UNFIT)
async def test_an_instant_without_a_zone_is_refused_to_its_caller_alone(
    store: Store, call: Callable[[Store], Awaitable[object]]
) -> None:
    with pytest.raises(TypeError):
        await call(store)
    await store.flush()

    assert not store.failed.done()


async def test_waiting_tells_when_there_is_something_to_do(store: Store) -> None:
    assert await store.waiting(["noc"]) is None
    await fill(
        store,
        parcel("1", after(50), order="ins-1"),
        parcel("2", after(1), order="ins-1"),  # behind "1": nobody need wake for it
        parcel("3", after(70), order="ins-3"),
        parcel("4", after(20), channel="csirt"),
    )

    assert await store.waiting(["noc"]) == after(50)
    assert await store.waiting(iter(["noc", "csirt", "tiada"])) == after(20)
    assert await store.waiting([]) is None
    await claimed(store, after(55))
    assert await store.waiting(["noc"]) == after(70)
    await claimed(store, after(70))
    assert await store.waiting(["noc"]) == after(55 + 60)
    await store.settle("1", at=after(71))
    assert await store.waiting(["noc"]) == after(1)


async def test_the_outbox_is_listed_newest_first_and_counted(store: Store) -> None:
    await fill(
        store, *(parcel(name, channel=channel) for name, channel in zip("abcdef", ["noc", "csirt"] * 3, strict=True))
    )
    await store.settle("c", at=NOON)
    await store.settle("d", at=NOON, dead=True)
    await store.settle("e", at=NOON, dead=True)

    assert [item.key for item in await store.outbox()] == list("fedcba")
    assert [item.key for item in await store.outbox(limit=2, offset=1)] == list("ed")
    assert [item.key for item in await store.outbox(ParcelState.DEAD)] == list("ed")
    assert [item.key for item in await store.outbox(ParcelState.DEAD, "csirt")] == ["d"]
    assert [item.key for item in await store.outbox(channel="noc")] == list("eca")
    assert [item.key for item in await store.outbox(key="d")] == ["d"]
    assert await store.outbox(ParcelState.WAITING, key="d") == ()
    assert await store.outbox(key="D") == ()
    assert await store.outbox_counts() == {
        ("noc", ParcelState.WAITING): 1,
        ("noc", ParcelState.SENT): 1,
        ("noc", ParcelState.DEAD): 1,
        ("csirt", ParcelState.WAITING): 2,
        ("csirt", ParcelState.DEAD): 1,
    }


async def test_many_senders_get_each_parcel_once(store: Store) -> None:
    await fill(store, *(parcel(f"p-{number}") for number in range(40)))

    async def sender() -> list[str]:
        mine = []
        while (key := await claimed(store)) is not None:
            mine.append(key)
        return mine

    found = [key for mine in await asyncio.gather(*(sender() for _ in range(4))) for key in mine]
    assert len(found) == 40
    assert set(found) == {f"p-{number}" for number in range(40)}


async def test_two_writers_get_each_parcel_once(store: Store, url: str) -> None:
    """Nobody but one daemon writes; a claim is safe all the same."""
    names = {f"p-{number}" for number in range(40)}
    await fill(store, *map(parcel, sorted(names)))
    together = threading.Barrier(3)

    def sender() -> list[str]:
        mine = []
        with writing(parse(url)).connect() as connection:
            together.wait()
            while left(connection):
                with connection.begin():
                    found = sql.claim(connection, "noc", NOW, NOW + 60_000)
                mine += [found.key] if found else []
        return mine

    with ThreadPoolExecutor(3) as threads:
        ran = [asyncio.wrap_future(threads.submit(sender)) for _ in range(3)]
        found = [key for mine in await asyncio.gather(*ran) for key in mine]
    assert len(found) == len(names)
    assert set(found) == names


def left(connection: Connection) -> bool:
    with connection.begin():
        return connection.execute(sql.next_due("noc", NOW)).first() is not None


async def test_a_parcel_that_two_have_chosen_is_taken_by_one(store: Store, url: str) -> None:
    """Both have chosen the parcel before either sets its claim."""
    await fill(store, parcel("a"))
    stale = sql.next_due("noc", NOW)
    with connected(url) as connection:
        chosen = connection.execute(stale).one()
        assert sql.take(connection, chosen, NOW + 60_000) is not None
        assert sql.take(connection, chosen, NOW + 90_000) is None


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    with writing(parse(url)).connect() as connection, connection.begin():
        yield connection


FILLINGS = {
    "all of one channel wait": {},
    "all wait behind one": {"order_key": "ins-1"},
    "nearly all were sent": {"state": 1, "settled_at": 1},
}


@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS)
async def test_ten_thousand_parcels_are_searched_by_index(store: Store, url: str, filling: dict[str, object]) -> None:
    await store.close()
    (row,) = wave_of(parcels(parcel("x"))).parcels
    rows = [{**row, "key": f"p-{n}", "order_key": f"ins-{n}", "due_at": n, **filling} for n in range(10_000)]
    with connected(url) as connection:
        connection.execute(insert(outbox), [*rows, {**row, "key": "due", "order_key": "due"}])
        if not url.startswith("sqlite"):
            connection.execute(text("ANALYZE outbox"))
        plan = plan_of(connection)
        before = sql.claim(connection, "noc", NOW, NOW + 60_000)

    assert before is not None
    assert "ix_outbox_due" in plan
    assert "ix_outbox_order" in plan
    for slow in ("SCAN", "Seq Scan", "TEMP B-TREE", "Sort"):
        assert slow not in plan


def plan_of(connection: Connection) -> str:
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    statement = sql.next_due("noc", NOW)
    words = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{explain} {words}"))


async def test_ten_thousand_behind_one_do_not_wake_anybody(store: Store) -> None:
    first = parcel("first", after(100), order="ins-1")
    await fill(store, first, *(replace(first, key=f"p-{n}", due=after(1)) for n in range(2_000)))

    assert await store.waiting(["noc"]) == after(100)
    assert await claimed(store, after(99)) is None
    assert await claimed(store, after(100)) == "first"


async def test_when_a_digest_was_made_last(store: Store) -> None:
    def digest(key: str, hours: int, **changes: object) -> Parcel:
        made = replace(parcel(key), kind=NoticeKind.DIGEST, created=NOON + timedelta(hours=hours), incident=None)
        return replace(made, **changes)  # type: ignore[arg-type]

    assert await store.last_digest("owner", NOON) is None
    await fill(
        store,
        digest("digest-owner-dinkes-2026-W47", -9),
        digest("digest-owner-dinkes-2026-W48", -2),
        digest("digest-noc-2026-11-24", -1),
        digest("digest-owner-dinkes-2026-W49", 0),
    )
    assert await store.last_digest("owner", NOON) == NOON - timedelta(hours=2)
    assert await store.last_digest("noc", NOON) == NOON - timedelta(hours=1)

    await store.settle("digest-owner-dinkes-2026-W48", at=NOON, error="550", dead=True)
    await store.flush()
    assert await store.last_digest("owner", NOON) == NOON - timedelta(hours=9)


async def test_parcels_are_found_by_their_keys_the_newest_first(store: Store) -> None:
    await fill(store, *(parcel(parcel_key(12, number, "noc")) for number in (1, 2, 3)), parcel("digest-noc-1"))

    wanted = [parcel_key(12, number, "noc") for number in (3, 1)]

    assert [item.key for item in await store.parcels_of([*reversed(wanted), "ins-12-9-noc"])] == wanted
    assert await store.parcels_of([]) == ()
    assert await store.parcels_of(["' OR 1=1 --"]) == ()
