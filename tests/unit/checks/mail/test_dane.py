"""TLSA records against the certificates that were served."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from monitor.checks.mail.facts import Mail, TlsaSet
from monitor.net.certificates import certificate as parsed
from monitor.net.dane import Tlsa, vouched
from monitor.net.facts import Certificate, FailureKind
from tests.unit.checks.mail.mailing import (
    MX1,
    TROUBLE,
    answered,
    declined,
    exchangers,
    facts,
    failed,
    found,
    host,
    session,
    tls,
    unencrypted,
)

AUTHORITY = trustme.CA()
LEAF, OTHER = (AUTHORITY.issue_cert(MX1) for _ in range(2))
ELSEWHERE = AUTHORITY.issue_cert("mail.example.com")


def der(cert: trustme.LeafCert) -> bytes:
    return x509.load_pem_x509_certificate(cert.cert_chain_pems[0].bytes()).public_bytes(Encoding.DER)


ROOT = x509.load_pem_x509_certificate(AUTHORITY.cert_pem.bytes()).public_bytes(Encoding.DER)


def key(certificate: bytes) -> bytes:
    public = x509.load_der_x509_certificate(certificate).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sha512(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()


CHAIN: tuple[Certificate, ...] = (parsed(der(LEAF)), parsed(ROOT))
FOREIGN: tuple[Certificate, ...] = (parsed(der(ELSEWHERE)), parsed(ROOT))


@pytest.mark.parametrize(
    ("record", "chain", "fits"),
    [
        pytest.param(Tlsa(3, 1, 1, sha256(key(der(LEAF)))), CHAIN, True, id="3 1 1"),
        pytest.param(Tlsa(3, 1, 2, sha512(key(der(LEAF)))), CHAIN, True, id="3 1 2"),
        pytest.param(Tlsa(3, 1, 0, key(der(LEAF)).hex()), CHAIN, True, id="3 1 0"),
        pytest.param(Tlsa(3, 0, 1, sha256(der(LEAF))), CHAIN, True, id="3 0 1"),
        pytest.param(Tlsa(3, 0, 0, der(LEAF).hex()), CHAIN, True, id="3 0 0"),
        pytest.param(Tlsa(3, 1, 1, sha256(key(der(OTHER)))), CHAIN, False, id="another key"),
        pytest.param(Tlsa(3, 0, 1, sha256(key(der(LEAF)))), CHAIN, False, id="key where the whole is named"),
        pytest.param(Tlsa(3, 0, 1, sha256(ROOT)), CHAIN, False, id="an authority as end entity"),
        pytest.param(Tlsa(2, 0, 1, sha256(ROOT)), CHAIN, True, id="2 0 1"),
        pytest.param(Tlsa(2, 1, 1, sha256(key(ROOT))), CHAIN, True, id="2 1 1"),
        pytest.param(Tlsa(2, 1, 1, sha256(key(ROOT))), CHAIN[:1], False, id="authority not served"),
        pytest.param(Tlsa(2, 1, 1, sha256(key(ROOT))), FOREIGN, False, id="authority right, name wrong"),
        pytest.param(Tlsa(3, 1, 1, sha256(key(der(ELSEWHERE)))), FOREIGN, True, id="end entity asks for no name"),
        pytest.param(Tlsa(1, 1, 1, sha256(key(der(LEAF)))), CHAIN, False, id="usage 1 does not count"),
        pytest.param(Tlsa(0, 1, 1, sha256(key(ROOT))), CHAIN, False, id="usage 0 does not count"),
        pytest.param(Tlsa(3, 2, 1, sha256(key(der(LEAF)))), CHAIN, False, id="unknown selector"),
        pytest.param(Tlsa(3, 1, 3, sha256(key(der(LEAF)))), CHAIN, False, id="unknown matching"),
        pytest.param(Tlsa(3, 1, 1, sha256(key(der(LEAF)))[:40]), CHAIN, False, id="cut off"),
        pytest.param(Tlsa(3, 1, 0, ""), CHAIN, False, id="empty"),
        pytest.param(Tlsa(3, 1, 1, sha256(key(der(LEAF)))), (), False, id="no chain"),
    ],
)
def test_which_certificates_a_record_vouches_for(record: Tlsa, chain: tuple[Certificate, ...], fits: object) -> None:
    assert vouched([record], MX1, chain) is fits


def test_one_of_several_records_is_enough() -> None:
    records = [Tlsa(3, 1, 1, sha256(b"the next key")), Tlsa(3, 1, 1, sha256(key(der(LEAF))))]

    assert vouched(records, MX1, CHAIN)


def test_a_certificate_that_cannot_be_read_has_no_key_to_fit() -> None:
    assert not vouched([Tlsa(3, 1, 0, "")], MX1, [parsed(b"noise")])
    assert not vouched([Tlsa(3, 1, 1, sha256(b""))], MX1, [parsed(b"noise")])


GOOD = Tlsa(3, 1, 1, sha256(key(der(LEAF))))
BAD = Tlsa(3, 1, 1, sha256(b"old key"))
USELESS = Tlsa(1, 1, 1, sha256(b"old key"))


def seen(*records: Tlsa, authenticated: bool = True, **values: Any) -> Mail:
    shown = {"session": session(tls=tls(*CHAIN)), "tlsa": TlsaSet(records=records, authenticated=authenticated)}
    return facts(exchangers=exchangers(host(**{**shown, **values})))


@pytest.mark.parametrize(
    ("mail", "codes"),
    [
        pytest.param(seen(), set(), id="none"),
        pytest.param(seen(GOOD), set(), id="fits"),
        pytest.param(seen(BAD), {"tlsa_mismatch"}, id="does not fit"),
        pytest.param(seen(BAD, GOOD), set(), id="one fits"),
        pytest.param(seen(BAD, authenticated=False), {"tlsa_insecure"}, id="does not fit, and does not count"),
        pytest.param(seen(GOOD, authenticated=False), {"tlsa_insecure"}, id="fits, and does not count"),
        pytest.param(seen(USELESS), {"tlsa_unusable"}, id="of no use"),
    ],
)
def test_what_is_said_of_the_records(mail: Mail, codes: set[str]) -> None:
    assert {code for code in found(mail) if code.startswith("tlsa")} == codes


def test_a_server_without_encryption_breaks_its_word() -> None:
    assert "tlsa_mismatch" in found(seen(GOOD, session=unencrypted()))


@pytest.mark.parametrize("shown", [declined(), failed(FailureKind.TIMEOUT)], ids=["declined", "unreachable"])
def test_a_server_that_showed_no_certificate_neither_keeps_nor_breaks_its_word(shown: object) -> None:
    assert "tlsa_mismatch" not in answered(seen(GOOD, session=shown))
    assert "tlsa_mismatch" in answered(seen(session=shown))


def test_records_that_could_not_be_asked_are_not_absent() -> None:
    codes = answered(facts(exchangers=exchangers(host(tlsa=TROUBLE))))

    assert not {code for code in codes if code.startswith("tlsa")}
