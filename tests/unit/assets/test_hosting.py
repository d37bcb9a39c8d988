"""Whose network an address is in is known from the operators' own lists, or not at all."""

from __future__ import annotations

import pytest

from monitor.assets.hosting import networks, operator, operators


@pytest.mark.parametrize(
    ("address", "name"),
    [
        pytest.param("104.16.0.0", "Cloudflare", id="first of a prefix"),
        pytest.param("104.23.255.255", "Cloudflare", id="last of it"),
        pytest.param("104.28.0.0", "", id="the next"),
        pytest.param("104.15.255.255", "", id="the one before"),
        pytest.param("2606:4700::6810:84e5", "Cloudflare", id="ipv6"),
        pytest.param("151.101.1.195", "Fastly", id="fastly"),
        pytest.param("185.199.108.153", "GitHub Pages", id="a single address"),
        pytest.param("185.199.108.154", "", id="its neighbour"),
        pytest.param("36.66.181.23", "", id="nobody we know"),
        pytest.param("10.0.0.1", "", id="private"),
        pytest.param("bukan alamat", "", id="no address"),
    ],
)
def test_an_address_has_the_operator_of_its_prefix(address: str, name: str) -> None:
    assert operator(address) == name


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        pytest.param([], None, id="none"),
        pytest.param(["104.16.0.1", "104.17.0.1"], ("Cloudflare",), id="one operator"),
        pytest.param(["151.101.1.195", "104.16.0.1"], ("Cloudflare", "Fastly"), id="two, sorted"),
        pytest.param(["104.16.0.1", "36.66.181.23"], None, id="half known is not known"),
    ],
)
def test_nothing_is_said_unless_every_address_is_known(addresses: list[str], found: tuple[str, ...] | None) -> None:
    assert operators(addresses) == found


def test_no_two_operators_share_an_address() -> None:
    table = networks()
    for index, (network, name) in enumerate(table):
        for other, rival in table[index + 1 :]:
            same_family = network.version == other.version
            assert name == rival or not (same_family and network.overlaps(other))
