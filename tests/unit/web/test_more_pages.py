"""Domains, what is not watched, grades, rules and findings by rule, as pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from monitor.findings import Ledger
from monitor.latest import Latest
from monitor.model import Audience, OpenFinding, Rule, Severity
from tests.unit.web import domains, facts, record, regency
from tests.unit.web.client import client
from tests.unit.web.moment import NOW
from tests.unit.web.test_pages import one, parsed, text


@pytest.fixture
async def board() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as made:
        yield made


def burdened(count: int, severity: Severity = Severity.LOW) -> Latest:
    """The regency, with *count* more findings on OPD-001."""
    latest = regency.latest()
    entry = latest.get("OPD-001")
    assert entry is not None
    rule = Rule("x.slight", severity, Audience.OWNER)
    extra = {("x", "x.slight", str(number)): OpenFinding("x", rule(str(number)), NOW) for number in range(count)}
    entry.ledger = Ledger(extra)
    return latest


async def test_the_headline_spells_out_sites_and_services(board: httpx.AsyncClient) -> None:
    assert text(await board.get("/"), "h1") == "Keadaan 218 situs · 1 layanan"


async def test_domains_stand_behind_the_sites_in_a_section_of_their_own(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/"))

    assert [node.attributes["id"] for node in tree.css("#daftar .group h2")][-1] == "h-domain"
    rows = {one(row, "th a").text(): " ".join(row.text(separator=" ").split()) for row in tree.css(".domains tbody tr")}
    assert len(rows) == 133
    assert "ns1.purbalinggakab.go.id, ns2.purbalinggakab.go.id" in rows[domains.COUNTY]
    assert "21 hari ada B" in rows[domains.COUNTY]
    assert rows["kedungjaya.desa.id"].startswith("Belum diamati kedungjaya.desa.id belum pernah – – –")


async def test_a_doubtful_address_reads_as_a_matter_of_the_list(board: httpx.AsyncClient) -> None:
    front = parsed(await board.get("/?q=KELURAHAN-003"))

    assert " ".join(one(front, "#daftar .c-state").text().split()) == "Perlu verifikasi"
    assert "Alamat di daftar perlu diverifikasi" in text(await board.get("/situs/KELURAHAN-003"), "#kepala")


async def test_a_site_leads_to_its_domain_and_the_domain_to_its_sites(board: httpx.AsyncClient) -> None:
    site = parsed(await board.get("/situs/DESA-046"))
    domain = parsed(await board.get("/situs/kedungrejo.desa.id"))

    assert site.css('.facts a[href="/situs/kedungrejo.desa.id"]')
    assert [node.attributes["href"] for node in domain.css("#di-bawah th a")] == ["/situs/DESA-046"]


async def test_a_domain_page_shows_each_check_with_its_facts_and_when_it_looks_again(board: httpx.AsyncClient) -> None:
    answer = await board.get(f"/situs/{domains.COUNTY}")

    zone, registration = text(answer, "#cek-zone"), text(answer, "#cek-registration")
    assert "dilihat 3 menit lalu : dapat melihat · berikutnya sekitar 24-11-2026 08:07" in zone
    assert "ns1.purbalinggakab.go.id 192.0.2.53 berwenang, ada jawaban 2026112401" in zone
    assert "tidak menjawab <i>SERVFAIL</i>" in zone
    assert "Tidak dapat melihat: registri tidak menjawab dalam 30 detik" in registration
    assert "Yang tampak berasal dari" in registration
    assert "Berakhir menurut registri 15-12-2026 13:05 21 hari" in registration
    assert domains.HOSTILE_REGISTRAR in registration
    assert not parsed(answer).css("main i:not(.steps i), main script")


async def test_a_check_that_has_not_run_says_so_and_claims_nothing(board: httpx.AsyncClient) -> None:
    said = text(await board.get("/situs/kedungjaya.desa.id"))

    assert "Belum diamati – domain ini belum pernah dilihat" in said
    assert said.count("Belum pernah dilihat sejak pemantau dinyalakan.") == 2, "zone and registration; it has no mail"
    assert "Belum dinilai" in said


async def test_every_check_that_looked_at_a_site_has_a_section_on_its_page() -> None:
    async with client(latest=facts.furnished()) as board:
        site, county = parsed(await board.get("/situs/OPD-001")), parsed(await board.get(f"/situs/{domains.COUNTY}"))

    sections = [node.attributes["id"] for node in (*site.css("section.look"), *county.css("section.look"))]
    assert sorted(map(str, sections)) == sorted(f"cek-{name}" for name in domains.BY_NAME if name != regency.WEBSITE)
    assert not site.css(".look .empty, .look dl.outline")
    assert not county.css(".look .empty, .look dl.outline")


async def test_what_the_record_remembers_is_shown_until_there_is_news() -> None:
    latest = regency.latest()
    entry = latest.get("kedungjaya.desa.id")
    assert entry is not None
    entry.remembered = {"zone": domains.BY_NAME["zone"].remember(domains.delegated("kedungjaya.desa.id"))}

    async with client(latest=latest) as board:
        said = text(await board.get("/situs/kedungjaya.desa.id"), "#cek-zone")

    assert "catatan sebelum pemantau dinyalakan" in said
    assert "ns2.kedungjaya.desa.id" in said


async def test_the_arithmetic_of_a_grade_is_shown_line_by_line_with_its_rules(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/situs/OPD-016"))

    lines = [" ".join(row.text(separator=" ").split()) for row in tree.css("#nilai tbody tr")]
    assert lines[0] == "Nilai awal 100"
    assert lines[1] == "Server menjawab dengan galat (tinggi) −20"
    assert lines[-1] == "Nilai F 29"
    assert {node.attributes["href"] for node in tree.css("#nilai td a")} == {"/aturan#site.error"}


@pytest.mark.parametrize(("count", "folded"), [pytest.param(6, False, id="few"), pytest.param(7, True, id="many")])
async def test_slight_findings_are_folded_away_when_they_are_many(count: int, folded: bool) -> None:  # noqa: FBT001
    async with client(latest=burdened(count)) as board:
        tree = parsed(await board.get("/situs/OPD-001"))

    assert len(tree.css("#temuan article")) == count
    assert bool(tree.css("#temuan details#kebersihan")) is folded


async def test_serious_findings_are_never_folded_away() -> None:
    async with client(latest=burdened(9, Severity.MEDIUM)) as board:
        tree = parsed(await board.get("/situs/OPD-001"))

    assert not tree.css("#kebersihan")


async def test_a_finding_shows_its_evidence(board: httpx.AsyncClient) -> None:
    said = text(await board.get("/situs/DESA-046"), "#temuan details")

    assert "tahap sambung (TCP) gangguan tidak menjawab alamat IP 192.0.2.7" in said


async def test_what_is_not_watched_has_a_page_that_says_why(board: httpx.AsyncClient) -> None:
    answer = await board.get("/situs/LAYANAN-002")

    assert answer.status_code == 200
    assert "tidak dipantau" in text(answer, "header.head")
    assert regency.HOSTILE_NOTE in text(answer)
    assert not parsed(answer).css("main b")


@pytest.mark.parametrize("path", ["/", "/?keadaan=tidak-dipantau"])
async def test_what_is_not_watched_can_be_found_from_the_front_page(board: httpx.AsyncClient, path: str) -> None:
    tree = parsed(await board.get(path))

    assert tree.css('#daftar a[href="/situs/LAYANAN-002"]')


async def test_findings_come_by_rule_worst_first_with_the_number_of_sites(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/temuan"))

    severities = [one(node, "summary .severity").text() for node in tree.css("details.rule")]
    assert severities == sorted(severities, key=["Kritis", "Tinggi", "Sedang", "Rendah", "Info"].index)
    down = one(tree, "details.rule#aturan-site\\.down")
    assert one(down, ".many").text() == "2 situs"
    assert {node.attributes["href"] for node in down.css("tbody td:first-child a")} == {
        "/situs/DESA-046",
        "/situs/PUSKESMAS-004",
    }


async def test_findings_one_by_one_come_worst_first(board: httpx.AsyncClient) -> None:
    everything = [node.text() for node in parsed(await board.get("/temuan?susun=satu")).css("article .severity")]

    assert everything == sorted(everything, key=["Kritis", "Tinggi", "Sedang", "Rendah", "Info"].index)
    assert len(everything) > 100


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param({"keparahan": "tinggi", "jenis": "desa"}, 3, id="severity and jenis"),
        pytest.param({"aturan": "site.down"}, 2, id="rule"),
        pytest.param({"untuk": "owner", "jenis": "desa"}, 2, id="audience"),
        pytest.param({"pemilik": "desa kedungrejo"}, 2, id="owner of a site and of its domain"),
        pytest.param({"aturan": "<script>"}, 0, id="no such rule"),
    ],
)
async def test_only_the_findings_asked_for_are_listed(
    board: httpx.AsyncClient, query: dict[str, str], count: int
) -> None:
    answer = await board.get("/temuan", params={**query, "susun": "satu"})

    assert len(parsed(answer).css("article.finding")) == count


async def test_a_rule_open_on_very_many_sites_lists_some_and_leads_to_all() -> None:
    latest = regency.latest()
    rule = Rule("x.slight", Severity.LOW, Audience.OWNER)
    for entry in latest.entries():
        entry.ledger = Ledger({("x", "x.slight", ""): OpenFinding("x", rule(), NOW)})

    async with client(latest=latest) as board:
        tree = parsed(await board.get("/temuan"))
        more = one(tree, "details.rule .more a")
        everything = parsed(await board.get(str(more.attributes["href"])))

    assert one(tree, ".many").text() == "218 situs · 1 layanan · 133 domain"
    assert len(tree.css("details.rule tbody tr")) == 30
    assert len(everything.css("article.finding")) == 200
    assert one(everything, "nav.pages [aria-current]").text() == "Halaman 1 dari 2"


async def test_every_rule_is_explained_with_where_it_is_open(board: httpx.AsyncClient) -> None:
    tree = parsed(await board.get("/aturan"))

    assert {node.attributes["id"] for node in tree.css("details details article")} == {
        rule.code for check in domains.CHECKS for rule in check.rules
    }
    assert not tree.css("details[open]"), "two hundred rules are not read from the first to the last"
    chapter = one(tree, "details.chapter > summary")
    assert " ".join(chapter.text().split()).startswith("Kunjungan ")
    assert one(chapter, ".tally .soon").text().endswith(" terbuka sekarang")
    down = one(tree, "article#site\\.down")
    assert one(down, 'a[href="/temuan?aturan=site.down"]').text() == "terbuka di 2"
    assert all(node.text().strip() for node in tree.css("article dd"))


async def test_a_site_with_an_odd_note_and_no_owner_is_still_a_page() -> None:
    latest = Latest()
    idle = replace(next(regency.targets()), active=False, owner="", url="javascript:alert(1)")
    latest.settle([idle])

    async with client(latest=latest, store=record.Record()) as board:
        answer = await board.get("/situs/OPD-001")

    assert "Daftar tidak menyebut alasannya." in text(answer)
    assert not [node for node in parsed(answer).css("main a") if "javascript" in (node.attributes["href"] or "")]
