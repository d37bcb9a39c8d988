"""A message on the board: what it says, to whom it went, what became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.alerts import kept, render
from monitor.incident import ParcelState
from monitor.web.letters import UNREADABLE, UNWRITTEN, letter
from tests.unit.web import caseload, entrance
from tests.unit.web.caseload import HOSTILE, Office
from tests.unit.web.client import client, first

KEY = "ins-3-1-csirt"
NAMES = ("latest", "store", "settings", "desk", "teller", "reach", "now")


@pytest.fixture
def office() -> Office:
    return caseload.busy()


async def write(office: Office, key: str = KEY, **changes: object) -> str:
    """The message *key* is composed and kept; what it says."""
    parcel = replace(office.store.parcels[key], body=None)
    message = await office.teller.compose(parcel)
    office.store.parcels[key] = replace(parcel, body=kept.to_json(message), **changes)  # type: ignore[arg-type]
    return render.text(message)


async def get(office: Office, path: str, status: int = 200) -> LexborHTMLParser:
    view = office.view()
    async with client(**{name: getattr(view, name) for name in NAMES}) as board:
        answer = await board.get(path)
    assert answer.status_code == status
    assert HOSTILE not in answer.text
    return LexborHTMLParser(answer.text)


def text(tree: LexborHTMLParser, selector: str) -> str:
    return " ".join(first(tree, selector).text(separator=" ").split())


async def test_a_message_is_read_word_for_word_with_its_channel_and_its_outcome(office: Office) -> None:
    said = await write(office)

    tree = await get(office, f"/pesan/{KEY}")

    assert first(tree, "pre.letter").text() == said
    assert "tautan: hxxps://gacor[.]example/daftar" in said
    assert not tree.css("main img, main pre a")
    assert text(tree, "h1").startswith("[TLP:AMBER] KRITIS: halaman disisipi judi daring")
    told = text(tree, "#perjalanan")
    assert "Saluran csirt webhook" in told
    assert "Dibuat Selasa, 24 November 2026, 07.34 WIB" in told
    assert "Terkirim Selasa, 24 November 2026, 08.05 WIB" in told
    assert "rahasia-kanal" not in tree.html  # type: ignore[operator]


async def test_what_people_are_told_later_does_not_change_what_they_were_told(office: Office) -> None:
    said = await write(office)
    await office.desk.acknowledge(3, "Siti")

    assert first(await get(office, f"/pesan/{KEY}"), "pre.letter").text() == said
    assert "Siti" not in said


async def test_a_dead_letter_says_why_and_can_be_sent_again(office: Office) -> None:
    key = next(key for key, parcel in office.store.parcels.items() if parcel.state is ParcelState.DEAD)

    tree = await get(office, f"/pesan/{key}")

    assert "Mengapa belum sampai 401: token ditolak" in text(tree, "#perjalanan")
    assert tree.css_first(f"form[action='/pesan/{key}/ulang']") is not None
    assert (await get(office, f"/pesan/{KEY}")).css_first("form") is None


async def test_what_cannot_be_read_is_said_and_not_made_up(office: Office) -> None:
    parcel = office.store.parcels[KEY]

    assert (letter(replace(parcel, body=None)).text, letter(replace(parcel, body=None)).why) == ("", UNWRITTEN)
    assert (letter(replace(parcel, body={"form": 9})).text, letter(parcel).why) == ("", UNREADABLE)
    assert UNREADABLE in text(await get(office, f"/pesan/{KEY}"), "#isi-pesan")
    office.store.parcels[KEY] = replace(parcel, body=None, state=ParcelState.WAITING, settled=None)
    waiting = await get(office, f"/pesan/{KEY}")
    assert UNWRITTEN in text(waiting, "#isi-pesan")
    assert "Dikirim paling cepat" in text(waiting, "#perjalanan")


async def test_a_message_that_is_not_there_is_not_found(office: Office) -> None:
    assert "Tidak ada pesan dengan kunci itu" in text(await get(office, "/pesan/ins-9-1-noc", 404), "main")


async def test_the_list_the_incident_and_its_timeline_lead_to_the_message(office: Office) -> None:
    listed, case = await get(office, "/pesan"), await get(office, "/insiden/3")

    assert first(listed, f".parcels a[href='/pesan/{KEY}']").text()
    assert first(case, f"#pesan a[href='/pesan/{KEY}']").text() == "gangguan baru"
    assert first(case, f"#lini a[href='/pesan/{KEY}']").text() == "csirt"


async def test_an_incident_shows_its_messages_however_many_came_later(office: Office) -> None:
    template = office.store.parcels[KEY]
    for number in range(300):
        office.store.parcels[f"x-{number}"] = replace(template, key=f"x-{number}", incident=4)

    assert len((await get(office, "/insiden/3")).css(f"#pesan a[href='/pesan/{KEY}']")) == 1


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("auditor", 200), (None, 303)])
async def test_whoever_may_read_findings_may_read_messages(role: str | None, status: int) -> None:
    async with entrance.house() as house, house.browser() as browser:
        if role is not None:
            await entrance.sign_in(browser, role)
        assert (await browser.get(f"/pesan/{KEY}")).status_code == status
        assert (await browser.get("/temuan")).status_code == status
