"""Faults of the lab, seen by the unmodified daemon: how many incidents, who is told, and what is not said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from monitor.model import Kind, Target
from tests.e2e.watched import SITES, watching
from tests.lab.faults import Fault, FaultName, PageName

SHARED_HOST, COUNTY_SERVER = "127.18.0.11", "127.18.0.12"
STRANGER = "CA Tak Dikenal"


def five_groups() -> dict[str, tuple[Target, ...]]:
    """Who falls with whom, by cause; the certificates of the last two are shared as the lab shares them."""
    villages = [site for site in SITES if site.kind is Kind.DESA]
    county = [site for site in SITES if site.host.endswith(".purbalinggakab.go.id")]
    others = [site for site in SITES if site not in villages and site not in county]
    return {
        "shared host": tuple(villages[:85]),
        "name servers": tuple(villages[85:-5]),
        "county server": (*county[:40], *others),
        "certificate": tuple(county[40:70]),
        "authority": (*villages[-5:], *county[70:]),
    }


FALLS: Mapping[str, Fault] = {
    "shared host": Fault(FaultName.EMPTY),
    "name servers": Fault(FaultName.SERVFAIL),
    "county server": Fault(FaultName.STATUS, status=503),
    "certificate": Fault(FaultName.EXPIRED),
    "authority": Fault(FaultName.UNKNOWN_CA),
}


async def test_218_sites_that_fall_for_five_causes_are_five_incidents(tmp_path: Path) -> None:
    groups = five_groups()
    assert sum(map(len, groups.values())) == len(SITES) == 218
    homes = {site.host: SHARED_HOST for site in groups["shared host"]}
    homes |= {site.host: COUNTY_SERVER for site in groups["county server"]}
    async with watching(tmp_path, SITES, homes, wait="10s") as watched:
        lab, daemon, told = watched.lab, watched.daemon, watched.told
        await watched.all_well(len(SITES))
        assert await watched.incidents() == []
        for group, sites in groups.items():
            for site in sites:
                lab.set(site.kode, FALLS[group])
        await daemon.until("/api/v1/status", lambda status: not status["states"].get("aktif", 0))
        await told.until(lambda: len(told.on("/noc")) >= 5)
        fallen = await watched.incidents()
        for site in SITES:
            lab.clear(site.kode)
        await watched.all_well(len(SITES))
        await told.until(lambda: sum(one.kind == "pulih" for one in told.on("/noc")) >= 5)
        over = await watched.incidents()

    assert {cause(item): sites_of(item) for item in fallen} == {
        ("alamat", SHARED_HOST): kodes(groups["shared host"]),
        ("alamat", COUNTY_SERVER): kodes(groups["county server"]),
        ("server-nama", "dns1.lab.example"): kodes(groups["name servers"]),
        ("sertifikat", ""): kodes(groups["certificate"]),
        ("penerbit", ""): kodes(groups["authority"]),
    }
    assert {item["audience"] for item in fallen} == {"noc"}
    assert watched.kinds("noc") == {item["number"]: ["gangguan", "pulih"] for item in fallen}
    assert [item["number"] for item in over] == [item["number"] for item in fallen]
    assert all(item["resolved"] for item in over)
    assert told.on("/csirt") == []
    assert told.forged == []


def cause(item: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and value; without the value where the lab makes it anew every time."""
    kind, value = item["cause"]["kind"], item["cause"]["value"]
    if kind == "penerbit":
        assert STRANGER in value
    return kind, "" if kind in {"sertifikat", "penerbit"} else value


def kodes(sites: Iterable[Target]) -> set[str]:
    return {site.kode for site in sites}


def sites_of(item: Mapping[str, Any]) -> set[str]:
    """The listed sites of an incident: the domains that are watched beside them left out."""
    return set(item["kodes"]) & kodes(SITES)


