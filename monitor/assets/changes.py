"""The register's log as values: one field of one asset went from what to what, when, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model import Target


class Source(StrEnum):
    """Who says so."""

    DECLARED = "dinyatakan"
    """A person, in the inventory."""
    OBSERVED = "teramati"
    """The monitor's own checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChange:
    """One field of one asset that is no longer what it was. Never amended, never deleted."""

    at: datetime
    """UTC, when it went into the record."""
    kode: str
    field: str
    """A column of the register."""
    before: str | None
    """Canonical text; None: there was nothing."""
    after: str | None
    source: Source
    actor: str = ""
    """Who did it; empty for the monitor."""
    since: datetime
    """UTC, when the new value was first seen; for what is declared, the same as `at`."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a field of an asset is now, by one source."""

    value: str
    """Canonical text, never empty."""
    at: datetime
    """UTC, since when the record says so."""
    since: datetime
    """UTC, when it was first seen to be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything the record holds of one asset, before it is put together."""

    target: Target
    first_seen: datetime
    """UTC, when the inventory was first seen to have it."""
    retired: datetime | None = None
    """UTC, when it was missed in the inventory."""
    declared: Mapping[str, Said] = field(default_factory=dict)
    """field → what people say of it, beside what the target itself says."""
    observed: Mapping[str, Said] = field(default_factory=dict)
    """field → what the checks have seen."""


Known = Mapping[str, Mapping[tuple[str, Source], str]]
"""kode → (field, source) → what it is now, by the log."""
