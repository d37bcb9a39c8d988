"""A visit as a sample row, as evidence to keep, and as a question to our own network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from monitor.checks.website.page_facts import Page
from monitor.checks.website.visit import Hop, Visit
from monitor.content.examine import Content
from monitor.content.facts import Verdict
from monitor.model import Exhibit, Measure
from monitor.net.facts import OURS, Certificate, Failure, FailureKind, Phase, TlsSession

SETTLED = frozenset(
    {FailureKind.BAD_URL, FailureKind.MALFORMED, FailureKind.HEADERS_TOO_LARGE, FailureKind.TLS_PROTOCOL}
)
"""
Failures in which the target itself spoke to us, so that our own network was not in the way.

A name server's word is not among them: a captive portal, or a resolver cut off from the world, says NXDOMAIN or names a
private address for every name there is, and asking the vantage costs nothing when it is fine.
"""

MAX_NAME, MAX_FIELD = 128, 8192
"""Octets of a header field's name and value in an exhibit."""
_MAX_SHOWN = 10
_VOLATILE = frozenset({"content-length", "date", "last-modified", "location", "retry-after", "via"})
_NONCE = re.compile(r"'nonce-[^']*'")
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)


def measure(visit: Visit) -> Measure:
    """The numbers of the visit, summed over its hops."""
    dns = connect = tls = ttfb = transfer = 0
    for hop in visit.hops:
        phases = hop.phases
        dns += phases.dns
        connect += phases.connect
        tls += phases.tls
        ttfb += phases.ttfb
        transfer += phases.transfer
    return Measure(
        status=visit.last.status or 0,
        hops=len(visit.hops),
        dns=dns,
        connect=connect,
        tls=tls,
        ttfb=ttfb,
        transfer=transfer,
        size=len(visit.body),
    )


def keep(visit: Visit) -> Visit:
    """The visit without its page, its raw head, and what it was measured against."""
    bulky = visit.body or visit.head or visit.baseline is not None
    return replace(visit, body=b"", head=(), baseline=None) if bulky else visit


def exhibits(visit: Visit, at: datetime) -> tuple[Exhibit, ...]:
    """The answer that a visitor got, as it was received; none when there was no answer."""
    if visit.failure is not None or visit.last.status is None:
        return ()
    head = tuple((_latin(name, MAX_NAME), _latin(value, MAX_FIELD)) for name, value in visit.head)
    return (
        Exhibit(
            label="pengunjung",
            url=visit.last.url,
            at=at,
            media_type=next((value for name, value in head if name.lower() == "content-type"), ""),
            status=visit.last.status,
            head=head,
            body=visit.body,
            capped=visit.capped,
        ),
    )


def _latin(raw: bytes, most: int) -> str:
    """The octets of a header field as text, one character each (RFC 9110 §5.5)."""
    return raw[:most].decode("latin-1")


def ours(visit: Visit) -> str:
    """Why the failure is our own machine's (Indonesian); empty when it is not."""
    failure = visit.failure
    if failure is None or failure.kind not in OURS:
        return ""
    if failure.kind is FailureKind.BUSY:
        return f"antrean pemantau ke {failure.address or 'alamat tujuan'} penuh"
    return f"titik pantau tidak memiliki rute ke {failure.address or 'alamat tujuan'}"


def failed(visit: Visit) -> Phase | None:
    """The phase in which the way to the target failed; None when it did not, or when the target itself spoke."""
    failure = visit.failure
    return None if failure is None or failure.kind in SETTLED else failure.phase


def remember(visit: Visit) -> dict[str, Any]:
    """
    What a later reader needs to judge the visit again, and nothing that differs on every visit.

    Which of a name's addresses answered, or failed, is left out: a name server that takes turns gives another one each
    time. The addresses of a name are evidence of another check.
    """
    return {
        "hops": [_hop(hop, is_first=index == 0) for index, hop in enumerate(visit.hops)],
        "failure": None if visit.failure is None else _failure(visit.failure),
        "loop": visit.loop,
        "title": visit.title,
        "page": None if visit.page is None else _page(visit.page),
        "content": None if visit.content is None else _content(visit.content),
        "certificates": {item.sha256: _certificate(item) for item in _certificates(visit)},
    }


def _hop(hop: Hop, *, is_first: bool) -> dict[str, Any]:
    return {
        "url": hop.url if is_first else _steady(hop.url),
        "status": hop.status,
        "http_version": hop.http_version,
        "location": None if hop.location is None else _steady(hop.location),
        "headers": [[name, _without_nonce(value)] for name, value in hop.headers if name not in _VOLATILE],
        "tls": None if hop.tls is None else _session(hop.tls),
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "active": list(page.active),
        "passive": list(page.passive),
        "forms": [[form.url, form.method, form.password] for form in page.forms],
        "policies": [_without_nonce(policy) for policy in page.policies],
        "referrer": page.referrer,
        "partial": page.partial,
    }


def _content(content: Content) -> dict[str, Any]:
    """What the page says, as far as it stays the same while the page does; counts and dates do not."""
    gambling, defacement, naming = content.gambling, content.defacement, content.naming
    is_grave = gambling.verdict is not Verdict.CLEAN
    return {
        "gambling": gambling.verdict.value,
        "points": round(gambling.points) if is_grave else 0,
        "hits": [[hit.family, hit.place.value, hit.excerpt] for hit in gambling.hits[:_MAX_SHOWN] if is_grave],
        "links": list(gambling.links) if is_grave else [],
        "marks": [[mark.place.value, mark.excerpt] for mark in defacement.marks] if defacement.is_certain else [],
        "language": content.shape.language,
        "writing": content.shape.writing,
        "scripts": list(content.foreign.scripts),
        "frames": list(content.foreign.frames),
        "services": [[service.host, service.text] for service in content.foreign.services],
        "county": naming.county,
        "districts": list(naming.districts),
        "others": sorted(naming.others),
        "placeholder": None if content.placeholder is None else content.placeholder.stand.value,
        "software": [[item.name, item.version] for item in content.software],
        "challenge": content.challenge,
        "partial": content.partial,
    }


def _without_nonce(value: str) -> str:
    return _NONCE.sub("'nonce-…'", value) if "'nonce-" in value else value


@lru_cache(maxsize=4096)
def _steady(url: str) -> str:
    """*url* without the values that a redirect makes up for each visitor."""
    parts = urlsplit(_SESSION.sub("", url))
    names = "&".join(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return parts._replace(query=names).geturl()


def _session(session: TlsSession) -> dict[str, Any]:
    return {
        "version": session.version,
        "cipher": session.cipher,
        "chain": [certificate.sha256 for certificate in session.chain],
        "verify_code": session.verify_code,
        "verify_message": session.verify_message,
        "legacy": session.legacy,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    """Of a time-out the words are left out: they tell how long it was, and that differs."""
    words = "" if failure.kind is FailureKind.TIMEOUT else failure.detail
    return {"phase": failure.phase.value, "kind": failure.kind.value, "detail": words}


def _certificates(visit: Visit) -> Iterator[Certificate]:
    return (certificate for hop in visit.hops if hop.tls is not None for certificate in hop.tls.chain)


@lru_cache(maxsize=1024)
def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "names": list(certificate.names),
        "key": certificate.key,
        "signature": certificate.signature,
    }
