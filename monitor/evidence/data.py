"""One month as the bundle shows it: frozen values, from which every file of it is a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from monitor.model import Kind, Severity, State, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A calendar month of WIB, and how far into it the record was read."""

    year: int
    month: int
    """1 to 12."""
    since: datetime
    """UTC, included."""
    until: datetime
    """UTC, excluded."""
    cut: datetime
    """UTC, excluded: the end of the month, or the instant of the export when it was not over yet."""

    @property
    def key(self) -> str:
        """`2026-10`."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def is_over(self) -> bool:
        """Whether all of the month was read."""
        return self.cut >= self.until


class Gap(StrEnum):
    """What keeps a bundle from being complete."""

    NOT_OVER = "bulan-belum-berakhir"
    NO_DATA = "tanpa-data"
    LATE_START = "pemantauan-mulai-kemudian"
    UNOBSERVED = "waktu-tidak-teramati"
    NEVER_SEEN = "situs-tidak-pernah-teramati"
    UNSEALED = "hari-belum-disegel"
    UNSIGNED = "tidak-ditandatangani"
    NO_ROLLUPS = "rekap-belum-selesai"
    UNREADABLE_SEAL = "segel-tidak-terbaca"
    LET_GO = "data-mentah-dilepas"


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """Something missing, in words for the cover page."""

    gap: Gap
    text: str
    """One Indonesian sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMethod:
    """How one question was asked."""

    name: str
    """The slug."""
    question: str
    """In Indonesian, for people."""
    every: timedelta
    timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the month was measured."""

    checks: tuple[CheckMethod, ...] = ()
    sentinels: tuple[str, ...] = ()
    """Asked when targets fail: is it us?"""
    targets: Mapping[Kind, Fraction] = field(default_factory=dict)
    """Target of availability by jenis, as a share."""
    cadences_unobserved: Fraction = Fraction(5, 2)
    """After so many cadences without a look the time is unobserved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a stretch of time comes to; the four durations add up to the time there was."""

    up: timedelta = timedelta(0)
    degraded: timedelta = timedelta(0)
    down: timedelta = timedelta(0)
    unobserved: timedelta = timedelta(0)
    maintained: timedelta = timedelta(0)
    """Of all of it, what lay within planned maintenance."""
    ratio: Fraction | None = None
    """Time known up (terganggu included) ÷ time known; None when nothing is known."""
    ratio_without_maintenance: Fraction | None = None
    outages: int = 0
    longest: timedelta = timedelta(0)
    mttr: timedelta | None = None
    mtbf: timedelta | None = None
    unplanned: int = 0
    """Outages that were not all within planned maintenance."""
    unplanned_down: timedelta = timedelta(0)
    """Time known down outside planned maintenance."""
    unplanned_mttr: timedelta | None = None
    unplanned_mtbf: timedelta | None = None

    @property
    def known(self) -> timedelta:
        """The time somebody could look."""
        return self.up + self.degraded + self.down

    @property
    def unobserved_share(self) -> Fraction:
        """0 to 1, of all the time; 1 when there was none."""
        whole = self.known + self.unobserved
        return Fraction(self.unobserved // _MS, whole // _MS) if whole >= _MS else Fraction(1)


_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How long visits took that got an answer."""

    median: timedelta | None = None
    p95: timedelta | None = None
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A listed site and how its month was; one that left the list meanwhile included."""

    kode: str
    kind: Kind
    name: str
    url: str
    host: str
    owner: str
    source: str
    mail: str | None = None
    verification: Verification = Verification.OK
    suggested_url: str | None = None
    active: bool = True
    """Whether it is watched at all."""
    first_seen: datetime | None = None
    """UTC, since when it stands in the inventory."""
    retired: datetime | None = None
    """UTC, when it left the inventory within the month."""
    state: State = State.UNOBSERVED
    """At the cut."""
    state_since: datetime | None = None
    figures: Figures = Figures()
    response: Response = Response()
    target: Fraction | None = None
    first_look: datetime | None = None
    """UTC, the first and the last look within the month that saw something."""
    last_look: datetime | None = None

    @property
    def meets(self) -> bool | None:
        """Whether the target was met; None when nothing is known, or nothing was asked."""
        if self.figures.ratio is None or self.target is None:
            return None
        return self.figures.ratio >= self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTotal:
    """The sites of a jenis together, weighted by the time each was known."""

    kind: Kind
    sites: int
    """Those that were watched."""
    figures: Figures
    target: Fraction | None
    met: int
    """Sites that met the target."""
    missed: int
    unknown: int
    """Sites of which nothing is known."""
    response: timedelta | None = None
    """Median of the sites' medians."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of WIB, over all watched sites."""

    day: date
    figures: Figures
    started: int = 0
    """Outages that began on it."""
    response: timedelta | None = None
    """Median of the sites' medians."""
    sealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time a site was down."""

    kode: str
    name: str
    start: datetime
    """UTC; clipped to the month."""
    end: datetime | None
    """UTC; None when it went on at the cut."""
    duration: timedelta
    """Within the month."""
    cause: str
    """A rule code, or empty."""
    cause_text: str
    maintained: bool = False
    """Whether planned maintenance covered any of it."""
    began_before: bool = False
    """Whether it had begun before the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a site showed as its certificate, when it was last looked at before the cut."""

    kode: str
    host: str
    subject: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    days_left: int | None = None
    """Whole days from the cut; negative from the instant it has passed."""
    version: str = ""
    """Of TLS, as negotiated."""
    trust: str = ""
    """Empty when it verified; else why not."""
    since: datetime | None = None
    """UTC, when the site was first seen to be so."""
    looked: datetime | None = None
    """UTC, the last look before the cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A registrable domain and until when it is held."""

    domain: str
    expires: datetime | None = None
    days_left: int | None = None
    registrar: str = ""
    statuses: tuple[str, ...] = ()
    since: datetime | None = None
    looked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A listed address that is no government's, and how far its move has come."""

    kode: str
    name: str
    url: str
    host: str
    owner: str
    standing: str
    """`non-pemerintah`, `alamat-ip`, `salah-tulis`."""
    source: str
    regulation: str = ""
    """What the regulation itself asks for, with its place; empty when it asks for nothing."""
    mandated: bool = False
    """Whether the regulation names it as one to be moved."""
    watched: bool = True
    state: State = State.UNOBSERVED
    findings: tuple[int, ...] = ()
    """Numbers of those open at the cut that are about the domain."""
    moves: tuple[str, ...] = ()
    """What the record has of its address changing, oldest first."""
    looked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFigure:
    """One question about a mail domain and its answer."""

    domain: str
    question: str
    """`MX`, `SPF`, `DKIM`, `DMARC`, `MTA-STS`, `TLS-RPT`, `STARTTLS`, `DANE`."""
    answer: str
    """As published, or why nobody could say."""
    findings: tuple[int, ...] = ()
    """Numbers of those open at the cut."""
    since: datetime | None = None
    looked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person did about a finding."""

    at: datetime
    """UTC."""
    verb: str
    actor: str
    text: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding that was open at some time of the month."""

    number: int
    """Of the record; the same in every month."""
    kode: str
    site: str
    """The name of the target."""
    check: str
    code: str
    title: str
    severity: Severity
    audience: str
    subject: str
    sentence: str
    fix: str
    reference: str
    opened: datetime
    """UTC."""
    resolved: datetime | None
    """UTC; None when it was open at the cut, whatever came later."""
    is_new: bool
    """Whether it opened within the month."""
    acts: tuple[Act, ...] = ()
    """Up to the cut, oldest first."""
    incidents: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it was open at the cut."""
        return self.resolved is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentIncident:
    """An incident of the CSIRT's that was open at some time of the month: gambling, defacement, takeover."""

    number: int
    cause: str
    severity: Severity
    opened: datetime
    resolved: datetime | None
    """UTC; None when it was open at the cut."""
    kodes: tuple[str, ...]
    titles: tuple[str, ...]
    """Of its findings' rules, each once."""
    acknowledged: datetime | None = None
    acknowledged_by: str = ""
    timeline: tuple[Act, ...] = ()
    """Up to the cut."""
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A page or picture that was kept; the bundle names it, it does not hold it."""

    number: int
    kode: str
    label: str
    url: str
    at: datetime
    media_type: str
    size: int
    digest: str
    """SHA-256, lower-case hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChange:
    """An entry of the register that became another."""

    at: datetime
    kode: str
    field: str
    before: str
    after: str
    declared: bool
    """Whether a person declared it; otherwise it was observed."""
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An asset that was seen and is not listed."""

    host: str
    seen_in: str
    """On which targets, and how."""
    first: datetime
    """UTC, when it came up."""
    decision: str = "usulan"
    """By the cut: `usulan` when nobody decided."""


class Direction(StrEnum):
    """How a figure stands against the month before."""

    BETTER = "membaik"
    WORSE = "memburuk"
    SAME = "tetap"
    NEW = "baru"
    GONE = "tidak ada lagi"
    UNKNOWN = "tidak dapat dibandingkan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A site's availability against the month before."""

    kode: str
    name: str
    before: Fraction | None
    now: Fraction | None
    outages_before: int
    outages: int
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityCount:
    """How many findings of one severity."""

    severity: Severity
    carried: int
    """Open when the month began."""
    opened: int
    resolved: int
    open: int
    """At the cut."""


