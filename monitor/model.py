"""The values every room speaks in: frozen, plain, standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

F = TypeVar("F")


class Kind(StrEnum):
    """The jenis of a target, as the inventory writes it; the order is the order people read."""

    OPD = "opd"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    DESA = "desa"
    PUSKESMAS = "puskesmas"
    LAYANAN = "layanan"
    DOMAIN = "domain"
    """A registrable domain behind listed sites or mail addresses: derived from the inventory, never a row of it."""


class Criticality(StrEnum):
    """How much harm a failure does (kritikalitas in the inventory)."""

    LOW = "rendah"
    MEDIUM = "sedang"
    HIGH = "tinggi"


class Verification(StrEnum):
    """Whether the listed address is known to be right (verifikasi in the inventory)."""

    OK = "ok"
    NEEDED = "perlu-verifikasi"


class Severity(StrEnum):
    """How bad a finding is, with the CSIRT's words; compare with `rank`."""

    INFO = "info"
    LOW = "rendah"
    MEDIUM = "sedang"
    HIGH = "tinggi"
    CRITICAL = "kritis"

    @property
    def rank(self) -> int:
        """0 for `INFO` up to 4 for `CRITICAL`."""
        return _RANK[self]


_RANK: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(Severity)}


class Audience(StrEnum):
    """Who is to act on a finding."""

    NOC = "noc"
    CSIRT = "csirt"
    OWNER = "owner"


class Outcome(StrEnum):
    """What a run could say; only the first two say anything about the target."""

    OBSERVED = "observed"
    UNREACHABLE = "unreachable"
    INAPPLICABLE = "inapplicable"
    BROKEN = "broken"
    """Ours: a bug, or our own network."""


class State(StrEnum):
    """What a target is right now, as the board says it."""

    UP = "aktif"
    DEGRADED = "terganggu"
    """It answers, but a visitor is warned, refused or kept waiting."""
    DOWN = "turun"
    UNOBSERVED = "tidak-teramati"
    """Nobody could look: the vantage was lost, the daemon was off, or the first visit is still to come."""


class Again(StrEnum):
    """Whether a target is to be looked at before its next regular turn."""

    NO = "no"
    SOON = "soon"
    """A fault waits for another look to confirm it."""
    LATER = "later"
    """Nothing could be observed; a check with a long cadence need not wait for the whole of it."""


class Turn(StrEnum):
    """Which way a finding went."""

    OPENED = "opened"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row of the inventory: something the county answers for, at one address."""

    kode: str
    """Stable and human, e.g. `OPD-009`, `DESA-046`."""
    kind: Kind
    name: str
    url: str
    """As listed; never rewritten."""
    mail: str | None = None
    owner: str = ""
    criticality: Criticality = Criticality.MEDIUM
    active: bool = True
    """Inactive targets are kept in the register and never visited."""
    source: str = ""
    verification: Verification = Verification.OK
    suggested_url: str | None = None
    note: str = ""

    @property
    def host(self) -> str:
        """The host of `url`: lower case, without brackets or port."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing a judge can find. Call it to make a `Finding`."""

    code: str
    """`subject.condition`; published codes are never renamed, only retired."""
    severity: Severity
    audience: Audience
    confirm: bool = False
    """True for what may be a passing fault: opened only when seen three times in a row."""
    quick: bool = True
    """Whether the looks that confirm it follow within seconds; False waits for regular turns (a zone being copied)."""
    state: State | None = None
    """The state a target is in while this is open: `DOWN`, `DEGRADED`, or None when it does not matter."""

    def __call__(self, subject: str = "", /, *, severity: Severity | None = None, **detail: Any) -> Finding:
        """A finding about *subject* (a host, a certificate…; empty: the target), with what was seen as *detail*."""
        return Finding(self, subject_of(subject), severity or self.severity, MappingProxyType(detail))


_MAX_SUBJECT = 253
"""Characters; the longest name of the DNS."""


def subject_of(subject: str) -> str:
    """*subject* as it survives any store and page unchanged: it is part of what makes a finding the same one."""
    if subject.isprintable() and len(subject) <= _MAX_SUBJECT:
        return subject
    digest = sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    shown = "".join(character if character.isprintable() else "\ufffd" for character in subject)
    return f"{shown[: _MAX_SUBJECT - len(digest) - 1]}~{digest}"


