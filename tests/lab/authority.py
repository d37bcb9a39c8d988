"""The lab's certificate authority: root → intermediate → a certificate per name, made when first asked for."""

from __future__ import annotations

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.lab.faults import Fault, FaultName

ISSUER_URL = "http://ca.lab.example/perantara.cer"
WRONG_NAME = "hosting-bersama.example"
"""What a careless hoster's default certificate is for."""
_KEPT = 4096
"""Contexts held at a time; an SSL context is some 20 KB."""

_LIFE = timedelta(days=90)
_AGE = timedelta(days=10)


def _name(common: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lab Purbalingga"),
        x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
    ]
    return x509.Name(attributes)


def _pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in certificates)


class Issuer:
    """A CA: its certificate and its key."""

    def __init__(self, common: str, parent: Issuer | None = None) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(common)
        now = datetime.now(UTC)
        builder = self._builder(
            self.name, self._key.public_key(), now - timedelta(days=400), now + timedelta(days=4000)
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
        )
        builder = builder.add_extension(_CA_USAGE, critical=True)
        self.certificate = (parent or self).sign(builder)

    def _builder(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, end: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(name).public_key(key)
        return builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)

    def sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        """*builder*'s certificate, signed by this CA."""
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return builder.issuer_name(self.name).add_extension(identifier, critical=False).sign(self._key, hashes.SHA256())

    def leaf(
        self,
        host: str,
        key: ec.EllipticCurvePrivateKey,
        start: datetime,
        end: datetime,
        *,
        url: str | None = ISSUER_URL,
    ) -> x509.Certificate:
        """A server certificate for *host*; *url*: where the issuer's can be fetched (RFC 5280 §4.2.2.1)."""
        builder = self._builder(_name(host), key.public_key(), start, end)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        if url:
            place = x509.UniformResourceIdentifier(url)
            access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        return self.sign(builder)


_CA_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """Server contexts by name and fault. All leaves share one key: the names differ, the cost does not."""

    def __init__(self, directory: Path, *, wildcards: bool = False) -> None:
        """Write the trusted root to `ca_file`; with *wildcards* a certificate covers all names beside each other."""
        directory.mkdir(parents=True, exist_ok=True)
        self._wildcards = wildcards
        self._root = Issuer("Lab Purbalingga Root CA")
        self._intermediate = Issuer("Lab Purbalingga CA Perantara", self._root)
        self._stranger = Issuer("CA Tak Dikenal")
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[tuple[str, Fault | None], ssl.SSLContext] = {}
        self.ca_file = directory / "ca.pem"
        self.ca_file.write_bytes(_pem(self._root.certificate))
        self._scratch = directory / "leaf.pem"
        self.issuer_der = self._intermediate.certificate.public_bytes(serialization.Encoding.DER)

    def context(self, host: str, fault: Fault | None = None) -> ssl.SSLContext:
        """The context that serves *host* its certificate, good or as *fault* has it."""
        name = self._covering(host)
        found = self._contexts.get((name, fault))
        if found is None:
            if len(self._contexts) >= _KEPT:
                self._contexts.clear()
            found = self._contexts[name, fault] = self._made(self._chain(name, fault))
        return found

    def outdated(self, host: str) -> ssl.SSLContext:
        """A context for *host* that speaks TLS 1.0 and nothing newer (RFC 8996 forbids it)."""
        context = self._made(self._chain(host, None))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    def _covering(self, host: str) -> str:
        return f"*.{host.partition('.')[2]}" if self._wildcards and host.count(".") > 1 else host

    def _made(self, chain: tuple[x509.Certificate, ...]) -> ssl.SSLContext:
        secret = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._scratch.write_bytes(_pem(*chain) + secret)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._scratch)
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _chain(self, host: str, fault: Fault | None) -> tuple[x509.Certificate, ...]:
        """Leaf first, as a server sends it."""
        now = datetime.now(UTC)
        name = fault.name if fault else None
        if name is FaultName.SELF_SIGNED:
            return (self._self_signed(host, now),)
        if name is FaultName.UNKNOWN_CA:
            leaf = self._stranger.leaf(host, self._key, now - _AGE, now + _LIFE, url=None)
            return leaf, self._stranger.certificate
        subject = WRONG_NAME if name is FaultName.WRONG_HOST else host
        leaf = self._intermediate.leaf(subject, self._key, *_dates(fault, now))
        return (leaf,) if name is FaultName.MISSING_INTERMEDIATE else (leaf, self._intermediate.certificate)

    def _self_signed(self, host: str, now: datetime) -> x509.Certificate:
        alone = x509.CertificateBuilder().subject_name(_name(host)).issuer_name(_name(host))
        alone = alone.public_key(self._key.public_key()).serial_number(x509.random_serial_number())
        alone = alone.not_valid_before(now - _AGE).not_valid_after(now + _LIFE)
        alone = alone.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return alone.sign(self._key, hashes.SHA256())


def _dates(fault: Fault | None, now: datetime) -> tuple[datetime, datetime]:
    """(not before, not after)."""
    start, end = now - _AGE, now + _LIFE
    days = timedelta(days=fault.days if fault else 0)
    match fault.name if fault else None:
        case FaultName.EXPIRED:
            return now - days - _LIFE, now - days
        case FaultName.EXPIRING:
            # Whole days are floored by whoever reads them; an hour more keeps "in 5 days" true for a while.
            return start, now + days + timedelta(hours=1)
        case FaultName.NOT_YET_VALID:
            return now + days, now + days + _LIFE
    return start, end
