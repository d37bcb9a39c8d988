"""A made-up regency of 218 sites in every state, as the daemon would hold it in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from monitor.availability import Figures
from monitor.checks.base import Policy, judge
from monitor.checks.website import website
from monitor.checks.website.visit import Hop, Visit
from monitor.domains import Domains
from monitor.findings import Ledger, settled_state
from monitor.inventory import with_domains
from monitor.latest import Entry, Latest
from monitor.model import (
    CheckResult,
    Criticality,
    Kind,
    Measure,
    OpenFinding,
    Outcome,
    State,
    Target,
    Verification,
)
from monitor.net.facts import Certificate, Failure, FailureKind, Phase, Phases, TlsSession
from monitor.settings import Website
from monitor.vitals import Vitals
from tests.unit.web import domains
from tests.unit.web.moment import NOW

CHECK = website(Website())
WEBSITE = CHECK.name

KECAMATAN = (
    "Kemangkon", "Bukateja", "Kejobong", "Kaligondang", "Purbalingga", "Kalimanah", "Kutasari", "Mrebet", "Bobotsari",
    "Karangreja", "Karanganyar", "Karangmoncol", "Rembang", "Bojongsari", "Padamara", "Pengadegan", "Karangjambu",
    "Kertanegara",
)  # fmt: skip
OPD = (
    "Sekretariat Daerah", "Sekretariat DPRD", "Inspektorat Daerah", "Dinas Pendidikan dan Kebudayaan",
    "Dinas Kesehatan", "Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas Perumahan dan Permukiman",
    "Satuan Polisi Pamong Praja",
    "Dinas Sosial, Pengendalian Penduduk, Keluarga Berencana, Pemberdayaan Perempuan dan Perlindungan Anak",
    "Dinas Tenaga Kerja", "Dinas Pertanian", "Dinas Lingkungan Hidup", "Dinas Kependudukan dan Pencatatan Sipil",
    "Dinas Pemberdayaan Masyarakat dan Desa", "Dinas Perhubungan", "Dinas Komunikasi dan Informatika",
    "Dinas Koperasi dan UKM", "Dinas Penanaman Modal dan PTSP", "Dinas Pemuda, Olahraga dan Pariwisata",
    "Dinas Arsip dan Perpustakaan", "Dinas Perindustrian dan Perdagangan", "Bapperida", "Badan Keuangan Daerah",
    "BKPSDM", "BPBD", "Badan Kesbangpol", "RSUD Goeteng Taroenadibrata", "RSUD Panti Nugroho", "TP PKK",
    "Portal Kabupaten",
)  # fmt: skip
STEMS = ("Karang", "Kedung", "Kali", "Sida", "Banjar", "Gunung", "Panican", "Tlaga", "Bojong", "Sumber", "Pager")
TAILS = (
    "jaya",
    "sari",
    "benda",
    "wuluh",
    "rejo",
    "tengah",
    "kulon",
    "wetan",
    "anyar",
    "lor",
    "mulya",
    "asih",
    "nangka",
)

HOSTILE_TITLE = '<script>alert("judul")</script>'
HOSTILE_NOTE = "Milik instansi lain; <b>dicatat</b>, tidak dipantau."
HOSTILE_OWNER = "Dinas \"Kutip\" & 'Petik' <b>"


def targets() -> Iterator[Target]:
    """The 218 rows, in the inventory's order."""
    for number, name in enumerate(OPD, 1):
        host = "".join(word[0] for word in name.lower().split())
        yield _target(Kind.OPD, number, name, f"https://{host}{number}.purbalinggakab.go.id", Criticality.HIGH)
    for number, name in enumerate(KECAMATAN, 1):
        yield _target(Kind.KECAMATAN, number, f"Kecamatan {name}", f"https://kec{name.lower()}.purbalinggakab.go.id")
    for number, name in enumerate(KECAMATAN[:15], 1):
        yield _target(Kind.KELURAHAN, number, f"Kelurahan {name}", f"https://kel{name.lower()}.purbalinggakab.go.id")
    names = [f"{stem}{tail}" for tail in TAILS for stem in STEMS][:133]
    for number, name in enumerate(names, 1):
        scheme = "http" if number % 33 == 0 else "https"
        yield _target(Kind.DESA, number, f"Desa {name}", f"{scheme}://{name.lower()}.desa.id")
    for number, name in enumerate((*KECAMATAN, "Serayu", "Slinga", "Cipawon", "Bojong"), 1):
        yield _target(Kind.PUSKESMAS, number, f"Puskesmas {name}", f"https://pkm{name.lower()}.purbalinggakab.go.id")


