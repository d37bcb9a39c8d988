"""
Signed messages as time-stamp authorities make them (CMS, RFC 5652), verified up to a root we were told of.

Only what RFC 3161 allows: one signer, signed attributes, SHA-2. Raises `BadSeal`, or one of `STRANGE` where a
certificate itself cannot be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from monitor.seal.der import INTEGER, OCTETS, SEQUENCE, SET, Parts, Value, tagged
from monitor.seal.errors import BadSeal

SHA256 = "2.16.840.1.101.3.4.2.1"
HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    SHA256: hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
STRANGE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What reading a certificate may raise, here or much later: its parts are read when they are asked for."""
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_EXPLICIT_0, _IMPLICIT_1, _KEY_ID = 0xA0, 0xA1, 0x80
_RSA = "1.2.840.113549.1.1."
_PSS = "1.2.840.113549.1.1.10"
_MOST_CERTIFICATES = 10
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed message, read and not yet believed."""

    kind: str
    """The OID of the content's type."""
    content: bytes
    certificates: tuple[x509.Certificate, ...]
    sid: Value
    """How the signer's certificate is named (§5.3)."""
    hash: type[hashes.HashAlgorithm]
    attributes: Value
    algorithm: str
    """The OID of the signature algorithm."""
    signature: bytes


def read(token: Value, kind: str) -> Signed:
    """The SignedData (§5.1) in the ContentInfo *token*, whose content must be of *kind*. Raises `BadSeal`."""
    outer = token.inside()
    if outer.next().dotted != _SIGNED_DATA:
        raise BadSeal("bukan pesan bertanda tangan (CMS)")
    parts = outer.next(_EXPLICIT_0).inside().next(SEQUENCE).inside()
    parts.next(INTEGER)
    parts.next(SET)
    content = parts.next(SEQUENCE).inside()
    if (found := content.next().dotted) != kind:
        raise BadSeal(f"isi pesan bertanda tangan bukan cap waktu ({found})")
    body = content.next(_EXPLICIT_0).inside().next(OCTETS).content
    certificates = _certificates(parts.optional(_EXPLICIT_0))
    parts.optional(_IMPLICIT_1)
    signers = list(parts.next(SET).inside().all())
    if len(signers) != 1:
        raise BadSeal("cap waktu harus ditandatangani tepat satu pihak")
    return _signed(kind, body, certificates, signers[0].expect(SEQUENCE).inside())


def _certificates(found: Value | None) -> tuple[x509.Certificate, ...]:
    values = [] if found is None else [value for value in found.inside().all() if value.tag == SEQUENCE]
    if len(values) > _MOST_CERTIFICATES:
        raise BadSeal("terlalu banyak sertifikat dalam cap waktu")
    return tuple(x509.load_der_x509_certificate(value.raw) for value in values)


def _signed(kind: str, body: bytes, certificates: tuple[x509.Certificate, ...], parts: Parts) -> Signed:
    parts.next(INTEGER)
    sid = parts.next()
    digest = _hash(parts.next(SEQUENCE))
    attributes = parts.next(_EXPLICIT_0)
    algorithm = parts.next(SEQUENCE).inside().next().dotted
    return Signed(kind, body, certificates, sid, digest, attributes, algorithm, parts.next(OCTETS).content)


def _hash(algorithm: Value) -> type[hashes.HashAlgorithm]:
    found = HASHES.get(dotted := algorithm.inside().next().dotted)
    if found is None:
        raise BadSeal(f"fungsi hash {dotted} tidak diterima; hanya SHA-256, SHA-384, SHA-512")
    return found


def verified(signed: Signed, roots: Sequence[x509.Certificate], at: datetime) -> x509.Certificate:
    """The certificate that signed, which stood under one of *roots* at *at*. Raises `BadSeal`."""
    signer = _signer(signed)
    _require_attributes(signed, signer)
    _require_signature(signed, signer)
    _require_purpose(signer)
    if not _stands(signer, signed.certificates, roots, at, 0):
        raise BadSeal("sertifikat otoritas cap waktu tidak berdiri di bawah akar yang disetel ([seal] tsa_ca)")
    return signer


def _signer(signed: Signed) -> x509.Certificate:
    for certificate in signed.certificates:
        if _is_named(certificate, signed.sid):
            return certificate
    raise BadSeal("sertifikat penanda tangan tidak disertakan")


