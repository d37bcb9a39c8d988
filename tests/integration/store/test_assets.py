"""The asset register in the record: its log, what an asset was at any time, candidates and decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from monitor.assets import (
    AssetChange,
    Declaration,
    Judgement,
    Register,
    Scout,
    Sighting,
    Source,
    Stand,
    Status,
    Way,
)
from monitor.model import Audience, Criticality, Kind, Rule, Severity
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.records import NOON, RULES, after, opened, resolved, target
from tests.unit.assets.making import END, entry, mail, names

DESA = target("DESA-001")


def change(at: datetime = NOON, **values: Any) -> AssetChange:
    made = {"kode": "DESA-001", "field": "lokasi", "before": None, "after": "Balai desa", "source": Source.DECLARED}
    return AssetChange(**{"at": at, "since": at, "actor": "inventaris", **made, **values})


def observed(at: datetime = NOON, **values: Any) -> AssetChange:
    return change(
        at, **{"field": "alamat_ip", "after": "203.0.113.9", "source": Source.OBSERVED, "actor": "", **values}
    )


async def test_what_is_logged_is_what_the_asset_is(store: Store) -> None:
    await store.put_assets([change(), observed()])

    asset, other = await store.assets()
    assert (asset.kode_aset, asset.lokasi, asset.alamat_ip) == ("DESA-001", "Balai desa", ("203.0.113.9",))
    assert asset.status_siklus_hidup is Status.IN_USE
    assert asset.tercatat_sejak == NOON
    assert (other.kode_aset, other.lokasi, other.is_unseen) == ("DESA-002", "", True)


async def test_the_latest_word_counts_and_one_source_does_not_outvote_the_other(store: Store) -> None:
    await store.put_assets([observed(), observed(source=Source.DECLARED, after="198.51.100.7")])
    await store.put_assets([observed(after(1), before="203.0.113.9", after="203.0.113.10")])
    await store.put_assets([change(), change(after(2), before="Balai desa", after=None)])

    asset = (await store.assets())[0]
    assert (asset.alamat_ip, asset.origins["alamat_ip"].declared) == (("203.0.113.10",), "198.51.100.7")
    assert asset.pertentangan == ("alamat_ip",)
    assert asset.lokasi == ""


async def test_the_log_is_read_back_as_it_was_written(store: Store) -> None:
    told = [
        change(),
        observed(after(1), actor="", since=after(0.5)),
        change(after(2), kode="DESA-002", after="\x00;'é"),
    ]
    await store.put_assets(told)

    found = await store.asset_changes(NOON, after(10))
    assert found[:2] == tuple(told[:2])
    assert found[2].after == "\\x00;'é"
    assert [item.kode for item in await store.asset_changes(after(2), after(3))] == ["DESA-002"]
    assert await store.asset_changes(NOON, NOON) == ()
    assert await store.asset_changes(NOON, after(10), "DESA-001", limit=1) == (told[1],)


async def test_what_the_inventory_itself_says_differently_is_part_of_the_log(store: Store) -> None:
    await store.sync([target("DESA-001", name="Desa Baru", criticality=Criticality.HIGH)], after(60))

    found = {item.field: item for item in await store.asset_changes(NOON, after(61))}
    assert (found["nama"].before, found["nama"].after) == ("Desa DESA-001", "Desa Baru")
    assert (found["nilai_kritikalitas"].after, found["nama"].source, found["nama"].actor) == (
        "tinggi",
        Source.DECLARED,
        "inventaris",
    )
    assert found["keluar_dari_inventaris"].kode == "DESA-002"


async def test_what_left_the_inventory_is_removed_and_keeps_what_was_known(store: Store) -> None:
    await store.put_assets([change(), observed()])
    await store.sync([], after(60))

    asset = (await store.assets())[0]
    assert (asset.status_siklus_hidup, asset.dihapus_pada, asset.dipantau) == (Status.REMOVED, after(60), False)
    assert (asset.lokasi, asset.alamat_ip) == ("Balai desa", ("203.0.113.9",))


async def test_the_register_of_a_day_gone_by_is_that_of_the_day(store: Store) -> None:
    await store.put_assets([observed()])
    await store.sync([target("DESA-001", name="Nama kedua"), target("DESA-003")], after(60))
    await store.put_assets([observed(after(60), before="203.0.113.9", after="203.0.113.10")])
    await store.sync([target("DESA-001", name="Nama ketiga", active=False, owner="Desa")], after(120))

    at_first = {asset.kode_aset: asset for asset in await store.assets(at=after(59))}
    later = {asset.kode_aset: asset for asset in await store.assets(at=after(60))}
    now = {asset.kode_aset: asset for asset in await store.assets()}

    assert {*at_first} == {"DESA-001", "DESA-002"}
    assert {*later} == {*now} == {"DESA-001", "DESA-002", "DESA-003"}
    assert [each["DESA-001"].nama for each in (at_first, later, now)] == ["Desa DESA-001", "Nama kedua", "Nama ketiga"]
    assert [each["DESA-001"].pemilik for each in (at_first, later, now)] == ["", "", "Desa"]
    assert [each["DESA-001"].dipantau for each in (at_first, later, now)] == [True, True, False]
    assert [each["DESA-001"].alamat_ip for each in (at_first, later)] == [("203.0.113.9",), ("203.0.113.10",)]
    assert [each["DESA-002"].status_siklus_hidup for each in (at_first, later)] == [Status.IN_USE, Status.REMOVED]
    assert [each["DESA-003"].status_siklus_hidup for each in (later, now)] == [Status.IN_USE, Status.REMOVED]


async def test_a_restart_goes_on_without_logging_anything_twice(url: str, vitals: Vitals) -> None:
    facts: dict[str, Any] = {"names": names("203.0.113.9"), "mail": mail("mx.example.com")}
    declared = {"DESA-001": Declaration(kode="DESA-001", cells={"lokasi": "Balai desa", "versi": "OpenSID 23.05"})}
    logged = []
    for turn in range(3):
        store = Store.open(url, vitals, RULES)
        await store.sync([DESA], NOON)
        register, scout = Register(await store.assets_known()), Scout(await store.asset_sightings())
        scout.settle([DESA])
        changes = [*register.settle([DESA], declared, after(turn)), *register.update(entry(DESA, **facts), after(turn))]
        await store.put_assets(changes, scout.update(entry(DESA, **facts), after(turn)))
        logged.append((len(changes), (await store.counts())["asset_change"], (await store.counts())["asset_sighting"]))
        await store.close()

    assert logged == [(5, 5, 1), (0, 5, 1), (0, 5, 1)]


async def test_a_domain_lends_its_site_what_it_knows(store: Store) -> None:
    site = target("DESA-001", url="https://onje.desa.id/")
    domain = target("onje.desa.id", kind=Kind.DOMAIN, url="dns://onje.desa.id")
    await store.sync([site, domain], after(1))
    await store.put_assets([observed(kode="onje.desa.id", field="kedaluwarsa_domain", after=END)])

    found = {asset.kode_aset: asset.kedaluwarsa_domain for asset in await store.assets()}
    assert found["DESA-001"] == found["onje.desa.id"] == datetime.fromisoformat(END)


@pytest.mark.parametrize("item", [{"changes": [change(kode="XX-999")]}, {"sightings": ["XX-999"]}])
async def test_an_asset_that_nobody_listed_is_refused_and_the_store_lives_on(
    store: Store, item: dict[str, Any]
) -> None:
    sightings = [sighting(kode=kode) for kode in item.get("sightings", ())]
    with pytest.raises(ValueError, match="XX-999"):
        await store.put_assets(item.get("changes", []), sightings)

    await store.put_assets([change()])
    assert (await store.counts())["asset_change"] == 1


def sighting(host: str = "mx.example.com", **values: Any) -> Sighting:
    return Sighting(**{"host": host, "kode": "DESA-001", "way": Way.MAIL, "first": NOON, "last": NOON, **values})


async def test_a_sighting_is_renewed_and_not_doubled(store: Store) -> None:
    await store.put_assets((), [sighting(), sighting(way=Way.LINK, detail="Layanan")])
    await store.put_assets((), [sighting(first=after(5), last=after(86_400), days=2)])

    assert await store.asset_sightings() == (
        sighting(last=after(86_400), days=2),
        sighting(way=Way.LINK, detail="Layanan"),
    )


async def test_decisions_are_appended_and_the_latest_counts(store: Store) -> None:
    await store.put_assets((), [sighting(), sighting("lain.example.com")])
    first = Judgement(host="mx.example.com", at=after(1), stand=Stand.IGNORED, actor="Sari", reason="milik orang")
    second = Judgement(host="mx.example.com", at=after(2), stand=Stand.ACCEPTED, actor="Budi", reason="milik kita")
    await store.judge_candidate(first)
    await store.judge_candidate(second)

    found = {item.host: item for item in await store.asset_candidates()}
    assert found["mx.example.com"].judgements == (first, second)
    assert found["mx.example.com"].stand is Stand.ACCEPTED
    assert found["lain.example.com"].stand is Stand.PROPOSED


async def test_a_candidate_that_is_listed_meanwhile_is_none_any_more(store: Store) -> None:
    await store.put_assets((), [sighting("desa-003.desa.id")])
    assert len(await store.asset_candidates()) == 1

    await store.sync([DESA, target("DESA-003")], after(1))
    assert await store.asset_candidates() == ()


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_host_that_a_finding_names_is_no_candidate(store: Store, is_over: bool) -> None:  # noqa: FBT001
    rule = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
    led = rule("x", links=["https://gacor.example/daftar", "https://desa-002.desa.id/slot"])
    store.put(opened(led))
    if is_over:
        store.put(resolved(led, after(60)))
    hosts = ("gacor.example", "simkeu.simdacloud.id", "lama.desa-002.desa.id")
    await store.put_assets(
        [], [Sighting(host=host, kode="DESA-001", way=Way.REDIRECT, first=NOON, last=NOON) for host in hosts]
    )

    found, barred = await store.asset_candidacy()

    assert {item.host for item in found} == {*hosts[1:]}
    assert barred == ("gacor.example",)
    assert await store.asset_candidates() == found
