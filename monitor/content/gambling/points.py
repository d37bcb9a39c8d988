"""Something found on a page, and what a place makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from monitor.content.facts import Place
from monitor.content.gambling.reading import Found, find

STRONG = 1.0
"""From this weight on an entry counts by itself."""

SURE = 2.0

COURTING = "ajakan"
"""The family of texts that court players as a whole, whatever their single words."""

SUBJECT = 0.5
"""From this weight on an entry is about gambling."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something found, and what a place makes of it."""

    place: Place
    found: Found
    factor: float
    url: str = ""
    """The foreign address that it leads to."""
    foreign: bool = False
    hidden: bool = False
    written: bool = False
    """By a visitor, as links in comments are."""

    house: bool = False
    """It leads to a house, by the name of its host."""

    @property
    def guarded(self) -> bool:
        return self.found.guarded


def looked_up(text: str) -> tuple[Found, ...]:
    return _remembered(text) if len(text) <= _SHORT else find(text)


_SHORT = 200

_remembered = lru_cache(maxsize=16_384)(find)

BETWEEN = " xx "

TALK = frozenset({Place.TITLE, Place.META, Place.OG, Place.HEADING, Place.TEXT, Place.JSON_LD})

HEADS = (Place.TITLE, Place.META, Place.OG, Place.HEADING)
