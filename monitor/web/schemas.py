"""
The JSON of `/api/v1`: columns of the inventory keep their Indonesian names, measurements have English ones.

Instants are ISO 8601 with `+07:00`; durations are milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from monitor.checks.website.visit import Hop, Visit
from monitor.latest import Entry
from monitor.model import Criticality, Kind, Outcome, Severity, State, Target, Verification
from monitor.net.facts import Certificate, FailureKind, Phase, TlsSession
from monitor.web.charts import parts
from monitor.web.reads import Connection
from monitor.web.rows import WEBSITE, Row, last_run, row, seen
from monitor.web.site import Told, told
from monitor.words import iso

T = TypeVar("T")
Instant = Annotated[AwareDatetime, PlainSerializer(iso, return_type=str)]


class Model(BaseModel):
    """A frozen answer; docstrings of fields are their descriptions."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Page(Model, Generic[T]):
    """A part of a list."""

    total: int
    """How many there are in all."""
    limit: int
    offset: int
    items: list[T]


class TargetItem(Model):
    """A site and what it is right now."""

    kode: str
    jenis: Kind
    nama: str
    url: str
    host: str
    pemilik: str
    kritikalitas: Criticality
    state: State
    since: Instant | None
    """Since when it has been in this state; null before the first visit ever."""
    cause: str
    """The rule code that decided the state, or why nobody could look; empty when up."""
    response_ms: float | None
    """Of the last visit; null when it got no page or nobody could look."""
    certificate_expires: Instant | None
    findings_open: int
    worst_severity: Severity | None

    @classmethod
    def of(cls, item: Row) -> TargetItem:
        """From a line of the board."""
        return cls.model_validate(_item(item))


def _item(item: Row) -> dict[str, object]:
    target = item.target
    return {
        "kode": target.kode,
        "jenis": target.kind,
        "nama": target.name,
        "url": target.url,
        "host": target.host,
        "pemilik": target.owner,
        "kritikalitas": target.criticality,
        "state": item.state,
        "since": item.since,
        "cause": item.cause,
        "response_ms": _ms(item.took),
        "certificate_expires": item.until,
        "findings_open": item.findings,
        "worst_severity": item.worst,
    }


def _ms(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1000


class CertificateItem(Model):
    """A certificate as served."""

    sha256: str
    subject: str
    issuer: str
    not_before: Instant
    not_after: Instant
    names: list[str]
    key: str

    @classmethod
    def of(cls, certificate: Certificate) -> CertificateItem:
        """From the facts."""
        return cls.model_validate(certificate, from_attributes=True)


class TlsItem(Model):
    """A handshake."""

    version: str
    cipher: str
    verified: bool
    verify_message: str
    chain: list[CertificateItem]

    @classmethod
    def of(cls, session: TlsSession) -> TlsItem:
        """From the facts."""
        return cls(
            version=session.version,
            cipher=session.cipher,
            verified=session.verify_code == 0,
            verify_message=session.verify_message,
            chain=[CertificateItem.of(certificate) for certificate in session.chain],
        )


class HopItem(Model):
    """One request of a visit and its answer."""

    url: str
    status: int | None
    address: str | None
    http_version: str | None
    phases_ms: Mapping[Phase, float]
    headers: list[tuple[str, str]]
    location: str | None
    tls: TlsItem | None

    @classmethod
    def of(cls, hop: Hop) -> HopItem:
        """From the facts."""
        return cls(
            url=hop.url,
            status=hop.status,
            address=hop.address,
            http_version=hop.http_version,
            phases_ms={phase: took / 1000 for phase, took in parts(hop.phases).items()},
            headers=list(hop.headers),
            location=hop.location,
            tls=None if hop.tls is None else TlsItem.of(hop.tls),
        )


class FailureItem(Model):
    """Why a visit got no page."""

    phase: Phase
    kind: FailureKind
    detail: str
    address: str | None


class VisitItem(Model):
    """The last visit that observed something."""

    at: Instant
    title: str
    hops: list[HopItem]
    failure: FailureItem | None
    loop: bool
    capped: bool

    @classmethod
    def of(cls, visit: Visit, at: datetime) -> VisitItem:
        """From the facts."""
        failure = None
        if visit.failure is not None:
            failure = FailureItem.model_validate(visit.failure, from_attributes=True)
        hops = [HopItem.of(hop) for hop in visit.hops]
        return cls(at=at, title=visit.title, hops=hops, failure=failure, loop=visit.loop, capped=visit.capped)


class FindingItem(Model):
    """A finding in words (Indonesian)."""

    kode: str
    nama: str
    code: str
    subject: str
    severity: Severity
    opened: Instant
    title: str
    seen: str
    """What was seen."""
    why: str
    """Why it matters."""
    fix: str
    """How to mend it."""
    reference: str

    @classmethod
    def of(cls, item: Told) -> FindingItem:
        """From the finding in words."""
        names = cls.model_fields.keys() - {"nama"}
        return cls(nama=item.name, **{name: getattr(item, name) for name in names})


class RunItem(Model):
    """The newest run of the website check, whatever came of it."""

    at: Instant
    outcome: Outcome
    reason: str


class TargetDetail(TargetItem):
    """A site with its last visit and what is open."""

    sumber: str
    verifikasi: Verification
    url_usulan: str | None
    catatan: str
    run: RunItem | None
    visit: VisitItem | None
    findings: list[FindingItem]

    @classmethod
    def detail(cls, entry: Entry, now: datetime) -> TargetDetail:
        """All that is known of *entry*."""
        target, run, visit = entry.target, last_run(entry), seen(entry)
        values = {
            **_item(row(entry, now)),
            **_register(target),
            "run": None if run is None else RunItem(at=run.started, outcome=run.outcome, reason=run.reason),
            "visit": None if visit is None else VisitItem.of(visit, entry.seen[WEBSITE].started),
            "findings": [FindingItem.of(told(target, item.finding, item.opened)) for item in entry.findings],
        }
        return cls.model_validate(values)


def _register(target: Target) -> dict[str, object]:
    return {
        "sumber": target.source,
        "verifikasi": target.verification,
        "url_usulan": target.suggested_url,
        "catatan": target.note,
    }


class SentinelItem(Model):
    """One witness of our own network."""

    url: str
    alive: bool
    detail: str


class VantageItem(Model):
    """Our own network."""

    connected: bool | None
    """Null when nobody can tell: not looked at yet, or no sentinels are set."""
    since: Instant | None
    reason: str
    sentinels: list[SentinelItem]

    @classmethod
    def of(cls, seen: Connection | None, since: datetime | None) -> VantageItem:
        """From the last look."""
        if seen is None:
            return cls(connected=None, since=None, reason="", sentinels=[])
        sentinels = [SentinelItem.model_validate(item, from_attributes=True) for item in seen.sentinels]
        return cls(connected=seen.connected, since=since, reason=seen.reason, sentinels=sentinels)


class Status(Model):
    """The whole at a glance."""

    version: str
    now: Instant
    started: Instant
    targets: int
    states: Mapping[State, int]
    findings_open: int
    vantage_connected: bool | None
    inventory_loaded: Instant | None
    inventory_problems: list[str]
    runs_waiting: int = Field(ge=0)
    records_unwritten: int = Field(ge=0)


class ProblemItem(Model):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Mapping[str, str]] = []
