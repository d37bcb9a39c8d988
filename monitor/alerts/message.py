"""A message as values, before any channel's markup: composed once, rendered by pure functions, kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.incident import NoticeKind
from monitor.model import Audience, Severity

VERSION = 1
"""Of `data`, the form that webhooks get; raised when a field changes its meaning or goes away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """A target that is concerned."""

    kode: str
    name: str
    url: str
    state: str
    """As people read it: `turun`, `terganggu`, `aktif`."""
    since: datetime
    """UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """Something found, in words."""

    kode: str
    code: str
    title: str
    severity: Severity
    line: str
    """The catalogue's sentence with what was seen filled in."""
    remedy: str
    since: datetime
    """UTC."""
    evidence: tuple[str, ...] = ()
    """Short lines: what, where on the page, which links."""


@dataclass(frozen=True, slots=True)
class Report:
    """The least that a report of an incident says (Peraturan BSSN 1/2024 Pasal 15), ready to forward."""

    contact: str
    description: str
    chronology: str
    impact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What people are told; texts are Indonesian, plain, not escaped and not defanged: that is for the renderers."""

    key: str
    """The parcel's."""
    kind: NoticeKind
    at: datetime
    """UTC, when it was composed."""
    title: str
    """One line, at most 120 characters."""
    lead: str
    """What happened, where, in one or two sentences."""
    audience: Audience
    severity: Severity = Severity.INFO
    tlp: str = "TLP:AMBER"
    incident: int | None = None
    facts: tuple[tuple[str, str], ...] = ()
    """(label, value): Sejak, Lamanya, Keyakinan, Dugaan penyebab…"""
    sites: tuple[SiteLine, ...] = ()
    sites_total: int = 0
    findings: tuple[FindingLine, ...] = ()
    findings_total: int = 0
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(heading, lines): what a digest consists of."""
    remedy: str = ""
    """The first thing to do."""
    report: Report | None = None
    link: str = ""
    """To the board; empty when no address of it is set."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """For machines: JSON-able, versioned by `VERSION`."""
