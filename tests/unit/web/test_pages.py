from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.checks.website.visit import Visit
from monitor.latest import Latest
from monitor.model import Kind, Target
from tests.unit.web import record, regency
from tests.unit.web.client import client
from tests.unit.web.moment import NOW
from tests.unit.web.regency import WEBSITE

PAGES = (
    "/",
    "/?q=karang&keadaan=aktif",
    "/?halaman=99",
    "/situs/DESA-046",
    "/situs/DESA-090",
    "/situs/DESA-101",
    "/situs/DESA-120",
    "/situs/KECAMATAN-003",
    "/situs/OPD-005",
    "/situs/OPD-099",
    "/situs/tidak-ada",
    "/situs/purbalinggakab.go.id",
    "/situs/kedungjaya.desa.id",
    "/situs/LAYANAN-002",
    "/?keadaan=tidak-dipantau",
    "/?urut=nilai&nilai=A",
    "/temuan",
    "/temuan?susun=satu",
    "/aturan",
    "/kesehatan",
)


@pytest.fixture
async def board() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as made:
        yield made


def parsed(answer: httpx.Response) -> LexborHTMLParser:
    return LexborHTMLParser(answer.text)


def text(answer: httpx.Response, selector: str = "body") -> str:
    return " ".join(one(parsed(answer), selector).text(separator=" ").split())


