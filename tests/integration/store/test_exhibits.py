"""Exhibits: kept as received, with the finding they prove, until retention takes them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Audience, Change, Exhibit, Finding, Record, Rule, Severity, Turn
from monitor.store import Store, StoredExhibit
from monitor.store.exhibits import HEAD_LIMIT
from monitor.store.news import news_of
from monitor.vitals import Vitals
from tests.integration.store.records import DOWN, EXPIRED, NOON, RULES, after, record, resolved, target

GAMBLING = Rule("content.gambling", Severity.MEDIUM, Audience.CSIRT)
DEFACED = Rule("content.defaced", Severity.CRITICAL, Audience.CSIRT)


def exhibit(body: bytes = b"<title>Slot gacor</title>", at: datetime = NOON, **fields: Any) -> Exhibit:
    shown: dict[str, Any] = {
        "label": "googlebot",
        "url": "https://desa-001.desa.id/?q=slot",
        "media_type": "text/html; charset=utf-8",
        "status": 200,
        "head": (("Server", "nginx"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    }
    return Exhibit(at=at, body=body, **shown | fields)


def opening(*findings: Finding, at: datetime = NOON, exhibits: tuple[Exhibit, ...] = ()) -> Record:
    changes = tuple(
        Change(kode="DESA-001", check="website", finding=item, turn=Turn.OPENED, at=at, opened=at) for item in findings
    )
    return record(at, changes=changes, exhibits=exhibits)


async def code_of(store: Store, item: StoredExhibit) -> str | None:
    """The code of the finding that *item* is kept with."""
    return {one.id: one.code for one in await store.findings()}.get(item.finding or 0)


async def test_an_exhibit_is_kept_as_it_was_received(store: Store) -> None:
    shown = exhibit(capped=True)
    store.put(opening(GAMBLING(), exhibits=(shown,)))
    await store.flush()

    (listed,) = await store.exhibits("DESA-001")
    assert listed == StoredExhibit(
        id=1,
        kode="DESA-001",
        check="website",
        finding=1,
        label=shown.label,
        url=shown.url,
        at=NOON,
        media_type=shown.media_type,
        status=200,
        size=len(shown.body),
        digest=hashlib.sha256(shown.body).hexdigest(),
        capped=True,
    )
    assert await store.exhibit(1) == (listed, shown.head, shown.body)
    assert await store.exhibit(2) is None
    assert await store.exhibits("DESA-002") == ()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300) | st.binary(min_size=1, max_size=3).map(lambda part: part * 50_000),
    head=st.lists(st.tuples(st.text(max_size=20), st.text(st.characters(codec=None), max_size=20)), max_size=5),
    status=st.integers(0, 999),
)
async def test_any_head_and_body_come_back(store: Store, body: bytes, head: list[tuple[str, str]], status: int) -> None:
    store.put(record(exhibits=(exhibit(body, head=tuple(head), status=status),)))
    await store.flush()

    (listed,) = await store.exhibits("DESA-001", limit=1)
    found = await store.exhibit(listed.id)
    assert found == (listed, tuple(head), body)
    assert (listed.status, listed.size) == (status, len(body))


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((EXPIRED(severity=Severity.CRITICAL), GAMBLING()), "content.gambling"),
        ((GAMBLING(), DEFACED(), DOWN()), "content.defaced"),
        ((EXPIRED(), DOWN(severity=Severity.LOW)), "certificate.expired"),
        ((), None),
    ],
    ids=["the CSIRT's first", "then the gravest", "of others the gravest", "of none"],
)
async def test_an_exhibit_is_kept_with_the_gravest_opening(
    store: Store, findings: tuple[Finding, ...], code: str | None
) -> None:
    store.put(opening(*findings, exhibits=(exhibit(),)))
    await store.flush()

    (listed,) = await store.exhibits("DESA-001")
    assert await code_of(store, listed) == code


async def test_a_body_is_kept_once_however_many_show_it(store: Store) -> None:
    store.put(opening(GAMBLING(), exhibits=(exhibit(), exhibit(label="ponsel"), exhibit(b"lain"))))
    store.put(record(kode="DESA-002", exhibits=(exhibit(),)))
    await store.flush()

    counts = await store.counts()
    assert (counts["exhibit"], counts["exhibit_body"]) == (4, 2)
    assert [item.label for item in await store.exhibits("DESA-001")] == ["googlebot", "ponsel", "googlebot"]
    assert len(await store.exhibits("DESA-001", limit=2)) == 2


async def test_what_hostile_sites_send_is_kept_or_spelt(store: Store) -> None:
    long = tuple((f"X-{number}", "é\ud800\0" * 300) for number in range(200))
    shown = exhibit(
        b"\0" * 2_000_000, label="a\0b", url="https://a/\0" + "x" * 3000, media_type="\ud800" * 900, head=long
    )
    store.put(record(exhibits=(shown,)))
    await store.flush()

    (listed,) = await store.exhibits("DESA-001")
    found = await store.exhibit(listed.id)
    assert found is not None
    kept, head, body = found
    assert body == shown.body
    assert 0 < len(head) < len(long)
    assert head == long[: len(head)]
    assert (kept.label, kept.url) == ("a\\x00b", "https://a/\\x00" + "x" * 3000)
    stored = await store._reader.ask(lambda connection: connection.exec_driver_sql("SELECT head FROM exhibit").scalar())
    assert len(str(stored)) <= HEAD_LIMIT


@pytest.mark.parametrize(
    "fields",
    [{"body": "teks"}, {"head": (("a", b"bytes"),)}, {"at": datetime(2026, 11, 24)}],  # noqa: DTZ001
    ids=["a body of text", "a head of bytes", "an instant without a zone"],
)
async def test_what_cannot_be_recorded_is_refused_at_once(store: Store, fields: dict[str, Any]) -> None:
    broken = replace(exhibit(), **fields)
    with pytest.raises(TypeError):
        store.put(opening(GAMBLING(), exhibits=(broken,)))
    with pytest.raises(TypeError):
        await store.add_exhibits("DESA-001", "website", NOON, [broken])
    with pytest.raises(ValueError, match="X-404"):
        await store.add_exhibits("X-404", "website", NOON, [exhibit()])
    await store.flush()

    assert (await store.counts())["sample"] == 0
    assert not store.failed.done()


async def test_a_screenshot_that_comes_later_joins_the_gravest_finding_open_then(url: str, vitals: Vitals) -> None:
    rules = RULES | {rule.code: rule for rule in (GAMBLING, DEFACED)}
    store = Store.open(url, vitals, rules)
    await store.sync([target()], NOON)
    store.put(opening(EXPIRED(severity=Severity.CRITICAL), GAMBLING(), at=after(10)))
    store.put(resolved(GAMBLING(), after(30), since=after(10)))
    store.put(opening(DEFACED(), at=after(50)))
    picture = exhibit(b"\x89PNG", at=after(60), label="tangkapan-layar", media_type="image/png", head=())
    for seconds in (9, 10, 29, 30, 50):
        await store.add_exhibits("DESA-001", "website", after(seconds), [picture])
    listed = await store.exhibits("DESA-001")

    assert {item.at for item in listed} == {after(60)}
    assert [await code_of(store, item) for item in reversed(listed)] == [
        None,
        "content.gambling",
        "content.gambling",
        "certificate.expired",
        "content.defaced",
    ]
    await store.add_exhibits("DESA-001", "names", after(50), [picture])
    (newest,) = await store.exhibits("DESA-001", limit=1)
    assert (newest.check, newest.finding) == ("names", None)
    await store.close()


async def test_retention_takes_the_oldest_first_and_bodies_with_their_last_exhibit(store: Store) -> None:
    shown = [exhibit(b"a", after(3)), exhibit(b"b", after(1)), exhibit(b"a", after(2)), exhibit(b"c", after(4))]
    store.put(opening(GAMBLING(), exhibits=tuple(shown)))
    await store.flush()

    async def rest() -> tuple[list[datetime], int]:
        listed = await store.exhibits("DESA-001")
        return sorted(item.at for item in listed), (await store.counts())["exhibit_body"]

    assert await store.drop_exhibits(after(1)) == 0
    assert await store.drop_exhibits(after(4), limit=2) == 2
    assert await rest() == ([after(3), after(4)], 2)
    assert await store.drop_exhibits(after(4), limit=2) == 1
    assert await rest() == ([after(4)], 1)
    assert await store.drop_exhibits(after(4), limit=2) == 0
    found = await store.exhibit(4)
    assert found is not None
    assert found[2] == b"c"
    assert (await store.counts())["finding"] == 1


async def test_exhibits_of_a_time_are_asked_for_whatever_came_later(store: Store) -> None:
    store.put(opening(GAMBLING(), exhibits=tuple(exhibit(b"a", after(seconds)) for seconds in range(6))))
    await store.flush()

    async def found(limit: int = 100, **within: datetime) -> list[datetime]:
        return [item.at for item in await store.exhibits("DESA-001", limit, **within)]

    assert await found(since=after(4)) == [after(5), after(4)]
    assert await found(until=after(1)) == [after(1), after(0)]
    assert await found(1, since=after(1), until=after(2)) == [after(2)]
    assert await found(since=after(6)) == []


async def test_a_number_of_a_dropped_exhibit_is_not_used_again(store: Store) -> None:
    store.put(record(exhibits=(exhibit(),)))
    await store.flush()
    await store.drop_exhibits(after(1))
    store.put(record(exhibits=(exhibit(),)))
    await store.flush()

    assert [item.id for item in await store.exhibits("DESA-001")] == [2]


async def test_what_a_check_has_learned_is_remembered_as_last_told(store: Store) -> None:
    store.put(record(after(0), memory={"titles": ["a"]}))
    store.put(record(after(1), memory={"titles": ["a", "b"], "n": 2}))
    store.put(record(after(2)))
    store.put(record(after(2), check="names", memory={}))
    await store.flush()

    assert (await store.load()).memory == {
        ("DESA-001", "website"): {"titles": ["a", "b"], "n": 2},
        ("DESA-001", "names"): {},
    }
    with pytest.raises(TypeError):
        store.put(record(memory={"at": NOON}))


def test_memory_and_exhibits_alone_are_nothing_to_hurry_for() -> None:
    learned, shown = news_of(record(memory={"a": 1})), news_of(record(exhibits=(exhibit(),)))

    assert learned is not None
    assert shown is not None
    assert (learned.urgent, shown.urgent) == (False, False)
