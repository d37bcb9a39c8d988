"""What the board admits: what was never looked at, what it cannot filter by, and what a good state would hide."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from monitor.findings import Ledger
from monitor.latest import Entry, Latest
from monitor.model import Audience, Kind, OpenFinding, Outcome, Rule, Severity, State
from monitor.scheduler import RETRY
from monitor.web.board import board as board_of
from monitor.web.looks import looks
from monitor.web.reckoning import reckoning
from monitor.web.rows import row
from monitor.web.templating import coded
from monitor.web.wanted import Wanted
from tests.unit.web import domains, regency
from tests.unit.web.client import client
from tests.unit.web.moment import NOW
from tests.unit.web.test_pages import one, parsed, text

CRITICAL = Rule("domain.non_government", Severity.CRITICAL, Audience.CSIRT)


@pytest.fixture
async def board() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as made:
        yield made


def entry(latest: Latest, kode: str) -> Entry:
    found = latest.get(kode)
    assert found is not None
    return found


def tainted() -> Latest:
    """The regency, with something critical on a village's site that is up."""
    latest = regency.latest()
    current = entry(latest, "DESA-012")
    current.ledger = Ledger({("website", CRITICAL.code, ""): OpenFinding("website", CRITICAL(), NOW)})
    assert current.state is State.UP
    return latest


def test_a_grade_is_provisional_until_every_check_that_applies_has_run_once() -> None:
    current = entry(regency.latest(), domains.COUNTY)
    due = {check.name for check in domains.CHECKS if check.applies(current.target)}

    before = row(current, NOW, domains.CHECKS)
    for name in before.missing[1:]:
        domains.failed(current, name, "tidak menjawab")
    current.remembered[before.missing[0]] = {"zone": "x"}
    after = row(current, NOW, domains.CHECKS)

    assert set(before.missing) == due - {"zone", "registration"} != set()
    assert (before.is_provisional, after.is_provisional) == (True, False)


def test_what_has_no_grade_has_no_provisional_one() -> None:
    assert not row(entry(regency.latest(), "DESA-120"), NOW, domains.CHECKS).is_provisional


async def test_a_provisional_grade_says_so_wherever_it_stands(board: httpx.AsyncClient) -> None:
    front = parsed(await board.get("/"))
    site = await board.get("/situs/OPD-002")

    assert "sementara" in one(front, "#daftar .c-grade").text()
    assert "di antaranya sementara" in text(await board.get("/"), ".letters + .sub")
    said = text(site, "#nilai")
    assert "dari 100 · sementara" in said
    assert "belum ada hasil dari: HTTP tanpa enkripsi (port 80), TLS" in said


async def test_a_final_grade_says_nothing_of_the_kind() -> None:
    async with client(checks=(regency.CHECK,)) as made:
        pages = [await made.get(path) for path in ("/", "/situs/OPD-002")]
        item = (await made.get("/api/v1/targets/OPD-002")).json()

    assert [page.text for page in pages if "sementara" in page.text] == []
    assert item["grade_provisional"] is False


async def test_the_api_tells_a_provisional_grade(board: httpx.AsyncClient) -> None:
    items = (await board.get("/api/v1/targets?limit=1000")).json()["items"]

    found = {item["kode"]: item["grade_provisional"] for item in items}
    assert (found["OPD-002"], found["DESA-120"]) == (True, False)
    assert (await board.get("/api/v1/targets/OPD-002")).json()["grade_provisional"] is True


@pytest.mark.parametrize(
    ("outcome", "early"),
    [
        pytest.param(Outcome.UNREACHABLE, True, id="unreachable"),
        pytest.param(Outcome.BROKEN, True, id="broken"),
        pytest.param(Outcome.INAPPLICABLE, False, id="inapplicable"),
    ],
)
def test_what_could_not_be_observed_is_looked_at_again_before_its_cadence(
    outcome: Outcome,
    early: bool,  # noqa: FBT001
) -> None:
    current = entry(regency.latest(), domains.COUNTY)
    domains.failed(current, "registration", "registri tidak menjawab", outcome)

    found = {look.name: look for look in looks(current, domains.CHECKS)}

    late, fine = found["registration"], found["zone"]
    assert late.at is not None
    assert fine.at is not None
    assert late.every > RETRY
    assert late.next == late.at + (RETRY if early else late.every)
    assert fine.next == fine.at + fine.every


