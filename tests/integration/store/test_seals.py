"""A sealed record: every row that is altered, taken away or slipped in is named; what comes later changes nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, delete, func, insert, select, text, update

from monitor.incident import EventKind, Ripples, Verb
from monitor.model import Exhibit, State, Transition
from monitor.seal import Flaw, Question, Report, Sealed, Sealer, keyfile, verify
from monitor.seal.flaws import What
from monitor.store import Store, schema
from monitor.store.engine import writing
from monitor.store.place import parse
from monitor.store.sealing import COVERED
from monitor.vitals import Vitals
from tests.integration.store import values
from tests.integration.store.records import DOWN, EXPIRED, NOON, RULES, after, amended, moved, opened, record, resolved
from tests.integration.store.records import target as listed

DAY = timedelta(days=1)
FIRST, SECOND = date(2026, 11, 24), date(2026, 11, 25)
LATER = NOON + 3 * DAY
"""The first two days and the third are sealed by then."""


@pytest.fixture
def place(tmp_path: Path) -> keyfile.Place:
    return keyfile.place_of(tmp_path / "key.pem", {})


@pytest.fixture
async def full(store: Store, url: str) -> Store:
    """Two days on which something happened in every table that is covered."""
    find = DOWN()
    store.put(opened(find))
    for minute in range(1, 6):
        store.put(record(after(60 * minute)))
        store.put(record(after(60 * minute), "DESA-002"))
    store.put(moved(State.DOWN, after(1), "site.down"))
    store.put(record(after(2), facts={"server": "nginx"}, exhibits=(_exhibit(),)))
    ripples = Ripples(
        incidents=(values.incident(1, values.member(find), acknowledged=after(60), acknowledged_by="ani"),),
        events=(values.event(1), values.event(1, EventKind.ACKNOWLEDGED, after(60), actor="ani")),
        windows=(values.window(1, ended=after(90)), values.window(2)),
        marks=(values.mark(find),),
    )
    store.put_ripples(ripples)
    store.put(resolved(find, NOON + DAY))
    store.put(record(NOON + DAY, "DESA-002"))
    await store.sync([listed("DESA-001", name="Desa Baru"), listed("DESA-002")], NOON + DAY)
    await store.flush()
    _write(url, _others)
    return store


def _exhibit() -> Exhibit:
    return Exhibit(label="pengunjung", url="https://desa-001.desa.id/", at=after(2), media_type="text/html", body=b"x")


def _others(connection: Connection) -> None:
    """Rows of tables whose own ways of being written are not the matter here."""
    at = int(NOON.timestamp())
    rows: Sequence[tuple[Any, Mapping[str, Any]]] = (
        (
            schema.asset_change,
            {"at": at * 1000, "target_id": 1, "field": "host", "after": "x", "source": "s", "actor": "", "since": at},
        ),
        (schema.asset_judgement, {"at": at * 1000, "host": "x.id", "stand": "y", "actor": "ani", "reason": "z"}),
        (schema.frozen_month, {"month": "2026-10", "at": at * 1000, "digest": b"d" * 32, "reason": ""}),
        (
            schema.audit,
            {"at": at * 1000, "actor": "ani", "via": "sesi", "address": "::1", "deed": "insiden", "about": "1"},
        ),
        (schema.cadence, {"check_id": 1, "at": at, "seconds": 60}),
    )
    for table, row in rows:
        connection.execute(insert(table).values(**row))


def _transition(state: State, at: datetime, cause: str = "") -> Transition:
    return Transition("DESA-001", at, state, cause)


def _write(url: str, *acts: Executable | Callable[[Connection], None]) -> None:
    """What somebody with the database's password does, foreign keys or not."""
    engine = writing(parse(url))
    with engine.connect() as connection:
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET session_replication_role = replica"))
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            for act in acts:
                if isinstance(act, Executable):
                    connection.execute(act)
                else:
                    act(connection)
    engine.dispose()


async def _seal(store: Store, place: keyfile.Place, at: datetime = LATER) -> tuple[Sealed, ...]:
    return await Sealer(store, place).seal_due(at, 100)