def services() -> Iterator[Target]:
    """Services outside the list of sites; one is kept in the register and not watched."""
    yield _target(Kind.LAYANAN, 1, "Layanan Pengaduan", "https://lapor.purbalinggakab.go.id")
    yield replace(
        _target(Kind.LAYANAN, 2, "Layanan Pusat", "https://pusat.kemendagri.go.id"),
        active=False,
        note=HOSTILE_NOTE,
    )


def watched() -> tuple[Target, ...]:
    """Everything the daemon is given: sites, services, and the domains behind them."""
    return with_domains((*targets(), *services()))


def _target(kind: Kind, number: int, name: str, url: str, weight: Criticality = Criticality.MEDIUM) -> Target:
    return Target(
        kode=f"{kind.value.upper()}-{number:03}",
        kind=kind,
        name=name,
        url=url,
        mail="setda@purbalinggakab.go.id" if number == 1 and kind is Kind.OPD else None,
        owner=HOSTILE_OWNER if name.endswith("Kejobong") else f"Pemerintah {name}",
        criticality=weight,
        source=f"Daftar Website {kind.value.title()} no. {number}",
        verification=Verification.NEEDED if number == 3 else Verification.OK,
        suggested_url="https://benar.purbalinggakab.go.id" if number == 3 else None,
    )


def certificate(host: str, until: datetime, issuer: str = "CN=R11,O=Let's Encrypt,C=US") -> Certificate:
    """A leaf for *host* that ends at *until*."""
    return Certificate(
        sha256="ab" * 32,
        subject=f"CN={host}",
        issuer=issuer,
        serial="04a1",
        not_before=until - timedelta(days=90),
        not_after=until,
        names=(host, f"www.{host}"),
        self_issued=False,
        has_issuer_url=True,
        key="EC secp256r1",
        signature="sha256WithRSAEncryption",
        der=b"",
    )


@dataclass(frozen=True)
class Story:
    """What a visitor of a site meets; `entry` draws the conclusions."""

    age: timedelta = timedelta(days=3)
    days: int = 61
    verify: tuple[int, str] = (0, "")
    scale: int = 1
    status: int = 200
    failure: Failure | None = None
    to: str | None = None
    """Where the first answer redirects to."""
    title: str = "Situs Resmi"


HAPPY = Story()
EXPIRED = (10, "certificate has expired")
STORIES: Mapping[str, Story] = {
    "DESA-046": Story(
        timedelta(hours=2, minutes=5), failure=Failure(Phase.CONNECT, FailureKind.TIMEOUT, "", "192.0.2.7")
    ),
    "DESA-047": Story(
        timedelta(hours=2, minutes=4), failure=Failure(Phase.DNS, FailureKind.NAME_NOT_FOUND, "<b>NXDOMAIN</b>")
    ),
    "KELURAHAN-003": Story(timedelta(days=9), failure=Failure(Phase.DNS, FailureKind.NAME_NOT_FOUND)),
    "OPD-016": Story(timedelta(minutes=7), status=503),
    "PUSKESMAS-004": Story(
        timedelta(days=12, hours=3),
        failure=Failure(Phase.TLS, FailureKind.RESET, "Connection reset by peer", "192.0.2.9"),
    ),
    "KECAMATAN-003": Story(timedelta(days=4), days=-4, verify=EXPIRED),
    "DESA-100": Story(timedelta(minutes=34), scale=40),
    "DESA-101": Story(timedelta(days=30), days=-30, verify=EXPIRED, to="http://desakedunglor.desa.id/"),
    "OPD-005": Story(days=5, title=HOSTILE_TITLE),
    "KELURAHAN-002": Story(days=0),
    "DESA-070": Story(to="http://situs.desa.id/"),
}
UNSEEN = frozenset({"DESA-120", "DESA-121", "DESA-122", "OPD-030"})
"""Watched, and never visited yet."""
BROKEN = frozenset({"DESA-090"})
"""Seen before; the last run failed on our side."""


def visit(target: Target, story: Story, chance: Random) -> Visit:
    """What was seen of *target*."""
    failure = story.failure
    if failure is not None:
        return Visit(hops=(Hop(url=target.url, address=failure.address, phases=Phases(dns=2_100)),), failure=failure)
    page = Hop(
        url=target.url,
        status=story.status,
        address="192.0.2.7",
        http_version="1.1",
        phases=_phases(chance, story.scale),
        tls=_session(target, story) if target.url.startswith("https") else None,
        headers=(("server", "nginx"), ("content-type", "text/html; charset=utf-8")),
    )
    if story.to is None:
        return Visit(hops=(page,), title=story.title)
    first = replace(page, status=301, location=story.to, headers=(("location", story.to),))
    return Visit(hops=(first, replace(page, url=story.to, tls=None)), title=story.title)


