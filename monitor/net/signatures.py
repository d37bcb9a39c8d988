"""The arithmetic of DNSSEC (RFC 4033–4035, 5155): does a signature hold, does a key belong, is an absence proven."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import dns.dnssec
import dns.dnssecalgs
import dns.exception
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.NSEC import NSEC
from dns.rdtypes.ANY.NSEC3 import NSEC3

MOST_SIGNATURES = 8
MOST_KEYS = 16
MOST_ITERATIONS = 100
"""Of NSEC3 (RFC 9276 §3.2); what asks for more work than these is not worked on."""
DIGESTS = frozenset({1, 2, 4})
"""Of DS records: SHA-1, SHA-256, SHA-384."""
_OPT_OUT = 1
_POLICY = dns.dnssec.allow_all_policy
"""Old algorithms are a matter for another finding: here the question is whether what is signed is true."""


class Untrue(Exception):
    """A signature that should hold does not; the text says why (Indonesian)."""


class Unproven(Exception):
    """Nothing can be said: something is missing, or goes beyond what is worked on (Indonesian)."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a zone that its DS records vouch for."""

    zone: dns.name.Name
    records: dns.rrset.RRset
    until: float
    """Wall-clock seconds up to which the signature over them holds."""


def name_of(zone: str) -> dns.name.Name:
    """*zone*, the root being empty."""
    return dns.name.from_text(zone) if zone else dns.name.root


