"""What of the lexicon stands in a text, and whether the passage warns of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.content.gambling.lexicon import Entry, Lexicon, lexicon, reading
from monitor.content.gambling.normal import Words, bare, told

MAX_FOUND = 400
"""Entries found in one text; a text with more of them is clear enough."""
MAX_STARTS = 10_000
"""Words of one text with which an entry may begin."""
MAX_WORDS = 4_000
"""Different words of one text that are looked at for what is hidden in them."""
MAX_EXCERPT = 160
BRAND = "merek"
"""The family of houses' names."""


GAME = "permainan"
"""The family of games' names, some of which are ordinary words, too."""
WORLD = "dunia"
"""The family of words in other languages."""
_UNSPACED = re.compile("[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
"""Letters of the scripts that entries are looked for inside a text in."""


_BACKWARDS = frozenset({"rocag", "niwxam", "legot", "onisac", "topkcaj", "rettacs"})


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of the lexicon in a text."""

    entry: Entry
    words: tuple[str, ...]
    excerpt: str
    """It and what stands around it: one plain line, at most `MAX_EXCERPT` characters."""
    guarded: bool = False
    """The passage warns of it, reports on it or forbids it."""
    disguised: bool = False
    """Some of its letters are not the ones that they look like."""


def find(text: str) -> tuple[Found, ...]:
    """Every entry in *text*, in order; the longest one counts where several begin."""
    return found_in(text, read(text))


@dataclass(frozen=True, slots=True)
class Said:
    """A text as words that can be compared."""

    plain: str
    spoken: Words
    unique: set[str]
    starts: list[int]
    """Places where an entry may begin."""

    @property
    def words(self) -> list[str]:
        """All of them, in order."""
        return self.spoken.in_order()


def read(text: str) -> Said:
    """*text* as words, those that hide or join others taken apart."""
    lexis, plain = lexicon(), bare(text)
    spoken = told(plain)
    unique = spoken.unique
    asked = unique if len(unique) <= MAX_WORDS else [*islice(dict.fromkeys(spoken.in_order()), MAX_WORDS)]
    odd = {word: pieces for word in asked if (pieces := reading(word)) is not None}
    if odd:
        # The name itself follows its pieces: it counts as a name, they count as words.
        parts = {word: (*pieces, word) if len(pieces) > 1 else pieces for word, pieces in odd.items()}
        spoken = Words.of(_parted(spoken.in_order(), parts))
        unique = spoken.unique
    wanted = lexis.starts(unique) | odd.keys()
    starts = [at for at, word in enumerate(spoken.in_order()) if word in wanted] if wanted else []
    return Said(plain, spoken, unique, starts)


def _parted(said: list[str], parts: Mapping[str, Sequence[str]]) -> list[str]:
    """*said* with *parts* in the places of words; few of them, in many."""
    pieces: list[str] = []
    done = 0
    for at in [at for at, word in enumerate(said) if word in parts]:
        pieces += said[done:at]
        pieces += parts[said[at]]
        done = at + 1
    return pieces + said[done:]


def found_in(text: str, said: Said) -> tuple[Found, ...]:
    """Every entry in *text*, which was read as *said*."""
    return tuple(islice(_each(text, said), MAX_FOUND))


def tells(text: str) -> bool:
    """Whether there is any entry in *text*."""
    return next(_each(text, read(text)), None) is not None


def _each(text: str, said: Said) -> Iterator[Found]:
    lexis = lexicon()
    if said.starts:
        yield from _rows(lexis, said.words, said.starts, text)
    if not _BACKWARDS.isdisjoint(said.unique):  # styles turn it round for those who look
        yield from find(text[::-1])
    if not said.plain.isascii() and _UNSPACED.search(said.plain):
        yield from _inside(lexis, said.plain)


def _rows(lexis: Lexicon, said: Sequence[str], starts: Sequence[int], text: str) -> Iterator[Found]:
    skip, looked = 0, 0
    low, plain = text.lower(), text.isascii()
    often = Counter[tuple[str, ...]]()
    shown = dict[tuple[str, ...], tuple[str, bool]]()
    for at in starts[:MAX_STARTS]:
        if at < skip:
            continue
        row, entry = _longest(lexis, said, at)
        if entry is None:
            continue
        skip, looked = at + len(row), looked + 1
        often[row] += 1
        if often[row] > _OFTEN:
            continue
        if looked > MAX_FOUND:
            return
        if row not in shown:
            masked = not plain and entry.family != WORLD and not all(word in low for word in row)
            shown[row] = _excerpt(text, low, said[max(0, at - 6) : at + 16], row), masked
        excerpt, masked = shown[row]
        yield Found(entry, row, excerpt, not masked and _is_guarded(lexis, said, at), disguised=masked)


def _longest(lexis: Lexicon, said: Sequence[str], at: int) -> tuple[tuple[str, ...], Entry | None]:
    for size in lexis.sizes.get(said[at], ()):
        row = tuple(said[at : at + size])
        if (entry := lexis.rows.get(row)) is not None:
            return row, entry
    pieces = reading(said[at])
    return ((said[at],), _brand(lexis, pieces)) if pieces else ((), None)


def _brand(lexis: Lexicon, pieces: tuple[str, ...]) -> Entry | None:
    """What a name made of *pieces* weighs; None when it is a disguised word rather than a name."""
    if len(pieces) < 2:  # noqa: PLR2004 -- one piece is a word
        return None
    if not lexis.brands.sure.isdisjoint(pieces):
        return Entry(BRAND, lexis.brands.weight)
    return Entry(BRAND, lexis.brands.weight / 2) if lexis.is_house(pieces) else None


def _is_guarded(lexis: Lexicon, said: Sequence[str], at: int) -> bool:
    """Whether enough of a warning stands within the window around the word *at* of *said*."""
    if _NEGATED.issuperset(said[max(0, at - 2) : at]) and at > 1:
        return True
    first, last = at - lexis.scoring.window, at + lexis.scoring.window
    start = max(first - _HARMLESS, 0)
    passage = said[start : last + 1 + _HARMLESS]
    if lexis.warnings.keys().isdisjoint(passage):
        return False
    weights = [lexis.warnings.get(word, 0.0) for word in passage]
    if sum(weights) < lexis.scoring.guarding:
        return False
    for place, word in enumerate(passage):
        if word in lexis.harmless_firsts:
            for size in range(2, _HARMLESS + 1):
                if tuple(passage[place : place + size]) in lexis.harmless:
                    weights[place : place + size] = [0.0] * len(weights[place : place + size])
    return sum(weights[max(first, 0) - start : last + 1 - start]) >= lexis.scoring.guarding


_OFTEN = 16
"""Times that one row counts in a text; more of it tells nothing new."""
_NEGATED = frozenset({"tidak", "tak", "bukan", "ada", "pernah", "adalah", "itu"})
"""Two of them before a row deny it: there is no such thing."""
_HARMLESS = 4
"""Words of the longest row that looks like a warning and is none."""


def _inside(lexis: Lexicon, text: str) -> Iterator[Found]:
    low = text.lower()
    for piece, entry in lexis.inside.items():
        at = low.find(piece)
        if at >= 0:
            yield Found(entry, (piece,), plain_line(text[max(0, at - 60) : at + 90]))


def _excerpt(text: str, low: str, around: Sequence[str], row: Sequence[str]) -> str:
    """*row* and what is around it as they stand in *text*, whose lower case is *low*, or else as they were read."""
    if len(text) <= MAX_EXCERPT:
        return plain_line(text)
    place = low.find(" ".join(row))
    return plain_line(text[max(0, place - 50) : place + 110] if place >= 0 else " ".join(around))


def plain_line(text: str) -> str:
    """*text* on one line without control and direction characters, at most `MAX_EXCERPT` of them."""
    folded = " ".join(text.split())
    if not folded.isprintable():
        folded = "".join(filter(str.isprintable, folded))
    return folded[:MAX_EXCERPT]
