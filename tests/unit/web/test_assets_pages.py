"""The register on the board: what is shown, found, handed out, and decided."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.assets import (
    Source,
)
from tests.unit.assets.making import sheet, target
from tests.unit.web.client import client, first
from tests.unit.web.moment import NOW
from tests.unit.web.register import HOSTILE, Register, change


@pytest.fixture
def kept() -> Register:
    return Register()


@pytest.fixture
async def browser(kept: Register) -> AsyncIterator[httpx.AsyncClient]:
    async with client(store=kept, desk=SimpleNamespace(book=SimpleNamespace(open=()))) as made:
        yield made


def one(node: LexborNode, selector: str) -> LexborNode:
    """The first below *node* that *selector* finds."""
    found = node.css_first(selector)
    assert found is not None, selector
    return found


def rows(page: str) -> list[str]:
    """The names in the first column."""
    return re.findall(r'<th scope="row"[^>]*>(?:<a [^>]*>)?([^<]+)', page)


async def test_the_register_lists_what_is_not_removed(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/aset")).text

    assert rows(page) == ["Dinkominfo &lt;script&gt;alert(&#34;aset&#34;)&lt;/script&gt;", "Desa Onje",
                          "purbalinggakab.go.id", "Layanan baru"]  # fmt: skip
    assert HOSTILE not in page
    assert "4 aset" in page
    assert '<a href="/aset" aria-current="page">Aset</a>' in page
    assert "Belum tercatat (2)" in page
    assert "Perlu dilihat (2)" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("jenis=desa", ["Desa Onje"]),
        ("jenis=domain", ["purbalinggakab.go.id"]),
        ("status=dihapus", ["Dinas Lama"]),
        ("status=rencana", []),
        ("q=onje+desa.id", ["Desa Onje"]),
        ("q=cloudflare", ["Dinkominfo &lt;script&gt;alert(&#34;aset&#34;)&lt;/script&gt;"]),
        ("q=104.16", ["Dinkominfo &lt;script&gt;alert(&#34;aset&#34;)&lt;/script&gt;"]),
        ("q=tiada", []),
        ("hanya=perlu-dilihat&jenis=desa", ["Desa Onje"]),
        ("hanya=perlu-dilihat&jenis=domain", []),
    ],
)
async def test_a_reader_finds_what_was_asked_for(browser: httpx.AsyncClient, query: str, names: list[str]) -> None:
    page = (await browser.get(f"/aset?{query}")).text

    assert rows(page) == names
    assert ("Tidak ada aset yang cocok" in page) is (not names)
    assert "Hapus saringan" in page


async def test_a_filter_that_is_no_filter_is_said(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/aset?jenis=pulau")).text

    assert len(rows(page)) == 4
    assert "jenis=pulau" in page


async def test_a_long_register_has_pages(browser: httpx.AsyncClient, kept: Register) -> None:
    kept.parts = [sheet(target(f"OPD-{number:03}", name=f"Aset {number}")) for number in range(620)]

    last = (await browser.get("/aset?halaman=99&jenis=opd")).text
    middle = LexborHTMLParser((await browser.get("/aset?halaman=7&jenis=opd")).text)

    assert len(rows(last)) == 20
    ways = {" ".join(way.text().split()): way.attributes["href"] for way in LexborHTMLParser(last).css(".pages a")}
    assert list(ways) == ["Sebelumnya", "Halaman 1", "Halaman 11", "Halaman 12", "Halaman 13 dari 13"]
    assert ways["Sebelumnya"] == ways["Halaman 12"] == "/aset?jenis=opd&halaman=12"
    near = " ".join(first(middle, ".pages").text(separator=" ").replace("Halaman", "").split())
    assert near == "Sebelumnya 1 … 5 6 7 dari 13 8 9 … 13 Berikutnya"
    assert first(middle, ".pages [aria-current=page]").attributes["href"] == "/aset?jenis=opd&halaman=7"
    assert not LexborHTMLParser((await browser.get("/aset?q=Aset+619")).text).css(".pages")


async def test_the_tabs_keep_what_was_picked(browser: httpx.AsyncClient) -> None:
    tree = LexborHTMLParser((await browser.get("/aset?jenis=opd&q=dinas&hanya=perlu-dilihat")).text)

    tabs = [way.attributes["href"] for way in tree.css(".tabs a")]
    assert tabs == ["/aset?q=dinas&jenis=opd", "/aset?q=dinas&jenis=opd&hanya=perlu-dilihat", "/aset/kandidat"]
    plain = LexborHTMLParser((await browser.get("/aset")).text)
    assert [way.attributes["href"] for way in plain.css(".tabs a")] == ["/aset", "/aset?hanya=perlu-dilihat", tabs[-1]]


@pytest.mark.parametrize(
    ("query", "is_open"), [("", False), ("?q=dinas", False), ("?jenis=opd", True), ("?hanya=perlu-dilihat", True)]
)
async def test_filters_are_folded_until_one_is_used(browser: httpx.AsyncClient, query: str, is_open: bool) -> None:  # noqa: FBT001
    tree = LexborHTMLParser((await browser.get(f"/aset{query}")).text)

    assert ("open" in first(tree, "form.filter details").attributes) is is_open


async def test_an_asset_shows_what_it_rests_on_and_what_contradicts(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/aset/OPD-009")).text

    assert HOSTILE not in page
    assert "dinyatakan <strong>203.0.113.9</strong>, teramati <strong>104.16.0.1</strong>" in page
    assert "<dt>Penyedia hosting</dt><dd>Cloudflare" in page
    assert "<dt>Target ketersediaan</dt><dd>99,5%" in page
    assert "24-01-2027 08:05" in page
    assert "203.0.113.9 → 104.16.0.1" in page
    assert "teramati sejak 24-11-2026 05:05" in page


async def test_an_asset_is_found_whatever_the_case_and_says_what_nobody_knows(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/aset/desa-046")).text

    assert "Tercatat, belum pernah teramati." in page
    assert "<dt>Target ketersediaan</dt><dd>98" in page, "the goal of the settings"
    assert "belum diketahui" in page
    assert "Belum ada perubahan yang tercatat." in page


async def test_an_address_that_is_none_is_no_link(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/aset/LYN-001")).text

    assert 'href="javascript' not in page
    assert "Status belum dinyatakan" in page


async def test_a_removed_asset_keeps_its_page(browser: httpx.AsyncClient, kept: Register) -> None:
    step = {"field": "status_siklus_hidup", "before": "operasional", "after": "dihapus", "source": Source.DECLARED}
    kept.log = [change(kode="OPD-099", **step)]
    page = (await browser.get("/aset/OPD-099")).text

    assert "Dihapus" in page
    assert "keluar dari inventaris" in page
    assert "perpindahan operasional → dihapus melompati proses" in page


async def test_an_asset_that_is_not_there_is_404(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/aset/OPD-404")

    assert answer.status_code == 404
    assert "Tidak ada aset dengan kode" in answer.text


async def test_what_was_asked_for_is_handed_out_as_csv(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/aset/unduh.csv?jenis=desa")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="aset.csv"'
    assert [line["kode_aset"] for line in csv.DictReader(io.StringIO(answer.text))] == ["DESA-046"]


async def test_everything_is_handed_out_as_a_workbook(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/aset/unduh.xlsx")
    book = zipfile.ZipFile(io.BytesIO(answer.content))

    assert answer.headers["content-disposition"] == 'attachment; filename="register-aset.xlsx"'
    assert b'name="Kandidat"' in book.read("xl/workbook.xml")
    assert b"Dinas Lama" in book.read("xl/sharedStrings.xml")


async def test_candidates_wait_for_a_decision(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/aset/kandidat")).text

    assert rows(page) == ["mx.example.com", "simkeu.simdacloud.id"]
    assert HOSTILE not in page
    assert "tautan layanan" in page


def decision(**values: str) -> dict[str, str]:
    return {"host": "mx.example.com", "keputusan": "diabaikan", "nama": "Sari", "alasan": "milik penyedia", **values}


async def test_a_decision_is_recorded_with_who_and_why(browser: httpx.AsyncClient, kept: Register) -> None:
    answer = await browser.post("/aset/kandidat", data=decision())

    assert (answer.status_code, answer.headers["location"]) == (303, "/aset/kandidat")
    (said,) = kept.decided
    assert (said.host, said.stand, said.actor, said.reason, said.at) == (
        "mx.example.com",
        "diabaikan",
        "Sari",
        "milik penyedia",
        NOW,
    )
    assert rows((await browser.get("/aset/kandidat")).text) == ["simkeu.simdacloud.id"]
    everything = (await browser.get("/aset/kandidat?semua=1")).text
    assert len(rows(everything)) == 2
    assert "oleh Sari" in everything


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (decision(nama=""), 422),
        (decision(alasan=""), 422),
        (decision(keputusan="entah"), 422),
        (decision(host="tiada.example.com"), 404),
        ({}, 422),
    ],
)
async def test_a_decision_that_cannot_be_recorded_is_refused(
    browser: httpx.AsyncClient, kept: Register, form: dict[str, str], status: int
) -> None:
    assert (await browser.post("/aset/kandidat", data=form)).status_code == status
    assert kept.decided == []


async def test_a_board_that_only_reads_decides_nothing(kept: Register) -> None:
    async with client(store=kept) as reading:
        assert (await reading.post("/aset/kandidat", data=decision())).status_code == 503
        assert (await reading.get("/aset")).status_code == 200
    assert kept.decided == []


async def test_a_page_elsewhere_decides_nothing(browser: httpx.AsyncClient, kept: Register) -> None:
    headers = {"origin": "https://jahat.example.com"}

    assert (await browser.post("/aset/kandidat", data=decision(), headers=headers)).status_code == 403
    assert kept.decided == []


async def test_the_api_hands_out_the_register(browser: httpx.AsyncClient) -> None:
    found = (await browser.get("/api/v1/assets?jenis=opd&limit=1")).json()

    assert (found["total"], found["limit"], found["offset"]) == (1, 1, 0)
    (item,) = found["items"]
    assert (item["kode_aset"], item["alamat_ip"], item["target_ketersediaan"]) == ("OPD-009", "104.16.0.1", 99.5)
    assert item["kedaluwarsa_sertifikat"] == "2027-01-24T08:05:00+07:00"
    assert item["lokasi"] is None
    assert (await browser.get("/api/v1/assets?jenis=pulau")).status_code == 422


async def test_the_api_takes_decisions(browser: httpx.AsyncClient, kept: Register) -> None:
    body = {"stand": "diterima", "actor": "Sari", "reason": "milik kita"}
    said = (await browser.post("/api/v1/candidates/mx.example.com", json=body)).json()

    assert (said["host"], said["status"], said["oleh"], said["jumlah"]) == ("mx.example.com", "diterima", "Sari", 3)
    assert len(kept.decided) == 1
    assert (await browser.post("/api/v1/candidates/x.com", json=body)).status_code == 404
    assert (await browser.post("/api/v1/candidates/mx.example.com", json={**body, "actor": ""})).status_code == 422
    assert [item["host"] for item in (await browser.get("/api/v1/candidates")).json()] == [
        "mx.example.com",
        "simkeu.simdacloud.id",
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (decision(nama="", alasan="milik <b>penyedia"), "nama harus diisi"),
        (decision(alasan=""), "alasan harus diisi"),
        (decision(keputusan="entah", alasan="x"), "tidak dikenal"),
    ],
)
async def test_a_decision_that_is_refused_keeps_what_was_typed(
    browser: httpx.AsyncClient, form: dict[str, str], said: str
) -> None:
    answer = await browser.post("/aset/kandidat", data=form)

    tree = LexborHTMLParser(answer.text)
    sent = first(tree, "details#putuskan-mx\\.example\\.com")
    assert answer.status_code == 422
    assert "open" in sent.attributes
    assert said in one(sent, "[role=alert]").text()
    assert one(sent, "input[name=alasan]").attributes["value"] == form["alasan"]
    assert one(sent, "input[name=nama]").attributes["value"] == form["nama"]
    others = [field.attributes["value"] for field in tree.css("input[name=alasan]") if field.attributes["value"]]
    assert others == ([form["alasan"]] if form["alasan"] else [])
    assert "Belum tersimpan" in first(tree, "title").text()
    assert first(tree, "body").attributes["data-source"] == "/aset/kandidat"


async def test_a_decision_that_is_refused_leads_to_the_page_that_has_the_host(
    browser: httpx.AsyncClient, kept: Register
) -> None:
    await browser.post("/aset/kandidat", data=decision())

    answer = await browser.post("/aset/kandidat", data=decision(keputusan="diterima", alasan=""))

    tree = LexborHTMLParser(answer.text)
    assert first(tree, ".tabs a[aria-current=page]").text() == "Semua", "it waits for no decision any more"
    chosen = first(tree, "details[open] option[selected]")
    assert chosen.attributes["value"] == "diterima"
    assert len(kept.decided) == 1


async def test_a_decision_about_what_is_no_candidate_is_said_above_the_list(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/aset/kandidat", data=decision(host="tiada.example.com"))

    tree = LexborHTMLParser(answer.text)
    assert answer.status_code == 404
    assert "Tidak ada kandidat 'tiada.example.com'" in first(tree, "main > [role=alert]").text()
    assert len(rows(answer.text)) == 2


async def test_hosts_of_attackers_are_not_offered_and_counted(browser: httpx.AsyncClient, kept: Register) -> None:
    before = (await browser.get("/aset/kandidat")).text
    kept.barred = ("gacor.example", "slot.example")

    page = LexborHTMLParser((await browser.get("/aset/kandidat")).text)

    assert "tidak ditawarkan" not in before
    assert "2 host lain tidak ditawarkan" in first(page, ".found").text()
    assert "gacor[.]example, slot[.]example" in first(page, "#tidak-ditawarkan").text()


async def test_what_is_contacted_is_told_as_it_is(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/aset/kandidat")).text

    assert "tidak pernah mengunjungi" not in page
    assert "hanya sejauh situs atau domain yang tercatat memakainya" in page
