"""Revocation lists: fetched once for all who need them, checked against their issuer, kept until they say."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from monitor.net.certificates import UNUSABLE
from monitor.net.facts import Exchange, ExchangeFailed
from monitor.net.flight import Flight
from monitor.net.http import ProbeTransport
from monitor.net.tls_facts import Revocation, Standing

MAX_LIST = 4 * 1024 * 1024
"""Bytes of a list; a longer one is not read, and so says nothing."""
MAX_KEPT = 32 * 1024 * 1024
"""Bytes of lists that are kept."""
MOST_KEPT = 512
"""Lists that are kept, also those that could not be had: their addresses are whatever certificates name."""
RETRY = timedelta(minutes=10)
"""How long a list that could not be had is not asked for again: many sites share one."""
PATIENCE = 15.0
"""Seconds for one list."""

_HOLD = "certificateHold"
_UNDERSTOOD = frozenset(
    {ExtensionOID.ISSUING_DISTRIBUTION_POINT, ExtensionOID.CRL_NUMBER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER}
)
"""Extensions of a list that may be critical (RFC 5280 §5.2)."""
_OK = 200


def utcnow() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A list as it came, or why it did not."""

    until: datetime
    """When it is to be fetched again."""
    content: x509.CertificateRevocationList | None = None
    size: int = 0
    trouble: str = ""
    _proven: dict[x509.Certificate, bool] = field(default_factory=dict, compare=False)

    def is_by(self, issuer: x509.Certificate) -> bool:
        """Whether *issuer* signed the list; megabytes are hashed once for each who claims to, not for each site."""
        if self.content is None or self.content.issuer != issuer.subject:
            return False
        if issuer not in self._proven:
            key: Any = issuer.public_key()
            self._proven[issuer] = self.content.is_signature_valid(key)
        return self._proven[issuer]


class Crls:
    """The lists that are known; identical wishes at the same time are one request."""

    def __init__(self, max_age: timedelta, *, now: Callable[[], datetime] = utcnow) -> None:
        """Keep no list longer than *max_age*."""
        self._max_age = max_age
        self.now = now
        self._kept: OrderedDict[str, Fetched] = OrderedDict()
        self._underway: dict[str, Flight[Fetched]] = {}

    async def get(self, transport: ProbeTransport, url: str, deadline: float) -> Fetched:
        """The list at *url*, from memory while it may be."""
        known = self._kept.get(url)
        if known is not None and self.now() < known.until:
            self._kept.move_to_end(url)
            return known
        flight = self._underway.get(url)
        if flight is None or flight.over:
            flight = self._underway[url] = Flight(self._fetch(transport, url))
            flight.then(partial(self._ended, url, flight))
        try:
            return await flight.wait(deadline)
        except TimeoutError:
            return Fetched(self.now(), trouble="tidak selesai diunduh")

    async def _fetch(self, transport: ProbeTransport, url: str) -> Fetched:
        until = asyncio.get_running_loop().time() + PATIENCE
        try:
            content = await fetch(transport, url, until, room=MAX_LIST)
        except Trouble as trouble:
            return self._keep(url, Fetched(self.now() + RETRY, trouble=str(trouble)))
        # Reading megabytes of ASN.1 would hold up every other probe.
        read = await asyncio.to_thread(_read, content)
        if read is None:
            return self._keep(url, Fetched(self.now() + RETRY, trouble="bukan daftar pencabutan"))
        return self._keep(url, Fetched(self._until(read), read, len(content)))

    def _until(self, read: x509.CertificateRevocationList) -> datetime:
        latest = self.now() + self._max_age
        following = read.next_update_utc or latest
        return min(max(following, self.now() + RETRY), latest)

    def _keep(self, url: str, fetched: Fetched) -> Fetched:
        self._kept[url] = fetched
        self._kept.move_to_end(url)
        while len(self._kept) > MOST_KEPT or sum(each.size for each in self._kept.values()) > MAX_KEPT:
            self._kept.popitem(last=False)
        return fetched

    def _ended(self, url: str, flight: Flight[Fetched]) -> None:
        if self._underway.get(url) is flight:
            del self._underway[url]


class Trouble(Exception):
    """A document could not be had; the text says why."""


async def fetch(transport: ProbeTransport, url: str, deadline: float, *, room: int) -> bytes:
    """The document at *url*, at most *room* bytes of it. Raises `Trouble`."""
    headers = {"Accept": "*/*", "Connection": "close"}
    try:
        request = httpx.Request("GET", url, headers=headers, extensions={"deadline": deadline, "room": room})
        response = await transport.handle_async_request(request)
    except (httpx.InvalidURL, ValueError) as error:
        raise Trouble("alamatnya tidak dapat dipakai") from error
    except ExchangeFailed as failed:
        raise Trouble(f"tidak dapat diunduh ({failed.failure.kind})") from failed
    exchange: Exchange = response.extensions["exchange"]
    if response.status_code != _OK:
        raise Trouble(f"tidak dapat diunduh (HTTP {response.status_code})")
    if exchange.capped:
        raise Trouble(f"lebih besar dari {room // 1024} KiB")
    return response.content


def _read(content: bytes) -> x509.CertificateRevocationList | None:
    load = x509.load_pem_x509_crl if content.startswith(b"-----BEGIN") else x509.load_der_x509_crl
    try:
        return load(content)
    except UNUSABLE:
        return None


def said(fetched: Fetched, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
    """What the list says of *certificate*, if it is *issuer*'s, in force, and meant for it (RFC 5280 §6.3.3)."""
    if fetched.content is None:
        return Revocation(reason=fetched.trouble)
    try:
        if not fetched.is_by(issuer):
            return Revocation(reason="tanda tangan daftar pencabutan tidak sah")
        return _said(fetched.content, certificate, now)
    except UNUSABLE:
        return Revocation(reason="daftar pencabutan tidak terbaca")


def _said(content: x509.CertificateRevocationList, certificate: x509.Certificate, now: datetime) -> Revocation:
    trouble = _foreign(content, certificate)
    if trouble:
        return Revocation(reason=trouble)
    entry = content.get_revoked_certificate_by_serial_number(certificate.serial_number)
    is_stale = content.next_update_utc is not None and now > content.next_update_utc
    if entry is not None:
        reason = _reason(entry)
        if not (is_stale and reason == _HOLD):  # the only revocation that is ever taken back
            return Revocation(standing=Standing.REVOKED, revoked_at=entry.revocation_date_utc, reason=reason)
    if is_stale:
        return Revocation(reason="daftar pencabutan kedaluwarsa")
    return Revocation(standing=Standing.GOOD)


def _foreign(content: x509.CertificateRevocationList, certificate: x509.Certificate) -> str:
    """Why the list is not for this certificate; empty when it is."""
    if any(each.critical and each.oid not in _UNDERSTOOD for each in content.extensions):
        return "daftar pencabutan memuat ekstensi kritis yang tidak dikenal"  # a delta list is such a one
    try:
        point = content.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return ""
    is_authority = _is_authority(certificate)
    wrong_kind = point.only_contains_user_certs if is_authority else point.only_contains_ca_certs
    if point.indirect_crl or point.only_contains_attribute_certs or point.only_some_reasons or wrong_kind:
        return "daftar pencabutan untuk jenis sertifikat lain"
    if point.full_name and set(point.full_name).isdisjoint(_points(certificate)):
        return "daftar pencabutan untuk bagian lain"
    return ""


def _points(certificate: x509.Certificate) -> Iterable[x509.GeneralName]:
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    return [name for point in points for name in point.full_name or ()]


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _reason(entry: x509.RevokedCertificate) -> str:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        return "unspecified"