def _is_named(certificate: x509.Certificate, sid: Value) -> bool:
    if sid.tag == _KEY_ID:
        try:
            found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except (x509.ExtensionNotFound, ValueError):
            return False
        return found.value.digest == sid.content
    parts = sid.expect(SEQUENCE).inside()
    issuer, serial = parts.next(SEQUENCE), parts.next(INTEGER)
    return certificate.issuer.public_bytes() == issuer.raw and certificate.serial_number == serial.number


def _require_attributes(signed: Signed, signer: x509.Certificate) -> None:
    found = _attributes(signed.attributes)
    if (kind := found.get(_CONTENT_TYPE)) is None or kind.dotted != signed.kind:
        raise BadSeal("atribut jenis isi tidak cocok")
    digest = found.get(_MESSAGE_DIGEST)
    if digest is None or digest.expect(OCTETS).content != hashlib.new(signed.hash().name, signed.content).digest():
        raise BadSeal("isi cap waktu berbeda dari yang ditandatangani")
    if not _is_bound(found, signer):
        raise BadSeal("cap waktu tidak terikat pada sertifikat penanda tangannya (RFC 5816)")


def _attributes(attributes: Value) -> Mapping[str, Value]:
    """Attribute → its one value; what occurs twice is refused."""
    found: dict[str, Value] = {}
    for attribute in attributes.inside().all():
        parts = attribute.expect(SEQUENCE).inside()
        dotted, values = parts.next().dotted, list(parts.next(SET).inside().all())
        if dotted in found or len(values) != 1:
            raise BadSeal("atribut yang ditandatangani tidak tunggal")
        found[dotted] = values[0]
    return found


def _is_bound(found: Mapping[str, Value], signer: x509.Certificate) -> bool:
    """Whether the first of the ESSCertIDs is the signer's; of SHA-1, which RFC 3161 made them use, as well."""
    newer, older = found.get(_SIGNING_CERTIFICATE_V2), found.get(_SIGNING_CERTIFICATE)
    if newer is not None:
        parts = _first_certificate(newer)
        algorithm = parts.optional(SEQUENCE)
        digest = hashes.SHA256 if algorithm is None else _hash(algorithm)
        return parts.next(OCTETS).content == signer.fingerprint(digest())
    if older is not None:
        return _first_certificate(older).next(OCTETS).content == signer.fingerprint(hashes.SHA1())  # noqa: S303
    return False


def _first_certificate(attribute: Value) -> Parts:
    return attribute.expect(SEQUENCE).inside().next(SEQUENCE).inside().next(SEQUENCE).inside()


def _require_signature(signed: Signed, signer: x509.Certificate) -> None:
    key, data = signer.public_key(), tagged(SET, signed.attributes.content)
    try:
        if isinstance(key, rsa.RSAPublicKey) and signed.algorithm.startswith(_RSA) and signed.algorithm != _PSS:
            key.verify(signed.signature, data, padding.PKCS1v15(), signed.hash())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signed.signature, data, ec.ECDSA(signed.hash()))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signed.signature, data)
        else:
            raise BadSeal(f"algoritma tanda tangan {signed.algorithm} tidak dikenal")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise BadSeal("tanda tangan cap waktu salah") from error


def _require_purpose(signer: x509.Certificate) -> None:
    """RFC 3161 §2.3: for time-stamping, critically, and for nothing else."""
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise BadSeal("sertifikat penanda tangan bukan untuk cap waktu") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise BadSeal("sertifikat penanda tangan bukan untuk cap waktu semata")


def _stands(
    certificate: x509.Certificate,
    between: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
    depth: int,
) -> bool:
    """Whether *certificate* was valid at *at* and is one of *roots*, or issued by one that stands."""
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc or not _is_understood(certificate):
        return False
    if certificate in roots:
        return True
    return depth < _DEEPEST and any(
        _may_issue(issuer, depth)
        and _is_issued(certificate, issuer)
        and _stands(issuer, [other for other in between if other != issuer], roots, at, depth + 1)
        for issuer in (*roots, *between)
        if issuer != certificate
    )


def _is_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _may_issue(issuer: x509.Certificate, below: int) -> bool:
    """Whether it is an authority's, with room for *below* authorities between it and the signer."""
    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    is_long_enough = basic.path_length is None or below <= basic.path_length
    return basic.ca and is_long_enough and (usage is None or usage.key_cert_sign)


_UNDERSTOOD = (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.CertificatePolicies)


def _is_understood(certificate: x509.Certificate) -> bool:
    """Whether it has no critical extension that we do not heed (RFC 5280 §4.2)."""
    try:
        return all(isinstance(item.value, _UNDERSTOOD) for item in certificate.extensions if item.critical)
    except ValueError:
        return False