class Status(StrEnum):
    """The STATUS column of the regulation's tables, as measured."""

    ACTIVE = "AKTIF"
    INACTIVE = "TIDAK AKTIF"
    UNOBSERVED = "TIDAK TERAMATI"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulationRow:
    """A row of a table of the regulation, in its order."""

    number: int
    name: str
    value: str
    """The address of the site or of the mail box, as listed."""
    status: Status
    note: str = ""
    kode: str = ""
    looked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulationTable:
    """A table of the regulation, drawn anew with what was measured."""

    key: str
    """For file names: `website-opd`."""
    title: str
    columns: tuple[str, str, str, str]
    meaning: str
    """What STATUS says here, and from what it was measured."""
    rows: tuple[RegulationRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRange:
    """What covers the record of the month against later change."""

    first: date | None = None
    last: date | None = None
    days: int = 0
    """Days of the month that are sealed."""
    missing: tuple[date, ...] = ()
    """Days of the month, over at the cut, that are not."""
    head: str = ""
    """Chain head after the last of them, hex."""
    key_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a kind of target there was to look at."""

    watched: int
    """Sites that were to be watched."""
    observed: int
    """Sites that were seen at least once."""
    samples: int
    """Looks in the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthData:
    """Everything the files of a bundle show."""

    county: str
    period: Period
    previous_key: str
    """Of the month before: `2026-09`."""
    tool: str
    """Name and version of the monitor."""
    restated: str = ""
    """Why the month is told anew; empty the first time."""
    edition: int = 1
    """1 for the first, one more for each restatement."""
    method: Method = Method()
    shortcomings: tuple[Shortcoming, ...] = ()
    coverage: Coverage
    total: Figures
    """All watched sites together."""
    kinds: tuple[KindTotal, ...] = ()
    days: tuple[Day, ...] = ()
    sites: tuple[Site, ...] = ()
    outages: tuple[Outage, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    registrations: tuple[Registration, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    mail: tuple[MailFigure, ...] = ()
    severities: tuple[SeverityCount, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    content: tuple[ContentIncident, ...] = ()
    asset_changes: tuple[AssetChange, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    compared: tuple[Compared, ...] = ()
    regulation: tuple[RegulationTable, ...] = ()
    seal: SealRange = SealRange()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.shortcomings

    @property
    def is_empty(self) -> bool:
        """Whether nobody saw any site in it."""
        return any(item.gap is Gap.NO_DATA for item in self.shortcomings)


@dataclass(frozen=True, slots=True)
class Hour:
    """One site in one hour, for the table of hours."""

    kode: str
    start: datetime
    """UTC."""
    up: int
    """Seconds, like the three that follow."""
    degraded: int
    down: int
    unobserved: int
    looks: int
    median: int | None
    """Microseconds, like the one that follows; None when no visit got an answer."""
    p95: int | None
