"""OCSP: what a stapled or fetched response says of a certificate, if it may say so (RFC 6960)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from monitor.net.certificates import UNUSABLE
from monitor.net.tls_facts import Seen, Standing, Staple

SKEW = timedelta(minutes=5)
"""By how much clocks may disagree."""
MAX_RESPONSE = 64 * 1024
"""Bytes of a fetched response."""

_STANDINGS = {
    ocsp.OCSPCertStatus.GOOD: Standing.GOOD,
    ocsp.OCSPCertStatus.REVOKED: Standing.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: Standing.UNKNOWN,
}


def question_url(base: str, certificate: x509.Certificate, issuer: x509.Certificate) -> str:
    """The URL that asks *base* about *certificate* by GET (RFC 6960 §A.1); SHA-1 is what every responder knows."""
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
    der = request.public_bytes(Encoding.DER)
    return f"{base.rstrip('/')}/{quote(base64.b64encode(der), safe='')}"


def read(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate | None, now: datetime) -> Staple:
    """What the response *der* says of *certificate*; an unproven one says nothing."""
    if issuer is None:
        return Staple(seen=Seen.YES, reason="penerbit sertifikat tidak disajikan")
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return Staple(seen=Seen.YES, reason=f"responder menjawab {response.response_status.name.lower()}")
        return _read(response, certificate, issuer, now)
    except UNUSABLE:
        return Staple(seen=Seen.YES, reason="respons OCSP tidak terbaca")


def _read(
    response: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
) -> Staple:
    single = next((each for each in response.responses if _is_about(each, certificate, issuer)), None)
    if single is None:
        return Staple(seen=Seen.YES, reason="respons OCSP untuk sertifikat lain")
    trouble = "" if _is_proven(response, issuer, now) else "tanda tangan respons OCSP tidak sah"
    if not trouble and single.this_update_utc > now + SKEW:
        trouble = "respons OCSP belum berlaku"
    return Staple(
        seen=Seen.YES,
        standing=Standing.UNKNOWN if trouble else _STANDINGS[single.certificate_status],
        this_update=single.this_update_utc,
        next_update=single.next_update_utc,
        revoked_at=single.revocation_time_utc,
        reason=trouble or (single.revocation_reason.value if single.revocation_reason else ""),
    )


def _is_about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the response names *certificate* (RFC 6960 §4.1.1): by serial number, and its issuer by hashes."""
    if single.serial_number != certificate.serial_number:
        return False
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, single.hash_algorithm).build()
    return (request.issuer_name_hash, request.issuer_key_hash) == (single.issuer_name_hash, single.issuer_key_hash)


def _is_proven(response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> bool:
    """Whether the issuer signed it, or somebody the issuer appointed (RFC 6960 §4.2.2.2)."""
    return any(_signs(signer, response) for signer in _signers(response.certificates, issuer, now))


def _signers(
    enclosed: Iterable[x509.Certificate], issuer: x509.Certificate, now: datetime
) -> Iterable[x509.Certificate]:
    yield issuer
    for certificate in enclosed:
        if (
            _is_appointed(certificate, issuer)
            and certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        ):
            yield certificate


def _is_appointed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (*UNUSABLE, InvalidSignature, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _signs(signer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    key, digest = signer.public_key(), response.signature_hash_algorithm
    signature, signed = response.signature, response.tbs_response_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey) and digest is not None:
            key.verify(signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
            key.verify(signature, signed, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, signed)
        else:
            return False
    except InvalidSignature:
        return False
    return True
