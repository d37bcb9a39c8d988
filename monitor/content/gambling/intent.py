"""
What a text wants: to court players, or to speak of gambling for other reasons.

Both name the same games. Who courts them also asks for money, promises to win and turns to the reader; who reports,
teaches, reviews or forbids has words of his own for that.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest
from importlib.resources import files
from itertools import accumulate
from typing import Any

MAX_WORDS = 20_000
"""Words of one text that are looked at: of a longer one, the first and the last half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words with their weights, and the numbers of the reckoning; what each is for is told in `intent.toml`."""

    games: Mapping[str, float]
    double: frozenset[str]
    """Of *games*, those that are said of much else, too."""
    trade: Mapping[str, float]
    money: Mapping[str, float]
    """Of *trade*, words for money."""
    telling: Mapping[str, float]
    """Both, as they count in the choice of a passage."""
    against: Mapping[str, float]
    often: Mapping[str, int]
    """Words that count each time, and how many times at most."""
    window: int
    least: float
    court: float
    inform: float
    many: float
    doubt: float
    head: float
    full: float
    asking: float
    line: int
    pays: float
    plain: float
    share: float
    asked: float
    factors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Intent:
    """What a text says of games, of trade with players, and against it: sums of the weights of different words."""

    games: float = 0.0
    trade: float = 0.0
    against: float = 0.0
    start: int = 0
    """Of the words that were counted, the first."""
    span: int = 0
    """Words from the first game to the last."""
    sure: int = 0
    """Different games that are hardly ever anything else."""
    clear: int = 0
    """Of those, how many have no other sense."""
    pays: float = 0.0
    """Of *trade*, what is said of money."""

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
        """Whether it courts players, and hardly a word speaks against it."""
        known = vocabulary()
        return courting(self) >= known.full or (courting(self) > 0 and self.against < known.least)

    @property
    def informs(self) -> bool:
        """Whether it is about games, and informs or warns: by what it says, or because it asks nothing of anybody."""
        known = vocabulary()
        speaks = self.score <= known.inform and self.against >= known.least
        return self.is_about and (speaks or self.trade < max(known.asking, min(known.share * self.games, known.asked)))


NONE = Intent()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The one that comes with this package."""
    source = files("monitor.content.gambling").joinpath("intent.toml").read_text(encoding="utf-8")
    return made(tomllib.loads(source))


