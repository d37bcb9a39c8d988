"""
How a page usually looks, learned slowly from visits on which nothing was wrong, and how far a page is from it.

A sample is taken at most every `Learning.every`; after `samples` of them over `span` the baseline is mature, and only
then is a page measured against it. A page that is far from a mature baseline is not learned: it is watched. When
nothing could be learned for `accept_after`, a page that differs and shows nothing wrong is taken for a redesign: it is
no longer reported, and learning begins anew with it. A page that was emptied, or that speaks another language, is never
accepted so. What is remembered is a small JSON mapping with a version; one that cannot be read counts as none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.content.shape import STRUCTURE, Shape

VERSION = 1
MAX_TERMS = 40
"""Title words, and assets, that are remembered."""

FAR = 0.8
"""Distance from which on a page is another one."""
EMPTY = 15
"""Words below which a page is as good as empty."""
FULL = 80
"""Words from which on a page is not."""

_SLOWEST = 0.1
"""Weight of a new sample once there are many: what is old is forgotten after some dozens of samples."""
_FAINT = 0.05
"""Share of samples below which a word or an asset is forgotten."""
_USUAL = 0.5
"""Share of samples from which on a word or an asset belongs to the page."""
_SPREADS = 4.0
"""Usual deviations that are far."""
_FACTOR = math.log(4)
"""A number four times as large, or as small, is far however much it varies."""
_UNKNOWN = 0.5
"""The distance of what the usual page has none of (no title, no assets)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """How slowly a baseline is learned; from settings."""

    every: timedelta = timedelta(hours=6)
    """Between two samples, at least."""
    samples: int = 8
    span: timedelta = timedelta(days=2)
    """From the first sample to the last, for a baseline to be mature."""
    accept_after: timedelta = timedelta(days=7)
    """How long a page that has changed must stay clean to be the usual one."""


DEFAULT = Learning()


@dataclass(frozen=True, slots=True)
class Level:
    """A number as it usually is: the running mean of its logarithm, and of how far from it samples were."""

    center: float
    spread: float

    def distance(self, value: float) -> float:
        """How far *value* is, 0 (as usual) to 1 (far)."""
        away = abs(math.log1p(value) - self.center)
        return min(1.0, away / max(_SPREADS * self.spread, _FACTOR))

    def moved(self, value: float, weight: float) -> Level:
        """With a sample more."""
        away = math.log1p(value) - self.center
        return Level(self.center + weight * away, self.spread + weight * (abs(away) - self.spread))


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is usual for a page."""

    samples: int
    first: datetime
    """Of the samples, UTC."""
    last: datetime
    words: Level
    tags: Mapping[str, Level] = field(default_factory=dict)
    title: Mapping[str, float] = field(default_factory=dict)
    """Word → share of recent samples that had it."""
    assets: Mapping[str, float] = field(default_factory=dict)
    language: str = ""
    """Of the last sample that told."""
    writing: str = ""
    foreign_letters: float = 0.0
    """Running mean of the share of letters that are not Latin."""

    def is_mature(self, learning: Learning) -> bool:
        """Whether a page can be measured against it."""
        return self.samples >= learning.samples and self.last - self.first >= learning.span

    def is_stale(self, learning: Learning, now: datetime) -> bool:
        """Whether so long has nothing been learned that a page which differs is the usual one now."""
        return now - self.last >= learning.accept_after

    @property
    def usual_words(self) -> int:
        """Words of the usual page."""
        return round(math.expm1(self.words.center))


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a page is from the usual one, in each respect, 0 to 1."""

    title: float
    size: float
    structure: float
    assets: float

    @property
    def total(self) -> float:
        """All together, 0 to 1."""
        return 0.3 * self.title + 0.2 * self.size + 0.25 * self.structure + 0.25 * self.assets

    @property
    def is_far(self) -> bool:
        """Whether this is another page."""
        return self.total >= FAR


def distance(baseline: Baseline, shape: Shape) -> Distance:
    """How far *shape* is from *baseline*."""
    names = {*baseline.tags, *(name for name in shape.tags if name in STRUCTURE)}
    none = Level(0.0, 0.0)
    structure = [baseline.tags.get(name, none).distance(shape.tags.get(name, 0)) for name in sorted(names)]
    return Distance(
        title=_missing(baseline.title, shape.title),
        size=baseline.words.distance(shape.words),
        structure=sum(structure) / len(structure) if structure else _UNKNOWN,
        assets=_missing(baseline.assets, shape.assets),
    )


def is_emptied(baseline: Baseline, shape: Shape) -> bool:
    """Whether a page that used to say something says nothing any more."""
    return shape.words < EMPTY and baseline.usual_words >= FULL


def strange_language(baseline: Baseline, shape: Shape) -> str:
    """The writing or language of *shape* when it is not to be expected after *baseline*; else empty. English is."""
    if shape.writing and baseline.writing and shape.writing != baseline.writing and baseline.foreign_letters < _FAINT:
        return shape.writing
    if shape.foreign_letters >= 0.3 and baseline.writing == "latin" and baseline.foreign_letters < _FAINT:  # noqa: PLR2004
        return "non-latin"
    if shape.language in _EXPECTED or not baseline.language or shape.language == baseline.language:
        return ""
    return shape.language


_EXPECTED = frozenset({"", "id", "jv", "en"})


