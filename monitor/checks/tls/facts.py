"""The facts about a site's TLS: what it accepts, its chain, and what others say of its certificates."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.net.tls_facts import Link, Offered, Revocation, Seen, Staple

NOT_VERIFIED = -1
"""`Facts.verify_code` when no handshake came so far."""
NOTHING_OFFERED = Offered()
NO_STAPLE = Staple()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caa:
    """The CAA records that bind whoever issues for a name (RFC 8659 §3)."""

    seen: Seen = Seen.UNKNOWN
    """No: neither the name nor any above it, up to the registrable domain, has some."""
    at: str = ""
    """The name that has them; the registrable domain when none has."""
    records: tuple[str, ...] = ()
    """As presentation text: `0 issue "letsencrypt.org"`."""
    is_wildcard: bool = False
    """The certificate covers the host by a wildcard, so that `issuewild` counts (RFC 8659 §4.3)."""
    reason: str = ""
    """Why nobody knows."""


NO_CAA = Caa()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a look at a site's TLS showed; each part knows what it could not see."""

    host: str
    address: str = ""
    offered: Offered = NOTHING_OFFERED
    chain: tuple[Link, ...] = ()
    """As served, leaf first; empty when no handshake showed it."""
    verify_code: int = NOT_VERIFIED
    """OpenSSL's X509_V_ERR_…, 0 when the chain verified."""
    is_public: bool = False
    """The chain verified under an authority that browsers trust."""
    staple: Staple = NO_STAPLE
    revocations: tuple[Revocation, ...] = ()
    """Of the certificates of `chain` that are not roots, in order."""
    caa: Caa = NO_CAA

    @property
    def leaf(self) -> Link | None:
        """The site's own certificate."""
        return self.chain[0] if self.chain else None
