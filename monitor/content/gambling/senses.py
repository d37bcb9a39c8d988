"""Abbreviations that mean something else on the page at hand, because it spells them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.content.gambling.normal import Words
from monitor.content.gambling.points import Point
from monitor.content.gambling.reading import Said

_SHORT = "rtp"
_MEANT = "return"
"""How the one begins that gambling pages mean: return to player."""
_BETWEEN = frozenset({"atau", "adalah", "ialah", "yaitu", "singkatan", "dari", "kepanjangan", "the"})
_NAMED = frozenset({"slot", "gacor", "pragmatic", "pg", "scatter", "maxwin"})
"""Beside one of them it is the one that gambling pages mean."""


def spelled_out(said: Sequence[str]) -> bool:
    """Whether the words *said* spell `RTP` out as anything but the return to a player: it means that, then."""
    return any(_is_spelled_at(said, at) for at, word in enumerate(said) if word == _SHORT)


def _is_spelled_at(said: Sequence[str], at: int) -> bool:
    before = [word for word in said[max(0, at - 6) : at] if word not in _BETWEEN][-3:]
    after = [word for word in said[at + 1 : at + 8] if word not in _BETWEEN][:3]
    return any(_initials(words) == _SHORT and words[0] != _MEANT for words in (before, after))


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words)


def without(said: Said) -> Said:
    """*said* without the abbreviation that it spells out."""
    words = ["" if word == _SHORT else word for word in said.words]
    starts = [at for at in said.starts if said.words[at] != _SHORT]
    spoken = Words(said.spoken.spaced, said.unique - {_SHORT}, words)
    return Said(said.plain, spoken, spoken.unique, starts)


def meant(points: list[Point]) -> list[Point]:
    """*points* of a page that spells the abbreviation out, without those that are about it."""
    return [
        replace(point, found=replace(point.found, guarded=True)) if _is_short(point.found.words) else point
        for point in points
    ]


def _is_short(words: Sequence[str]) -> bool:
    return _SHORT in words and _NAMED.isdisjoint(words)
