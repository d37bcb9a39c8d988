"""X.509 certificates as facts: parsed once, whatever nonsense they hold; and which hosts they are for."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID

from monitor.net.facts import Certificate

T = TypeVar("T")

CACHED = 4096
"""Certificates kept parsed."""
CACHEABLE = 8 * 1024
"""Bytes of DER above which a certificate is parsed each time, so that hostile ones cannot fill the memory."""
MAX_NAME = 512
"""Characters of a subject or issuer; what comes after is not for people."""
UNUSABLE = (
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What cryptography raises, late and in any field, for a certificate or list that somebody has damaged."""
UNREADABLE = datetime(1970, 1, 1, tzinfo=UTC)
"""Both dates of a certificate whose dates cannot be read: an unknown end is never a healthy one."""


def certificate(der: bytes) -> Certificate:
    """The facts of *der*, parsed once per certificate; what cannot be read stays empty, and nothing is raised."""
    return _cached(der) if len(der) <= CACHEABLE else _parsed(der)


def _parsed(der: bytes) -> Certificate:
    sha256 = hashlib.sha256(der).hexdigest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cryptography's remarks on how the certificate was made
        try:
            return _described(x509.load_der_x509_certificate(der), sha256, der)
        except (ValueError, x509.InvalidVersion):
            return _blank(sha256, der)


_cached = lru_cache(CACHED)(_parsed)


def _described(cert: x509.Certificate, sha256: str, der: bytes) -> Certificate:
    return Certificate(
        sha256=sha256,
        subject=_or(lambda: _rfc4514(cert.subject), ""),
        issuer=_or(lambda: _rfc4514(cert.issuer), ""),
        serial=_or(lambda: f"{cert.serial_number:x}", ""),
        not_before=_or(lambda: cert.not_valid_before_utc, UNREADABLE),
        not_after=_or(lambda: cert.not_valid_after_utc, UNREADABLE),
        names=_or(lambda: tuple(_names(cert)), ()),
        self_issued=_or(lambda: cert.subject == cert.issuer, default=False),
        has_issuer_url=_or(lambda: _has_issuer_url(cert), default=False),
        key=_or(lambda: _key(cert), ""),
        signature=_or(lambda: cert.signature_algorithm_oid._name, ""),  # noqa: SLF001  # the only way to the name
        der=der,
    )


def _blank(sha256: str, der: bytes) -> Certificate:
    return Certificate(
        sha256=sha256,
        subject="",
        issuer="",
        serial="",
        not_before=UNREADABLE,
        not_after=UNREADABLE,
        names=(),
        self_issued=False,
        has_issuer_url=False,
        key="",
        signature="",
        der=der,
    )


def _or(read: Callable[[], T], default: T) -> T:
    """What *read* finds, or *default*: cryptography parses late, and each field may be the broken one."""
    try:
        return read()
    except UNUSABLE:
        return default


def _rfc4514(name: x509.Name) -> str:
    return name.rfc4514_string()[:MAX_NAME]


def _names(cert: x509.Certificate) -> Iterator[str]:
    try:
        names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    for name in names:
        if isinstance(name, x509.DNSName) and not _is_address(name.value):
            # An address is an iPAddress; written as a dNSName it counts for nothing (RFC 9525 §6.1).
            yield name.value.lower()
        elif isinstance(name, x509.IPAddress):
            yield str(name.value)


def _has_issuer_url(cert: x509.Certificate) -> bool:
    try:
        access = cert.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return False
    return any(each.access_method == AuthorityInformationAccessOID.CA_ISSUERS for each in access)


def _key(cert: x509.Certificate) -> str:
    key = cert.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    if isinstance(key, dsa.DSAPublicKey):
        return f"DSA {key.key_size}"
    return type(key).__name__.removesuffix("PublicKey")


def matches(certificate: Certificate, host: str) -> bool:
    """
    Whether *certificate* is for *host*, a name or an IP address (RFC 9525 §6).

    Exact, or a wildcard that is the whole left-most label and stands for one label; never the common name.
    """
    if _is_address(host):
        return str(ip_address(host)) in certificate.names
    name = _a_labels(host)
    if not name:
        return False
    accepted = {name}
    _first, _, parent = name.partition(".")
    if "." in parent:  # never a whole top-level domain
        accepted.add(f"*.{parent}")
    return not accepted.isdisjoint(certificate.names)


def _a_labels(host: str) -> str:
    """*host* as certificates write it; empty when it is no name."""
    try:
        return host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