async def test_a_record_nobody_touched_is_good(full: Store, place: keyfile.Place) -> None:
    made = await _seal(full, place)

    report = await verify(full)

    assert report.flaws == ()
    assert [sealed.day for sealed in made] == [FIRST, SECOND, SECOND + DAY]
    assert (report.days, report.rows) == (3, sum(sum(sealed.rows.values()) for sealed in made))
    assert report.last == made[-1]


async def test_every_covered_table_has_rows_in_this_test(full: Store, place: keyfile.Place) -> None:
    made = (*await _seal(full, place), *await _seal(full, place, LATER + DAY))  # the key's row is of the day it came

    rows = {name for sealed in made for name, count in sealed.rows.items() if count}

    assert rows == set(COVERED)


def _tables() -> Sequence[tuple[str, Any, str]]:
    """A covered table, the table of the database, and a column that matters."""
    return (
        ("sample", schema.sample, "status"),
        ("change", schema.change, "at"),
        ("transition", schema.transition, "cause"),
        ("mark", schema.mark, "actor"),
        ("incident_event", schema.incident_event, "actor"),
        ("maintenance", schema.maintenance, "reason"),
        ("target", schema.target, "owner"),
        ("target_change", schema.target_change, "before"),
        ("facts", schema.facts, "digest"),
        ("exhibit", schema.exhibit, "url"),
        ("asset_change", schema.asset_change, "after"),
        ("asset_judgement", schema.asset_judgement, "actor"),
        ("frozen_month", schema.frozen_month, "reason"),
        ("audit", schema.audit, "actor"),
        ("seal_key", schema.seal_key, "at"),
    )


TABLES = [pytest.param(*row, id=row[0]) for row in _tables()]


def _first(table: Any) -> Any:
    """The first row, by the table's key."""
    keys = list(table.primary_key)
    return [key == select(key).order_by(*keys).limit(1).scalar_subquery() for key in keys]


def _other(column: Any) -> Any:
    match column.type.python_type.__name__:
        case "int":
            return column + 1
        case "bytes":
            return b"f" * 32
        case _:
            return "lain"


def _named(report: Report, table: str) -> list[Flaw]:
    return [flaw for flaw in report.flaws if flaw.table == table]


@pytest.mark.parametrize(("name", "table", "column"), TABLES)
async def test_a_changed_row_is_named(
    full: Store, place: keyfile.Place, url: str, *, name: str, table: Any, column: str
) -> None:
    await _seal(full, place)
    await _seal(full, place, LATER + DAY)
    _write(url, update(table).where(*_first(table)).values({column: _other(table.c[column])}))

    report = await verify(full)

    found = [flaw for flaw in _named(report, name) if flaw.day is not None]
    assert [flaw.what for flaw in found][:1] == [What.CHANGED]
    assert found[0].day in {FIRST, SECOND, date(2026, 11, 27)}
    assert found[0].key


@pytest.mark.parametrize(("name", "table", "column"), TABLES)
async def test_a_removed_row_is_named(
    full: Store, place: keyfile.Place, url: str, *, name: str, table: Any, column: str
) -> None:
    await _seal(full, place)
    await _seal(full, place, LATER + DAY)
    _write(url, delete(table).where(*_first(table)))

    report = await verify(full)

    assert [flaw.what for flaw in _named(report, name) if flaw.day is not None][:1] == [What.REMOVED]


@pytest.mark.parametrize(("name", "table", "column"), TABLES)
async def test_an_added_row_is_named(
    full: Store, place: keyfile.Place, url: str, *, name: str, table: Any, column: str
) -> None:
    await _seal(full, place)
    await _seal(full, place, LATER + DAY)
    _write(url, lambda connection: _slip_in(connection, table))

    report = await verify(full)

    assert What.ADDED in [flaw.what for flaw in _named(report, name)]


def _slip_in(connection: Connection, table: Any) -> None:
    """A second row like the first, under a number that was free or at another second."""
    row = dict(connection.execute(select(table).where(*_first(table))).mappings().one())
    number = next(iter(table.primary_key)).name
    row |= {"at": row["at"] + 7} if table is schema.sample else {number: -1}
    row |= {name: f"{row[name]}x" for name in ("kode", "key_id") if name in row and table in _UNIQUE}
    connection.execute(insert(table).values(row))


_UNIQUE = (schema.target, schema.seal_key)


