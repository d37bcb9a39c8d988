"""What a bundle says of itself: what it lacks, who signed it, and how far the record was sealed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import IO, Any

from monitor.evidence.data import Figures, Gap
from monitor.evidence.verify import Fault, claims

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """As far as it can be read without looking at every file of the bundle."""

    edition: int
    shortcomings: tuple[str, ...]
    """One Indonesian sentence each; empty when nothing is missing."""
    is_empty: bool
    """Whether nobody saw any site in the month."""
    unobserved: Fraction
    """Of all the time of all watched sites, the share in which nobody could look; 1 when there was none."""
    key_id: str
    """Of the key with which the manifest was signed; empty when nobody signed it."""
    head: str
    """Of the seal's chain after the last sealed day of the month; empty when none was sealed."""
    sealed_to: date | None
    """That day."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.shortcomings


def label_of(source: IO[bytes], name: str) -> Label | Fault:
    """What the bundle *source*, called *name*, says of itself, or why that cannot be known."""
    said = claims(source, name)
    if said.fault is not None:
        return said.fault
    try:
        return _label(said.manifest, said.figures, is_signed=said.is_signed)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return Fault(name, "manifes atau data.json tidak berbentuk seperti yang dikenal program ini")


def _label(manifest: Any, figures: Any, *, is_signed: bool) -> Label:
    seal = manifest["seal"]
    if seal["head"] and not _HEX.fullmatch(seal["head"]):
        raise ValueError(seal["head"])
    return Label(
        edition=int(manifest["edition"]),
        shortcomings=tuple(str(item["text"]) for item in manifest["shortcomings"]),
        is_empty=any(item["gap"] == Gap.NO_DATA for item in manifest["shortcomings"]),
        unobserved=_unobserved(figures["total"]),
        key_id=str(manifest["key_id"]) if is_signed else "",
        head=str(seal["head"]),
        sealed_to=date.fromisoformat(seal["last"]) if seal["last"] else None,
    )


def _unobserved(total: Any) -> Fraction:
    spans = (timedelta(seconds=total[name]) for name in ("up", "degraded", "down", "unobserved"))
    up, degraded, down, unobserved = spans
    return Figures(up=up, degraded=degraded, down=down, unobserved=unobserved).unobserved_share
