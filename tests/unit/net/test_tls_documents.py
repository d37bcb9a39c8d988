"""Certificates, lists and responses as they come from strangers: read as far as they can be, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.net import ocsp
from monitor.net.crl import Fetched, said
from monitor.net.crl import _read as read_list
from monitor.net.links import issuer_of, link, parsed
from monitor.net.tls_facts import Seen, Standing
from tests.integration.checks.tls_authority import DAY, HOST, NOW, PEM, Authority

AUTHORITY = Authority()
SITE = AUTHORITY.site(
    crl="http://crl.example.id/1",
    ocsp="http://ocsp.example.id",
    must_staple=True,
    key=rsa.generate_private_key(65537, 2048),
)
LIST = AUTHORITY.revocation_list(SITE)
RESPONSE = AUTHORITY.ocsp_response(SITE, signer=AUTHORITY.responder())
ISSUER = AUTHORITY.intermediate.certificate


def test_what_matters_of_a_certificate_is_read() -> None:
    read = link(SITE.der)

    assert (read.subject, read.issuer, read.names) == (f"CN={HOST}", "CN=Perantara", (HOST,))
    assert (read.key, read.bits, read.curve, read.digest) == ("RSA", 2048, "", "sha256")
    assert (read.crls, read.ocsp) == (("http://crl.example.id/1",), ("http://ocsp.example.id",))
    assert (read.must_staple, read.scts, read.self_issued) == (True, 0, False)
    assert read.not_after - read.not_before == 61 * DAY


def test_the_curve_is_told() -> None:
    read = link(AUTHORITY.root.der)

    assert (read.key, read.bits, read.curve, read.self_issued) == ("EC", 256, "secp256r1", True)


def test_a_certificate_without_extensions_asks_for_nothing() -> None:
    read = link(AUTHORITY.root.der)

    assert (read.crls, read.ocsp, read.must_staple, read.scts) == ((), (), False, 0)


@pytest.mark.parametrize(
    "url",
    ["ldap://ldap.example.id/cn=list", "file:///etc/passwd", "http:", "//crl.example.id/1"],
)
def test_only_the_web_is_asked(url: str) -> None:
    read = link(AUTHORITY.site(crl=url, ocsp=url).der)

    assert read.crls == read.ocsp == (("http:",) if url == "http:" else ())


def test_an_issuer_is_proven_by_the_signature_not_by_its_name() -> None:
    stranger, intermediate = AUTHORITY.stranger.certificate, AUTHORITY.intermediate.certificate

    assert stranger.subject == intermediate.subject
    assert issuer_of(SITE.certificate, [stranger]) is None
    assert issuer_of(SITE.certificate, [stranger, intermediate]) == intermediate


@pytest.mark.parametrize("der", [b"", b"leaf", b"\x30\x80", SITE.der[:-1]], ids=["empty", "text", "cut", "short"])
def test_what_is_no_certificate_is_read_as_nothing(der: bytes) -> None:
    read = link(der)

    assert parsed(der) is None
    assert (read.subject, read.key, read.scts) == ("", "", None)


def test_a_list_may_come_as_text() -> None:
    read = read_list(LIST)
    assert read is not None

    assert read_list(read.public_bytes(PEM)) == read


def test_a_responder_whose_own_time_is_over_proves_nothing() -> None:
    later = NOW + 365 * DAY
    response = AUTHORITY.ocsp_response(SITE, signer=AUTHORITY.responder(), until=later + DAY)

    assert ocsp.read(response, SITE.certificate, ISSUER, NOW).standing is Standing.GOOD
    assert ocsp.read(response, SITE.certificate, ISSUER, later).standing is Standing.UNKNOWN


def test_a_response_cannot_be_proven_without_the_issuer() -> None:
    read = ocsp.read(RESPONSE, SITE.certificate, None, NOW)

    assert (read.seen, read.standing) == (Seen.YES, Standing.UNKNOWN)


@pytest.mark.parametrize(
    ("early", "standing"), [(timedelta(minutes=4), Standing.GOOD), (timedelta(minutes=6), Standing.UNKNOWN)]
)
def test_clocks_may_differ_a_little(early: timedelta, standing: Standing) -> None:
    response = AUTHORITY.ocsp_response(SITE, since=NOW + early, until=NOW + DAY)

    assert ocsp.read(response, SITE.certificate, ISSUER, NOW).standing is standing


def test_a_question_fits_into_a_url() -> None:
    url = ocsp.question_url("http://ocsp.example.id/", SITE.certificate, ISSUER)
    base, _, encoded = url.rpartition("/")

    assert base == "http://ocsp.example.id"
    assert not set(encoded) & set("+/=")
    assert len(url) < 255


@pytest.mark.parametrize(
    "key", [ed25519.Ed25519PrivateKey.generate(), dsa.generate_private_key(2048)], ids=["Ed25519", "DSA"]
)
def test_keys_of_other_kinds_have_a_name(key: object) -> None:
    builder = x509.CertificateBuilder().subject_name(ISSUER.subject).issuer_name(ISSUER.subject).serial_number(7)
    builder = builder.public_key(key.public_key()).not_valid_before(NOW).not_valid_after(NOW + DAY)  # type: ignore[attr-defined]
    signed = replace(AUTHORITY.intermediate, certificate=builder.sign(AUTHORITY.intermediate.key, hashes.SHA256()))

    assert link(signed.der).key in {"Ed25519", "DSA"}


def damaged(good: bytes, changes: Iterable[tuple[int, int]]) -> bytes:
    bad = bytearray(good)
    for at, value in changes:
        bad[at % len(bad)] = value
    return bytes(bad)


CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=4)


VERSION = b"\xa0\x03\x02\x01"


def test_a_version_that_does_not_exist_is_survived() -> None:
    certificate_at, list_at = SITE.der.index(VERSION) + len(VERSION), LIST.index(b"\x02\x01\x01") + 2

    assert parsed(damaged(SITE.der, [(certificate_at, 9)])) is None
    assert link(damaged(SITE.der, [(certificate_at, 9)])).subject == ""
    assert read_list(damaged(LIST, [(list_at, 0)])) is None


@settings(max_examples=300)
@given(CHANGES)
def test_any_damage_to_a_certificate_is_survived(changes: list[tuple[int, int]]) -> None:
    der = damaged(SITE.der, changes)
    link(der)
    read = parsed(der)
    if read is not None:
        assert issuer_of(read, [ISSUER, read]) in {None, ISSUER} or der == SITE.der


@settings(max_examples=300)
@given(CHANGES)
def test_no_damage_to_a_list_makes_it_say_anything_else(changes: list[tuple[int, int]]) -> None:
    content = read_list(damaged(LIST, changes))
    found = said(Fetched(NOW, content), SITE.certificate, ISSUER, NOW)

    assert found.standing is not Standing.GOOD


@settings(max_examples=300)
@given(CHANGES)
def test_no_damage_to_a_response_makes_it_say_anything_else(changes: list[tuple[int, int]]) -> None:
    found = ocsp.read(damaged(RESPONSE, changes), SITE.certificate, ISSUER, NOW)

    assert found.standing is not Standing.REVOKED