def learn(shape: Shape, known: Mapping[str, Any] | None, now: datetime, learning: Learning) -> dict[str, Any] | None:
    """The memory with *shape* as a sample more; None when there is nothing to learn of it, or not yet."""
    if known and _is_early(known, now, learning):
        return None
    baseline = recall(known)
    if baseline is None:
        return remembered(begun(shape, now))
    if not baseline.is_mature(learning):
        return remembered(grown(baseline, shape, now))
    if is_emptied(baseline, shape) or strange_language(baseline, shape):
        return None
    if not distance(baseline, shape).is_far:
        return remembered(grown(baseline, shape, now))
    return remembered(begun(shape, now)) if baseline.is_stale(learning, now) else None


def _is_early(known: Mapping[str, Any], now: datetime, learning: Learning) -> bool:
    """Whether the last sample is too young for another; asked after every visit, so that nothing else is read."""
    try:
        age = now - datetime.fromisoformat(known["last"])
    except (KeyError, TypeError, ValueError):
        return False
    return known.get("version") == VERSION and timedelta(0) <= age < learning.every


def begun(shape: Shape, now: datetime) -> Baseline:
    """A baseline of one sample."""
    return Baseline(
        samples=1,
        first=now,
        last=now,
        words=Level(math.log1p(shape.words), 0.0),
        tags={name: Level(math.log1p(count), 0.0) for name, count in shape.tags.items()},
        title=dict.fromkeys(sorted(shape.title), 1.0),
        assets=dict.fromkeys(sorted(shape.assets), 1.0),
        language=shape.language,
        writing=shape.writing,
        foreign_letters=shape.foreign_letters,
    )


def grown(baseline: Baseline, shape: Shape, now: datetime) -> Baseline:
    """*baseline* with a sample more."""
    weight = max(1 / (baseline.samples + 1), _SLOWEST)
    none = Level(0.0, 0.0)
    names = sorted({*baseline.tags, *shape.tags})
    return replace(
        baseline,
        samples=baseline.samples + 1,
        last=now,
        words=baseline.words.moved(shape.words, weight),
        tags={name: baseline.tags.get(name, none).moved(shape.tags.get(name, 0), weight) for name in names},
        title=_shares(baseline.title, shape.title, weight),
        assets=_shares(baseline.assets, shape.assets, weight),
        language=shape.language or baseline.language,
        writing=shape.writing or baseline.writing,
        foreign_letters=baseline.foreign_letters + weight * (shape.foreign_letters - baseline.foreign_letters),
    )


def _shares(known: Mapping[str, float], seen: frozenset[str], weight: float) -> dict[str, float]:
    """In what share of samples each term occurred, with one more; the most usual ones, the faint forgotten."""
    terms = {term: known.get(term, 0.0) for term in (*known, *seen)}
    moved = {term: share + weight * ((term in seen) - share) for term, share in terms.items()}
    kept = sorted((term for term, share in moved.items() if share >= _FAINT), key=lambda term: (-moved[term], term))
    return {term: moved[term] for term in kept[:MAX_TERMS]}


def _missing(known: Mapping[str, float], seen: Iterable[str]) -> float:
    """What share of the usual terms is missing."""
    usual = {term: share for term, share in known.items() if share >= _USUAL}
    if not usual:
        return _UNKNOWN
    return 1 - sum(usual[term] for term in frozenset(seen) if term in usual) / sum(usual.values())


def remembered(baseline: Baseline) -> dict[str, Any]:
    """*baseline* as a JSON-able mapping."""
    return {
        "version": VERSION,
        "samples": baseline.samples,
        "first": baseline.first.isoformat(),
        "last": baseline.last.isoformat(),
        "words": _pair(baseline.words),
        "tags": {name: _pair(level) for name, level in baseline.tags.items()},
        "title": _rounded(baseline.title),
        "assets": _rounded(baseline.assets),
        "language": baseline.language,
        "writing": baseline.writing,
        "foreign_letters": round(baseline.foreign_letters, 3),
    }


def recall(known: Mapping[str, Any] | None) -> Baseline | None:
    """The baseline that *known* holds; None when there is none, or it is of another version, or broken."""
    if not known or known.get("version") != VERSION:
        return None
    try:
        return _read(known)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _read(known: Mapping[str, Any]) -> Baseline:
    first, last = (datetime.fromisoformat(known[name]) for name in ("first", "last"))
    if first.tzinfo is None or last.tzinfo is None:
        raise ValueError("instants have a zone")
    return Baseline(
        samples=int(known["samples"]),
        first=first,
        last=last,
        words=_level(known["words"]),
        tags={str(name): _level(pair) for name, pair in known["tags"].items()},
        title={str(term): _number(share) for term, share in known["title"].items()},
        assets={str(term): _number(share) for term, share in known["assets"].items()},
        language=str(known["language"]),
        writing=str(known["writing"]),
        foreign_letters=_number(known["foreign_letters"]),
    )


def _pair(level: Level) -> list[float]:
    return [round(level.center, 4), round(level.spread, 4)]


def _level(pair: Any) -> Level:
    center, spread = pair
    return Level(_number(center), _number(spread))


_LARGEST = 100.0
"""No logarithm of a count is larger."""


def _number(value: Any) -> float:
    number = float(value)
    if not 0 <= number <= _LARGEST:
        raise ValueError("not a measure")
    return number


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    return {term: round(share, 3) for term, share in shares.items()}
