"""Certificates for the servers: root, intermediate, and a leaf per host, all of one kind of key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
KINDS: Mapping[str, Callable[[], Key]] = {
    "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
}
"""As sites have them: P-256 and RSA 2048."""

_ISSUER_URL = "http://ca.bench.example/perantara.cer"
_PEM = serialization.Encoding.PEM


def certify(hosts: Sequence[str], folder: Path, kind: str) -> Path:
    """
    In *folder*: `HOST.pem` (leaf and intermediate) per host, and `key.pem`, the key of all leaves.

    Returns the file of the root, which a visitor has to trust.
    """
    folder.mkdir()
    root = Authority("Bench Root CA", KINDS[kind]())
    intermediate = Authority("Bench CA Perantara", KINDS[kind](), root)
    key = KINDS[kind]()
    above = intermediate.certificate.public_bytes(_PEM)
    for host in hosts:
        (folder / f"{host}.pem").write_bytes(intermediate.leaf(host, key).public_bytes(_PEM) + above)
    secret = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    trusted = folder / "root.pem"
    trusted.write_bytes(root.certificate.public_bytes(_PEM))
    return trusted


class Authority:
    """A CA: its certificate, and its key, which signs others."""

    def __init__(self, common: str, key: Key, parent: Authority | None = None) -> None:
        """Signed by *parent*, or by itself."""
        self._key = key
        self._name = _name(common)
        builder = _builder(self._name, key, timedelta(days=4000))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        ).add_extension(_USAGE, critical=True)
        self.certificate = (parent or self).sign(builder)

    def sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        """*builder*'s certificate, issued by this CA."""
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return builder.issuer_name(self._name).add_extension(above, critical=False).sign(self._key, hashes.SHA256())

    def leaf(self, host: str, key: Key) -> x509.Certificate:
        """A server certificate for *host*, with what public authorities put in."""
        place = x509.UniformResourceIdentifier(_ISSUER_URL)
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)
        builder = _builder(_name(host), key, timedelta(days=80))
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return self.sign(builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False))


def _name(common: str) -> x509.Name:
    attributes = ((NameOID.COUNTRY_NAME, "ID"), (NameOID.ORGANIZATION_NAME, "Bench"), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in attributes])


def _builder(name: x509.Name, key: Key, life: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=10)).not_valid_after(now + life)


_USAGE = x509.KeyUsage(
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
