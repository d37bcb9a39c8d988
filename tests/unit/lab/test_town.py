"""Who lives where, what their pages say, and what a daemon is told."""

from __future__ import annotations

import tomllib
from collections import Counter
from html import escape
from ipaddress import ip_address, ip_network
from itertools import islice
from pathlib import Path

import pytest

from monitor import inventory
from monitor.model import Kind, Target
from monitor.settings import Settings
from tests.lab import addresses, pages, pointers, town

ROOT = Path(__file__).parents[3]
SITES = tuple(inventory.load(ROOT / "inventory"))
TOWN = town.settle(SITES, addresses.home, town.LIMITS)


def test_every_listed_host_has_a_home_inside_the_labs_networks_and_outside_127_0() -> None:
    networks = [ip_network(network) for network in addresses.NETWORKS]
    assert {target.host for target in SITES} <= TOWN.homes.keys()
    assert all(any(ip_address(home) in network for network in networks) for home in TOWN.homes.values())
    assert not any(ip_address("127.0.0.1") in network for network in networks)


def test_some_85_villages_share_one_machine_and_the_county_has_three() -> None:
    homes = Counter(addresses.home(target) for target in SITES if target.kind is Kind.DESA)
    assert 75 <= homes[addresses.SHARED_HOST] <= 95
    county = {addresses.home(target) for target in SITES if target.kind in {Kind.OPD, Kind.KECAMATAN, Kind.PUSKESMAS}}
    assert county == set(addresses.DATA_CENTRE)


def test_dedicated_addresses_never_repeat_and_never_belong_to_anybody_else() -> None:
    some = list(islice(addresses.dedicated(), 70_000))
    assert len(some) == len(set(some))
    assert all(ip_address(address) in ip_network("127.24.0.0/13") for address in some)
    assert set(some).isdisjoint(TOWN.homes.values())


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.LAYANAN])
def test_a_page_speaks_indonesian_of_the_county_and_has_a_believable_size(kind: Kind) -> None:
    for target in [target for target in SITES if target.kind is kind][:10]:
        resident = TOWN.residents[target.host]
        own, shared = pages.page(resident)
        text = (own + shared).decode()
        assert 5_000 <= len(own + shared) <= 20_000
        assert f"<title>{escape(pages.title(resident))}</title>" in text
        assert "Purbalingga" in pages.title(resident)


def test_a_title_does_not_say_twice_what_kind_of_place_it_is() -> None:
    called = Target(kode="KEC-001", kind=Kind.KECAMATAN, name="Kecamatan Rembang", url="https://a.example/")
    bare = Target(kode="DESA-001", kind=Kind.DESA, name="Jetis", url="https://b.example/")
    settled = town.settle((called, bare), addresses.home, town.LIMITS).residents
    assert pages.title(settled["a.example"]) == "Kecamatan Rembang – Kabupaten Purbalingga"
    assert pages.title(settled["b.example"]) == "Website Resmi Desa Jetis – Kabupaten Purbalingga"


def test_two_rows_on_one_host_are_one_resident_with_both_paths() -> None:
    rows = [
        Target(kode=f"LYN-{number}", kind=Kind.LAYANAN, name="Layanan", url=f"https://satu.example/{number}")
        for number in (1, 2)
    ]
    settled = town.settle(rows, addresses.home, town.LIMITS)
    assert {"/1", "/2"} <= settled.residents["satu.example"].paths
    assert settled.hosts("LYN-1") == settled.hosts("lyn-2") == ("satu.example",)


def test_a_kode_a_host_and_a_jenis_select() -> None:
    assert TOWN.hosts("DESA-046") == TOWN.hosts("jetis-purbalingga.desa.id") == ("jetis-purbalingga.desa.id",)
    assert len(TOWN.hosts("kelurahan")) == 15
    assert len(TOWN.hosts("*")) == len(TOWN.residents)
    with pytest.raises(KeyError):
        TOWN.hosts("DESA-999")


def test_the_settings_file_says_what_the_settings_say() -> None:
    ports = {"http": 8080, "https": 8443}
    values = pointers.settings(SITES, TOWN.homes, ports, 5353, Path("ca.pem"))
    written = pointers.toml(values)
    assert tomllib.loads(written) == values
    assert Settings(**tomllib.loads(written)) == Settings(**values)
