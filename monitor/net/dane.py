"""TLSA records, and whether a mail server's certificates fit one (RFC 6698, RFC 7671, RFC 7672)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from monitor.net.certificates import UNUSABLE, matches
from monitor.net.dns_answer import Answer
from monitor.net.facts import Certificate

MOST = 32
"""Records of one answer that are read."""
TRUST_ANCHOR, END_ENTITY = 2, 3
"""DANE-TA and DANE-EE: the usages that count for mail (RFC 7672 §3.1)."""
_WHOLE, _KEY = 0, 1
_HASHES = {1: hashlib.sha256, 2: hashlib.sha512}
_LENGTHS = {1: 32, 2: 64}


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One TLSA record."""

    usage: int
    selector: int
    matching: int
    data: str
    """Lower-case hex."""

    @property
    def usable(self) -> bool:
        """Whether a sending server has any use for it (RFC 7672 §3.1.3, RFC 7671 §10.1.2)."""
        if self.usage not in {TRUST_ANCHOR, END_ENTITY} or self.selector not in {_WHOLE, _KEY} or not self.data:
            return False
        return self.matching == 0 or len(self.data) == 2 * _LENGTHS.get(self.matching, -1)

    def fits(self, certificate: Certificate) -> bool:
        """Whether it was made from *certificate*."""
        selected = certificate.der if self.selector == _WHOLE else _public_key(certificate)
        digest = _HASHES.get(self.matching)
        return bool(selected) and self.data == (digest(selected).hexdigest() if digest else selected.hex())


def tlsa(answer: Answer) -> tuple[Tlsa, ...]:
    """The TLSA records of *answer*."""
    records: tuple[Any, ...] = answer.records[:MOST]
    return tuple(Tlsa(each.usage, each.selector, each.mtype, bytes(each.cert).hex()) for each in records)


def vouched(records: Iterable[Tlsa], host: str, chain: Sequence[Certificate]) -> bool:
    """
    Whether one of *records* vouches for the *chain* that *host* serves.

    A record of the end entity is enough by itself (RFC 7672 §3.1.1); one of an authority also asks for the name
    (§3.1.2). Signatures inside the chain are not verified here.
    """
    for record in records:
        if record.usable and chain:
            if record.usage == END_ENTITY and record.fits(chain[0]):
                return True
            if record.usage == TRUST_ANCHOR and matches(chain[0], host) and any(map(record.fits, chain)):
                return True
    return False


def _public_key(certificate: Certificate) -> bytes:
    """The DER of its subjectPublicKeyInfo; empty when it cannot be read."""
    try:
        key = x509.load_der_x509_certificate(certificate.der).public_key()
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except UNUSABLE:
        return b""
