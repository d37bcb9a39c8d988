"""The words, their families and their weights, as `lexicon.toml` has them, made ready for looking up."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

from monitor.content.facts import Place
from monitor.content.gambling.normal import is_mixed, plain

MAX_WORD = 40
"""Letters of a word that may be made of several; longer ones are addresses or noise."""
_LEAST = 4
"""Letters of a word that digits may stand in."""

_LONGEST_PIECE = 12
_DIGITS = re.compile(r"([0-9@$!a-z]*?[a-z@$!])([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of words that counts."""

    family: str
    weight: float
    support: bool = False
    """It counts in full only beside a family that stands for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brands:
    """How names of houses are made."""

    telling: re.Pattern[str]
    """One of the pieces that tell."""
    pieces: frozenset[str]
    """Everything such a name may consist of."""
    sure: frozenset[str]
    """Pieces of which one is enough."""
    houses: frozenset[str]
    """Pieces that need a number after them."""
    numbers: frozenset[str]
    weight: float
    carried: float
    away: float
    stowed: float
    host: float
    likely_host: float
    weak_host: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Numbers of the reckoning; what each does is told in `lexicon.toml`."""

    repeat: float
    doublings: int
    window: int
    guarded: float
    guarding: float
    text_cap: float
    text_spread: float
    spread_hits: int
    spread_rows: int
    spread_guarded: float
    lone_cap: float
    flood: int
    strangers: int
    subject: float
    alone: float
    disguised: float
    visible: float
    named: float
    hidden: float
    suspect: float
    injected: float
    places: Mapping[Place, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Everything that is known about gambling spam."""

    rows: Mapping[tuple[str, ...], Entry]
    inside: Mapping[str, Entry]
    """Texts of scripts without spaces."""
    brands: Brands
    warnings: Mapping[str, float]
    harmless: frozenset[tuple[str, ...]]
    """Rows whose words are no warning."""
    scoring: Scoring
    seconds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """First word of a row → what may follow it; empty when the row may be that word alone."""
    harmless_firsts: frozenset[str] = field(default=frozenset())
    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """First word of a row → how many words rows that begin with it have, the most first."""
    vocabulary: frozenset[str] = field(default=frozenset())

    def starts(self, said: Collection[str]) -> set[str]:
        """Words of *said* with which a row of the lexicon may begin, given that its second word is among them."""
        seconds = self.seconds
        begun = seconds.keys() & said
        return {word for word in begun if not (after := seconds[word]) or not after.isdisjoint(said)}

    def disguised(self, word: str) -> tuple[str, ...] | None:
        """The words that *word* is made of or meant to be; None when it is what it is."""
        if word in self.vocabulary or len(word) > MAX_WORD or len(word) < _LEAST or word.isdigit():
            return None
        for candidate in _candidates(word):
            if candidate != word and len(candidate) >= _LEAST and candidate in self.vocabulary:
                return (candidate,)
            if pieces := self._pieces(candidate):
                return pieces
        return None

    def _pieces(self, word: str) -> tuple[str, ...]:
        """*word* as pieces of which houses' names are made; empty unless one of them is sure, or a number ends it."""
        brands = self.brands
        if not brands.telling.search(word):
            return ()
        found = _parted(word, brands.pieces)
        if len(found) > 1 and (not brands.sure.isdisjoint(found) or self.is_house(found)):
            return found
        return ()

    def is_house(self, pieces: tuple[str, ...]) -> bool:
        """Whether *pieces* make a name as houses have them: `hoki88`, `dewa4d`."""
        return pieces[-1] in self.brands.numbers and not self.brands.houses.isdisjoint(pieces[:-1])


def _candidates(word: str) -> Iterator[str]:
    """*word*, and as it reads when digits among its letters are letters; those at its end may be a number."""
    yield word
    if is_mixed(word) or not word.isalnum():
        yield from plain(word)
        if ends := _DIGITS.fullmatch(word):
            yield from (head + ends[2] for head in plain(ends[1]))


def _parted(word: str, pieces: frozenset[str]) -> tuple[str, ...]:
    """*word* as few of *pieces*, one after the other; empty when it is not made of them."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(word)):
        if (before := best.get(start)) is None:
            continue
        for end in range(start + 1, min(start + _LONGEST_PIECE, len(word)) + 1):
            if word[start:end] in pieces and (end not in best or len(best[end]) > len(before) + 1):
                best[end] = (*before, word[start:end])
    return best.get(len(word), ())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon that comes with this package."""
    source = files("monitor.content.gambling").joinpath("lexicon.toml").read_text(encoding="utf-8")
    return made(tomllib.loads(source))


def made(data: Mapping[str, Any]) -> Lexicon:
    """The lexicon that *data* describes; raises `KeyError` or `TypeError` when something is missing."""
    rows: dict[tuple[str, ...], Entry] = {}
    inside: dict[str, Entry] = {}
    for group in data["group"]:
        entry = Entry(group["family"], float(group["weight"]), bool(group.get("support")))
        for text in group["entries"]:
            if group.get("inside"):
                inside[text] = entry
            else:
                _keep(rows, expanded(text), entry)
    return Lexicon(
        rows=rows,
        inside=inside,
        brands=_brands(data["brands"]),
        warnings=_warnings(data["warning"]),
        harmless=frozenset(tuple(text.split()) for text in data["warning"]["not"]),
        scoring=_scoring(data),
        seconds=_seconds(rows),
        harmless_firsts=frozenset(text.split()[0] for text in data["warning"]["not"]),
        sizes=_sizes(rows),
        vocabulary=frozenset(word for row in rows for word in row),
    )


def expanded(text: str) -> Iterator[tuple[str, ...]]:
    """The rows that *text* stands for: `situs|agen slot` is two."""
    return product(*(part.split("|") for part in text.split()))


def _seconds(rows: Iterable[tuple[str, ...]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    alone = {row[0] for row in rows if len(row) == 1}
    for row in rows:
        found[row[0]].update(row[1:2])
    return {word: frozenset() if word in alone else frozenset(after) for word, after in found.items()}


def _sizes(rows: Iterable[tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        found[row[0]].add(len(row))
    return {word: tuple(sorted(sizes, reverse=True)) for word, sizes in found.items()}


def _keep(rows: dict[tuple[str, ...], Entry], found: Iterable[tuple[str, ...]], entry: Entry) -> None:
    for row in found:
        if row not in rows or rows[row].weight < entry.weight:
            rows[row] = entry


def _brands(data: Mapping[str, Any]) -> Brands:
    sure, stems = frozenset(data["sure"]), frozenset(data["stems"])
    return Brands(
        telling=re.compile("|".join(sorted(map(re.escape, stems | sure)))),
        pieces=stems | sure | frozenset(data["more"]) | frozenset(data["numbers"]),
        sure=sure,
        houses=stems - sure,
        numbers=frozenset(data["house_numbers"]),
        weight=data["weight"],
        carried=data["carried"],
        away=data["away"],
        stowed=data["stowed"],
        host=data["host"],
        likely_host=data["likely_host"],
        weak_host=data["weak_host"],
    )


def _warnings(data: Mapping[str, Any]) -> dict[str, float]:
    weights = (("faint", 0.2), ("weak", 0.5), ("strong", 1.0))
    return {word: weight for name, weight in weights for word in data[name]}


def _scoring(data: Mapping[str, Any]) -> Scoring:
    return Scoring(
        **data["scoring"],
        **data["foreign"],
        **data["verdict"],
        places={Place(name): float(value) for name, value in data["places"].items()},
    )


@lru_cache(maxsize=65_536)
def reading(word: str) -> tuple[str, ...] | None:
    """As `Lexicon.disguised`, remembered: pages say the same words again and again."""
    return lexicon().disguised(word)
