"""The domains behind the inventory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from monitor import inventory
from monitor.model import Kind, Target

LISTED = inventory.load(Path(__file__).parents[2] / "inventory")


def test_the_regency_has_134_domains_and_one_mail_domain() -> None:
    domains = [target for target in inventory.with_domains(LISTED) if target.kind is Kind.DOMAIN]

    assert Counter(target.name.rpartition(".desa.id")[1] or "go.id" for target in domains) == {
        ".desa.id": 133,
        "go.id": 1,
    }
    assert [target.kode for target in domains if target.mail] == ["purbalinggakab.go.id"]
    assert len({target.kode for target in domains}) == 134


def test_the_listed_targets_stay_as_they_are_and_come_first() -> None:
    assert inventory.with_domains(LISTED)[: len(LISTED)] == LISTED


def test_a_domain_is_its_own_host_and_belongs_to_whom_its_site_does() -> None:
    village = next(target for target in inventory.with_domains(LISTED) if target.kode == "onje.desa.id")

    assert (village.host, village.owner) == ("onje.desa.id", "Pemerintah Desa Onje")


def test_what_is_not_watched_or_not_the_countys_brings_no_domain() -> None:
    others = (
        Target(kode="LYN-1", kind=Kind.LAYANAN, name="toko", url="https://shop.example.com/"),
        Target(kode="DESA-1", kind=Kind.DESA, name="Mati", url="https://mati.desa.id/", active=False),
        Target(kode="OPD-1", kind=Kind.OPD, name="Alamat", url="http://192.0.2.1/"),
    )

    assert inventory.with_domains(others) == others
