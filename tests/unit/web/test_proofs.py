"""What was kept as proof, on the page of the incident that it is of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.web import proofs
from tests.unit.web import caseload, entrance
from tests.unit.web.caseload import HIJACKED, Office
from tests.unit.web.moment import NOW

OPENED = NOW - timedelta(minutes=31)
SECOND = timedelta(seconds=1)


@pytest.fixture
def office() -> Office:
    return caseload.busy()


async def page_for(role: str, path: str = "/insiden/3") -> LexborHTMLParser:
    async with entrance.house() as house, house.browser() as browser:
        await entrance.sign_in(browser, role)
        answer = await browser.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


@pytest.mark.parametrize("role", ["csirt", "auditor"])
async def test_an_incident_links_what_was_kept_of_its_sites(role: str) -> None:
    tree = await page_for(role)

    shown = tree.css_first("#bukti")
    assert shown is not None
    links = [node.attributes["href"] for node in shown.css("a")]
    assert links == [
        f"/situs/{HIJACKED}#bukti",
        f"/situs/{HIJACKED}/bukti/2/gambar",
        f"/situs/{HIJACKED}/bukti/2",
        f"/situs/{HIJACKED}#bukti",
        f"/situs/{HIJACKED}/bukti/1",
    ]
    said = " ".join(shown.text(separator=" ").split())
    assert "24-11-2026 07:34 WIB" in said
    assert "tangkapan layar" in said
    assert "pengunjung biasa HTTP 200" in said
    assert not shown.css("img, script")


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_who_may_not_open_it_is_told_who_may(role: str) -> None:
    tree = await page_for(role)

    shown = tree.css_first("#bukti")
    assert shown is not None
    assert not shown.css("a")
    assert "akun berperan csirt, auditor" in shown.text()


async def test_an_incident_of_which_nothing_was_kept_says_nothing_of_it() -> None:
    assert (await page_for("csirt", "/insiden/2")).css_first("#bukti") is None


@pytest.mark.parametrize(
    ("resolved", "at", "count"),
    [
        (None, OPENED - proofs.AROUND, 1),
        (None, OPENED - proofs.AROUND - SECOND, 0),
        (None, NOW, 1),
        (OPENED + timedelta(minutes=2), OPENED + timedelta(minutes=2) + proofs.AROUND, 1),
        (OPENED + timedelta(minutes=2), OPENED + timedelta(minutes=2) + proofs.AROUND + SECOND, 0),
    ],
)
async def test_what_was_kept_before_or_after_is_of_another(
    office: Office, resolved: datetime | None, at: datetime, count: int
) -> None:
    incident = replace(office.store.cases[3], resolved=resolved)
    kept, head, body = office.store.evidence[1]
    office.store.evidence = {1: (replace(kept, at=at), head, body)}

    assert (await proofs.proofs(incident, office.store, NOW)).total == count


async def test_what_was_kept_since_does_not_hide_what_is_of_an_incident_long_over(office: Office) -> None:
    incident = replace(office.store.cases[3], resolved=OPENED + timedelta(minutes=2))
    kept, head, body = office.store.evidence[1]
    since = {number: (replace(kept, id=number, at=NOW), head, body) for number in range(9, 9 + 2 * proofs.EACH)}
    office.store.evidence = {**since, 1: (replace(kept, at=OPENED), head, body)}

    assert [item.id for item in (await proofs.proofs(incident, office.store, NOW)).shown] == [1]


async def test_a_great_incident_asks_for_the_first_sites_and_shows_the_newest(office: Office) -> None:
    incident = office.store.cases[2]
    kept, head, body = office.store.evidence[1]
    kodes = incident.kodes
    at = incident.opened
    office.store.evidence = {
        number: (replace(kept, id=number, kode=kodes[number], at=at + number * SECOND), head, body)
        for number in range(len(kodes))
    }

    found = await proofs.proofs(incident, office.store, NOW)

    assert (found.total, len(found.shown), found.more) == (proofs.SITES, proofs.SHOWN, 0)
    assert found.unasked == 85 - proofs.SITES
    assert found.shown[0].id == proofs.SITES - 1
