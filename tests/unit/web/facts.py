"""Facts of checks in every shape that their drawings must cope with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from monitor.checks.base import Policy
from monitor.checks.cloaking.facts import NO_WORDING, As, Robots, Shown, Twice, View
from monitor.checks.cloaking.facts import Listing as Sitemap
from monitor.checks.freshness.facts import Asked, Dated, Source
from monitor.checks.mail.facts import (
    Dmarc,
    Exchanger,
    Exchangers,
    Mail,
    MtaSts,
    Outgoing,
    PolicyFault,
    PolicyFile,
    ReportAddress,
    Reverse,
    Selector,
    Spf,
    TlsaSet,
    Trouble,
)
from monitor.checks.names.facts import Claim, Naming, Resolved, Six, Voice
from monitor.checks.registration.facts import Listing, Registration
from monitor.checks.security_txt.facts import Found, Place
from monitor.checks.tls.facts import Caa
from monitor.checks.tls.facts import Facts as TlsFacts
from monitor.checks.transport.walk import Step, Walk, Ways
from monitor.checks.zone.facts import Delegated
from monitor.content.facts import Gambling, Verdict
from monitor.domains import Domains
from monitor.latest import Latest
from monitor.net.dane import Tlsa
from monitor.net.dns_said import Word
from monitor.net.facts import Failure, FailureKind, Phase, TlsSession
from monitor.net.smtp import Reply, SmtpSession
from monitor.net.tls_facts import Family, Link, Offered, Probe, Revocation, Seen, Standing, Staple, Version
from monitor.standards.spf_values import Survey
from tests.unit.web import domains, regency
from tests.unit.web.moment import NOW
from tests.unit.web.regency import certificate, targets

SILENCE = Trouble("timeout", "tidak menjawab")
LINK = Link(
    sha256="ab" * 32,
    subject="CN=a.desa.id",
    issuer="CN=R11",
    serial="04a1",
    not_before=NOW - timedelta(days=60),
    not_after=NOW + timedelta(days=12, hours=2),
    key="EC",
    bits=256,
    curve="secp256r1",
    signature="ecdsa-with-SHA384",
)
SESSION = SmtpSession(
    address="192.0.2.25",
    greeting=Reply(220, ("mx.purbalinggakab.go.id ESMTP",)),
    hello=Reply(250, ("mx", "STARTTLS")),
    starttls=Reply(220, ("go ahead",)),
    tls=TlsSession(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        chain=(certificate("mx.purbalinggakab.go.id", NOW + timedelta(days=9, hours=1)),),
        verify_code=62,
    ),
)
MAIL = Mail(
    domain=domains.COUNTY,
    exchangers=Exchangers(
        records=((10, "mx1.purbalinggakab.go.id"), (20, "mx2.purbalinggakab.go.id")),
        hosts=(
            Exchanger(
                host="mx1.purbalinggakab.go.id",
                preference=10,
                addresses=("192.0.2.25",),
                reverse=Reverse(address="192.0.2.25", names=("mail.example.net",)),
                session=SESSION,
                tlsa=TlsaSet(records=(Tlsa(3, 1, 1, "ab" * 32),)),
            ),
            Exchanger(host="mx2.purbalinggakab.go.id", preference=20, addresses=("192.0.2.26",), session=SILENCE),
            Exchanger(host="mx3.purbalinggakab.go.id", preference=30, addresses=SILENCE, tlsa=SILENCE),
        ),
        left_out=2,
    ),
    outgoing=Outgoing.OPEN,
    spf=Spf(texts=("v=spf1 mx -all",), survey=Survey(domain=domains.COUNTY, lookups=11, voids=("a", "b"))),
    dmarc=Dmarc(texts=("v=DMARC1; p=none",), reports=(ReportAddress(domain="example.net", authorised=SILENCE),)),
    dkim=(Selector(name="s1", texts=("v=DKIM1; p=abc",)), Selector(name="s2", texts=SILENCE)),
    mta_sts=MtaSts(texts=("v=STSv1; id=1",), policy=PolicyFile(fault=PolicyFault.STATUS, detail="404")),
    tls_rpt=("v=TLSRPTv1; rua=mailto:a@b",),
)
MUTE = Mail(
    domain=domains.COUNTY,
    exchangers=SILENCE,
    spf=SILENCE,
    dmarc=SILENCE,
    mta_sts=MtaSts(texts=SILENCE, policy=SILENCE),
    tls_rpt=SILENCE,
)
EMPTY = Mail(domain=domains.COUNTY, exchangers=Exchangers(), spf=Spf(), dmarc=Dmarc(), mta_sts=MtaSts(), tls_rpt=())
TLS = TlsFacts(
    host="a.desa.id",
    address="192.0.2.7",
    offered=Offered(
        versions={Version.TLS10: Probe(Seen.YES, "AES128-SHA"), Version.TLS13: Probe(Seen.NO, reason="closed")},
        weak={Family.RC4: Probe(reason="timeout")},
        forward=Probe(Seen.YES),
        group="secp256r1",
    ),
    chain=(LINK,),
    verify_code=0,
    staple=Staple(seen=Seen.YES, standing=Standing.GOOD, next_update=NOW),
    revocations=(Revocation(standing=Standing.REVOKED, serial="04a1", revoked_at=NOW, reason="key compromise"),),
    caa=Caa(seen=Seen.YES, at="desa.id", records=('0 issue "letsencrypt.org"',)),
)
FOUND = Found(
    place=Place.WELL_KNOWN, urls=("https://a.desa.id/.well-known/security.txt",), status=200, text="Contact: mailto:a@b"
)
WAYS = Ways(
    plain=Walk(
        start="http://a.desa.id/",
        steps=(Step(url="http://a.desa.id/", status=301, location="https://a.desa.id/"),),
        failure=Failure(Phase.CONNECT, FailureKind.TIMEOUT, "", "192.0.2.7"),
    ),
    secure=Walk(start="https://a.desa.id/", steps=(Step(url="https://a.desa.id/", status=200, trusted=True),)),
)
NAMED = domains.named(next(targets()))
LOST = Naming(
    host="a.desa.id",
    zone="a.desa.id",
    voices=(
        Voice(server="ns1", word=Word.SERVFAIL, words="kode 2"),
        Voice(server="ns2", address="::1", word=Word.LAME),
    ),
    resolved=Resolved(failure="timeout", words="3 detik", ours=True),
    private=("10.0.0.1 (privat)",),
    six=Six.UNREACHED,
    service="pages.example",
    claim=Claim.BODY,
)
HOSTILE_HOST = "gacor.example<b>"
HIJACKED = View(
    seen_as=As.BOT,
    urls=("https://a.desa.id/", "https://gacor.example/"),
    status=200,
    gambling=Gambling(verdict=Verdict.INJECTED, points=41.0),
    wording=replace(NO_WORDING, hosts=frozenset({HOSTILE_HOST})),
)
SHOWN = Shown(
    browser=Twice(first=View(seen_as=As.BROWSER, urls=("https://a.desa.id/",), status=200)),
    others=(
        Twice(first=HIJACKED, again=HIJACKED),
        Twice(first=View(seen_as=As.REFERRED, urls=("https://a.desa.id/",), status=503, wall=True)),
        Twice(
            first=View(
                seen_as=As.PHONE, urls=("https://a.desa.id/",), failure=Failure(Phase.CONNECT, FailureKind.TIMEOUT)
            )
        ),
    ),
    doorway=Twice(first=replace(HIJACKED, urls=("https://a.desa.id/slot-gacor/",))),
    robots=Robots(url="https://a.desa.id/robots.txt", status=200, gambling=("/slot-<b>gacor/",)),
    listings=(
        Sitemap(
            url="https://a.desa.id/sitemap.xml", status=200, total=90, foreign=4, gambling=3, hosts=("gacor.example",)
        ),
        Sitemap(url="https://a.desa.id/sitemap_index.xml", status=404),
    ),
)
DATED = Dated(
    asked=(
        Asked(url="https://a.desa.id/", status=200),
        Asked(url="https://a.desa.id/feed", status=200, count=2),
        Asked(url="https://a.desa.id/sitemap.xml", failure="timeout"),
    ),
    source=Source.FEED,
    url="https://a.desa.id/feed",
    dates=(NOW + timedelta(days=9), NOW - timedelta(days=2), NOW - timedelta(days=40)),
)

SHAPES: Mapping[str, tuple[str, object]] = {
    "names": ("names", NAMED),
    "names: trouble everywhere": ("names", LOST),
    "zone": ("zone", domains.delegated(domains.COUNTY)),
    "zone: none": ("zone", Delegated(zone="a.desa.id", parent="desa.id", exists=False, words="NXDOMAIN")),
    "registration": ("registration", domains.registered("a.desa.id")),
    "registration: absent": ("registration", Registration(listing=Listing.ABSENT, server="rdap.pandi.id")),
    "registration: declared": ("registration", Registration(listing=Listing.UNASKED, declared=NOW)),
    "tls": ("tls", TLS),
    "tls: nothing known": ("tls", TlsFacts(host="a.desa.id")),
    "mail": ("mail", MAIL),
    "mail: nobody answers": ("mail", MUTE),
    "mail: nothing there": ("mail", EMPTY),
    "security.txt": ("security_txt", FOUND),
    "security.txt: none": ("security_txt", Found(place=Place.ABSENT, urls=("https://a.desa.id/security.txt",))),
    "transport": ("transport", WAYS),
    "transport: https only": ("transport", Ways(plain=WAYS.plain)),
    "cloaking": ("cloaking", SHOWN),
    "cloaking: the page alone": ("cloaking", Shown(browser=SHOWN.browser)),
    "freshness": ("freshness", DATED),
    "freshness: only what is to come": ("freshness", replace(DATED, dates=DATED.dates[:1])),
    "freshness: nothing dated": ("freshness", Dated(asked=DATED.asked[:1])),
}


def furnished() -> Latest:
    """The regency, with everything there is to know about OPD-001 and the county's domain."""
    latest, policy = regency.latest(), Policy(domains=Domains.of(targets()))
    for check, facts in SHAPES.values():
        entry = latest.get(domains.COUNTY if check == "mail" else "OPD-001")
        assert entry is not None
        known = domains.BY_NAME.get(check)
        if known is not None and known.applies(entry.target) and check not in entry.seen:
            domains.looked(entry, check, facts, policy)
    return latest
