"""Certificates as links of a chain: what of them matters for trust, who signed whom, and whose list says what."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID

from monitor.net.certificates import CACHEABLE, UNUSABLE, certificate
from monitor.net.tls_facts import Link

T = TypeVar("T")
E = TypeVar("E", bound=x509.ExtensionType)

CACHED = 2048
MAX_URLS = 4
"""Addresses of lists, and of responders, that are looked at."""


def link(der: bytes) -> Link:
    """What matters of the certificate *der*; what cannot be read stays empty, and nothing is raised."""
    return _cached(der) if len(der) <= CACHEABLE else _link(der)


def _link(der: bytes) -> Link:
    seen = certificate(der)
    read = parsed(der)
    key, bits, curve = _or(lambda: _key(read), ("", 0, ""))
    return Link(
        sha256=hashlib.sha256(der).hexdigest(),
        subject=seen.subject,
        issuer=seen.issuer,
        serial=seen.serial,
        not_before=seen.not_before,
        not_after=seen.not_after,
        names=seen.names,
        self_issued=seen.self_issued,
        key=key,
        bits=bits,
        curve=curve,
        signature=seen.signature,
        digest=_or(lambda: _digest(read), ""),
        scts=_or(lambda: _scts(read), None),
        must_staple=_or(lambda: _must_staple(read), default=False),
        crls=_or(lambda: tuple(_crls(read))[:MAX_URLS], ()),
        ocsp=_or(lambda: tuple(_ocsp(read))[:MAX_URLS], ()),
    )


_cached = lru_cache(CACHED)(_link)


def parsed(der: bytes) -> x509.Certificate | None:
    """*der* as cryptography has it; None when it cannot be read at all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cryptography's remarks on how the certificate was made
        try:
            return x509.load_der_x509_certificate(der)
        except UNUSABLE:
            return None


def issuer_of(certificate: x509.Certificate, pool: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """The one of *pool* that signed *certificate*: by name, and proven by the signature."""
    return next((other for other in pool if _signed(certificate, other)), None)


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*UNUSABLE, InvalidSignature):
        return False
    return True


def _or(read: Callable[[], T], default: T) -> T:
    """What *read* finds, or *default*: cryptography parses late, and each field may be the broken one."""
    try:
        return read()
    except UNUSABLE:
        return default


def _certain(read: x509.Certificate | None) -> x509.Certificate:
    if read is None:
        raise ValueError("not a certificate")
    return read


def _key(read: x509.Certificate | None) -> tuple[str, int, str]:
    key = _certain(read).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size, ""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size, key.curve.name
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size, ""
    return type(key).__name__.strip("_").removesuffix("PublicKey"), 0, ""


def _digest(read: x509.Certificate | None) -> str:
    digest = _certain(read).signature_hash_algorithm
    return digest.name if digest else ""


def _extension(read: x509.Certificate | None, kind: type[E]) -> E | None:
    try:
        return _certain(read).extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _scts(read: x509.Certificate | None) -> int:
    return len(list(_extension(read, x509.PrecertificateSignedCertificateTimestamps) or ()))


def _must_staple(read: x509.Certificate | None) -> bool:
    return x509.TLSFeatureType.status_request in list(_extension(read, x509.TLSFeature) or ())


def _crls(read: x509.Certificate | None) -> Iterator[str]:
    for point in _extension(read, x509.CRLDistributionPoints) or ():
        for name in point.full_name or ():
            if isinstance(name, x509.UniformResourceIdentifier) and _is_http(name.value):
                yield name.value


def _ocsp(read: x509.Certificate | None) -> Iterator[str]:
    for access in _extension(read, x509.AuthorityInformationAccess) or ():
        where = access.access_location
        if access.access_method != AuthorityInformationAccessOID.OCSP:
            continue
        if isinstance(where, x509.UniformResourceIdentifier) and _is_http(where.value):
            yield where.value


def _is_http(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in {"http", "https"}
    except ValueError:
        return False