def made(data: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary that *data* describes; raises `KeyError` when something is missing."""
    numbers = dict(data["scoring"])
    games, trade = _weights(data["game"]), _weights(data["trade"])
    return Vocabulary(
        games=games,
        double=frozenset(word for group in data["game"] if group.get("double") for word in group["words"].split()),
        trade=trade,
        money=_weights(group for group in data["trade"] if group["name"] == "uang"),
        telling={**{word: weight / 2 for word, weight in trade.items()}, **games},
        against=_weights(data["against"]),
        often={
            word: group["often"] for group in data["against"] if "often" in group for word in group["words"].split()
        },
        window=numbers.pop("window"),
        least=numbers.pop("least"),
        court=numbers.pop("court"),
        inform=numbers.pop("inform"),
        many=numbers.pop("many"),
        doubt=numbers.pop("doubt"),
        head=numbers.pop("head"),
        full=numbers.pop("full"),
        asking=numbers.pop("asking"),
        plain=numbers.pop("plain"),
        pays=numbers.pop("pays"),
        line=numbers.pop("line"),
        share=numbers.pop("share"),
        asked=numbers.pop("asked"),
        factors=numbers,
    )


def _weights(groups: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    return {word: float(group["weight"]) for group in groups for word in group["words"].split()}


def intent(said: Sequence[str], heads: Iterable[str] = ()) -> Intent:
    """What the words *said* of a text want, together with those of its *heads*: where it says most of games."""
    return intents(said, heads)[0]


def intents(said: Sequence[str], heads: Iterable[str] = ()) -> tuple[Intent, Intent]:
    """
    The same, and what the passage wants that courts players most.

    A warning elsewhere on the page takes nothing back of what that one says.
    """
    known, above = vocabulary(), set(heads)
    short = said if len(said) <= MAX_WORDS else [*said[: MAX_WORDS // 2], *said[-MAX_WORDS // 2 :]]
    cut = len(said) - len(short)
    found = [
        _meant(passage, above, start + cut * (start >= MAX_WORDS // 2), known)
        for start, passage in _passages(short, known)
    ]
    return (_titled(found[0], above, known), max(found, key=_weight)) if found else (NONE, NONE)


def _titled(aim: Intent, title: set[str], known: Vocabulary) -> Intent:
    """*aim* of a text under a *title* that may say what it is: no house's speaks of law, harm, faith or learning."""
    said = sum(known.against[word] for word in known.against.keys() & title if known.against[word] >= _PLAINLY)
    return replace(aim, against=aim.against + _TITLED * said)


def _weight(aim: Intent) -> tuple[float, float, float]:
    return courting(aim), aim.score if aim.is_about else 0.0, aim.games


def _meant(passage: Sequence[str], heads: set[str], start: int, known: Vocabulary) -> Intent:
    words = _stems(heads.union(passage))
    again = sum(
        known.against[word] * (min(passage.count(word), most) - 1)
        for word, most in known.often.items()
        if word in words
    )
    played = [at for at, word in enumerate(passage) if word in known.games]
    near = _stems(heads.union(passage[max(0, played[0] - _NEAR) : played[-1] + _NEAR])) if played else words
    return Intent(
        games=_sum(known.games, words),
        trade=_sum(known.trade, words),
        against=_sum(known.against, near) + max(again, 0.0) + _denied(passage, known),
        start=start,
        sure=sum(known.games[word] >= _SURE for word in known.games.keys() & words),
        clear=sum(known.games[word] >= _SURE for word in (known.games.keys() & words) - known.double),
        pays=_sum(known.money, words),
        span=played[-1] - played[0] + 1 if played else 0,
    )


def _stems(words: set[str]) -> set[str]:
    """*words*, and those that Indonesian has hung something on without it."""
    return words | {word[:-3] for word in words if word.endswith(_ENDINGS)}


_NEAR = 20
"""Words before the first game of a passage and after the last, among which those against gambling may be about it."""


def _denied(passage: Sequence[str], known: Vocabulary) -> float:
    """How often *passage* says that there is no such thing as the games speak of, at most so many times."""
    count = 0
    for at in (at for at, word in enumerate(passage) if word == "ada" and at and passage[at - 1] in _NO):
        after = passage[at + 1 : at + 4]
        count += not _PROMISED.intersection(after) and not known.telling.keys().isdisjoint(after)
    return float(min(count, _DENIALS))


_NO = frozenset({"tidak", "tak", "bukan"})
_PROMISED = frozenset({"batas", "batasan", "potongan", "kata", "minimal", "rungkad", "kalah", "kekalahan", "ruginya"})
"""What a house says that there is none of."""
_DENIALS = 4
_TITLED = 2.0
"""How many times more words against gambling count in a title…"""
_PLAINLY = 2.0
"""…that have this weight."""
_SURE = 1.0
"""From this weight on a game is hardly ever anything else."""
_ENDINGS = ("nya", "lah", "kah")
"""What Indonesian hangs on to words."""


def speaks_of_games(unique: set[str]) -> bool:
    """Whether a text of the words *unique* can be about games at all."""
    known = vocabulary()
    return _sum(known.games, unique) >= known.least


def _sum(weights: Mapping[str, float], words: set[str]) -> float:
    return sum(weights[word] for word in weights.keys() & words)


def _passages(said: Sequence[str], known: Vocabulary) -> Iterator[tuple[int, Sequence[str]]]:
    """Passages of a window's length that say most of games and of trade with players, and where they start."""
    if len(said) <= known.window:
        if said:
            yield 0, said
        return
    places = [at for at, word in enumerate(said) if word in known.telling]
    weights = [0.0, *accumulate(known.telling[said[place]] for place in places)]
    totals: dict[int, float] = {}
    last = 0
    for first, place in enumerate(places):
        start = place // _STEP * _STEP
        while last < len(places) and places[last] < start + known.window:
            last += 1
        totals.setdefault(start, weights[last] - weights[first])
    for start in nlargest(_PASSAGES, totals, key=totals.__getitem__):
        yield start, said[start : start + known.window]


_STEP = 15
"""Words from one passage to the next."""
_PASSAGES = 32
"""Passages of one text that are weighed."""


def courting(aim: Intent) -> float:
    """What it counts that a text has this *aim*: nothing, or more the more it courts."""
    known = vocabulary()
    is_long = aim.is_about and aim.games >= known.many and aim.span >= known.line
    is_plain = aim.pays >= known.pays and aim.sure and aim.sure + aim.pays >= known.plain
    if not is_long or not is_plain or aim.score < known.doubt:
        return 0.0
    return min(known.full * (aim.score - known.doubt + 1) / (known.court - known.doubt + 1), known.full)


def courting_head(aim: Intent) -> float:
    """The same for a title or a description, of which a few words are enough."""
    known = vocabulary()
    asks = aim.score >= known.head and aim.trade > known.asking
    return known.full if aim.is_about and asks and not aim.against else 0.0
