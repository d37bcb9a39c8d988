"""Each rule of the TLS check, and each case of its words, with facts that show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.checks.tls.facts import Caa, Facts
from monitor.net.tls_facts import Family, Revocation, Seen, Standing, Staple, Version
from tests.unit.checks.seeing import NOW
from tests.unit.checks.tls.looking import DAY, GOOD, INTERMEDIATE, LEAF, NO, OLD, ROOT, link, offered

REVOKED = Revocation(
    standing=Standing.REVOKED,
    serial=LEAF.serial,
    holder=LEAF.subject,
    source="http://c.example/1.crl",
    revoked_at=NOW - DAY,
    reason="keyCompromise",
)
GOOD_STAPLE = Staple(
    seen=Seen.YES, serial=LEAF.serial, standing=Standing.GOOD, this_update=NOW - DAY, next_update=NOW + DAY
)
OTHER = link(sha256="01" * 32, subject="CN=Lain", issuer="CN=Entah")

SHOWN: list[tuple[str, Facts]] = [
    ("tls.old_version", replace(GOOD, offered=offered(accepted=(*Version,)))),
    ("tls.no_modern_version", replace(GOOD, offered=offered(accepted=OLD))),
    ("tls.no_1_3", replace(GOOD, offered=offered(accepted=(Version.TLS12,)))),
    ("tls.weak_cipher", replace(GOOD, offered=offered(accepted=(Version.TLS12, Family.RC4, Family.TRIPLE_DES)))),
    ("tls.null_or_anonymous", replace(GOOD, offered=offered(accepted=(Version.TLS12, Family.ANONYMOUS)))),
    ("tls.no_forward_secrecy", replace(GOOD, offered=offered(accepted=(Version.TLS12,), forward=NO))),
    ("tls.no_forward_secrecy", replace(GOOD, offered=offered(forward=NO))),
    ("tls.weak_key", replace(GOOD, chain=(replace(LEAF, key="RSA", bits=1024), INTERMEDIATE))),
    ("tls.weak_key", replace(GOOD, offered=offered(group="DH 1024", group_bits=1024))),
    (
        "tls.weak_signature",
        replace(GOOD, chain=(replace(LEAF, digest="sha1", signature="sha1WithRSAEncryption"), INTERMEDIATE)),
    ),
    ("tls.chain_order", replace(GOOD, chain=(LEAF, ROOT, INTERMEDIATE))),
    ("tls.chain_order", replace(GOOD, chain=(LEAF, INTERMEDIATE, OTHER))),
    ("tls.root_sent", replace(GOOD, chain=(LEAF, INTERMEDIATE, ROOT))),
    ("tls.chain_expiring", replace(GOOD, chain=(LEAF, replace(INTERMEDIATE, not_after=NOW + 6 * DAY)))),
    ("tls.chain_expiring", replace(GOOD, chain=(LEAF, replace(INTERMEDIATE, not_after=NOW - DAY)))),
    ("tls.validity_too_long", replace(GOOD, chain=(replace(LEAF, not_after=NOW + 300 * DAY), INTERMEDIATE))),
    ("tls.no_sct", replace(GOOD, chain=(replace(LEAF, scts=0), INTERMEDIATE))),
    ("tls.must_staple_unmet", replace(GOOD, chain=(replace(LEAF, must_staple=True), INTERMEDIATE))),
    ("tls.staple_bad", replace(GOOD, staple=replace(GOOD_STAPLE, next_update=NOW - timedelta(seconds=1)))),
    ("tls.staple_bad", replace(GOOD, staple=replace(GOOD_STAPLE, standing=Standing.REVOKED, revoked_at=NOW - DAY))),
    ("tls.revoked", replace(GOOD, revocations=(REVOKED,))),
    ("tls.issuer_revoked", replace(GOOD, revocations=(GOOD.revocations[0], replace(REVOKED, serial="8a7d")))),
    ("tls.caa_missing", replace(GOOD, caa=Caa(seen=Seen.NO, at="purbalinggakab.go.id"))),
    ("tls.caa_mismatch", replace(GOOD, caa=replace(GOOD.caa, records=('0 issue "digicert.com"',)))),
    ("tls.caa_mismatch", replace(GOOD, caa=replace(GOOD.caa, records=('0 issue ";"',)))),
]