def test_something_critical_on_a_site_that_is_up_is_counted_beside_its_state() -> None:
    latest = tainted()
    entry(latest, "DESA-046").ledger = entry(latest, "DESA-012").ledger

    shown = board_of(latest, NOW, Wanted())

    assert shown.tainted == 1, "what is down says so already"
    desa = next(group for group in shown.overview if group.key == Kind.DESA)
    assert [line.target.kode for line in desa.rows if line.is_tainted] == ["DESA-012"]


def test_a_list_says_since_when_a_site_that_is_up_is_hijacked_and_not_since_when_it_is_up() -> None:
    current = entry(tainted(), "DESA-012")
    current.since = NOW - timedelta(days=180)

    up = row(current, NOW)
    current.state = State.DOWN
    down = row(current, NOW)

    assert (up.lasting, up.since) == (NOW, NOW - timedelta(days=180))
    assert down.lasting == down.since


def test_what_people_take_for_a_false_positive_makes_nothing_critical() -> None:
    latest = tainted()
    latest.heed(lambda kode, item: (kode, item.finding.code) == ("DESA-012", CRITICAL.code))

    shown = row(entry(latest, "DESA-012"), NOW)

    assert board_of(latest, NOW, Wanted()).tainted == 0
    assert (shown.worst, shown.concern, shown.critical_since) == (None, "", None)
    assert (shown.findings, shown.dismissed) == (0, 1)


async def test_something_critical_on_a_site_that_is_up_has_a_mark_of_its_own_on_its_tile() -> None:
    async with client(latest=tainted()) as made:
        front = await made.get("/")

    tile = one(parsed(front), ".cell[href='/situs/DESA-012']")
    assert "dengan temuan kritis" in (tile.attributes["title"] or "")
    assert one(tile, "use").attributes["href"] == "#i-kritis"
    assert "1 di antaranya dengan temuan kritis" in text(front, ".tile.s-aktif")
    assert "temuan kritis" not in text(front, ".tile.s-turun")


async def test_nothing_is_said_to_be_well_before_anything_was_observed() -> None:
    latest = Latest()
    latest.settle(regency.watched())

    async with client(latest=latest) as made:
        said = text(await made.get("/"), ".attention .empty")

    assert said.startswith("Belum ada satu pun yang teramati sejak pemantau dinyalakan 1 hari")
    assert "Tidak ada yang turun" not in said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("/?jenis=bogus", "jenis=bogus", id="kind"),
        pytest.param("/?keadaan=mati&nilai=Z", "keadaan=mati, nilai=Z", id="two"),
        pytest.param("/?urut=x", "urut=x", id="order"),
        pytest.param("/temuan?keparahan=zz", "keparahan=zz", id="severity"),
        pytest.param("/temuan?untuk=x", "untuk=x", id="audience"),
        pytest.param("/?jenis=<script>x", "jenis=<script>x", id="hostile"),
    ],
)
async def test_a_filter_that_does_not_exist_is_not_ignored_in_silence(
    board: httpx.AsyncClient, path: str, said: str
) -> None:
    answer = await board.get(path)

    assert text(answer, ".notice h2") == f"Saringan tidak dikenal: {said}"
    assert "<script>x" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/?jenis=&keadaan=tidak-dipantau", "/?nilai=A&urut=nama", "/temuan?untuk=owner&keparahan=tinggi"]
)
async def test_a_filter_that_exists_needs_no_word(board: httpx.AsyncClient, path: str) -> None:
    assert "tidak dikenal" not in (await board.get(path)).text