def is_shortened(subject: str) -> bool:
    """Whether *subject* looks as if `subject_of` had shortened it: what it stood for cannot be told from it."""
    return _SHORTENED.search(subject) is not None and (len(subject) == _MAX_SUBJECT or "\ufffd" in subject)


_SHORTENED = re.compile(r"~[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found wrong. The same (code, subject) on a target is the same finding seen again."""

    rule: Rule
    subject: str = ""
    severity: Severity = Severity.INFO
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Evidence: JSON-able leaves, filled into the catalogue's texts."""

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same finding: (code, subject)."""
        return self.rule.code, self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """
    The numbers of one run, as a sample row keeps them: small integers, no strings.

    Durations are microseconds, summed over all hops; zero where there was no such phase.
    """

    status: int = 0
    """Final HTTP status, 0 when there was none."""
    hops: int = 0
    dns: int = 0
    connect: int = 0
    tls: int = 0
    ttfb: int = 0
    transfer: int = 0
    size: int = 0
    """Decoded body bytes of the last hop, up to the cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """Something kept as it was received, because it proves a finding."""

    label: str
    """Whose view it is: `pengunjung`, `googlebot`, `rujukan`, `ponsel`, `tangkapan-layar`."""
    url: str
    at: datetime
    """UTC."""
    media_type: str
    """As served; never believed when it is shown or handed out."""
    status: int = 0
    head: tuple[tuple[str, str], ...] = ()
    """Header fields in the order received."""
    body: bytes = b""
    """Decoded (RFC 9110 §8.4), up to the cap."""
    capped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult(Generic[F]):
    """One run of one check on one target."""

    target: Target
    check: str
    started: datetime
    """UTC."""
    duration: timedelta
    outcome: Outcome
    facts: F | None = None
    findings: tuple[Finding, ...] = ()
    judged: frozenset[str] = frozenset()
    """The rule codes these facts could answer; only findings with such a code may open or close."""
    overlooked: frozenset[tuple[str, str]] = frozenset()
    """Findings, as (code, subject), of which these facts say nothing although their code was judged: they stay."""
    measure: Measure | None = None
    evidence: Mapping[str, Any] | None = None
    """The facts as JSON-able evidence, without what differs on every run."""
    reason: str = ""
    """Why nothing was observed; empty when something was."""
    exhibits: tuple[Exhibit, ...] = ()
    """What proves a finding that was not known before; empty when there is none of the CSIRT's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding that opened or was resolved; people are told of changes, never of samples."""

    kode: str
    check: str
    finding: Finding
    turn: Turn
    at: datetime
    """UTC."""
    opened: datetime
    """When the finding opened (UTC); equal to `at` for an opening."""


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that is open on a target."""

    check: str
    finding: Finding
    opened: datetime
    """When it was first seen (UTC): for a confirmed fault, the first of the looks in a row."""
    written: datetime | None = None
    """When the record last took its severity and detail (UTC); None: when it opened."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A target's state from *at* on, until its next transition."""

    kode: str
    at: datetime
    """UTC."""
    state: State
    cause: str = ""
    """The rule code that decided the state, or why nobody could look; empty when up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one run leaves behind; written in one transaction."""

    kode: str
    check: str
    at: datetime
    """UTC, when the run started."""
    outcome: Outcome
    state: State
    """What this one look saw, unconfirmed."""
    duration: timedelta
    measure: Measure = Measure()
    changes: tuple[Change, ...] = ()
    amended: tuple[OpenFinding, ...] = ()
    """Open findings whose severity or detail is to be stored anew."""
    transition: Transition | None = None
    facts: Mapping[str, Any] | None = None
    """Evidence to keep; None when nothing changed since the last that was kept."""
    exhibits: tuple[Exhibit, ...] = ()
    """To keep with the openings among `changes`."""
    memory: Mapping[str, Any] | None = None
    """What the check has learned of the target, JSON-able; None when nothing new."""