def _session(target: Target, story: Story) -> TlsSession:
    leaf = certificate(target.host, NOW + timedelta(days=story.days, hours=5))
    above = certificate(
        "R11", NOW + timedelta(days=400), issuer="CN=ISRG Root X1,O=Internet Security Research Group,C=US"
    )
    code, message = story.verify
    return TlsSession(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        chain=(leaf, above),
        verify_code=code,
        verify_message=message,
    )


def _phases(chance: Random, scale: int) -> Phases:
    return Phases(
        dns=chance.randint(800, 9_000),
        connect=chance.randint(8_000, 30_000),
        tls=chance.randint(20_000, 60_000),
        ttfb=chance.randint(40_000, 400_000) * scale,
        transfer=chance.randint(2_000, 50_000),
    )


def entry(target: Target, chance: Random, policy: Policy) -> Entry:
    """*target* as its story goes, judged by the real judges; every finding counts as confirmed."""
    story = STORIES.get(target.kode, HAPPY)
    result = Entry(target)
    if target.kode in UNSEEN:
        return result
    facts = visit(target, story, chance)
    found, judged = judge(CHECK, target, facts, policy, NOW)
    run = CheckResult(
        target=target,
        check=WEBSITE,
        started=NOW - timedelta(seconds=chance.randint(1, 59)),
        duration=timedelta(microseconds=facts.total + 900),
        outcome=Outcome.OBSERVED,
        facts=facts,
        findings=found,
        judged=judged,
        measure=measure(facts),
    )
    result.results[WEBSITE] = result.seen[WEBSITE] = run
    result.since = NOW - story.age
    result.ledger = Ledger({(WEBSITE, *item.key): OpenFinding(WEBSITE, item, result.since) for item in found})
    if target.kode in domains.SEEN:
        domains.look_closely(result, policy)
    result.state, deciding = settled_state(result.ledger)
    result.cause = deciding.finding.code if deciding else ""
    if target.kode in BROKEN:
        result.results[WEBSITE] = broken(run)
        result.state, result.cause = State.UNOBSERVED, result.results[WEBSITE].reason
    return result


def broken(run: CheckResult[Visit]) -> CheckResult[Visit]:
    """*run* as it would be had our own side failed."""
    reason = "galat pemantau: ValueError"
    return replace(
        run, outcome=Outcome.BROKEN, facts=None, measure=None, findings=(), judged=frozenset(), reason=reason
    )


def measure(facts: Visit) -> Measure:
    """The sample row of *facts*."""
    phases = [hop.phases for hop in facts.hops]
    return Measure(
        status=facts.last.status or 0,
        hops=len(phases),
        dns=sum(part.dns for part in phases),
        connect=sum(part.connect for part in phases),
        tls=sum(part.tls for part in phases),
        ttfb=sum(part.ttfb for part in phases),
        transfer=sum(part.transfer for part in phases),
        size=0 if facts.failure else 18_204,
    )


def latest(copies: int = 1) -> Latest:
    """Sites, a service, and domains; more sites with *copies*, each under a kode of its own."""
    chance, result = Random(7), Latest()
    policy = Policy(domains=Domains.of(targets()))
    rows = [
        replace(target, kode=f"{target.kode}-{copy}", url=f"{target.url}/{copy}")
        for copy in range(1, copies)
        for target in targets()
    ]
    result.settle((*watched(), *rows))
    for current in result.entries():
        known = domains.entry if current.target.kind is Kind.DOMAIN else entry
        told = known(current.target, chance, policy)
        for name in ("state", "since", "cause", "ledger", "results", "seen"):
            setattr(current, name, getattr(told, name))
    result.month = {entry.target.kode: MONTH for entry in result.entries() if entry.since is not None}
    return result


MONTH = Figures(up=timedelta(days=22, hours=23), down=timedelta(minutes=7), unobserved=timedelta(minutes=53))
"""What everybody's month has been like so far."""


def vitals() -> Vitals:
    """A daemon that has run for a day."""
    result = Vitals(started=NOW - timedelta(days=1), inventory_loaded=NOW - timedelta(days=1))
    for seconds in (0.004, 0.02, 0.3):
        result.lag.add(seconds)
        result.store.add(seconds)
    result.runs = {(WEBSITE, "observed"): 313_000, (WEBSITE, "broken"): 12}
    result.running, result.waiting, result.unwritten, result.skipped = 3, 1, 4, 2
    result.seal = {"day": "2026-11-23", "head": "3f" * 32, "key": "ab12cd34ef560718"}
    result.seal_height, result.seal_until = 30, datetime(2026, 11, 23, 17, tzinfo=UTC)
    result.stamp_problem = result.evidence_problem = ""
    return result
