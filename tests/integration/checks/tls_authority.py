"""A certificate authority that makes good and bad certificates, lists and OCSP responses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

HOST = "situs.purbalinggakab.go.id"
DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


@dataclass
class Authority:
    """A root, an intermediate, and what they issue."""

    root: Holder = field(init=False)
    intermediate: Holder = field(init=False)
    stranger: Holder = field(init=False)

    def __post_init__(self) -> None:
        self.root = self.issue("CN=Akar", is_authority=True)
        self.intermediate = self.issue("CN=Perantara", by=self.root, is_authority=True)
        self.stranger = self.issue("CN=Perantara", is_authority=True)

    def issue(
        self,
        subject: str = f"CN={HOST}",
        *,
        by: Holder | None = None,
        key: Key | None = None,
        is_authority: bool = False,
        names: Iterable[str] = (),
        since: datetime = NOW - DAY,
        until: datetime = NOW + 60 * DAY,
        crl: str = "",
        ocsp: str = "",
        must_staple: bool = False,
        digest: hashes.SHA256 | hashes.SHA384 | None = None,
        more: Iterable[x509.ExtensionType] = (),
    ) -> Holder:
        """A certificate by *by*, or by itself."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name.from_rfc4514_string(subject)
        extensions: list[x509.ExtensionType] = [x509.BasicConstraints(ca=is_authority, path_length=None), *more]
        if names:
            extensions.append(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]))
        if crl:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
            extensions.append(x509.CRLDistributionPoints([point]))
        if ocsp:
            where = x509.UniformResourceIdentifier(ocsp)
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
            extensions.append(x509.AuthorityInformationAccess([access]))
        if must_staple:
            extensions.append(x509.TLSFeature([x509.TLSFeatureType.status_request]))
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(by.certificate.subject if by else name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return Holder(builder.sign(by.key if by else key, digest or hashes.SHA256()), key)

    def site(self, **values: object) -> Holder:
        """A good certificate for `HOST`, by the intermediate, but for *values*."""
        return self.issue(**{"by": self.intermediate, "names": (HOST,), **values})  # type: ignore[arg-type]

    def revocation_list(
        self,
        *revoked: Holder,
        by: Holder | None = None,
        until: datetime = NOW + 7 * DAY,
        reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise,
        more: Iterable[x509.ExtensionType] = (),
        is_critical: bool = True,
    ) -> bytes:
        """The list (DER) of *by*, the intermediate unless said, with *revoked* on it."""
        by = by or self.intermediate
        builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
        builder = builder.last_update(min(NOW, until) - DAY).next_update(until)
        for holder in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number)
            entry = entry.revocation_date(NOW - 2 * DAY).add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        for extension in more:
            builder = builder.add_extension(extension, critical=is_critical)
        return builder.sign(by.key, hashes.SHA256()).public_bytes(DER)

    def ocsp_response(
        self,
        holder: Holder,
        *,
        by: Holder | None = None,
        signer: Holder | None = None,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        since: datetime = NOW - DAY,
        until: datetime = NOW + DAY,
    ) -> bytes:
        """What the responder of *by*, the intermediate unless said, says of *holder* (DER)."""
        by = by or self.intermediate
        is_revoked = status is ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=holder.certificate,
            issuer=by.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - what responders use
            cert_status=status,
            this_update=since,
            next_update=until,
            revocation_time=NOW - 2 * DAY if is_revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None,
        )
        signer = signer or by
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
        if signer is not by:
            builder = builder.certificates([signer.certificate])
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(DER)

    def responder(self, by: Holder | None = None) -> Holder:
        """One whom *by*, the intermediate unless said, has appointed to sign responses."""
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        return self.issue("CN=Responder", by=by or self.intermediate, more=[usage])


def write_chain(folder: Path, *chain: Holder) -> tuple[Path, Path]:
    """*chain* as a PEM file, and the key of its first."""
    certificates, key = folder / "chain.pem", folder / "key.pem"
    certificates.write_bytes(b"".join(each.pem for each in chain))
    key.write_bytes(chain[0].key_pem)
    return certificates, key


__all__ = ["Authority", "Holder", "NameOID", "write_chain"]
