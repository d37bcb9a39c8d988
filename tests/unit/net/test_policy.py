"""Which addresses may be connected to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.net.policy import AddressPolicy

POLICY = AddressPolicy()


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("127.0.0.1", id="loopback"),
        pytest.param("127.255.255.254", id="the far end of loopback"),
        pytest.param("0.0.0.0", id="unspecified"),  # noqa: S104
        pytest.param("10.1.2.3", id="private, class A"),
        pytest.param("172.31.255.255", id="private, class B"),
        pytest.param("192.168.1.1", id="private, class C"),
        pytest.param("100.64.0.1", id="carrier NAT"),
        pytest.param("100.127.255.255", id="the far end of carrier NAT"),
        pytest.param("169.254.169.254", id="metadata"),
        pytest.param("192.0.2.1", id="documentation"),
        pytest.param("198.19.0.1", id="benchmarking"),
        pytest.param("224.0.0.1", id="multicast"),
        pytest.param("240.0.0.1", id="reserved"),
        pytest.param("255.255.255.255", id="broadcast"),
        pytest.param("::", id="IPv6 unspecified"),
        pytest.param("::1", id="IPv6 loopback"),
        pytest.param("fe80::1", id="IPv6 link-local"),
        pytest.param("fe80::1%eth0", id="IPv6 link-local with a zone"),
        pytest.param("fec0::1", id="IPv6 site-local"),
        pytest.param("fd00:ec2::254", id="IPv6 metadata"),
        pytest.param("ff02::1", id="IPv6 multicast"),
        pytest.param("2001:db8::1", id="IPv6 documentation"),
        pytest.param("2001:10::1", id="ORCHID"),
        pytest.param("100::1", id="discard only"),
        pytest.param("4000::1", id="outside global unicast"),
        pytest.param("::ffff:127.0.0.1", id="mapped loopback"),
        pytest.param("::ffff:a9fe:a9fe", id="mapped metadata"),
        pytest.param("::127.0.0.1", id="compatible loopback"),
        pytest.param("2002:7f00:1::", id="6to4 of loopback"),
        pytest.param("2002:c0a8:101::1", id="6to4 of private"),
        pytest.param("64:ff9b::a00:1", id="NAT64 of private"),
        pytest.param("64:ff9b:1::808:808", id="local NAT64"),
        pytest.param("2001:0:7f00:1::f7f7:f7f7", id="Teredo by a server on loopback"),
        pytest.param("2001:0:808:808::80ff:fffe", id="Teredo to a client on loopback"),
        pytest.param("localhost", id="a name"),
        pytest.param("127.1", id="short form"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_public_is_refused_with_a_reason(address: str) -> None:
    assert POLICY.refusal(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "36.66.181.23",
        "100.63.255.255",
        "100.128.0.0",
        "172.32.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2400:cb00::1",
        "::ffff:8.8.8.8",
        "2002:808:808::1",
        "64:ff9b::808:808",
        "2001:0:808:808::f7f7:f7f7",
    ],
)
def test_what_is_public_may_be_connected_to(address: str) -> None:
    assert POLICY.refusal(address) is None


def test_an_allowed_network_is_let_through_and_no_more() -> None:
    policy = AddressPolicy([ip_network("127.0.0.0/8"), ip_network("fd00::/64")])

    assert policy.refusal("127.0.0.53") is None
    assert policy.refusal("fd00::5") is None
    assert policy.refusal("::ffff:127.0.0.1") is None
    assert policy.refusal("10.0.0.1")
    assert policy.refusal("fd00:0:0:1::5")
    assert policy.refusal("::1")


@given(st.ip_addresses(v=4))
def test_ipv6_opens_no_way_around_ipv4(inner: IPv4Address) -> None:
    number = int(inner)
    outer = [
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x64FF9B << 96 | number),
        IPv6Address(0x2002 << 112 | number << 80),
    ]

    for address in outer:
        assert (POLICY.refusal(str(address)) is None) == (POLICY.refusal(str(inner)) is None)


@given(st.ip_addresses())
def test_what_is_let_through_is_never_local(address: IPv4Address | IPv6Address) -> None:
    assume(POLICY.refusal(str(address)) is None)

    assert not address.is_private
    assert not address.is_link_local
    assert not address.is_multicast
