"""What is offered to a server, byte by byte, and that a real TLS library understands it."""

from __future__ import annotations

import ssl

import pytest
import trustme

from monitor.net.client_hello import Offer, client_hello, usual
from monitor.net.server_hello import Kind, Reader
from monitor.net.suites import FORWARD_SECRET, MODERN, NAMES, USUAL, WEAK, family_of, is_forward_secret, name_of
from monitor.net.tls_facts import Family, Version
from tests.unit.net.hellos import offered_suites

HOST = "situs.purbalinggakab.go.id"
RANDOM = bytes(range(32))
SCSV = 0x00FF


@pytest.mark.parametrize(
    ("version", "record", "legacy"),
    [
        (Version.SSL3, 0x0300, 0x0300),
        (Version.TLS10, 0x0301, 0x0301),
        (Version.TLS11, 0x0301, 0x0302),
        (Version.TLS12, 0x0301, 0x0303),
        (Version.TLS13, 0x0301, 0x0303),
    ],
)
def test_a_hello_names_its_version_and_all_lengths_are_right(version: Version, record: int, legacy: int) -> None:
    hello = client_hello(usual(version), HOST, random=RANDOM)
    said, suites, _extensions = offered_suites(hello)

    assert int.from_bytes(hello[1:3]) == record
    assert said == legacy
    assert suites == [*(MODERN if version is Version.TLS13 else (*USUAL, SCSV))]


def test_ssl_3_0_has_no_extensions() -> None:
    assert offered_suites(client_hello(usual(Version.SSL3), HOST))[2] == {}


def test_only_1_3_says_that_it_speaks_nothing_else() -> None:
    assert offered_suites(client_hello(usual(Version.TLS13), HOST))[2][43] == b"\x02\x03\x04"
    assert 43 not in offered_suites(client_hello(usual(Version.TLS12), HOST))[2]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        pytest.param(HOST, HOST.encode(), id="name"),
        pytest.param(f"{HOST}.", HOST.encode(), id="root dot"),
        pytest.param("désa.id", b"xn--dsa-bma.id", id="U-labels"),
        pytest.param("192.0.2.1", None, id="IPv4"),
        pytest.param("2001:db8::1", None, id="IPv6"),
    ],
)
def test_a_name_is_sent_and_an_address_is_not(host: str, name: bytes | None) -> None:
    extensions = offered_suites(client_hello(usual(Version.TLS12), host))[2]

    assert (extensions[0][5:] if 0 in extensions else None) == name


@pytest.mark.parametrize("version", [Version.TLS10, Version.TLS12, Version.TLS13])
@pytest.mark.parametrize("count", range(1, len(USUAL), 9))
@pytest.mark.parametrize("host", ["a.id", f"{'x' * 60}.{'y' * 60}.id"])
def test_no_hello_has_a_length_that_load_balancers_hang_on(version: Version, count: int, host: str) -> None:
    length = len(client_hello(Offer(version, USUAL[:count]), host)) - 5

    assert not 256 <= length < 512


def test_two_hellos_are_never_the_same() -> None:
    assert client_hello(usual(Version.TLS12), HOST) != client_hello(usual(Version.TLS12), HOST)


@pytest.fixture(scope="module")
def context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(HOST).configure_cert(context)
    return context


@pytest.mark.parametrize("version", [Version.TLS12, Version.TLS13])
def test_a_tls_library_takes_the_offer(context: ssl.SSLContext, version: Version) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(client_hello(usual(version), HOST))
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    reader = Reader(name_of, whole=True)
    reader.feed(outgoing.read())

    assert (reader.reply.kind, reader.reply.version) == (Kind.HELLO, version.wire)
    assert is_forward_secret(reader.reply.suite)
    assert reader.reply.done is (version is Version.TLS12)
    assert bool(reader.reply.chain) is reader.reply.done


def test_every_weak_suite_is_of_one_family_and_no_other_suite_is_of_any() -> None:
    weak = [code for family in Family for code in WEAK[family]]

    assert len(weak) == len(set(weak))
    assert all(WEAK[family] for family in Family)
    assert {code for code in NAMES if family_of(code)} == set(weak)


@pytest.mark.parametrize(
    ("code", "family"),
    [
        pytest.param(0xC015, Family.NULL, id="anonymous NULL"),
        pytest.param(0x0017, Family.ANONYMOUS, id="anonymous EXPORT RC4"),
        pytest.param(0x0003, Family.EXPORT, id="EXPORT RC4"),
        pytest.param(0x0014, Family.EXPORT, id="EXPORT DES40"),
        pytest.param(0x0009, Family.DES, id="DES"),
        pytest.param(0x0005, Family.RC4, id="RC4"),
        pytest.param(0x000A, Family.TRIPLE_DES, id="3DES"),
        pytest.param(0xC02F, None, id="AES-GCM"),
        pytest.param(0xFFFE, None, id="not ours"),
    ],
)
def test_a_suite_is_of_the_worst_family_that_fits(code: int, family: Family | None) -> None:
    assert family_of(code) is family


@pytest.mark.parametrize(
    ("code", "is_secret"),
    [
        (0xC02F, True),
        (0x0033, True),
        (0x1301, True),
        (0x002F, False),
        (0xC018, False),
        (0xC004, False),
        (0x0034, False),
    ],
)
def test_forward_secrecy_is_a_matter_of_the_key_exchange(code: int, *, is_secret: bool) -> None:
    assert is_forward_secret(code) is is_secret


def test_a_usual_client_offers_nothing_without_encryption_or_identity() -> None:
    assert not {family_of(code) for code in USUAL} & {Family.NULL, Family.ANONYMOUS}
    assert set(FORWARD_SECRET) < set(USUAL)