async def test_samples_are_named_by_site_and_number(full: Store, place: keyfile.Place, url: str) -> None:
    await _seal(full, place)
    table = schema.sample
    gone = select(func.max(table.c.at)).where(table.c.target_id == 2, table.c.at < after(600).timestamp())
    _write(url, delete(table).where(table.c.target_id == 2, table.c.at == gone.scalar_subquery()))

    report = await verify(full)

    assert list(map(str, report.flaws)) == ["2026-11-24: sampel DESA-002 dihapus (5 baris disegel, 4 ada)"]


TAMPERED = [
    pytest.param(update(schema.finding).values(severity=0), "change", What.CHANGED, id="how bad a finding was"),
    pytest.param(update(schema.finding).values(code="site.slow"), "change", What.CHANGED, id="what it was"),
    pytest.param(update(schema.finding).values(resolved_at=None), "finding", What.CHANGED, id="that it ended"),
    pytest.param(update(schema.finding).values(opened_at=1), "change", What.CHANGED, id="when it began"),
    pytest.param(delete(schema.finding), "change", What.CHANGED, id="a finding gone"),
    pytest.param(update(schema.incident).values(acknowledged_by="budi"), "incident", What.CHANGED, id="who took it on"),
    pytest.param(
        update(schema.incident).values(acknowledged_at=None), "incident", What.CHANGED, id="that it was taken on"
    ),
    pytest.param(
        update(schema.incident).values(assignee="budi"), "incident", What.CHANGED, id="who is to deal with it"
    ),
    pytest.param(delete(schema.incident), "incident", What.REMOVED, id="an incident gone"),
    pytest.param(update(schema.target).values(name="Lain"), "target", What.CHANGED, id="a field that had changed once"),
    pytest.param(update(schema.target).values(retired_at=1), "target", What.CHANGED, id="that a target left"),
    pytest.param(
        update(schema.maintenance).where(schema.maintenance.c.number == 1).values(ended_at=None),
        "maintenance_end",
        What.REMOVED,
        id="that maintenance ended",
    ),
    pytest.param(
        update(schema.maintenance).where(schema.maintenance.c.number == 2).values(ended_at=1),
        "maintenance_end",
        What.ADDED,
        id="that maintenance did not end",
    ),
    pytest.param(update(schema.cadence).values(seconds=1), "cadence", What.CHANGED, id="how often was looked"),
    pytest.param(update(schema.fact_body).values(body=b"x"), "facts", What.CHANGED, id="what was seen"),
    pytest.param(update(schema.exhibit_body).values(body=b"x"), "exhibit", What.CHANGED, id="what was kept"),
    pytest.param(delete(schema.exhibit_body), "exhibit", What.REMOVED, id="what was kept, gone"),
    pytest.param(update(schema.check_kind).values(slug="tls"), "sample", What.CHANGED, id="which check it was"),
]


@pytest.mark.parametrize(("act", "table", "what"), TAMPERED)
async def test_what_hangs_on_covered_rows_is_covered_too(
    full: Store, place: keyfile.Place, url: str, *, act: Any, table: str, what: What
) -> None:
    await _seal(full, place)
    _write(url, act)

    report = await verify(full)

    assert (table, what) in {(flaw.table, flaw.what) for flaw in report.flaws}


async def test_a_finding_slipped_in_without_an_opening_is_named(full: Store, place: keyfile.Place, url: str) -> None:
    await _seal(full, place)
    row = {"target_id": 2, "check_id": 1, "code": "x.y", "subject": "", "severity": 1, "opened_at": 1, "detail": "{}"}
    _write(url, insert(schema.finding).values(row))

    report = await verify(full)

    assert [(flaw.table, flaw.what, flaw.label) for flaw in report.flaws] == [("finding", What.ADDED, "DESA-002 x.y")]


async def test_life_goes_on_and_sealed_days_stay_good(full: Store, place: keyfile.Place) -> None:
    full.put(opened(EXPIRED("a"), after(30)))
    await _seal(full, place)

    full.put(record(LATER + DAY))
    full.put(amended(EXPIRED("a", left=3), LATER + DAY))
    full.put(resolved(EXPIRED("a"), LATER + DAY))
    full.put_ripples(Ripples(windows=(values.window(2, ended=LATER + DAY),)))
    await full.sync([listed("DESA-002", note="lain")], LATER + DAY)
    await full.flush()

    assert (await verify(full)).flaws == ()
    await _seal(full, place, LATER + 3 * DAY)
    assert (await verify(full)).flaws == ()


