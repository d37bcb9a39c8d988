"""What certificates say, and which hosts they are for."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.certificates import CACHEABLE, UNREADABLE, certificate, matches

NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
NOT_AFTER = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def made(
    *names: str, issuer: str = "CA Uji", subject: str = "situs.example.id", key: Key = KEY, aia: bool = False
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .serial_number(0xBEEF)
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .public_key(key.public_key())
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
        )
    if aia:
        where = x509.UniformResourceIdentifier("http://ca.example.id/ca.cer")
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, where)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(Encoding.DER)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(name: str) -> x509.GeneralName:
    if name.startswith("dns:"):
        return x509.DNSName(name.removeprefix("dns:"))
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def test_a_certificate_is_told_as_served() -> None:
    der = made("Situs.example.id", "*.example.id", "192.0.2.1", "2001:db8::1", aia=True)

    facts = certificate(der)

    assert (facts.sha256, facts.der) == (hashlib.sha256(der).hexdigest(), der)
    assert (facts.subject, facts.issuer, facts.serial) == ("CN=situs.example.id", "CN=CA Uji", "beef")
    assert (facts.not_before, facts.not_after) == (NOT_BEFORE, NOT_AFTER)
    assert facts.names == ("situs.example.id", "*.example.id", "192.0.2.1", "2001:db8::1")
    assert (facts.self_issued, facts.has_issuer_url) == (False, True)
    assert (facts.key, facts.signature) == ("EC secp256r1", "ecdsa-with-SHA256")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        pytest.param(rsa.generate_private_key(65537, 2048), ("RSA 2048", "sha256WithRSAEncryption"), id="RSA"),
        pytest.param(ed25519.Ed25519PrivateKey.generate(), ("Ed25519", "ed25519"), id="Ed25519"),
    ],
)
def test_keys_and_signatures_have_their_usual_names(key: Key, words: tuple[str, str]) -> None:
    facts = certificate(made(key=key))

    assert (facts.key, facts.signature) == words


def test_a_self_issued_certificate_without_extensions_is_told() -> None:
    facts = certificate(made(issuer="situs.example.id"))

    assert (facts.self_issued, facts.has_issuer_url, facts.names) == (True, False, ())


def test_a_certificate_is_parsed_once() -> None:
    der = made("a.example.id")

    assert certificate(der) is certificate(bytes(bytearray(der)))


def test_an_oversized_certificate_is_not_kept() -> None:
    der = made(*(f"{number:04}.example.id" for number in range(CACHEABLE // 16)))

    assert certificate(der) == certificate(der)
    assert certificate(der) is not certificate(der)


def test_what_is_no_certificate_keeps_its_bytes_and_has_no_healthy_end() -> None:
    facts = certificate(b"\x30\x03\x02\x01\x01")

    assert (facts.der, facts.not_after, facts.names, facts.key) == (b"\x30\x03\x02\x01\x01", UNREADABLE, (), "")


INTACT = made("situs.example.id", key=ed25519.Ed25519PrivateKey.generate(), aia=True)


@given(st.data())
def test_a_damaged_certificate_never_raises(data: st.DataObject) -> None:
    der = bytearray(INTACT)
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))

    facts = certificate(bytes(der))

    assert facts.not_after.tzinfo is not None
    matches(facts, "situs.example.id")


LEAF = replace(
    certificate(made()), names=("situs.example.id", "*.desa.id", "*.a.example.id", "192.0.2.1", "2001:db8::1")
)


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("situs.example.id", id="exact"),
        pytest.param("SITUS.Example.ID", id="any case"),
        pytest.param("situs.example.id.", id="final dot"),
        pytest.param("b.a.example.id", id="wildcard"),
        pytest.param("bücher.a.example.id", id="an international label under a wildcard"),
        pytest.param("bojong.desa.id", id="wildcard under a public suffix"),
        pytest.param("192.0.2.1", id="IPv4"),
        pytest.param("2001:DB8:0::1", id="IPv6, spelt differently"),
    ],
)
def test_a_certificate_is_for_its_names(host: str) -> None:
    assert matches(LEAF, host)


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("example.id", id="the parent"),
        pytest.param("a.example.id", id="a wildcard is not its parent"),
        pytest.param("c.b.a.example.id", id="a wildcard is one label"),
        pytest.param("situs.example.id.attacker.net", id="anchored at the end"),
        pytest.param("xsitus.example.id", id="anchored at the start"),
        pytest.param("192.0.2.2", id="another address"),
        pytest.param("", id="nothing"),
        pytest.param("." * 3, id="dots"),
        pytest.param("a" * 64 + ".desa.id", id="a label too long"),
    ],
)
def test_a_certificate_is_for_nobody_else(host: str) -> None:
    assert not matches(LEAF, host)


@pytest.mark.parametrize(
    ("names", "host"),
    [
        pytest.param((), "situs.example.id", id="the common name does not count"),
        pytest.param(("*",), "localhost", id="a bare star"),
        pytest.param(("*.id",), "situs.id", id="a whole top-level domain"),
        pytest.param(("s*.example.id",), "situs.example.id", id="part of a label"),
        pytest.param(("www.*.id",), "www.example.id", id="not the left-most label"),
        pytest.param(("dns:192.0.2.1",), "192.0.2.1", id="an address as a dNSName"),
        pytest.param(("*.0.2.1",), "192.0.2.1", id="a wildcard over addresses"),
    ],
)
def test_what_looks_like_a_name_may_not_be_one(names: tuple[str, ...], host: str) -> None:
    assert not matches(certificate(made(*names)), host)


def test_dates_are_aware() -> None:
    assert certificate(made()).not_after - NOT_BEFORE > timedelta(days=364)
