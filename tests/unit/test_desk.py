"""The desk: every act is safe, with who and when, before it returns; what cannot be is refused in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.desk import MAX_NAME, MAX_TEXT, Desk
from monitor.incident import EventKind, FindingKey, ParcelState, Ripples, Scope, Verb
from monitor.incidents.errors import NoSuchFinding, NoSuchIncident, NoSuchWindow, Senseless
from monitor.moments import BadAct, last_moment, moment
from tests.unit.web import caseload
from tests.unit.web.caseload import Office
from tests.unit.web.moment import NOW

DAY = timedelta(days=1)


@pytest.fixture
def office() -> Office:
    office = caseload.quiet()
    office.opens("DESA-001", caseload.refused(), NOW)
    return office


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk


@pytest.fixture
def key(office: Office) -> FindingKey:
    return office.book.open[0].members[0].key


async def test_taking_on_is_written_flushed_and_told(office: Office, desk: Desk) -> None:
    await desk.acknowledge(1, "  Siti   Aminah ", " baik\x00\x1b[31m ")

    event = office.store.events[-1]
    assert (event.kind, event.actor, event.text, event.at) == (EventKind.ACKNOWLEDGED, "Siti Aminah", "baik[31m", NOW)
    assert office.store.cases[1].acknowledged_by == "Siti Aminah"
    assert (office.store.flushes, office.nudges) == (1, 1)


async def test_nothing_to_write_wakes_nobody(office: Office, desk: Desk) -> None:
    await desk.record(Ripples())

    assert (office.store.flushes, office.nudges) == (0, 0)


async def test_lines_of_a_note_are_kept(office: Office, desk: Desk) -> None:
    await desk.note(1, "Siti", "satu\ndua\r\ttiga")

    assert office.store.events[-1].text == "satu\nduatiga"


@pytest.mark.parametrize("length", [MAX_TEXT, MAX_TEXT + 1])
async def test_a_text_has_a_greatest_length(desk: Desk, length: int) -> None:
    if length <= MAX_TEXT:
        await desk.note(1, "Siti", "x" * length)
    else:
        with pytest.raises(BadAct, match=r"teks terlalu panjang \(1001 huruf\); paling banyak 1000"):
            await desk.note(1, "Siti", "x" * length)


@pytest.mark.parametrize("length", [MAX_NAME, MAX_NAME + 1])
async def test_a_name_has_a_greatest_length(desk: Desk, length: int) -> None:
    if length <= MAX_NAME:
        await desk.acknowledge(1, "x" * length)
    else:
        with pytest.raises(BadAct, match="paling banyak 80"):
            await desk.acknowledge(1, "x" * length)


@pytest.mark.parametrize("name", ["", "  ", "\n\t"])
async def test_nobody_can_do_nothing(desk: Desk, key: FindingKey, name: str) -> None:
    acts = (
        desk.acknowledge(1, name),
        desk.unacknowledge(1, name),
        desk.note(1, name, "x"),
        desk.assign(1, name, "Budi"),
        desk.mark(key, Verb.ACKNOWLEDGE, name),
        desk.plan(Scope.ALL, "", NOW, DAY, actor=name, reason="x"),
        desk.end(1, name),
        desk.resend("x", name),
        desk.forget("DESA-001", "website", name),
    )
    for act in acts:
        with pytest.raises(BadAct, match="nama Anda kosong"):
            await act


@pytest.mark.parametrize(
    ("verb", "text", "until", "said"),
    [
        pytest.param(Verb.DISMISS, "", NOW + DAY, "alasan positif palsu kosong", id="no reason"),
        pytest.param(Verb.DISMISS, "x", None, "tanggal berakhir kosong", id="for ever"),
        pytest.param(Verb.DISMISS, "x", NOW, "di kemudian hari", id="until now"),
        pytest.param(
            Verb.DISMISS, "x", NOW + 366 * DAY + timedelta(seconds=1), "paling lama satu tahun", id="too long"
        ),
        pytest.param(Verb.NOTE, " ", None, "isi kosong", id="an empty note"),
        pytest.param(Verb.ASSIGN, "", None, "isi kosong", id="to nobody"),
    ],
)
async def test_a_mark_that_says_too_little_is_refused(
    office: Office, *, verb: Verb, text: str, until: datetime | None, said: str
) -> None:
    key = office.book.open[0].members[0].key

    with pytest.raises(BadAct, match=said):
        await office.desk.mark(key, verb, "Siti", text, until)
    assert office.store.marked == []


@pytest.mark.parametrize("until", [NOW + timedelta(seconds=1), NOW + 366 * DAY])
async def test_a_dismissal_lasts_from_a_moment_to_a_year(
    office: Office, desk: Desk, key: FindingKey, until: datetime
) -> None:
    await desk.mark(key, Verb.DISMISS, "Siti", "artikel", until)

    assert office.store.marked[0].until == until
    assert office.book.open == ()


async def test_what_is_not_there_is_said_to_be_not_there(office: Office, desk: Desk, key: FindingKey) -> None:
    with pytest.raises(NoSuchIncident, match="tidak ada insiden INS-9"):
        await desk.acknowledge(9, "Siti")
    with pytest.raises(NoSuchWindow, match="nomor 9"):
        await desk.end(9, "Siti")
    office.closes(key, NOW + timedelta(minutes=1))
    with pytest.raises(NoSuchFinding, match=r"DESA-001 tidak memiliki temuan site\.down yang sedang terbuka"):
        await desk.mark(key, Verb.ACKNOWLEDGE, "Siti")
    with pytest.raises(Senseless, match="INS-1 sudah selesai"):
        await desk.acknowledge(1, "Siti")
    assert office.nudges == 0


async def test_maintenance_is_planned_and_ended(office: Office, desk: Desk) -> None:
    window = await desk.plan(Scope.TARGET, "DESA-001", NOW, DAY, actor="Rina", reason=" pindah ")
    await desk.end(window.number, "Budi")

    kept = office.store.plans[1]
    assert (kept.actor, kept.ended) == ("Rina", NOW)
    assert kept.reason == "pindah (diakhiri oleh Budi)"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"actor": " "}, "actor", "nama Anda kosong"),
        ({"actor": "x" * 81}, "actor", "teks terlalu panjang"),
        ({"reason": " "}, "reason", "alasan pemeliharaan kosong"),
        ({"reason": "x" * 1001}, "reason", "teks terlalu panjang"),
        ({"start": NOW + 3661 * DAY}, "start", "sepuluh tahun"),
        ({"start": NOW - 3661 * DAY}, "start", "sepuluh tahun"),
        ({"value": "DESA-999"}, "value", "tidak ada dalam daftar"),
        ({"rule": "FREQ=SOMETIMES"}, "rule", "FREQ=SOMETIMES tidak dapat dipakai"),
        ({"length": timedelta()}, "length", "lebih dari nol"),
        ({"start": NOW - 2 * DAY}, "start", "tidak pernah berlaku lagi"),
        ({"scope": Scope.ADDRESS, "value": "999.1.1.1"}, "value", "bukan alamat IP"),
        ({"scope": Scope.KIND, "value": "kota"}, "value", "jenis 'kota' tidak dikenal"),
    ],
)
async def test_maintenance_that_cannot_be_is_refused_and_the_field_is_named(
    office: Office, desk: Desk, changes: dict[str, object], field: str, said: str
) -> None:
    usual = {"scope": Scope.TARGET, "value": "DESA-001", "start": NOW, "length": DAY, "reason": "x", "actor": "R"}

    with pytest.raises(BadAct, match=said) as refused:
        await desk.plan(**{**usual, **changes})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert office.store.plans == {}


async def test_only_what_was_given_up_is_sent_again(office: Office, desk: Desk) -> None:
    office.passes(NOW + timedelta(minutes=1))
    office.settled("ins-1-1-noc", ParcelState.DEAD, error="401")

    assert await desk.resend("ins-1-1-noc", "Rina") is True
    assert await desk.resend("ins-1-1-noc", "Rina") is False
    assert await desk.resend("x", "Rina") is False
    assert office.nudges == 1


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-11-24", "2026-11-24T00:00:00+07:00", "2026-11-24T23:59:59+07:00"),
        (" 2026-11-24 08:00 ", "2026-11-24T08:00:00+07:00", "2026-11-24T08:00:00+07:00"),
        ("2026-11-24T08:00", "2026-11-24T08:00:00+07:00", "2026-11-24T08:00:00+07:00"),
        ("2026-11-24T08:00Z", "2026-11-24T08:00:00+00:00", "2026-11-24T08:00:00+00:00"),
    ],
)
def test_people_write_instants_in_wib(text: str, begin: str, end: str) -> None:
    assert moment(text, "x").isoformat() == begin
    assert last_moment(text, "x").isoformat() == end


@pytest.mark.parametrize("text", ["", "besok", "24-11-2026", "2026-13-01", "2026-11-24 25:00"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(BadAct, match=r"waktu mulai (kosong|bukan tanggal: ).* seperti 2026-11-24 08:00 \(WIB\)"):
        moment(text, "waktu mulai")
