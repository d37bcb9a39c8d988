"""What a server's TLS offers beyond one handshake: plain frozen values, each answer a yes, a no, or an unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Seen(StrEnum):
    """What a look came to; that nobody could look is never a no."""

    YES = "ya"
    NO = "tidak"
    UNKNOWN = "tidak-diketahui"


class Version(StrEnum):
    """A protocol version, as OpenSSL says it; the oldest first."""

    SSL3 = "SSLv3"
    TLS10 = "TLSv1"
    TLS11 = "TLSv1.1"
    TLS12 = "TLSv1.2"
    TLS13 = "TLSv1.3"

    @property
    def wire(self) -> int:
        """The number in a hello (RFC 6101 §5.2.3, RFC 8446 §4.1.2)."""
        return 0x0300 + tuple(Version).index(self)

    @property
    def label(self) -> str:
        """As people write it."""
        return _LABELS[self]


_LABELS: Mapping[Version, str] = {
    Version.SSL3: "SSL 3.0",
    Version.TLS10: "TLS 1.0",
    Version.TLS11: "TLS 1.1",
    Version.TLS12: "TLS 1.2",
    Version.TLS13: "TLS 1.3",
}


class Family(StrEnum):
    """What is weak about a cipher suite, the worst first; a suite belongs to the first that fits."""

    NULL = "NULL"
    ANONYMOUS = "anonim"
    EXPORT = "EXPORT"
    DES = "DES"
    RC4 = "RC4"
    TRIPLE_DES = "3DES"


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of one offer to the server."""

    seen: Seen = Seen.UNKNOWN
    suite: str = ""
    """What the server chose, when it chose."""
    reason: str = ""
    """How it refused, or why nobody knows: an alert's name, `closed`, `timeout`…"""


NOT_ASKED = Probe(reason="tidak ditanyakan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What matters for trust about one certificate of a chain."""

    sha256: str
    subject: str
    issuer: str
    serial: str
    """Lower-case hex."""
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...] = ()
    self_issued: bool = False
    key: str = ""
    """`RSA`, `EC`, `DSA`…; empty when it cannot be read."""
    bits: int = 0
    curve: str = ""
    signature: str = ""
    """E.g. `sha256WithRSAEncryption`."""
    digest: str = ""
    """Of the signature: `sha1`, `sha256`…; empty when there is none of its own (Ed25519) or it cannot be read."""
    scts: int | None = None
    """Embedded signed certificate timestamps (RFC 6962 §3.3); None when they cannot be read."""
    must_staple: bool = False
    """The TLS feature extension asks for a stapled OCSP response (RFC 7633)."""
    crls: tuple[str, ...] = ()
    """http URLs of its revocation lists (RFC 5280 §4.2.1.13)."""
    ocsp: tuple[str, ...] = ()
    """http URLs of its OCSP responders (RFC 5280 §4.2.2.1)."""


class Standing(StrEnum):
    """What an issuer says of a certificate today."""

    GOOD = "baik"
    REVOKED = "dicabut"
    UNKNOWN = "tidak-diketahui"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """What the revocation list, or the OCSP responder, says of one certificate."""

    standing: Standing = Standing.UNKNOWN
    serial: str = ""
    holder: str = ""
    source: str = ""
    """The URL that was asked; empty when there is none."""
    revoked_at: datetime | None = None
    reason: str = ""
    """Why it was revoked (RFC 5280 §5.3.1), or why nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staple:
    """The OCSP response that came with the handshake (RFC 6066 §8)."""

    seen: Seen = Seen.UNKNOWN
    """Whether there was one; unknown under TLS 1.3, which encrypts it."""
    serial: str = ""
    """Of the certificate that it came with."""
    standing: Standing = Standing.UNKNOWN
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""
    """Why it was revoked, or why the response says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the server accepts of what it was offered."""

    versions: Mapping[Version, Probe] = field(default_factory=dict)
    weak: Mapping[Family, Probe] = field(default_factory=dict)
    forward: Probe = NOT_ASKED
    """Whether a key exchange up to TLS 1.2 keeps today's traffic safe from a key stolen tomorrow."""
    group: str = ""
    """Of the key exchange of the newest version up to 1.2: `secp256r1`, `DH 1024`…"""
    group_bits: int = 0
    """Of a finite-field Diffie-Hellman; 0 when it is another."""
    handshake_scts: int | None = None
    """SCTs in the hello of the server (RFC 6962 §3.3.1); None when nobody could look."""

    def version(self, version: Version) -> Seen:
        """Whether *version* is accepted."""
        return self.versions.get(version, NOT_ASKED).seen

    def accepted(self, *versions: Version) -> tuple[Version, ...]:
        """Those of *versions* that are accepted."""
        return tuple(version for version in versions if self.version(version) is Seen.YES)

    def is_known(self, *versions: Version) -> bool:
        """Whether it is known of each of *versions*."""
        return all(self.version(version) is not Seen.UNKNOWN for version in versions)