async def test_what_is_recorded_late_is_covered_by_the_next_seal(full: Store, place: keyfile.Place, url: str) -> None:
    await _seal(full, place)
    full.put_transition(_transition(State.DEGRADED, after(200), "x"))
    await full.flush()

    made = await _seal(full, place, LATER + DAY)

    assert made[0].rows["transition"] == 1
    report = await verify(full)
    assert report.flaws == ()
    assert report.notes == (
        "2026-11-27: 1 baris perubahan keadaan tentang hari sebelumnya, dicatat setelah hari itu disegel",
    )
    _write(url, update(schema.transition).where(schema.transition.c.cause == "x").values(cause="y"))
    assert [(flaw.day, flaw.table) for flaw in (await verify(full)).flaws] == [(made[0].day, "transition")]


async def test_a_row_of_tomorrow_is_covered_tomorrow(full: Store, place: keyfile.Place) -> None:
    full.put_transition(_transition(State.DEGRADED, NOON + 3 * DAY, "x"))
    await full.flush()

    made = await _seal(full, place, LATER + DAY)

    assert {sealed.day: sealed.rows["transition"] for sealed in made}[date(2026, 11, 27)] == 1
    assert (await verify(full)).flaws == ()


async def test_a_sample_of_a_sealed_day_is_not_taken(full: Store, place: keyfile.Place) -> None:
    await _seal(full, place)
    before = await full.samples("DESA-001", "website", NOON - DAY, NOON + DAY)

    full.put(record(after(60), state=State.DOWN))  # the clock was set back over midnight
    full.put(record(LATER))
    await full.flush()

    assert await full.samples("DESA-001", "website", NOON - DAY, NOON + DAY) == before
    assert len(await full.samples("DESA-001", "website", LATER, LATER + DAY)) == 1
    assert (await verify(full)).flaws == ()


async def test_nor_after_a_restart(full: Store, place: keyfile.Place, url: str, vitals: Vitals) -> None:
    made = await _seal(full, place)
    await full.close()
    again = Store.open(url, vitals, RULES)

    again.put(record(made[-1].until - timedelta(seconds=1)))
    again.put(record(made[-1].until))
    await again.flush()

    assert await again.last_sample_at() == made[-1].until
    assert await again.sealed_until() == made[-1].until
    assert (await verify(again)).flaws == ()
    await again.close()


async def test_midnight_parts_the_days_to_the_second(store: Store, place: keyfile.Place) -> None:
    midnight = datetime(2026, 11, 24, 17, tzinfo=UTC)
    for offset in (-1, 0):
        store.put(record(midnight + timedelta(seconds=offset)))
        store.put_transition(_transition(State.DOWN, midnight + timedelta(milliseconds=offset)))
    await store.flush()

    made = await _seal(store, place)

    assert [(sealed.rows["sample"], sealed.rows["transition"]) for sealed in made[:2]] == [(1, 1), (1, 1)]