async def test_a_cut_of_our_own_network_is_one_message_about_ourselves_and_one_when_it_is_back(tmp_path: Path) -> None:
    sites = SITES[:40]
    async with watching(tmp_path, sites, wait="1s") as watched:
        lab, daemon, told = watched.lab, watched.daemon, watched.told
        await watched.all_well(len(sites))
        lab.cut()
        await told.until(lambda: len(told.on("/noc")) == 1)
        await daemon.until("/api/v1/status", lambda status: status["states"].get("tidak-teramati", 0) >= len(sites))
        lab.restore()
        await watched.all_well(len(sites))
        await told.until(lambda: len(told.on("/noc")) == 2)
        rounds = await daemon.get("/api/v1/status")
        await daemon.until("/api/v1/status", lambda status: status["states"].get("aktif") == rounds["states"]["aktif"])
        incidents = await watched.incidents()

    lost, back = told.on("/noc")
    assert [(item["cause"]["kind"], item["kodes"]) for item in incidents] == [("titik-pantau", [])]
    assert watched.kinds("noc") == {incidents[0]["number"]: ["gangguan", "pulih"]}
    assert "TITIK PANTAU TERPUTUS" in lost.title
    assert lost.body["sites"] == []
    assert back.title.startswith("PULIH: titik pantau")
    assert told.on("/csirt") == []


async def test_a_hijacked_site_at_the_address_of_an_outage_is_told_to_the_csirt_by_itself(tmp_path: Path) -> None:
    sites = SITES[:12]
    hijacked, *fallen = sites
    homes = {site.host: SHARED_HOST for site in sites}
    async with watching(tmp_path, sites, homes, wait="3s") as watched:
        lab, daemon, told = watched.lab, watched.daemon, watched.told
        await watched.all_well(len(sites))
        for site in fallen:
            lab.set(site.kode, FaultName.EMPTY)
        lab.set(hijacked.kode, Fault(FaultName.PAGE, page=PageName.GAMBLING))
        await told.until(lambda: bool(told.on("/noc") and told.on("/csirt")))
        lab.set(hijacked.kode, FaultName.EMPTY)
        await daemon.state(hijacked.kode, "turun")
        during = await watched.incidents()
        for site in fallen:
            lab.clear(site.kode)
        lab.set(hijacked.kode, Fault(FaultName.PAGE, page=PageName.GAMBLING))
        await told.until(lambda: [one.kind for one in told.on("/noc")] == ["gangguan", "pulih"])
        lab.clear(hijacked.kode)
        await told.until(lambda: [one.kind for one in told.on("/csirt")][-1] == "pulih")

    breach = next(item for item in during if item["audience"] == "csirt")
    outage = next(item for item in during if item["audience"] == "noc")
    assert len(during) == 2
    assert breach["kodes"] == [hijacked.kode]
    assert breach["resolved"] is None  # what is down has not been cleaned
    assert cause(outage) == ("alamat", SHARED_HOST)
    assert set(outage["kodes"]) == kodes(sites)
    first = told.on("/csirt")[0]
    assert first.body["incident"]["number"] == breach["number"]
    assert [site["kode"] for site in first.body["sites"]] == [hijacked.kode]
    assert any(finding["code"].startswith("content.") for finding in first.body["findings"])
    assert {one.body["audience"] for one in told.on("/csirt")} == {"csirt"}
    assert {one.body["audience"] for one in told.on("/noc")} == {"noc"}


async def test_a_message_counts_sites_and_not_the_domains_that_are_watched_beside_them(tmp_path: Path) -> None:
    villages = [site for site in SITES if site.host.endswith(".desa.id")][:3]
    other = next(site for site in SITES if site.host.endswith(".go.id"))  # without it there is no go.id to ask for
    async with watching(tmp_path, (*villages, other), checks={"zone": {"every": "1s"}}, wait="12s") as watched:
        await watched.all_well(4)
        for site in villages:
            watched.lab.set(site.kode, FaultName.SERVFAIL)
        await watched.told.until(lambda: bool(watched.told.on("/noc")))

    (first, *_more) = watched.told.on("/noc")
    assert kodes(villages) <= {site["kode"] for site in first.body["sites"]}
    assert any(finding["code"] == "zone.all_unreachable" for finding in first.body["findings"])
    assert first.title.startswith("3 situs turun")
