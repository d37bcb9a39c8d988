"""A month that never was: the shipped inventory, and outages, gaps and incidents from a seed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

from monitor import inventory
from monitor.evidence import regulation
from monitor.evidence.data import (
    Act,
    AssetChange,
    Candidate,
    Certificate,
    CheckMethod,
    Compared,
    ContentIncident,
    Coverage,
    Day,
    Direction,
    Exhibit,
    Figures,
    FindingRow,
    Foreign,
    Gap,
    KindTotal,
    MailFigure,
    Method,
    MonthData,
    Outage,
    Period,
    Registration,
    Response,
    SealRange,
    SeverityCount,
    Shortcoming,
    Site,
    Status,
)
from monitor.model import Kind, Severity, State, Target

SINCE = datetime(2026, 9, 30, 17, tzinfo=UTC)
UNTIL = datetime(2026, 10, 31, 17, tzinfo=UTC)
PERIOD = Period(year=2026, month=10, since=SINCE, until=UNTIL, cut=UNTIL)
DAY = timedelta(days=1)
LONG = "https://sidomas.purbalinggakab.go.id/arsip/" + "dokumen-sangat-panjang" * 6 + "?q=" + "x" * 90
HOSTILE = '=HYPERLINK("http://jahat.example","klik") #set page(fill: red) 漢字 \u202e $1/0$ <script>'
TARGETS = {
    Kind.OPD: Fraction(995, 1000),
    Kind.KECAMATAN: Fraction(99, 100),
    Kind.KELURAHAN: Fraction(99, 100),
    Kind.DESA: Fraction(98, 100),
    Kind.PUSKESMAS: Fraction(99, 100),
    Kind.LAYANAN: Fraction(995, 1000),
}


def listed() -> list[Target]:
    """The shipped inventory."""
    return list(inventory.load(Path("inventory")))


def empty(period: Period = PERIOD) -> MonthData:
    """A month without anything."""
    return MonthData(
        county="Pemerintah Kabupaten Purbalingga",
        period=period,
        previous_key="2026-09",
        tool="monitor 0.1.0",
        coverage=Coverage(watched=0, observed=0, samples=0),
        total=Figures(),
        shortcomings=(Shortcoming(Gap.NO_DATA, "Catatan tidak memuat satu pengamatan pun pada bulan ini."),),
    )


def month(seed: int = 7, *, complete: bool = False) -> MonthData:
    """A full month of the shipped inventory."""
    chance = Random(seed)
    sites = tuple(_site(target, chance) for target in listed())
    watched = [site for site in sites if site.active]
    outages = tuple(outage for site in watched for outage in _outages(site, chance))
    findings = tuple(_findings(watched, chance))
    mail = _mail()
    return MonthData(
        county="Pemerintah Kabupaten Purbalingga",
        period=PERIOD,
        previous_key="2026-09",
        tool="monitor 0.1.0",
        method=Method(
            checks=(
                CheckMethod(
                    name="website",
                    question="Apakah situs menjawab?",
                    every=timedelta(minutes=1),
                    timeout=timedelta(seconds=30),
                ),
            ),
            sentinels=("https://1.1.1.1/", "dns://go.id"),
            targets=TARGETS,
        ),
        shortcomings=()
        if complete
        else (
            Shortcoming(Gap.UNOBSERVED, "3,21% waktu situs tidak teramati."),
            Shortcoming(Gap.UNSEALED, "2 hari belum disegel: 30-10-2026, 31-10-2026."),
        ),
        coverage=Coverage(watched=len(watched), observed=len(watched) - 3, samples=9_731_204),
        total=_sum(watched),
        kinds=tuple(_kind(kind, watched) for kind in TARGETS),
        days=tuple(_day(number, chance) for number in range(31)),
        sites=sites,
        outages=outages,
        certificates=tuple(_certificate(site, chance) for site in watched),
        registrations=tuple(_registration(site, chance) for site in watched if site.kind is Kind.DESA),
        foreign=_foreign(sites),
        mail=mail,
        severities=tuple(
            SeverityCount(severity=severity, carried=rank, opened=12 - rank, resolved=rank * 2, open=3)
            for rank, severity in enumerate(reversed(Severity))
        ),
        findings=findings,
        content=_content(watched),
        asset_changes=tuple(_change(site, chance) for site in watched[::6]),
        candidates=(Candidate(host="baru.purbalinggakab.go.id", seen_in="OPD-001 tautan", first=SINCE),),
        compared=tuple(_compared(site, chance) for site in watched),
        regulation=regulation.tables(sites, mail, {"purbalinggakab.go.id": Status.ACTIVE}),
        seal=SealRange(
            first=date(2026, 10, 1),
            last=date(2026, 10, 29),
            days=29,
            missing=(date(2026, 10, 30), date(2026, 10, 31)),
            head="ab" * 32,
            key_id="0123456789abcdef",
        ),
    )


def _figures(chance: Random) -> Figures:
    down = timedelta(seconds=chance.choice([0, 0, 0, 59, 4_000, 90_000]))
    unobserved = timedelta(seconds=chance.choice([0, 600, 86_400]))
    degraded = timedelta(seconds=chance.choice([0, 1_200]))
    up = 31 * DAY - down - unobserved - degraded
    known = up + degraded + down
    ratio = Fraction((up + degraded) // timedelta(seconds=1), known // timedelta(seconds=1))
    return Figures(
        up=up,
        degraded=degraded,
        down=down,
        unobserved=unobserved,
        maintained=timedelta(hours=1),
        ratio=ratio,
        ratio_without_maintenance=ratio,
        outages=1 if down else 0,
        longest=down,
        mttr=down or None,
        mtbf=up if down else None,
        unplanned=1 if down else 0,
        unplanned_down=down,
        unplanned_mttr=down or None,
        unplanned_mtbf=up if down else None,
    )


def _site(target: Target, chance: Random) -> Site:
    figures = _figures(chance) if target.active else Figures()
    return Site(
        kode=target.kode,
        kind=target.kind,
        name=target.name,
        url=target.url,
        host=target.host,
        owner=target.owner,
        source=target.source,
        mail=target.mail,
        verification=target.verification,
        suggested_url=target.suggested_url,
        active=target.active,
        first_seen=SINCE,
        state=chance.choice([State.UP] * 20 + [State.DOWN, State.DEGRADED, State.UNOBSERVED])
        if target.active
        else State.UNOBSERVED,
        figures=figures,
        response=Response(
            median=timedelta(milliseconds=chance.randint(80, 900)), p95=timedelta(milliseconds=2_400), count=44_000
        ),
        target=TARGETS[target.kind],
        first_look=SINCE + timedelta(seconds=chance.randint(0, 60)),
        last_look=UNTIL - timedelta(seconds=chance.randint(1, 60)),
    )


def _sum(sites: list[Site]) -> Figures:
    up = sum((site.figures.up for site in sites), timedelta(0))
    down = sum((site.figures.down for site in sites), timedelta(0))
    unobserved = sum((site.figures.unobserved for site in sites), timedelta(0))
    ratio = Fraction(up // timedelta(seconds=1), (up + down) // timedelta(seconds=1))
    return Figures(
        up=up,
        down=down,
        unobserved=unobserved,
        ratio=ratio,
        ratio_without_maintenance=ratio,
        outages=9,
        mttr=timedelta(minutes=77),
    )


def _kind(kind: Kind, sites: list[Site]) -> KindTotal:
    of = [site for site in sites if site.kind is kind]
    return KindTotal(
        kind=kind,
        sites=len(of),
        figures=_sum(of),
        target=TARGETS[kind],
        met=sum(site.meets is True for site in of),
        missed=sum(site.meets is False for site in of),
        unknown=0,
        response=timedelta(milliseconds=321),
    )


def _day(number: int, chance: Random) -> Day:
    lost = number == 11
    return Day(
        day=date(2026, 10, 1) + timedelta(days=number),
        figures=Figures(unobserved=200 * DAY)
        if lost
        else Figures(up=217 * DAY, down=timedelta(hours=chance.randint(0, 40)), ratio=Fraction(99, 100)),
        started=0 if lost else chance.randint(0, 9),
        response=None if lost else timedelta(milliseconds=chance.randint(200, 480)),
        sealed=number < 29,
    )


def _outages(site: Site, chance: Random) -> list[Outage]:
    if not site.figures.down:
        return []
    start = SINCE + chance.randint(0, 29) * DAY
    end = None if site.state is State.DOWN else start + site.figures.down
    return [
        Outage(
            kode=site.kode,
            name=site.name,
            start=start,
            end=end,
            duration=site.figures.down,
            cause="site.down",
            cause_text="Situs tidak menjawab",
            maintained=chance.random() < 0.1,
        )
    ]


def _certificate(site: Site, chance: Random) -> Certificate:
    days = chance.choice([-3, 0, 5, 12, 28, 45, 80, 200, 300])
    return Certificate(
        kode=site.kode,
        host=site.host,
        subject=site.host,
        issuer="R11, Let's Encrypt",
        not_before=SINCE - 30 * DAY,
        not_after=UNTIL + days * DAY,
        days_left=days,
        version=chance.choice(["TLSv1.3", "TLSv1.2"]),
        trust="kedaluwarsa" if days < 0 else "",
        since=SINCE - 2 * DAY,
        looked=site.last_look,
    )


def _registration(site: Site, chance: Random) -> Registration:
    days = chance.randint(-2, 700)
    return Registration(
        domain=site.host,
        expires=UNTIL + days * DAY,
        days_left=days,
        registrar="PT Registrar Contoh",
        statuses=("ok",),
        since=SINCE,
        looked=UNTIL - DAY,
    )


def _foreign(sites: tuple[Site, ...]) -> tuple[Foreign, ...]:
    asked = regulation.moves()
    return tuple(
        Foreign(
            kode=site.kode,
            name=site.name,
            url=site.url,
            host=site.host,
            owner=site.owner,
            standing="non-pemerintah",
            source=site.source,
            regulation=asked[site.kode].asks if site.kode in asked else "",
            mandated=site.kode in asked and asked[site.kode].mandated,
            watched=site.active,
            state=site.state,
            findings=(3,),
            moves=(f"24-10-2026 08:05 {LONG} → https://psc.purbalinggakab.go.id/",) if site.kode == "LYN-017" else (),
            looked=site.last_look,
        )
        for site in sites
        if site.kind is Kind.LAYANAN and not site.host.endswith(".go.id")
    )


def _mail() -> tuple[MailFigure, ...]:
    return tuple(
        MailFigure(
            domain="purbalinggakab.go.id",
            question=question,
            answer=f"v={question}1 include:_spf.purbalinggakab.go.id",
            findings=(4,) if question == "DMARC" else (),
            since=SINCE,
            looked=UNTIL - timedelta(hours=1),
        )
        for question in ("MX", "SPF", "DMARC", "DKIM", "MTA-STS")
    )


def _findings(sites: list[Site], chance: Random) -> list[FindingRow]:
    found = []
    for number in range(1, 701):
        site = chance.choice(sites)
        opened = SINCE + chance.randint(-20, 29) * DAY
        acts = (Act(at=opened + DAY, verb="terima", actor="Siti (NOC)", text=HOSTILE),) if number % 9 == 0 else ()
        found.append(
            FindingRow(
                number=number,
                kode=site.kode,
                site=site.name,
                check="website",
                code=chance.choice(["site.down", "certificate.expiring", "content.gambling", "transport.hsts_missing"]),
                title="Situs turun",
                severity=chance.choice(list(Severity)),
                audience="noc",
                subject=site.host,
                sentence=HOSTILE if number == 5 else f"{site.host} tidak menjawab: sambungan ditolak di {LONG}",
                fix="Hubungi pengelola server.",
                reference="RFC 9110",
                opened=opened,
                resolved=opened + 3 * DAY if number % 3 else None,
                is_new=opened >= SINCE,
                acts=acts,
                incidents=(number,),
            )
        )
    return found


def _content(sites: list[Site]) -> tuple[ContentIncident, ...]:
    return tuple(
        ContentIncident(
            number=number,
            cause=f"situs {site.kode}",
            severity=Severity.CRITICAL,
            opened=SINCE + number * DAY,
            resolved=None if number == 12 else SINCE + number * DAY + timedelta(hours=7),
            kodes=(site.kode,),
            titles=("Sisipan konten judi daring",),
            acknowledged=SINCE + number * DAY + timedelta(hours=1),
            acknowledged_by="Budi (CSIRT)",
            timeline=(
                Act(at=SINCE + number * DAY, verb="dibuka", actor=""),
                Act(at=SINCE + number * DAY + timedelta(hours=1), verb="diterima", actor="Budi (CSIRT)", text=LONG),
            ),
            exhibits=(
                Exhibit(
                    number=number,
                    kode=site.kode,
                    label="googlebot",
                    url=LONG,
                    at=SINCE + number * DAY,
                    media_type="text/html",
                    size=12_345,
                    digest="cd" * 32,
                ),
            ),
        )
        for number, site in zip((11, 12), sites, strict=False)
    )


def _change(site: Site, chance: Random) -> AssetChange:
    return AssetChange(
        at=SINCE + chance.randint(0, 30) * DAY,
        kode=site.kode,
        field="alamat_ip",
        before="103.0.2.1",
        after="103.0.2.9",
        declared=chance.random() < 0.3,
    )


def _compared(site: Site, chance: Random) -> Compared:
    direction = chance.choice(list(Direction))
    return Compared(
        kode=site.kode,
        name=site.name,
        before=Fraction(9_950 + chance.randint(0, 49), 10_000),
        now=site.figures.ratio,
        outages_before=chance.randint(0, 4),
        outages=site.figures.outages,
        direction=direction,
    )
