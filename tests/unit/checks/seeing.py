"""Made-up visits for tests of judges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from monitor.checks.base import Policy
from monitor.checks.base import judge as judge_all
from monitor.checks.website import Visit, website
from monitor.checks.website.page_facts import NOTHING
from monitor.checks.website.visit import Hop
from monitor.domains import Domains
from monitor.model import Finding, Kind, Target
from monitor.net.facts import Certificate, Failure, FailureKind, Phase, Phases, TlsSession
from monitor.settings import Website

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
HOST = "dinkominfo.purbalinggakab.go.id"
DOMAINS = Domains(frozenset({"purbalinggakab.go.id"}), frozenset({"onje.desa.id"}))
POLICY = Policy(domains=DOMAINS)
CHECK = website(Website())
PROTECTED = (
    ("strict-transport-security", "max-age=31536000"),
    ("content-security-policy", "default-src 'self'; frame-ancestors 'self'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
)
"""The headers of a page that nobody can find fault with."""


def target(url: str = f"https://{HOST}/", **values: Any) -> Target:
    return Target(**{"kode": "OPD-009", "kind": Kind.OPD, "name": "Dinkominfo", "url": url, **values})


def hop(url: str = f"https://{HOST}/", status: int | None = 200, took: timedelta = timedelta(0), **values: Any) -> Hop:
    phases = Phases(ttfb=took // timedelta(microseconds=1))
    return Hop(
        **{"url": url, "status": status, "address": "203.0.113.9", "phases": phases, "headers": PROTECTED, **values}
    )


def page(*hops: Hop, **values: Any) -> Visit:
    chosen = hops or (hop(),)
    shown = NOTHING if chosen[-1].status == 200 and not values.get("loop") else None
    return Visit(**{"hops": chosen, "page": shown, **values})


def path(*urls: str, **values: Any) -> Visit:
    """A visit redirected from each of *urls* to the next, which ends on the last."""
    moves = [hop(url, 302, location=after) for url, after in pairwise(urls)]
    return Visit(**{"hops": (*moves, hop(urls[-1])), **values})


def unreached(
    kind: FailureKind = FailureKind.REFUSED,
    phase: Phase = Phase.CONNECT,
    *before: Hop,
    url: str = f"https://{HOST}/",
    tls: TlsSession | None = None,
) -> Visit:
    """A visit whose last hop failed."""
    last = hop(url, None, tls=tls, address="203.0.113.9")
    return Visit(hops=(*before, last), failure=Failure(phase, kind, "the library's words", "203.0.113.9"))


def certificate(**values: Any) -> Certificate:
    return Certificate(
        **{
            "sha256": "ab" * 32,
            "subject": f"CN={HOST}",
            "issuer": "CN=R11,O=Let's Encrypt,C=US",
            "serial": "04a1",
            "not_before": NOW - timedelta(days=29),
            "not_after": NOW + timedelta(days=61),
            "names": (HOST,),
            "self_issued": False,
            "has_issuer_url": True,
            "key": "EC secp256r1",
            "signature": "ecdsa-with-SHA384",
            "der": b"leaf",
            **values,
        }
    )


INTERMEDIATE = certificate(
    sha256="cd" * 32,
    subject="CN=R11,O=Let's Encrypt,C=US",
    issuer="CN=ISRG Root X1",
    names=(),
    not_after=NOW + timedelta(days=900),
    der=b"intermediate",
)


def session(*chain: Certificate, code: int = 0, **values: Any) -> TlsSession:
    return TlsSession(
        **{
            "version": "TLSv1.3",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "chain": chain or (certificate(), INTERMEDIATE),
            "verify_code": code,
            "verify_message": "as OpenSSL says it" if code else "",
            **values,
        }
    )


def secured(*chain: Certificate, code: int = 0, url: str = f"https://{HOST}/", **values: Any) -> Visit:
    """A page served with this chain."""
    return page(hop(url, tls=session(*chain, code=code), **values))


def judged(
    visit: Visit, of: Target | None = None, now: datetime = NOW, policy: Policy = POLICY
) -> Mapping[str, Finding]:
    """The findings of the whole check by code; a code found twice would hide one, so it may not."""
    findings, _codes = judge_all(CHECK, of or target(), visit, policy, now)
    by_code = {finding.code: finding for finding in findings}
    assert len(by_code) == len(findings)
    return by_code


def answered(visit: Visit) -> frozenset[str]:
    """The codes that *visit* can answer."""
    return judge_all(CHECK, target(), visit, POLICY, NOW)[1]
