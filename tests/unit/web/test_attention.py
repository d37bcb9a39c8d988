"""Many with one cause are one line; everything else keeps its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.incident import Cause, CauseKind, FindingKey, Incident, Member
from monitor.model import Audience, Kind, Severity, State, Target
from monitor.web.attention import CROWD, plights
from monitor.web.board import ATTENTION, board
from monitor.web.rows import Row
from monitor.web.wanted import Wanted
from tests.unit.web import caseload
from tests.unit.web.client import client, first
from tests.unit.web.moment import NOW

PARTS = ("latest", "store", "settings", "desk", "teller", "reach", "now")
SHARED = Cause(CauseKind.ADDRESS, "192.0.2.7")


def line(
    kode: str,
    concern: str = "site.down",
    since: datetime | None = NOW,
    *,
    url: str = "",
    kind: Kind = Kind.DESA,
    state: State = State.DOWN,
) -> Row:
    """A site that is down."""
    return Row(
        target=Target(kode=kode, kind=kind, name=kode, url=url or f"https://{kode.lower()}.desa.id"),
        state=state,
        since=since,
        critical_since=None,
        cause=concern,
        concern=concern,
        said="koneksi ditolak",
        took=None,
        until=None,
        days=None,
        findings=1,
        worst=Severity.HIGH,
        grade=None,
        missing=(),
        is_fresh=False,
        is_doubtful=False,
    )


def incident(*kodes: str, number: int = 2, cause: Cause = SHARED, left: datetime | None = None) -> Incident:
    """Of sites that are down."""
    return Incident(
        number=number,
        cause=cause,
        audience=Audience.NOC,
        severity=Severity.HIGH,
        opened=NOW,
        members=tuple(
            Member(
                key=FindingKey(kode=kode, check="website", code="site.down", subject="", opened=NOW),
                severity=Severity.HIGH,
                joined=NOW,
                left=left,
            )
            for kode in kodes
        ),
    )


A, B, C, D, E = (f"DESA-00{number}" for number in range(1, 6))


@pytest.mark.parametrize(
    ("rows", "incidents", "expected"),
    [
        ([], [incident(A, B, C)], []),
        ([A, B, C], [], [[A], [B], [C]]),
        ([A, B, C], [incident(A, B, C)], [[A, B, C]]),
        ([D, A, E, B, C], [incident(A, B, C)], [[D], [A, B, C], [E]]),
        ([A, B], [incident(A, B)], [[A], [B]]),
        ([A, B, D], [incident(A, B, C)], [[A], [B], [D]]),
        ([A, B, C], [incident(A, B, C, cause=Cause(CauseKind.SITE, A))], [[A], [B], [C]]),
        ([A, B, C], [incident(A, B, C, left=NOW)], [[A], [B], [C]]),
    ],
    ids=["nobody", "no incident", "all", "between others", "too few", "too few of it", "no shared cause", "recovered"],
)
def test_those_of_one_shared_cause_are_one_line(
    rows: list[str], incidents: list[Incident], expected: list[list[str]]
) -> None:
    found = plights(map(line, rows), incidents)

    assert [[row.target.kode for row in plight.rows] for plight in found] == expected
    assert [plight.incident is not None for plight in found] == [len(kodes) >= CROWD for kodes in expected]


def domain(name: str, state: State = State.DOWN, concern: str = "site.down") -> Row:
    """A domain that is down."""
    return line(name, concern, url=f"dns://{name}", kind=Kind.DOMAIN, state=state)


OWN, PARENT = "desa-001.desa.id", "purbalinggakab.go.id"
UNDER = f"https://opd.{PARENT}"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([line(A), domain(OWN)], [[A, OWN]], id="a site and its domain"),
        pytest.param([domain(OWN), line(B), line(A)], [[A, OWN], [B]], id="where the first stands, named as the site"),
        pytest.param([line(A, url=f"https://www.{OWN}/x"), domain(OWN)], [[A, OWN]], id="with www"),
        pytest.param(
            [domain(OWN), line(A, state=State.DEGRADED)], [[OWN, A]], id="the line shows the worse of their states"
        ),
        pytest.param([line(A), domain(OWN, concern="mail.mx_missing")], [[A], [OWN]], id="for two reasons"),
        pytest.param([line(A), domain("desa-002.desa.id")], [[A], ["desa-002.desa.id"]], id="somebody else's domain"),
        pytest.param([line(A, url=UNDER), domain(PARENT)], [[A], [PARENT]], id="a domain that many share"),
        pytest.param([line(A), line(B, url=f"https://{OWN}/b")], [[A], [B]], id="two sites of one name"),
        pytest.param([line(A), domain(OWN), line(B)], [[A, OWN, B]], id="many"),
    ],
)
def test_a_site_and_the_domain_that_is_its_own_are_one_line(rows: list[Row], expected: list[list[str]]) -> None:
    shared = [row.target.kode for row in rows if row.concern == "site.down"]
    if expected == [[A, OWN], [B]]:
        shared.remove(B)

    found = plights(rows, [incident(*shared)])

    assert [[row.target.kode for row in plight.rows] for plight in found] == expected
    assert [[row.target.kode for row in plight.beside] for plight in found] == [
        kodes[1:] if len(kodes) < CROWD else [] for kodes in expected
    ]


def test_without_an_incident_a_site_and_its_domain_are_two_lines() -> None:
    assert [plight.total for plight in plights([line(A), domain(OWN)], [])] == [1, 1]


def test_a_crowd_counts_sites_and_domains_apart() -> None:
    (crowd,) = plights([line(A), line(B), domain(OWN)], [incident(A, B, OWN)])

    assert crowd.spelled == "2 situs · 1 domain"


@pytest.mark.parametrize("path", ["/", "/dinding"])
async def test_the_line_of_a_site_says_that_it_is_its_domain_s_as_well(path: str) -> None:
    office = caseload.quiet()
    host = office.entry("DESA-001").target.host
    office.opens("DESA-001", caseload.refused("192.0.2.77"), NOW, "192.0.2.77")
    office.opens(host, caseload.refused("192.0.2.77"), NOW, "192.0.2.77")
    async with client(**{name: getattr(office.view(), name) for name in PARTS}) as board:
        page = LexborHTMLParser((await board.get(path)).text)

    name = office.entry("DESA-001").target.name
    (line,) = (row for row in page.css(".attention tbody tr, #gangguan tbody tr") if name in row.text())
    assert "beserta domainnya" in " ".join(line.text(separator=" ").split())
    assert [link.attributes["href"] for link in line.css(".sub a")] == ([f"/situs/{host}"] if path == "/" else [])


def test_of_whom_something_else_is_to_be_told_keeps_a_line_of_its_own() -> None:
    rows = [line(D, "content.gambling"), line(A), line(B), line(C)]

    assert [plight.total for plight in plights(rows, [incident(A, B, C, D)])] == [1, 3]


def test_two_causes_are_two_lines_and_each_is_as_old_as_its_oldest() -> None:
    hours = [timedelta(hours=number) for number in range(6)]
    kodes = [A, B, C, "OPD-001", "OPD-002", "OPD-003"]
    rows = [line(kode, since=NOW - age) for kode, age in zip(kodes, hours, strict=True)]
    rows.append(line(D, since=None))

    found = plights(rows, [incident(*kodes[:3]), incident(*kodes[3:], number=3)])

    assert [(plight.total, plight.since) for plight in found] == [(3, NOW - hours[2]), (3, NOW - hours[5]), (1, None)]


def test_the_front_counts_every_site_and_lists_a_crowd_once() -> None:
    office = caseload.busy()
    view = office.view()
    shown = board(view.latest, NOW, Wanted(), incidents=office.desk.book.open)

    apart = board(view.latest, NOW, Wanted())
    assert shown.attention_total == apart.attention_total
    assert sum(plight.total for plight in shown.attention) + shown.beyond == shown.attention_total
    assert [plight.total for plight in shown.attention if plight.incident] == [len(caseload.MANY)]
    assert max(plight.total for plight in apart.attention) == 1


def test_what_one_cause_has_brought_down_stands_before_all_that_fell_alone() -> None:
    office = caseload.busy()
    for number in range(1, ATTENTION + 1):
        address = f"192.0.2.{100 + number}"
        office.opens(f"OPD-{number:03}", caseload.refused(address), NOW, address)
    lines = board(office.view().latest, NOW, Wanted(), incidents=office.desk.book.open).attention

    assert [plight.total for plight in lines] == [len(caseload.MANY), *[1] * (ATTENTION - 1)]
    assert lines[1].row.target.kode.startswith("OPD-"), "of the others what matters most is first, as before"


async def test_the_line_of_a_crowd_leads_to_its_incident_and_names_some_and_the_cause() -> None:
    office = caseload.busy()
    async with client(**{name: getattr(office.view(), name) for name in PARTS}) as board:
        page = LexborHTMLParser((await board.get("/")).text)

    said = " ".join(first(page, ".attention tr.crowd").text(separator=" ").split())
    assert first(page, ".attention tr.crowd a").attributes["href"] == "/insiden/2"
    assert "85 situs" in said
    assert "dan 82 lagi" in said
    assert "Koneksi ditolak" in said
    assert "alamat bersama: 192.0.2.7" in said
    assert said.count("Desa ") == 3


async def test_on_the_wall_too_a_crowd_is_one_line_with_its_cause() -> None:
    office = caseload.busy()
    async with client(**{name: getattr(office.view(), name) for name in PARTS}) as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    lines = page.css("#gangguan tbody tr")
    (crowd,) = (line for line in lines if line.attributes["data-sites"] == "85")
    assert "85 situs Koneksi ditolak – alamat bersama: 192.0.2.7" in " ".join(crowd.text(separator=" ").split())
    assert first(page, "#h-gangguan span").text() == "94"
