"""Which addresses on an incident's page are the county's own."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.alerts.defang import defanged
from monitor.latest import Latest
from monitor.model import Finding, Kind, Target
from monitor.web.owned import own_hosts
from tests.unit.alerts.situations import CLOAKED, GAMBLING, noted, situation

SITE = Target(
    kode="DESA-046",
    kind=Kind.DESA,
    name="Desa Karangbanjar",
    url="https://karangbanjar.desa.id/",
    mail="desa@karangbanjar.desa.id",
)
OFFICE = Target(kode="OPD-009", kind=Kind.OPD, name="Dinas Kesehatan", url="https://dinkes.purbalinggakab.go.id/")
SERVICE = Target(kode="LYN-001", kind=Kind.LAYANAN, name="Layanan", url="https://layanan.example/")
DOMAIN = Target(
    kode="karangbanjar.desa.id", kind=Kind.DOMAIN, name="karangbanjar.desa.id", url="dns://karangbanjar.desa.id"
)
ZONE = {"listed": ["ns1.hoster.example", "NS2.Hoster.Example."], "delegated": ["ns9.old.example"]}
POST = {"exchangers": {"records": [[10, "mx.post.example"], [20, "mail.karangbanjar.desa.id."]]}}
FOUND = GAMBLING("karangbanjar.desa.id", url="https://karangbanjar.desa.id/", links=["https://gacor.example/daftar"])


def known(zone: Any = ZONE, post: Any = POST) -> Latest:
    latest = Latest()
    latest.settle([SITE, OFFICE, SERVICE, DOMAIN])
    entry = latest.get(DOMAIN.kode)
    assert entry is not None
    entry.remembered = {"zone": zone, "mail": post}
    return latest


def shown(text: str, finding: Finding = FOUND, latest: Latest | None = None) -> str:
    return defanged(text, own_hosts(situation(noted(SITE, finding), targets=(SITE,)), latest or known()))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://karangbanjar.desa.id/", id="the site"),
        pytest.param("https://www.karangbanjar.desa.id/", id="below it"),
        pytest.param("purbalinggakab.go.id", id="the county's domain, of no site in it"),
        pytest.param("mail.purbalinggakab.go.id", id="below that"),
        pytest.param("ns1.hoster.example, ns2.hoster.example", id="its name servers"),
        pytest.param("mx.post.example", id="its mail server"),
    ],
)
def test_ours_is_left_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        pytest.param("https://gacor.example/daftar", "hxxps://gacor[.]example/daftar", id="where it leads"),
        pytest.param("hoster.example", "hoster[.]example", id="above a name server"),
        pytest.param("ns9.old.example", "ns9[.]old[.]example", id="a server that is none any more"),
        pytest.param("https://layanan.example/", "hxxps://layanan[.]example/", id="a service of others"),
        pytest.param(
            "karangbanjar.desa.id.gacor.example", "karangbanjar[.]desa[.]id[.]gacor[.]example", id="like ours"
        ),
        pytest.param("xpurbalinggakab.go.id", "xpurbalinggakab[.]go[.]id", id="ends like ours"),
    ],
)
def test_what_others_have_is_broken(text: str, broken: str) -> None:
    assert shown(text) == broken


@pytest.mark.parametrize(
    "detail",
    [
        {"links": ["https://www.hoster.example/slot"]},
        {"destination": "hoster.example"},
        {"location": "https://ns1.hoster.example/"},
    ],
)
def test_who_took_a_domain_over_serves_its_names_and_is_no_friend_of_ours(detail: dict[str, Any]) -> None:
    assert shown("ns1.hoster.example", CLOAKED(host="karangbanjar.desa.id", **detail)) == "ns1[.]hoster[.]example"


def test_what_leads_to_ourselves_takes_nothing_from_us() -> None:
    finding = CLOAKED(host="x", destination="karangbanjar.desa.id", links=["https://slot.purbalinggakab.go.id/"])
    for text in ("karangbanjar.desa.id", "mail.karangbanjar.desa.id", "dinkes.purbalinggakab.go.id"):
        assert shown(text, finding) == text


@pytest.mark.parametrize(
    "facts", [{}, {"listed": 5}, {"exchangers": []}, {"exchangers": {"records": [[1]]}}, {"listed": [None]}]
)
def test_evidence_of_any_shape_is_no_crash(facts: Any) -> None:
    assert shown("https://gacor.example/", latest=known(facts, facts)) == "hxxps://gacor[.]example/"