async def test_a_day_is_closed_before_it_is_read(
    full: Store, place: keyfile.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = full.day_tables

    async def late(day: date, previous: Sealed | None) -> Any:
        tables = await read(day, previous)
        full.put(record(after(61)))  # a run that was suspended, and ends while the day is being sealed
        full.put_transition(_transition(State.DEGRADED, after(61), "x"))
        await full.flush()
        return tables

    monkeypatch.setattr(full, "day_tables", late)
    await _seal(full, place)

    assert (await verify(full)).flaws == ()


async def test_a_crash_between_reading_and_keeping_leaves_nothing(
    full: Store, place: keyfile.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(full, "put_seal", _crash)
        with pytest.raises(OSError, match="power"):
            await _seal(full, place)
    assert await full.last_seal() is None

    made = await _seal(full, place)

    assert [sealed.height for sealed in made] == [1, 2, 3]
    assert (await verify(full)).flaws == ()


async def _crash(*_args: Any) -> None:
    raise OSError("power cut")


async def test_a_day_is_sealed_once_and_in_order(full: Store, place: keyfile.Place) -> None:
    first, second, _third = await _seal(full, place)

    assert await _seal(full, place) == ()
    assert not await full.put_seal(first, {})
    assert not await full.put_seal(second, {})
    assert len(await full.seals()) == 3


async def test_days_without_anybody_watching_have_seals_too(store: Store, place: keyfile.Place) -> None:
    store.put(record())
    await store.flush()

    made = await _seal(store, place, NOON + 10 * DAY)

    assert [sealed.day for sealed in made] == [FIRST + number * DAY for number in range(10)]
    assert {sum(sealed.rows.values()) for sealed in made[1:]} == {0}
    assert len({sealed.head for sealed in made}) == 10


async def test_what_retention_took_stays_covered(full: Store, place: keyfile.Place, url: str) -> None:
    await _seal(full, place)
    end = (NOON + DAY / 2).timestamp()
    _write(url, delete(schema.sample).where(schema.sample.c.at < end))

    allowed = await verify(full, Question(kept={"sample": NOON + DAY / 2}))
    refused = await verify(full, Question(kept={"sample": NOON - DAY}))

    assert allowed.flaws == ()
    assert allowed.notes == ("2026-11-24: 13 baris sampel tidak lagi tersimpan, tetap tercakup",)
    assert [flaw.what for flaw in refused.flaws] == [What.REMOVED, What.REMOVED]


async def test_while_retention_is_at_work_a_change_is_still_seen(full: Store, place: keyfile.Place, url: str) -> None:
    await _seal(full, place)
    _write(
        url,
        delete(schema.sample).where(schema.sample.c.target_id == 1),
        update(schema.sample).where(schema.sample.c.target_id == 2).values(status=500),
    )

    report = await verify(full, Question(kept={"sample": LATER}))

    assert {(flaw.label, flaw.what) for flaw in report.flaws} == {("DESA-002", What.CHANGED)}


async def test_only_the_days_asked_for_are_compared(full: Store, place: keyfile.Place, url: str) -> None:
    await _seal(full, place)
    _write(url, update(schema.sample).values(status=500))

    report = await verify(full, Question(since=SECOND, until=SECOND))

    assert {flaw.day for flaw in report.flaws} == {SECOND}
    assert report.days == 1


async def test_a_reader_verifies_beside_the_daemon(full: Store, place: keyfile.Place, url: str) -> None:
    await _seal(full, place)
    reader = Store.open(url, Vitals(started=NOON), read_only=True)

    report = await verify(reader)

    assert report.flaws == ()
    await reader.close()


@pytest.mark.parametrize(
    "act",
    [
        delete(schema.seal).where(schema.seal.c.height == 2),
        delete(schema.seal).where(schema.seal.c.height == 1),
        update(schema.seal).where(schema.seal.c.height == 2).values(signature=b"s" * 64),
        update(schema.seal).where(schema.seal.c.height == 2).values(leaves=b"s"),
        update(schema.seal).where(schema.seal.c.height == 2).values(head=b"h" * 32),
        update(schema.seal).where(schema.seal.c.height == 2).values(document="{}"),
        update(schema.seal_key).values(statement="{}"),
        delete(schema.seal_key),
    ],
    ids=["a day gone", "the first gone", "signature", "leaves", "head", "document", "key", "no key"],
)
async def test_the_chain_itself_cannot_be_altered_unseen(
    full: Store, place: keyfile.Place, url: str, *, act: Any
) -> None:
    await _seal(full, place)
    _write(url, act)

    assert {flaw.table for flaw in (await verify(full)).flaws} & {"seal", "seal_key"}


async def test_a_chain_cut_short_is_seen_by_whoever_knows_its_head(full: Store, place: keyfile.Place, url: str) -> None:
    *_others, last = await _seal(full, place)
    _write(url, delete(schema.seal).where(schema.seal.c.height == last.height))

    unknowing, knowing = await verify(full), await verify(full, Question(heads=[last.head[:16]]))

    assert unknowing.flaws == ()
    assert [flaw.what for flaw in knowing.flaws] == [What.WRONG]
    assert last.head[:16] in str(knowing.flaws[0])


async def test_a_chain_made_anew_is_seen_by_whoever_knows_its_key_or_head(
    full: Store, place: keyfile.Place, url: str, tmp_path: Path
) -> None:
    *_others, last = await _seal(full, place)
    _write(url, delete(schema.seal), delete(schema.seal_key), update(schema.sample).values(status=500))
    await _seal(full, keyfile.place_of(tmp_path / "other.pem", {}))

    assert (await verify(full)).flaws == ()
    assert len((await verify(full, Question(heads=[last.head], key_id=last.key_id))).flaws) == 2


async def test_the_rows_stream_out_as_they_were_hashed(full: Store, place: keyfile.Place) -> None:
    first, *_rest = await _seal(full, place)
    leaves = await full.seal_leaves(FIRST)

    rows = [(name, leaf, lines) async for name, leaf, lines in full.day_rows(first, None)]

    assert {name: tuple(leaf for other, leaf, _ in rows if other == name) for name in leaves} == leaves
    assert all(hashlib.sha256(lines).hexdigest() == leaf.digest for _name, leaf, lines in rows)


async def test_somebody_elses_tools_arrive_at_the_same(full: Store, place: keyfile.Place, tmp_path: Path) -> None:
    """By hand from `docs/seal.md`: hashlib for the digests, OpenSSL for the signature."""
    first, second, _third = await _seal(full, place)
    document = json.loads(first.document)
    tables: dict[str, str] = dict.fromkeys(document["tables"], "")
    async for name, leaf, lines in full.day_rows(first, None):
        row = [leaf.key, leaf.label, leaf.at, lines.count(b"\n"), hashlib.sha256(lines).hexdigest()]
        tables[name] += json.dumps(row, separators=(",", ":")) + "\n"

    assert {name: hashlib.sha256(said.encode()).hexdigest() for name, said in tables.items()} == {
        name: said["digest"] for name, said in document["tables"].items()
    }
    assert json.loads(second.document)["previous"] == hashlib.sha256(first.document.encode()).hexdigest()
    _openssl_verifies(first, (await full.seal_keys())[first.key_id].pem, tmp_path)


def _openssl_verifies(sealed: Sealed, pem: str, folder: Path) -> None:
    (folder / "key.pub").write_text(pem)
    (folder / "day.json").write_text(sealed.document)
    (folder / "day.sig").write_bytes(sealed.signature)
    command = "openssl pkeyutl -verify -pubin -inkey key.pub -rawin -in day.json -sigfile day.sig"
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in done.stdout, done.stderr


async def test_the_lines_are_what_the_book_says(full: Store, place: keyfile.Place) -> None:
    first, second, _third = await _seal(full, place)

    lines = {name: said async for name, _leaf, said in full.day_rows(second, first)}

    assert lines["sample"] == b'["website",1795582800,"aktif","observed",200,2,11,22,33,44,55,66,9]\n'
    assert json.loads(lines["change"]) == [
        2, "2026-11-25T05:00:00.000Z", "resolved", 1, "DESA-001", "website", "site.down", "",
        "2026-11-24T05:00:00.000Z", "tinggi", "{}", "2026-11-25T05:00:00.000Z",
    ]  # fmt: skip
    assert json.loads(lines["target_change"]) == [
        1, "2026-11-25T05:00:00.000Z", "DESA-001", "name", "Desa DESA-001", "Desa Baru",
    ]  # fmt: skip


async def test_the_key_is_handed_over_and_both_are_kept(full: Store, place: keyfile.Place) -> None:
    first, *_rest = await _seal(full, place)
    new = keyfile.create(place.next)

    made = await _seal(full, place, LATER + 2 * DAY)

    ring = await full.seal_keys()
    assert [key.key_id for key in ring.keys] == [first.key_id, new.key_id]
    assert {sealed.key_id for sealed in made} == {new.key_id}
    assert keyfile.read(place.key).key_id == new.key_id
    assert not place.next.exists()
    assert (await verify(full, Question(key_id=first.key_id))).flaws == ()


async def test_a_dismissal_is_covered_too(full: Store, place: keyfile.Place, url: str) -> None:
    store = full
    store.put_ripples(Ripples(marks=(values.mark(DOWN(), Verb.DISMISS, until=LATER + DAY),)))
    await store.flush()
    await _seal(store, place)
    _write(url, update(schema.mark).where(schema.mark.c.until.is_not(None)).values(until=1))

    assert [flaw.table for flaw in (await verify(store)).flaws] == ["mark"]
