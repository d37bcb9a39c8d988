"""What people must hear before they believe the board: open incidents, and whether anybody is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.alerts.beat import Standing
from monitor.content.defacement import Defacement, Mark
from monitor.content.facts import Place
from monitor.content.parked import Placeholder, Stand
from monitor.incident import Incident, ParcelState, Scope
from monitor.latest import Latest
from monitor.settings import Settings
from monitor.web import casebook
from monitor.web.contents import contents
from tests.unit.web import caseload, record, regency
from tests.unit.web.caseload import HIJACKED, HOSTILE, Office
from tests.unit.web.client import client
from tests.unit.web.moment import NOW
from tests.unit.web.regency import WEBSITE
from tests.unit.web.test_desk_pages import NAMES, board_of, get, text


@pytest.fixture
def office() -> Office:
    return caseload.busy()


async def notices(office: Office, **changes: Any) -> list[str]:
    """The banners of the front page: level and words."""
    view = office.view()
    values = {**{name: getattr(view, name) for name in NAMES}, **changes}
    async with client(**values) as board:
        tree = LexborHTMLParser((await board.get("/")).text)
    return [
        f"{(node.attributes['class'] or '').split()[-1]}: {' '.join(node.text(separator=' ').split())}"
        for node in tree.css(".notices .notice")
    ]


async def test_the_front_page_tells_what_is_open_what_nobody_took_on_first(office: Office) -> None:
    await office.desk.acknowledge(3, "Siti")

    tree = await get(office, "/")

    heading = text(tree, "#h-insiden")
    assert heading == "Insiden terbuka 3 · 1 kritis · 2 tinggi · 2 belum diterima siapa pun"
    lines = [" ".join(node.text(separator=" ").split()) for node in tree.css(".case-lines li")]
    assert [line.split()[1] for line in lines] == ["INS-4", "INS-2", "INS-3"]
    assert lines[1] == "Tinggi INS-2 85 situs turun: alamat 192.0.2.7 koneksi ditolak 2 jam 5 menit · belum diterima"
    assert lines[2].endswith("diterima Siti")


async def test_the_front_page_asks_no_store_for_its_incidents(office: Office) -> None:
    class Silent(type(office.store)):  # type: ignore[misc]
        async def incident_findings(self, number: int) -> Any:
            raise AssertionError("the front page waits for the store")

        timeline = incidents = incident = incident_findings

    office.store.__class__ = Silent

    assert "3 · 1 kritis" in text(await get(office, "/"), "#h-insiden")


async def test_more_than_a_few_incidents_are_counted() -> None:
    office = caseload.quiet()
    for number in range(9):
        office.opens(f"DESA-{number + 1:03}", caseload.gambling(), NOW)

    tree = await get(office, "/")

    assert len(tree.css(".case-lines li")) == 5
    assert "4 insiden lagi" in text(tree)


async def test_an_incident_that_waits_for_quiet_is_on_the_front_page() -> None:
    office = caseload.quiet(flap_count=2, flap_window="1h", flap_hold="15m")
    at = NOW - timedelta(minutes=20)
    for minute in range(0, 12, 4):
        key = office.opens("DESA-001", caseload.refused(), at + timedelta(minutes=minute))
        office.closes(key, at + timedelta(minutes=minute + 2))
    assert office.book.open[0].held_until is not None

    assert office.book.open[0].current == ()

    for path in ("/", "/insiden"):
        tree = await get(office, path)
        lines = tree.css_first(".case-lines, .cases tbody")
        assert lines is not None, path
        assert "Menunggu stabil – Desa Karangjaya (DESA-001)" in lines.text(), path
        assert [node.attributes["href"] for node in lines.css("a[href^='/situs/']")] == ["/situs/DESA-001"], path


async def test_many_that_wait_for_quiet_are_counted_with_what_they_share() -> None:
    office = caseload.quiet(flap_count=2, flap_window="1h", flap_hold="15m")
    at = NOW - timedelta(minutes=20)
    for minute in range(0, 12, 4):
        each = at + timedelta(minutes=minute)
        keys = [office.opens(f"DESA-00{number}", caseload.refused(), each, caseload.SHARED) for number in range(1, 6)]
        for key in keys:
            office.closes(key, each + timedelta(minutes=2))
    assert [item.current for item in office.book.open] == [()]

    line = text(await get(office, "/"), ".case-lines")

    assert "Menunggu stabil – 5 situs, alamat bersama: 192.0.2.7" in line
    assert "Desa Kalijaya , dan 2 lagi" in line


async def test_a_calm_board_says_so_and_a_filtered_one_says_nothing(office: Office) -> None:
    assert "Tidak ada insiden terbuka." in text(await get(caseload.quiet(), "/"), ".calm")
    assert not (await get(office, "/?q=desa")).css(".case-lines, .calm")


async def test_a_board_without_a_desk_says_nothing_of_incidents() -> None:
    async with client() as board:
        tree = LexborHTMLParser((await board.get("/")).text)

    assert not tree.css(".case-lines, .calm, .notice")


async def test_without_a_channel_everybody_sees_that_nobody_is_told() -> None:
    office = caseload.quiet()

    said = await notices(office, settings=Settings())

    assert len(said) == 1
    assert said[0].startswith("alarm: Belum ada saluran notifikasi: tidak seorang pun diberi tahu")
    assert "monitor alerts test NAMA" in said[0]


async def test_with_channels_that_work_there_is_no_banner() -> None:
    assert await notices(caseload.quiet()) == []


async def test_a_channel_that_refuses_and_messages_given_up_are_told(office: Office) -> None:
    office.lines["csirt"].alive = False
    await office.reach.count()

    said = await notices(office)

    assert said[0].startswith("alarm: Saluran csirt tidak menerima pesan")
    assert said[1].startswith("warning: Pesan yang tidak pernah sampai: 1 lewat noc")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing("feed", well=False, reason="koneksi ditolak"), "warning: Umpan SIEM tidak diterima koneksi ditolak."),
        (Standing("heartbeat", well=False, reason="HTTP 500"), "warning: Tanda hidup ke luar tidak diterima HTTP 500."),
        (
            Standing("alertmanager", "utama", well=False, reason="HTTP 400"),
            "warning: Alertmanager utama tidak diterima HTTP 400.",
        ),
        (Standing("feed", well=True), ""),
        (Standing("feed"), ""),
    ],
)
async def test_who_outside_does_not_hear_us_is_told(standing: Standing, said: str) -> None:
    office = caseload.quiet()
    office.standings = (standing,)
    office.__post_init__()

    assert await notices(office) == ([said] if said else [])


async def test_the_health_page_tells_how_people_are_reached(office: Office) -> None:
    office.standings = (Standing("feed", well=False, reason="koneksi ditolak"), Standing("heartbeat", well=True))
    office.store.unfed = [record.Sample(NOW - timedelta(minutes=7))]
    office.lines["csirt"].alive = None
    office.__post_init__()
    await office.reach.count()

    said = text(await get(office, "/kesehatan"))

    assert "noc menerima 1 3 1 csirt belum mencoba 0 1 0" in said
    assert "Umpan SIEM menolak koneksi ditolak tertinggal 7 menit" in said
    assert "Tanda hidup ke luar menerima" in said
    assert "Tangkapan layar 3 diambil, 1 tidak jadi , 1 menunggu" in said
    assert "Pemeliharaan 2 dijadwalkan , 1 sasaran sedang dipelihara" in said


async def test_the_health_page_tells_what_nobody_would_be_told_of() -> None:
    office = caseload.quiet(channels={"noc": caseload.CHANNELS["noc"]})

    said = text(await get(office, "/kesehatan")), text(await get(office, "/pesan"))

    assert all("CSIRT: temuan kritis" in page for page in said)


async def test_a_site_under_maintenance_wears_a_badge(office: Office) -> None:
    tree, other = await get(office, "/situs/OPD-001"), await get(office, "/situs/OPD-002")

    assert "Pemeliharaan sedang berlangsung sampai 24-11-2026 09:45 : Pindah server" in text(tree, ".badge")
    assert not tree.css("main img")
    assert not other.css(".badge")


async def test_metrics_tell_of_incidents_messages_and_maintenance(office: Office) -> None:
    await office.reach.count()
    office.lines["noc"].failed, office.lines["noc"].dead = 7, 2

    async with board_of(office) as board:
        told = (await board.get("/metrics")).text

    for line in (
        'monitor_incidents_open{audience="noc",severity="tinggi"} 2.0',
        'monitor_incidents_open{audience="csirt",severity="kritis"} 1.0',
        "monitor_incidents_unacknowledged 3.0",
        'monitor_outbox_parcels{channel="noc",state="gagal"} 1.0',
        'monitor_outbox_parcels{channel="csirt",state="gagal"} 0.0',
        'monitor_notifications_total{channel="noc",outcome="failed"} 5.0',
        'monitor_notifications_total{channel="noc",outcome="dead"} 2.0',
        "monitor_dead_letters 1.0",
    ):
        assert f"\n{line}\n" in told
    on = [line for line in told.splitlines() if line.startswith("monitor_target_maintenance") and line.endswith(" 1.0")]
    assert len(on) == 1
    assert 'kode="OPD-001"' in on[0]
    assert "monitor_feed_ok" not in told


async def test_a_board_for_reading_only_tells_no_affairs() -> None:
    async with client() as board:
        assert "monitor_incidents_open" not in (await board.get("/metrics")).text


async def test_maintenance_by_address_covers_the_sites_that_were_met_there() -> None:
    office = caseload.quiet()
    _window, ripples = office.book.add_window(
        scope=Scope.ADDRESS,
        value="192.0.2.7",
        start=NOW,
        length=timedelta(hours=1),
        reason="x",
        actor="R",
        at=NOW,
    )
    office.store.put_ripples(ripples)

    assert (await get(office, "/situs/OPD-001")).css(".badge"), "met at 192.0.2.7, without a change ever"
    assert not (await get(office, "/situs/DESA-047")).css(".badge"), "never met anywhere"


async def test_what_a_page_says_is_on_the_page_of_its_site_and_only_as_text(office: Office) -> None:
    tree = await get(office, f"/situs/{HIJACKED}")

    said = text(tree, "#isi-halaman")
    for part in (
        "tersisipi judi daring nilai 44",
        "hxxps://gacor[.]example/daftar?x=<b>",
        "tidak menyebut Purbalingga juga: Banyumas",
        "Bahasa Indonesia 1.234 kata",
        "Tanggal terbaru di halaman 22 November 2026",
        "WordPress 4.9.1",
        "Skrip dari luar cdn.gacor.example",
        "Bingkai dari luar main.example",
        f"Daftar {HOSTILE} bit.ly",
        "16 hal yang dinilai",
        f"judul slot SLOT GACOR {HOSTILE} hxxps://gacor[.]example/a 12,5",
        "dan 4 lagi",
        "belum tentu tidak ada",
    ):
        assert part in said
    assert not tree.css("#isi-halaman img, #isi-halaman b, #isi-halaman a")


def test_a_page_that_is_no_html_has_no_contents() -> None:
    assert contents(None, NOW) is None
    assert contents(regency.visit(next(regency.targets()), regency.HAPPY, Random(1)), NOW) is None


async def test_what_stands_in_place_of_a_site_is_said(office: Office) -> None:
    entry = office.entry(HIJACKED)
    run = entry.seen[WEBSITE]
    content = replace(
        caseload.hijacked_content(),
        placeholder=Placeholder(Stand.PARKED, "Buy this <b>domain</b>"),
        challenge=True,
        error=True,
        defacement=Defacement(points=0.5, marks=(Mark(Place.TITLE, 0.5, "Hacked by <i>X</i>"),)),
    )
    assert run.facts is not None
    entry.seen[WEBSITE] = replace(run, facts=replace(run.facts, content=content))

    said = text(await get(office, f"/situs/{HIJACKED}"), "#isi-halaman")

    assert "halaman parkir: domain dijual, habis masa berlakunya, atau penuh iklan (“Buy this <b>domain</b>”)" in said
    assert "ujian “apakah Anda manusia”" in said
    assert "Ini halaman galat" in said
    assert "judul: “Hacked by <i>X</i>” belum cukup untuk disebut peretasan" in said


def test_dead_letters_are_told_by_channel_the_most_first() -> None:
    office = caseload.quiet()
    office.reach.counts = {
        ("noc", ParcelState.DEAD): 1,
        ("csirt", ParcelState.DEAD): 4,
        ("lama", ParcelState.SENT): 9,
    }

    assert dict(office.reach.dead) == {"csirt": 4, "noc": 1}
    assert list(office.reach.dead) == ["csirt", "noc"]
    assert office.reach.channels == ("noc", "csirt", "lama")
    assert office.reach.total(ParcelState.DEAD) == 5


def test_an_alertmanager_is_a_channel_that_takes_no_messages() -> None:
    office = caseload.quiet(channels={"am": {"type": "alertmanager", "url": "http://127.0.0.1:9093"}})

    assert not office.reach.is_mute
    assert office.reach.channels == ()


@pytest.mark.parametrize(
    ("wells", "told"),
    [((), None), ((None,), None), ((True, None), True), ((True, False), False), ((True, True), True)],
)
def test_several_of_a_kind_are_well_when_all_are(wells: tuple[bool | None, ...], told: bool | None) -> None:  # noqa: FBT001
    office = caseload.quiet()
    office.standings = tuple(Standing("alertmanager", str(number), well) for number, well in enumerate(wells))
    office.__post_init__()

    assert office.reach.standing("alertmanager") is told
    assert office.reach.standing("feed") is None


async def test_a_line_of_the_past_is_told_from_the_record(office: Office) -> None:
    async def told(item: Incident) -> str:
        found = await casebook.lines([item], Latest(), office.teller, NOW)
        return found[0].title

    assert (await told(office.store.cases[1])).startswith("PULIH: ")