async def test_no_more_is_claimed_than_was_confirmed(board: httpx.AsyncClient) -> None:
    said = text(await board.get("/"), "footer")

    assert "Gangguan sesaat dipastikan dengan tiga kunjungan" in said
    assert "putusan pasti (sertifikat, 404) langsung dibuka" in said


def test_what_costs_most_comes_first_in_the_arithmetic_and_the_bounds_last() -> None:
    current = entry(regency.latest(), "OPD-001")
    codes = {"site.down": Severity.INFO, "site.error": Severity.HIGH, "certificate.expired": Severity.LOW}
    items = [Rule(code, severity, Audience.NOC, state=State.DOWN)() for code, severity in codes.items()]
    current.ledger = Ledger({("website", item.code, ""): OpenFinding("website", item, NOW) for item in items})

    found = reckoning(row(current, NOW), codes)

    assert found is not None
    points = [line.points for line in found.lines]
    assert points[:4] == [100, -20, -3, 0]
    assert found.lines[-1].text.startswith("Paling baik F")
    assert sum(points) == found.grade.score


async def test_a_step_that_costs_nothing_is_no_sum() -> None:
    latest = regency.latest()
    note = Rule("site.slow", Severity.INFO, Audience.OWNER)
    entry(latest, "OPD-002").ledger = Ledger({("website", note.code, ""): OpenFinding("website", note(), NOW)})

    async with client(latest=latest) as made:
        said = text(await made.get("/situs/OPD-002"), "#nilai")

    assert "0, hanya catatan" in said
    assert "+0" not in said


def test_what_stands_between_backticks_is_code_and_never_markup() -> None:
    assert coded("pakai `a <b>` & ` lalu") == "pakai <code>a &lt;b&gt;</code> &amp; ` lalu"


async def test_a_command_in_a_text_is_shown_as_one(board: httpx.AsyncClient) -> None:
    rules = await board.get("/aturan")

    assert "<code>monitor lint security-txt</code>" in rules.text
    assert "`" not in rules.text


@pytest.mark.parametrize("path", ["/", "/metrics", "/api/v1/targets", "/static/board.css"])
async def test_what_is_long_travels_compressed_to_those_who_can_read_it(board: httpx.AsyncClient, path: str) -> None:
    small = await board.get(path, headers={"accept-encoding": "gzip"})
    plain = await board.get(path, headers={"accept-encoding": "identity"})

    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in small.headers["vary"].lower()
    assert int(small.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    if path != "/metrics":  # the process's own figures differ from scrape to scrape
        assert small.text == plain.text


async def test_what_is_short_is_not_worth_compressing(board: httpx.AsyncClient) -> None:
    assert "content-encoding" not in (await board.get("/healthz")).headers


async def test_head_tells_the_length_of_what_get_would_send_compressed(board: httpx.AsyncClient) -> None:
    wish = {"accept-encoding": "gzip"}

    got, head = await board.get("/", headers=wish), await board.head("/", headers=wish)

    assert (head.headers["content-encoding"], head.content) == ("gzip", b"")
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize(("page", "rows"), [("/", ".attention tbody tr"), ("/dinding", "#gangguan tbody tr")])
async def test_what_is_up_and_hijacked_is_not_marked_as_well(page: str, rows: str) -> None:
    latest = tainted()
    name = next(entry.target.name for entry in latest.entries() if entry.target.kode == "DESA-012")
    async with client(latest=latest) as made:
        shown = parsed(await made.get(page))

    (line,) = (row for row in shown.css(rows) if name in row.text())
    assert one(line, ".state").text() == "Kritis"
    assert one(line, "use").attributes["href"] == "#i-kritis"


async def test_the_head_of_a_hijacked_site_s_page_leads_to_what_was_found() -> None:
    async with client(latest=tainted()) as made:
        hijacked, well = await made.get("/situs/DESA-012"), await made.get("/situs/OPD-005")

    assert one(parsed(hijacked), "p a[href='#h-temuan'] .bad").text().startswith("Kritis: ")
    assert one(parsed(hijacked), "#h-temuan").text()
    assert not parsed(well).css("a[href='#h-temuan']")