def found(section: Iterable[dns.rrset.RRset], name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.rrset.RRset:
    """The records of *kind* at *name* in *section*; an empty set when there are none."""
    for rrset in section:
        if rrset.name == name and rrset.rdtype == kind and rrset.covers == dns.rdatatype.NONE:
            return rrset
    return dns.rrset.RRset(name, dns.rdataclass.IN, kind)


def signed(
    section: Iterable[dns.rrset.RRset], name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> dns.rrset.RRset | None:
    """The signatures over them."""
    over = (rrset for rrset in section if rrset.name == name and rrset.covers == kind)
    return next(over, None)


def verify(rrset: dns.rrset.RRset, signatures: dns.rrset.RRset | None, keys: Keys, now: float) -> float:
    """Until when *signatures* by *keys* hold over *rrset*. Raises `Untrue`, or `Unproven`."""
    if not signatures:
        raise Untrue("tidak bertanda tangan")
    if len(signatures) > MOST_SIGNATURES:
        raise Unproven("terlalu banyak tanda tangan")
    try:
        dns.dnssec.validate(rrset, signatures, {keys.zone: keys.records}, now=now, policy=_POLICY)
    except (dns.exception.DNSException, ValueError) as error:
        raise Untrue(_why(signatures, now)) from error
    return min(float(signature.expiration) for signature in signatures)


def _why(signatures: dns.rrset.RRset, now: float) -> str:
    if all(signature.expiration < now for signature in signatures):
        ended = datetime.fromtimestamp(max(signature.expiration for signature in signatures), UTC)
        return f"tanda tangan kedaluwarsa sejak {ended:%Y-%m-%d %H.%M} UTC"
    if all(signature.inception > now for signature in signatures):
        return "tanda tangan belum berlaku"
    return "tanda tangan tidak cocok"


def trusted_keys(zone: str, ds: Iterable[dns.rdata.Rdata], message: dns.message.Message, now: float) -> Keys:
    """The keys in *message* by one that *ds* vouches for (RFC 4035 §5.2). Raises `Untrue`, or `Unproven`."""
    name = name_of(zone)
    records = found(message.answer, name, dns.rdatatype.DNSKEY)
    known = [each for each in ds if isinstance(each, DS) and each.digest_type in DIGESTS and _is_known(each.algorithm)]
    if not known or len(records) > MOST_KEYS:
        raise Unproven("algoritme yang tidak dikenal, atau terlalu banyak kunci")
    entry = [key for key in records if isinstance(key, DNSKEY) and any(_vouches(each, name, key) for each in known)]
    if not entry:
        raise Untrue("tidak ada DNSKEY yang cocok dengan DS di induknya" if records else "tidak ada DNSKEY")
    entry_set = dns.rrset.from_rdata_list(name, records.ttl, entry)
    signatures = signed(message.answer, name, dns.rdatatype.DNSKEY)
    return Keys(name, records, verify(records, signatures, Keys(name, entry_set, 0.0), now))


def _is_known(algorithm: int) -> bool:
    try:
        dns.dnssecalgs.get_algorithm_cls(algorithm)
    except dns.exception.UnsupportedAlgorithm:
        return False
    return True


def _vouches(ds: DS, zone: dns.name.Name, key: DNSKEY) -> bool:
    """Whether *ds* is of *key* (RFC 4034 §5.1.4)."""
    if dns.dnssec.key_id(key) != ds.key_tag or key.algorithm != ds.algorithm:
        return False
    try:
        made = dns.dnssec.make_ds(zone, key, ds.digest_type, policy=_POLICY, validating=True)
    except (dns.exception.DNSException, ValueError):
        return False
    return made.digest == ds.digest


def is_delegation(zone: str, message: dns.message.Message, keys: Keys, now: float) -> bool:
    """
    Whether *zone*, which has no DS as *message* proves, is a zone of its own; else it is a part of its parent's.

    Raises `Untrue` when the absence is not proven (RFC 4035 §5.4, RFC 5155 §8.6).
    """
    name = name_of(zone)
    for rrset in message.authority:
        if rrset.rdtype in {dns.rdatatype.NSEC, dns.rdatatype.NSEC3}:
            verify(rrset, signed(message.authority, rrset.name, rrset.rdtype), keys, now)
            for record in rrset:
                said = _denied(name, rrset.name, record, keys.zone)
                if said is not None:
                    return said
    raise Untrue("ketiadaan DS tidak terbukti")


def _denied(name: dns.name.Name, owner: dns.name.Name, record: dns.rdata.Rdata, zone: dns.name.Name) -> bool | None:
    """What *record* proves of *name*: a delegation without DS, no delegation, or nothing (None)."""
    if isinstance(record, NSEC):
        if owner == name:
            return _of_types(set(_types(record.windows)))
        # An empty non-terminal has no record of its own: the one before it points past it, into it.
        return False if record.next.is_subdomain(name) and owner < name else None
    return _hashed(name, owner, record, zone) if isinstance(record, NSEC3) else None


def _hashed(name: dns.name.Name, owner: dns.name.Name, record: NSEC3, zone: dns.name.Name) -> bool | None:
    if record.iterations > MOST_ITERATIONS or record.algorithm != 1:
        raise Unproven("NSEC3 terlalu mahal atau tidak dikenal")
    at = owner.labels[0].decode("ascii", "replace").upper()
    after = base64.b32hexencode(record.next).decode()
    closer = name
    while len(closer) > len(zone):
        hashed = dns.dnssec.nsec3_hash(closer, record.salt, record.iterations, record.algorithm)
        if hashed == at and closer == name:
            return _of_types(set(_types(record.windows)))
        if record.flags & _OPT_OUT and _lies_between(at, hashed, after):
            return True
        closer = closer.parent()
    return None


def _lies_between(before: str, hashed: str, after: str) -> bool:
    """Whether *hashed* is in the gap; the last gap goes round to the first name."""
    if before < after:
        return before < hashed < after
    return hashed > before or hashed < after


def _of_types(types: set[int]) -> bool | None:
    if dns.rdatatype.DS in types:
        return None
    return dns.rdatatype.NS in types and dns.rdatatype.SOA not in types


def _types(windows: Iterable[tuple[int, bytes]]) -> Iterator[int]:
    """The record types of a type bit map (RFC 4034 §4.1.2)."""
    for window, bits in windows:
        for index, byte in enumerate(bits):
            yield from (window * 256 + index * 8 + bit for bit in range(8) if byte & (0x80 >> bit))
