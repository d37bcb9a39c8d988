"""A visit as a sample row, as evidence to keep, and as a question to our own network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from monitor.checks.website.page_facts import Page
from monitor.checks.website.visit import Hop, Visit
from monitor.model import Measure
from monitor.net.facts import OURS, Certificate, Failure, FailureKind, Phase, TlsSession

SETTLED = frozenset(
    {FailureKind.BAD_URL, FailureKind.MALFORMED, FailureKind.HEADERS_TOO_LARGE, FailureKind.TLS_PROTOCOL}
)
"""
Failures in which the target itself spoke to us, so that our own network was not in the way.

A name server's word is not among them: a captive portal, or a resolver cut off from the world, says NXDOMAIN or names a
private address for every name there is, and asking the vantage costs nothing when it is fine.
"""

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
    """The visit without its page."""
    return replace(visit, body=b"") if visit.body else visit


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
