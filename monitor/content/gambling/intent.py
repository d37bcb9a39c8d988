"""
What a text wants: to court players, or to speak of gambling for other reasons.

Both name the same games. Who courts them also asks for money, promises to win and turns to the reader; who reports,
teaches, reviews or forbids has words of his own for that.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

MAX_WORDS = 40_000
"""Words of one text that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words with their weights, and the numbers of the reckoning; what each is for is told in `intent.toml`."""

    games: Mapping[str, float]
    trade: Mapping[str, float]
    against: Mapping[str, float]
    window: int
    least: float
    court: float
    inform: float
    factors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Intent:
    """What a text says of games, of trade with players, and against it: sums of the weights of different words."""

    games: float = 0.0
    trade: float = 0.0
    against: float = 0.0
    start: int = 0
    """Of the words that were counted, the first."""

    @property
    def is_about(self) -> bool:
        """Whether the text is about games at all."""
        return self.games >= vocabulary().least

    @property
    def score(self) -> float:
        """How much it courts players; negative when it speaks against it."""
        factors = vocabulary().factors
        return (
            factors["game"] * min(self.games, factors["games"])
            + factors["trade"] * min(self.trade, factors["trades"])
            - factors["against"] * min(self.against, factors["againsts"])
        )

    @property
    def courts(self) -> bool:
        """Whether it courts players."""
        return self.is_about and self.score >= vocabulary().court

    @property
    def informs(self) -> bool:
        """Whether it is about games, and informs or warns."""
        return self.is_about and self.score <= vocabulary().inform


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The one that comes with this package."""
    source = files("monitor.content.gambling").joinpath("intent.toml").read_text(encoding="utf-8")
    return made(tomllib.loads(source))


def made(data: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary that *data* describes; raises `KeyError` when something is missing."""
    numbers = dict(data["scoring"])
    return Vocabulary(
        games=_weights(data["game"]),
        trade=_weights(data["trade"]),
        against=_weights(data["against"]),
        window=numbers.pop("window"),
        least=numbers.pop("least"),
        court=numbers.pop("court"),
        inform=numbers.pop("inform"),
        factors=numbers,
    )


def _weights(groups: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    return {word: float(group["weight"]) for group in groups for word in group["words"].split()}


def intent(said: Sequence[str], heads: Iterable[str] = ()) -> Intent:
    """
    What the words *said* of a text want, together with those of its *heads* (title, headings).

    Of a long text, the passage that names most games counts.
    """
    known = vocabulary()
    passage, start = _densest(said[:MAX_WORDS], known)
    words = {*passage, *heads}
    return Intent(
        _sum(known.games, words), _sum(known.trade, words), _sum(known.against, words), start
    )


def _sum(weights: Mapping[str, float], words: set[str]) -> float:
    return sum(weights[word] for word in weights.keys() & words)


def _densest(said: Sequence[str], known: Vocabulary) -> tuple[Sequence[str], int]:
    """The passage of a window's length that says most of games, and where it starts."""
    if len(said) <= known.window:
        return said, 0
    places = [at for at, word in enumerate(said) if word in known.games]
    best, start, first, total = -1.0, 0, 0, 0.0
    for last, place in enumerate(places):
        total += known.games[said[place]]
        while place - places[first] >= known.window:
            total -= known.games[said[places[first]]]
            first += 1
        if total > best:
            best, start = total, max(0, (places[first] + places[last] - known.window) // 2)
    return said[start : start + known.window], start
