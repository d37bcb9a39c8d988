"""
Has somebody put his name on the page? Phrases, by where they stand.

A report about a defacement has the same words in a long text; a page that was defaced has them in its title, as a
heading by themselves, or has little else. Points say so; `THRESHOLD` of them make a page defaced.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from monitor.content.facts import Document, Place
from monitor.content.shape import count_words

THRESHOLD = 60.0
"""Points from which on a page counts as defaced."""
MAX_MARKS = 8
MAX_EXCERPT = 160
NEAR_EMPTY = 150
"""Words below which a page says hardly anything besides."""
BRIEF = 7
"""Words of a title or a heading that is a signature; a headline of news is longer."""

_STRONG, _ADDRESSED, _WEAK, _SUPPORT = 60.0, 35.0, 35.0, 25.0
_WEAK_IN_TEXT = 25.0
_LONG_TITLE = 20.0
_HIDDEN, _COMMENT = 40.0, 25.0
_HARDLY_ELSE = 30.0
_MAX_SUPPORT = 2

_MAX_TEXT = 4_000
"""Characters of the text of a page that says hardly anything else."""
_LONG_TEXT = 5 * _MAX_TEXT
"""Characters that no `NEAR_EMPTY` words fill."""
_MAX_PARTS = 60
"""Headings, hidden texts and comments that are read."""
_LEET = str.maketrans({"4": "a", "@": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", "$": "s", "7": "t"})
_SEPARATORS = re.compile(r"\s[-–—|»•:~]+\s|[|»•~\[\]{}=<>]+")
_ORNAMENT = re.compile(r"^[\W_]+")
_LEET_WORD = re.compile(r"(?=\S*[a-z])(?=\S*[0-9@$])[\w@$!]{3,40}")


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign of a defacement."""

    place: Place
    points: float
    excerpt: str
    """At most `MAX_EXCERPT` characters."""


@dataclass(frozen=True, slots=True)
class Defacement:
    """What speaks for it, the weightiest first; at most `MAX_MARKS`."""

    points: float = 0.0
    marks: tuple[Mark, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether it is enough to say so."""
        return self.points >= THRESHOLD


NONE = Defacement()


@dataclass(frozen=True, slots=True)
class _Phrases:
    strong: re.Pattern[str]
    addressed: re.Pattern[str]
    weak: re.Pattern[str]
    supporting: tuple[re.Pattern[str], ...]


def defacement(document: Document) -> Defacement:
    """What on *document* says that somebody has taken the page over."""
    claims = list(_claims(document))
    if not claims:
        return NONE
    hardly_else = _says_hardly_else(document)
    marks = [max(claims, key=lambda mark: mark.points), *_supporting(document, near_empty=hardly_else)]
    points = sum(mark.points for mark in marks) + (_HARDLY_ELSE if hardly_else else 0.0)
    rest = sorted((mark for mark in claims if mark is not marks[0]), key=lambda mark: -mark.points)
    return Defacement(points, tuple(dict.fromkeys((*marks, *rest)))[:MAX_MARKS])


def _claims(document: Document) -> Iterator[Mark]:
    """Where somebody says that he did it, with what that is worth there."""
    yield from _in_signature(document.title, Place.TITLE)
    for heading in document.headings[:_MAX_PARTS]:
        yield from _in_signature(heading, Place.HEADING)
    for name, content in document.metas[:_MAX_PARTS]:
        if name in {"description", "og:title", "og:description", "author", "twitter:title"}:
            yield from _in_signature(content, Place.OG if name.startswith("og:") else Place.META)
    for text in document.hidden[:_MAX_PARTS]:
        yield from _strong_only(text, Place.HIDDEN, _HIDDEN)
    for text in document.comments[:_MAX_PARTS]:
        yield from _strong_only(text, Place.COMMENT, _COMMENT)
    if _says_hardly_else(document):
        yield from _in_text(document.text)


def _in_signature(text: str, place: Place) -> Iterator[Mark]:
    """A title or heading: a part of it that begins with the claim and ends soon after is a signature."""
    if not text:
        return
    phrases = _phrases()
    for part in _SEPARATORS.split(text[:400])[:12]:
        plain = _ORNAMENT.sub("", _plain(part))
        strong = phrases.strong.search(plain)
        found = strong or phrases.addressed.search(plain) or phrases.weak.search(plain)
        if found is not None:
            is_signature = found.start() == 0 and len(plain.split()) <= BRIEF
            worth = (_STRONG if strong else _WEAK) if is_signature else _LONG_TITLE
            yield Mark(place, worth, _excerpt(part))


def _strong_only(text: str, place: Place, points: float) -> Iterator[Mark]:
    plain = _plain(text[:_MAX_TEXT])
    found = _phrases().strong.search(plain)
    if found:
        yield Mark(place, points, _excerpt(plain[found.start() :]))


def _in_text(text: str) -> Iterator[Mark]:
    plain, phrases = _plain(text[:_MAX_TEXT]), _phrases()
    claims = ((phrases.strong, _STRONG), (phrases.addressed, _ADDRESSED), (phrases.weak, _WEAK_IN_TEXT))
    for pattern, worth in claims:
        found = pattern.search(plain)
        if found:
            yield Mark(Place.TEXT, worth, _excerpt(plain[max(0, found.start() - 40) :]))


def _supporting(document: Document, *, near_empty: bool) -> Iterator[Mark]:
    """What usually stands beside the claim; in a long text it could be anything, so only title and headings count."""
    places = [document.title, *document.headings[:_MAX_PARTS], *((document.text,) if near_empty else ())]
    plain = "\n".join(_plain(text[:_MAX_TEXT]) for text in places)
    found = (pattern.search(plain) for pattern in _phrases().supporting)
    marks = [Mark(Place.TEXT, _SUPPORT, _excerpt(match[0])) for match in found if match]
    return iter(marks[:_MAX_SUPPORT])


def _says_hardly_else(document: Document) -> bool:
    return len(document.text) < _LONG_TEXT and count_words(document.text) < NEAR_EMPTY


def _plain(text: str) -> str:
    """*text* in lower case on one line, letters in place of the digits that stand for them within words."""
    folded = " ".join(text.lower().split())
    return _LEET_WORD.sub(lambda match: match[0].translate(_LEET), folded)


def _excerpt(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text[: 2 * MAX_EXCERPT])
    return " ".join(shown.split())[:MAX_EXCERPT]


@lru_cache(maxsize=1)
def _phrases() -> _Phrases:
    data = tomllib.loads((files("monitor.content") / "defacement.toml").read_text(encoding="utf-8"))
    claims = {name: re.compile("|".join(f"(?:{item})" for item in items)) for name, items in data["claims"].items()}
    return _Phrases(
        **claims,
        supporting=tuple(re.compile(item) for item in data["supporting"]["phrases"]),
    )
