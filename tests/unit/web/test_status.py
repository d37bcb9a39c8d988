"""The public page: there only when it is wanted, availability and nothing else, in a feed and in badges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from xml.etree import ElementTree as ET

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor import catalogue
from monitor.availability import Outage
from monitor.findings import Ledger
from monitor.latest import Latest
from monitor.model import Audience, Kind, OpenFinding, Rule, Severity, State
from monitor.sections import StatusPage
from monitor.settings import Settings
from monitor.web.badges import badge
from monitor.web.feed import ATOM, News, feed
from monitor.web.permits import is_open
from monitor.web.rows import KIND_RANK
from tests.unit.web import record, regency
from tests.unit.web.client import client, first
from tests.unit.web.moment import NOW

OPTED = Settings(status=StatusPage(enabled=True, contact="Hubungi <dinkominfo@purbalinggakab.go.id>."))
EVERYTHING = ("/status", "/status/feed.atom", "/status/badge/DESA-101.svg")
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
async def public() -> AsyncIterator[httpx.AsyncClient]:
    async with client(settings=OPTED) as made:
        yield made


@pytest.mark.parametrize("path", EVERYTHING)
async def test_it_is_not_there_unless_somebody_wants_it(path: str) -> None:
    async with client() as board:
        answer = await board.get(path)
        nothing = await board.get("/there-is-no-such-page")

    assert answer.status_code == nothing.status_code == 404
    assert answer.text == nothing.text


@pytest.mark.parametrize(
    ("path", "open_to_all"), [*((path, True) for path in EVERYTHING), ("/statusx", False), ("/api/v1/status", False)]
)
def test_nobody_has_to_log_in_to_see_it(path: str, open_to_all: bool) -> None:  # noqa: FBT001
    assert is_open(path) is open_to_all


@pytest.mark.parametrize("path", EVERYTHING)
async def test_it_may_be_kept_for_a_minute(public: httpx.AsyncClient, path: str) -> None:
    answer = await public.get(path)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_every_site_has_its_state_its_days_and_a_figure(public: httpx.AsyncClient) -> None:
    page = LexborHTMLParser((await public.get("/status")).text)

    sites = [entry for entry in record.settled().entries() if entry.target.kind is not Kind.DOMAIN]
    ordered = sorted(sites, key=lambda entry: (KIND_RANK[entry.target.kind], entry.state is State.UP))
    assert [node.attributes["id"] for node in page.css("article")] == [entry.target.kode for entry in ordered]
    folded = [node.attributes["id"] for node in page.css("details article")]
    assert len(folded) > 150
    assert {entry.target.kode for entry in sites if entry.state is not State.UP}.isdisjoint(folded)
    assert first(page, "#desa summary").text() == f"{len(page.css('#desa details article'))} lainnya aktif"
    line = " ".join(first(page, "#DESA-101").text(separator=" ").split())
    assert "Desa" in line
    assert line.endswith("99,43%")
    assert first(page, "#DESA-101 svg.days").attributes["aria-label"] == (
        "90 hari terakhir: 58 hari tanpa gangguan, 1 hari terganggu, 2 hari dengan gangguan"
    )
    assert len(page.css("#DESA-101 path.f-kosong")) == 1
    assert "Hubungi <dinkominfo@purbalinggakab.go.id>." in first(page, ".intro").text()


async def test_it_says_nothing_of_what_was_found_or_why(public: httpx.AsyncClient) -> None:
    text = (await public.get("/status")).text
    told = (await public.get("/status/feed.atom")).text

    for said in (text, told):
        assert not [code for code in catalogue.codes() if code in said]
        assert not [code for code in catalogue.codes() if catalogue.text(code).title in said]
        for secret in ("/situs/", "/temuan", "/insiden", "Nilai", "192.0.2.", regency.HOSTILE_NOTE, "Sertifikat"):
            assert secret not in said
    assert regency.HOSTILE_TITLE not in text


async def test_what_is_not_watched_is_not_there(public: httpx.AsyncClient) -> None:
    text = (await public.get("/status")).text

    assert "LAYANAN-002" not in text
    assert 'id="purbalinggakab.go.id"' not in text


async def test_the_feed_has_each_outage_once_under_a_lasting_name(public: httpx.AsyncClient) -> None:
    root = ET.fromstring((await public.get("/status/feed.atom")).content)  # noqa: S314 - our own

    entries = root.findall(f"{{{ATOM}}}entry")
    ids = [entry.findtext(f"{{{ATOM}}}id") or "" for entry in entries]
    updated = [entry.findtext(f"{{{ATOM}}}updated") or "" for entry in entries]
    assert len(ids) == len(set(ids)) == 200
    assert all(number.startswith("urn:uuid:") for number in ids)
    assert updated == sorted(updated, reverse=True)
    assert root.findtext(f"{{{ATOM}}}updated") == updated[0] == "2026-11-24T06:00:09+07:00"
    assert (entries[0].findtext(f"{{{ATOM}}}title") or "").endswith(" tidak dapat dijangkau")


def test_an_outage_that_ended_is_the_same_news_brought_up_to_date() -> None:
    target = next(regency.targets())
    running = News(target, outage(None))
    over = News(target, outage(START + timedelta(hours=2, minutes=5)))

    assert (running.id, running.updated) == (over.id, START)
    assert over.updated == START + timedelta(hours=2, minutes=5)
    assert over.title == "Sekretariat Daerah pulih setelah 2 jam 5 menit"
    assert running.summary.endswith("dan belum pulih.")
    assert "pemeliharaan" in News(target, outage(None, maintained=timedelta(1))).summary


def outage(end: datetime | None, maintained: timedelta = timedelta(0)) -> Outage:
    return Outage(start=START, end=end, duration=(end or NOW) - START, cause="site.down", maintained=maintained)


def test_the_feed_is_well_formed_whatever_sites_are_called() -> None:
    target = next(regency.targets())
    odd = News(type(target)(kode="A B", kind=target.kind, name="<b>\x00\x1b&\ud800", url=target.url), outage(None))

    root = ET.fromstring(feed("Judul & \x07", "http://x", NOW, [odd]))  # noqa: S314 - our own

    assert root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}title") == "<b>��&� tidak dapat dijangkau"
    link = root.find(f"{{{ATOM}}}entry/{{{ATOM}}}link")
    assert link is not None
    assert link.attrib["href"] == "http://x/status#A%20B"


def test_a_feed_without_news_is_a_feed() -> None:
    root = ET.fromstring(feed("Judul", "http://x", NOW, []))  # noqa: S314 - our own

    assert root.findtext(f"{{{ATOM}}}updated") == "2026-11-24T08:05:09+07:00"


async def test_a_badge_may_stand_on_other_pages(public: httpx.AsyncClient) -> None:
    answer = await public.get("/status/badge/DESA-101.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert ET.fromstring(answer.text).attrib["aria-label"] == "90 hari: terganggu · 99,43%"  # noqa: S314 - our own


@pytest.mark.parametrize("kode", ["DESA-999", "purbalinggakab.go.id", "LAYANAN-002", "%3Cscript%3E"])
async def test_there_is_no_badge_of_what_is_not_public(public: httpx.AsyncClient, kode: str) -> None:
    assert (await public.get(f"/status/badge/{kode}.svg")).status_code == 404


@pytest.mark.parametrize(
    ("state", "ratio", "said"),
    [
        (State.UP, Fraction(99_999, 100_000), "90 hari: aktif · 99,99%"),
        (State.UP, Fraction(1), "90 hari: aktif · 100,00%"),
        (State.DOWN, Fraction(0), "90 hari: turun · 0,00%"),
        (State.UNOBSERVED, None, "90 hari: tidak teramati"),
    ],
)
def test_a_badge_never_says_more_than_was_seen(state: State, ratio: Fraction | None, said: str) -> None:
    assert ET.fromstring(badge(state, ratio, 90)).attrib["aria-label"] == said  # noqa: S314 - our own


HOSTILE = '"><script>alert(1)</script>{{7*7}}&<b>'
SECRETS = ("content.gambling", "site.down", "judi", "slot", "Kritis", "192.0.2", "slot-gacor")


def infected(name: str, *, tainted: bool) -> Latest:
    """The regency, whose DESA-101 is called *name*, with or without a finding of the CSIRT's."""
    latest = regency.latest()
    entry = latest.get("DESA-101")
    assert entry is not None
    entry.target = replace(entry.target, name=name)
    if tainted:
        rule = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
        entry.ledger = Ledger({("website", rule.code, ""): OpenFinding("website", rule(text="slot gacor"), NOW)})
    return latest


@pytest.mark.parametrize("path", EVERYTHING)
async def test_a_name_is_a_name_whatever_it_is_made_of(path: str) -> None:
    async with client(settings=OPTED, latest=infected(HOSTILE, tainted=True)) as board:
        answer = await board.get(path)

    assert answer.status_code == 200
    for part in ("<script>alert", "<b>", ">49<"):
        assert part not in answer.text


@pytest.mark.parametrize("path", EVERYTHING)
async def test_nothing_tells_the_public_of_a_finding_not_even_that_something_has_changed(path: str) -> None:
    answers = []
    for tainted in (False, True):
        async with client(settings=OPTED, latest=infected("Desa Uji", tainted=tainted)) as board:
            answers.append(await board.get(path))

    clean, dirty = answers
    assert clean.text == dirty.text
    assert {**clean.headers} == {**dirty.headers}, "its tag and its length, too"
    assert [word for word in SECRETS if word in dirty.text] == []
