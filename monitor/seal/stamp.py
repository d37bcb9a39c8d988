"""
Time-stamps over the chain's head (RFC 3161), and whether they hold.

The head is the SHA-256 of a day's document, and that is what is stamped: `openssl ts -verify -data DOCUMENT` agrees.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509

from monitor.errors import reason_of
from monitor.seal import cms
from monitor.seal.cms import SHA256, STRANGE
from monitor.seal.der import (
    BOOLEAN,
    INTEGER,
    NULL,
    OCTETS,
    OID,
    SEQUENCE,
    TIME,
    Parts,
    Value,
    integer,
    oid,
    only,
    tagged,
)
from monitor.seal.errors import BadSeal, KeyProblem
from monitor.seal.sealed import Sealed

QUERY = "application/timestamp-query"
LARGEST = 262_144
"""Bytes of an answer."""
_NONCE_BITS = 64
_GRANTED = (0, 1)
"""RFC 3161 §2.4.2: granted, granted with modifications."""
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_SKEW = timedelta(minutes=5)
"""By how much an authority's clock and ours may differ."""

Post = Callable[[str, bytes, str], Awaitable[bytes]]
"""(url, body, content type) → the body of a successful answer; raises when there is none."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority attests."""

    at: datetime
    """UTC, by its clock: the head was there then."""
    authority: str
    """The subject of its certificate."""
    serial: int
    policy: str
    """The OID of the policy under which it stamps."""


def request(head: str, nonce: int) -> bytes:
    """A TimeStampReq (§2.4.1) for *head*, 64 hex digits, asking for the authority's certificate too."""
    return tagged(SEQUENCE, integer(1), _imprint(head), integer(nonce), tagged(BOOLEAN, b"\xff"))


def _imprint(head: str) -> bytes:
    algorithm = tagged(SEQUENCE, oid(SHA256), tagged(NULL))
    return tagged(SEQUENCE, algorithm, tagged(OCTETS, bytes.fromhex(head)))


def read(answer: bytes, head: str, roots: Sequence[x509.Certificate], nonce: int | None = None) -> Stamp:
    """
    What the TimeStampResp *answer* attests of *head*, under one of *roots*.

    Raises `BadSeal` when it was refused, is about something else, answers another *nonce*, or is not rightly signed.
    """
    if len(answer) > LARGEST:
        raise BadSeal("jawaban cap waktu terlalu besar")
    try:
        return _read(answer, head, roots, nonce)
    except STRANGE as error:
        raise BadSeal(f"cap waktu tidak dapat dibaca ({type(error).__name__})") from error


def _read(answer: bytes, head: str, roots: Sequence[x509.Certificate], nonce: int | None) -> Stamp:
    signed = cms.read(_token(answer), _TST_INFO)
    info = _info(signed.content)
    if info.digest != head:
        raise BadSeal("cap waktu ini milik kepala rantai yang lain")
    if nonce is not None and info.nonce != nonce:
        raise BadSeal("cap waktu menjawab permintaan yang lain (nonce berbeda)")
    signer = cms.verified(signed, roots, info.at)
    return Stamp(info.at, signer.subject.rfc4514_string(), info.serial, info.policy)


def _token(answer: bytes) -> Value:
    parts = only(answer, SEQUENCE).inside()
    status = parts.next(SEQUENCE).inside()
    if (code := status.next(INTEGER).number) not in _GRANTED:
        said = "; ".join(text.content.decode("utf-8", "replace")[:200] for text in _texts(status))
        raise BadSeal(f"otoritas menolak memberi cap waktu (status {code}{': ' + said if said else ''})")
    if not parts:
        raise BadSeal("jawaban tanpa cap waktu")
    return parts.next(SEQUENCE)


def _texts(status: Parts) -> list[Value]:
    said = status.optional(SEQUENCE)
    return [] if said is None else list(said.inside().all())[:3]


@dataclass(frozen=True, slots=True)
class _Info:
    """A TSTInfo (§2.4.2), as far as it matters."""

    policy: str
    digest: str
    """What was stamped, lower-case hex."""
    serial: int
    at: datetime
    nonce: int | None


def _info(content: bytes) -> _Info:
    parts = only(content, SEQUENCE).inside()
    if (version := parts.next(INTEGER).number) != 1:
        raise BadSeal(f"cap waktu berversi {version}")
    policy, imprint = parts.next(OID).dotted, parts.next(SEQUENCE).inside()
    if (algorithm := imprint.next(SEQUENCE).inside().next(OID).dotted) != SHA256:
        raise BadSeal(f"cap waktu atas hash lain ({algorithm})")
    digest = imprint.next(OCTETS).content.hex()
    serial, at = parts.next(INTEGER).number, _time(parts.next(TIME))
    parts.optional(SEQUENCE)  # accuracy
    parts.optional(BOOLEAN)  # ordering
    nonce = parts.optional(INTEGER)
    return _Info(policy, digest, serial, at, None if nonce is None else nonce.number)


_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,6})\d{0,12})?Z")


def _time(value: Value) -> datetime:
    """A GeneralizedTime in UTC (RFC 3161 §2.4.2)."""
    match = _TIME.fullmatch(value.content)
    try:
        if match is not None:
            at = datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            return at + timedelta(microseconds=int((match[2] or b"0").ljust(6, b"0")))
    except ValueError:
        pass
    raise BadSeal("waktu pada cap waktu tidak dapat dibaca")


def of(sealed: Sealed | None, answer: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None) -> Stamp:
    """
    What *answer* attests of the head of *sealed*. Raises `BadSeal`, as `read` does.

    Also when the stamp is older than the end of the day that it is over: one of the two clocks is wrong, or worse.
    """
    if sealed is None:
        raise BadSeal("harinya tidak ada dalam rantai")
    stamp = read(answer, sealed.head, roots, nonce)
    if stamp.at < sealed.until - _SKEW:
        raise BadSeal(f"cap waktu {stamp.at.isoformat()} mendahului akhir hari yang disegel")
    return stamp


def roots_in(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in the PEM file *path*. Raises `KeyProblem`."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        why = f"akar cap waktu tidak dapat dibaca ({reason_of(error)})"
        raise KeyProblem(path, why, "periksa [seal] tsa_ca") from error
    except ValueError as error:
        raise KeyProblem(path, "bukan sertifikat PEM", "periksa [seal] tsa_ca") from error
    return tuple(found)


class Stamps(Protocol):
    """The part of a store that keeps time-stamps."""

    async def last_seal(self) -> Sealed | None:
        """The newest sealed day."""

    async def has_stamp(self, height: int) -> bool:
        """Whether the seal at *height* was stamped."""

    async def put_seal_stamp(self, height: int, at: datetime, authority: str, token: bytes) -> None:
        """Keep *token*."""


async def stamp_last(
    store: Stamps, post: Post, url: str, roots: Sequence[x509.Certificate], now: datetime
) -> Stamp | None:
    """
    Have the newest head stamped at *url*, which stands for all before it; None when it was already, or there is none.

    Raises `BadSeal` when the answer does not hold – it is not kept then – and whatever *post* raises.
    """
    sealed = await store.last_seal()
    if sealed is None or await store.has_stamp(sealed.height):
        return None
    nonce = secrets.randbits(_NONCE_BITS)
    answer = await post(url, request(sealed.head, nonce), QUERY)
    stamp = of(sealed, answer, roots, nonce)
    await store.put_seal_stamp(sealed.height, now, url, answer)
    return stamp