def one(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    node = tree.css_first(selector)
    assert node is not None, selector
    return node


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_inline_script_or_style_or_anything_from_elsewhere(
    board: httpx.AsyncClient, path: str
) -> None:
    tree = parsed(await board.get(path))

    assert not tree.css("[style], style, iframe, object, embed")
    assert [node.attributes.get("src") for node in tree.css("script")] == ["/static/board.js"]
    loaded = [node.attributes.get("href") or "" for node in tree.css("link")]
    assert all(address.startswith("/static/") for address in loaded)
    handlers = [name for node in tree.css("*") for name in node.attributes if name.startswith("on")]
    assert not handlers


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_has_landmarks_a_language_one_heading_and_unique_ids(
    board: httpx.AsyncClient, path: str
) -> None:
    tree = parsed(await board.get(path))

    assert one(tree, "html").attributes["lang"] == "id"
    for selector in ("main#isi", "header.top", "nav[aria-label]", "footer", "h1", "head title"):
        assert len(tree.css(selector)) == 1 or selector.startswith("nav"), selector
    assert one(tree, "body a").attributes["href"] == "#isi", "the first link skips to the content"
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert all(node.css("thead th[scope]") for node in tree.css("table"))


async def test_a_board_without_login_leads_to_the_trail_that_anybody_may_read(board: httpx.AsyncClient) -> None:
    assert one(parsed(await board.get("/")), 'nav a[href="/audit"]').text() == "Jejak"
    assert (await board.get("/audit")).status_code == 200


async def test_the_front_page_says_each_state_in_words_with_its_count(board: httpx.AsyncClient) -> None:
    tiles = [" ".join(node.text().split()) for node in parsed(await board.get("/")).css(".tile")]

    assert tiles == [
        "4 Turun",
        "3 Terganggu",
        "6 Tidak teramati 1 di antaranya: alamat di daftar perlu diverifikasi",
        "206 Aktif",
    ]


async def test_the_front_page_lists_all_sites_with_state_age_time_certificate_and_findings(
    board: httpx.AsyncClient,
) -> None:
    tree = parsed(await board.get("/"))

    rows = {one(row, ".kode").text(): row for row in tree.css("#daftar .sites:not(.domains) tbody tr")}
    assert len(rows) == 219
    cells = {name: " ".join(one(rows["DESA-046"], f".{name}").text().split()) for name in ("c-state", "c-since")}
    assert cells == {"c-state": "Turun", "c-since": "2 jam 5 menit"}
    assert one(rows["DESA-046"], "time").attributes["title"] == "Selasa, 24 November 2026, 06.00 WIB"
    assert re.fullmatch(r"\d+ ms", one(rows["DESA-001"], ".c-time").text())
    assert one(rows["DESA-001"], ".c-cert").text() == "61 hari"
    assert " ".join(one(rows["OPD-005"], ".c-found").text().split()) == "1 Tinggi"


async def test_what_is_calm_stands_behind_its_count_and_what_is_not_before_it(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/"))

    desa = one(tree, "section[aria-labelledby=h-desa]")
    fold = one(desa, "details#tenang-desa")
    assert "open" not in fold.attributes
    folded, everything = len(fold.css("tbody tr")), len(desa.css("tbody tr"))
    assert everything == 133
    assert one(fold, "summary").text() == f"{folded} lainnya aktif, tanpa temuan tinggi atau kritis"
    assert one(desa, "tbody .c-state").text().strip() == "Turun"
    assert not {"Turun", "Terganggu", "Kritis"} & {node.text().strip() for node in fold.css(".c-state")}
    for query in ("?jenis=desa", "?urut=nama"):
        assert not parsed(await board.get(f"/{query}")).css("#daftar details.settled"), query


async def test_a_phone_finds_its_way_by_an_index(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/"))

    ways = [str(way.attributes["href"]) for way in tree.css("nav.narrow a")]
    assert len(ways) >= 8
    assert all(tree.css(way) for way in ways)


async def test_the_filter_form_remembers_what_was_asked(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/", params={"q": 'a"b', "jenis": "desa", "keadaan": "turun"}))

    assert one(tree, "input[name=q]").attributes["value"] == 'a"b'
    assert one(tree, "select[name=jenis] option[selected]").attributes["value"] == "desa"
    assert one(tree, "form.filter").attributes["method"] == "get"


async def test_a_lost_vantage_is_said_above_everything_with_its_beginning() -> None:
    async with client(vantage=record.Vantage(record.CUT, NOW - timedelta(hours=1))) as board:
        answer = await board.get("/")

    assert "Titik pantau terputus sejak Selasa, 24 November 2026, 07.05 WIB" in text(answer, ".notice.alarm")


async def test_a_vantage_without_sentinels_is_a_warning_and_a_working_one_is_silent(board: httpx.AsyncClient) -> None:
    async with client(vantage=record.Vantage(record.UNGUARDED)) as unguarded:
        assert "Penjaga jaringan belum disetel" in text(await unguarded.get("/"), ".notice.warning")

    assert not parsed(await board.get("/")).css(".notice")


async def test_a_refused_inventory_is_said_with_every_problem() -> None:
    vitals = regency.vitals()
    vitals.inventory_problems = ("desa.csv:12:4: <b>salah</b>", "opd.csv:3:1: kode ganda")

    async with client(vitals=vitals) as board:
        said = text(await board.get("/"), ".notice.warning")

    assert "desa.csv:12:4: <b>salah</b>" in said
    assert "opd.csv:3:1: kode ganda" in said


async def test_a_hostile_title_owner_and_failure_are_only_text(board: httpx.AsyncClient) -> None:
    titled = await board.get("/situs/OPD-005")
    owned = await board.get("/situs/KECAMATAN-003")
    failed = await board.get("/situs/DESA-047")

    assert regency.HOSTILE_TITLE in text(titled)
    assert "<script>alert" not in titled.text
    assert regency.HOSTILE_OWNER in text(owned)
    assert not parsed(owned).css("main b")
    assert "<b>NXDOMAIN</b>" in text(failed)
    assert not parsed(failed).css("main b")


async def test_hostile_headers_names_and_addresses_are_only_text() -> None:
    latest = regency.latest()
    poison = '"><img src=x onerror=alert(1)>'
    entry = latest.get("OPD-001")
    assert entry is not None
    run = entry.results[WEBSITE]
    facts = run.facts
    assert isinstance(facts, Visit)
    hop = facts.last
    assert hop.tls is not None
    leaf = replace(hop.tls.chain[0], subject=poison, issuer=poison, names=(poison,))
    session = replace(hop.tls, chain=(leaf,), verify_code=999, verify_message=poison, cipher=poison)
    bad = replace(hop, url=poison, location=poison, headers=((poison, poison),), tls=session, address=poison)
    entry.results[WEBSITE] = entry.seen[WEBSITE] = replace(run, facts=Visit(hops=(bad,), title=poison))

    async with client(latest=latest) as board:
        answer = await board.get("/situs/OPD-001")

    assert answer.status_code == 200
    assert not parsed(answer).css("img")
    assert text(answer).count(poison) >= 8


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)//a.desa.id", "data:text/html,x", "ftp://a.desa.id/", "//a.desa.id"]
)
async def test_only_web_addresses_become_links(url: str) -> None:
    latest = Latest()
    latest.settle([replace(next(regency.targets()), url=url)])

    async with client(latest=latest) as board:
        tree = parsed(await board.get("/situs/OPD-001"))

    assert url in one(tree, ".facts").text()
    assert not [node for node in tree.css("a") if node.attributes.get("href") == url]


async def test_a_link_to_a_site_tells_it_nothing_of_us(board: httpx.AsyncClient) -> None:
    link = one(parsed(await board.get("/situs/OPD-001")), ".facts a")

    assert link.attributes["href"] == "https://sd1.purbalinggakab.go.id"
    assert link.attributes["rel"] == "noopener noreferrer nofollow"


async def test_the_site_page_shows_each_hop_and_the_phases_that_made_its_time(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/situs/DESA-101"))

    hops = tree.css(".hops > li")
    assert [" ".join(one(hop, ".status").text().split()) for hop in hops] == ["HTTP 301", "HTTP 200"]
    assert len(hops[0].css(".phases td")) == 5
    assert len(hops[0].css("svg.bars rect[x]")) == 6
    assert "dialihkan ke hxxp://desakedunglor[.]desa[.]id/" in " ".join(hops[0].text().split())


async def test_an_invalid_certificate_is_shown_with_its_chain_and_what_is_wrong(board: httpx.AsyncClient) -> None:
    said = text(await board.get("/situs/KECAMATAN-003"), "#kunjungan")

    assert "tidak lolos verifikasi: kedaluwarsa" in said
    assert "lewat 3 hari" in said
    assert "CN=R11,O=Let's Encrypt,C=US" in said


async def test_a_finding_says_what_was_seen_why_it_matters_and_how_to_mend_it(board: httpx.AsyncClient) -> None:
    article = one(parsed(await board.get("/situs/KECAMATAN-003")), "article.finding")

    assert [node.text() for node in article.css("dt")] == [
        "Yang terlihat",
        "Mengapa penting",
        "Cara memperbaiki",
        "Rujukan",
    ]
    assert all(node.text().strip() for node in article.css("dd"))
    assert "4 hari" in one(article, "header").text()


async def test_a_failed_site_says_why_in_words(board: httpx.AsyncClient) -> None:
    assert "192.0.2.7" in text(await board.get("/situs/DESA-046"), "#kunjungan .callout")


async def test_a_site_we_could_not_look_at_shows_the_last_real_visit_and_says_so(board: httpx.AsyncClient) -> None:
    said = text(await board.get("/situs/DESA-090"))

    assert "galat pemantau: ValueError" in said
    assert "HTTP 200" in said
    assert "Tidak teramati" in said


async def test_a_site_never_visited_says_so(board: httpx.AsyncClient) -> None:
    said = text(await board.get("/situs/DESA-120"))

    assert "Belum pernah dikunjungi" in said


async def test_the_history_is_newest_first_and_closed_findings_are_dated(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/situs/OPD-001"))

    states = [" ".join(row.text(separator=" ").split()) for row in tree.css("#h-riwayat + table tbody tr")]
    assert states[0].startswith("24-11-2026 06:00 Turun")
    assert states[-1].startswith("26-10-2026 08:05 Aktif")
    assert "15-11-2026 08:05" in one(tree, "#h-ditutup + table").text()


async def test_the_picture_of_a_day_has_its_gap_and_its_failures(board: httpx.AsyncClient) -> None:
    picture = one(parsed(await board.get("/situs/OPD-001")), "svg.spark")

    assert len(picture.css("polyline")) == 3, "an hour nobody looked and an hour without a page part the line twice"
    assert picture.css("rect.fail")
    assert "median" in (picture.attributes["aria-label"] or "")


async def test_an_unknown_kode_gets_a_page_that_helps(board: httpx.AsyncClient) -> None:
    answer = await board.get("/situs/desa-046")

    assert answer.status_code == 404
    assert "Mungkin maksudnya DESA-046." in text(answer)


async def test_a_retired_site_keeps_a_page_that_says_so(board: httpx.AsyncClient) -> None:
    answer = await board.get("/situs/OPD-099")

    assert answer.status_code == 200
    assert "Tidak lagi dipantau sejak Kamis, 15 Oktober 2026, 08.05 WIB" in text(answer)


async def test_the_health_page_names_each_sentinel_with_its_state(board: httpx.AsyncClient) -> None:
    page = await board.get("/kesehatan")
    said = text(page)

    assert "tcp://1.1.1.1:443 menjawab tersambung" in said
    assert '<td data-label="Keterangan">tersambung</td>' in page.text, "a card on a phone, not a squeezed table"
    assert "Giliran terlewat 2" in said
    assert "99% dalam 0,50 detik" in said


async def test_an_odd_kode_still_leads_from_the_list_to_its_page() -> None:
    latest = Latest()
    latest.settle([Target(kode="a b?ü&#", kind=Kind.DESA, name="Aneh", url="http://[::1]:8/x")])

    async with client(latest=latest, store=record.Record()) as board:
        front = parsed(await board.get("/"))
        answer = await board.get(str(one(front, "#daftar th a").attributes["href"]))

    assert answer.status_code == 200
