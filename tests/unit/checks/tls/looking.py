"""Made-up looks at a site's TLS, for tests of its judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from monitor.checks.base import judge
from monitor.checks.tls import Facts, tls
from monitor.checks.tls.facts import Caa
from monitor.model import Finding
from monitor.net.tls_facts import Family, Link, Offered, Probe, Revocation, Seen, Standing, Staple, Version
from monitor.settings import Tls
from tests.unit.checks.seeing import HOST, NOW, POLICY, target

CHECK = tls(Tls())
DAY = timedelta(days=1)
YES, NO, UNKNOWN = Probe(Seen.YES, "TLS_X"), Probe(Seen.NO, reason="handshake_failure"), Probe(reason="timeout")
OLD, MODERN = (Version.SSL3, Version.TLS10, Version.TLS11), (Version.TLS12, Version.TLS13)


def link(**values: Any) -> Link:
    return Link(
        **{
            "sha256": "ab" * 32,
            "subject": f"CN={HOST}",
            "issuer": "CN=R11,O=Let's Encrypt,C=US",
            "serial": "04a1",
            "not_before": NOW - 29 * DAY,
            "not_after": NOW + 61 * DAY,
            "names": (HOST,),
            "key": "EC",
            "bits": 256,
            "curve": "secp256r1",
            "signature": "sha256WithRSAEncryption",
            "digest": "sha256",
            "scts": 2,
            **values,
        }
    )


LEAF = link()
INTERMEDIATE = link(
    sha256="cd" * 32,
    subject="CN=R11,O=Let's Encrypt,C=US",
    issuer="CN=ISRG Root X1,O=Internet Security Research Group,C=US",
    serial="8a7d",
    names=(),
    key="RSA",
    bits=2048,
    curve="",
    not_after=NOW + 900 * DAY,
    scts=0,
)
ROOT = link(
    sha256="ef" * 32,
    subject=INTERMEDIATE.issuer,
    issuer=INTERMEDIATE.issuer,
    serial="8210",
    names=(),
    key="RSA",
    bits=4096,
    curve="",
    digest="sha1",
    not_after=NOW + DAY,
    self_issued=True,
)


def offered(
    accepted: Iterable[Version | Family] = MODERN, unknown: Iterable[Version | Family] = (), **values: Any
) -> Offered:
    """A server that accepts *accepted* and refuses all else, but for what is *unknown*."""

    def probe(key: Version | Family) -> Probe:
        if key in tuple(accepted):
            return YES
        return UNKNOWN if key in tuple(unknown) else NO

    return Offered(
        **{
            "versions": {version: probe(version) for version in Version},
            "weak": {family: probe(family) for family in Family},
            "forward": YES,
            "group": "x25519",
            "handshake_scts": 0,
            **values,
        }
    )


GOOD = Facts(
    host=HOST,
    address="203.0.113.9",
    offered=offered(),
    chain=(LEAF, INTERMEDIATE),
    verify_code=0,
    is_public=True,
    staple=Staple(seen=Seen.NO),
    revocations=(
        Revocation(standing=Standing.GOOD, serial=LEAF.serial, holder=LEAF.subject, source="http://c/1"),
        Revocation(standing=Standing.GOOD, serial=INTERMEDIATE.serial, source="http://c/2"),
    ),
    caa=Caa(seen=Seen.YES, at="purbalinggakab.go.id", records=('0 issue "letsencrypt.org"',)),
)


def judged(facts: Facts) -> Mapping[str, Finding]:
    """The findings of the whole check by code."""
    findings, _codes = judge(CHECK, target(), facts, POLICY, NOW)
    by_code = {finding.code: finding for finding in findings}
    assert len(by_code) == len(findings)
    return by_code


def answered(facts: Facts) -> frozenset[str]:
    """The codes that *facts* can answer."""
    return judge(CHECK, target(), facts, POLICY, NOW)[1]
