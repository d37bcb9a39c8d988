"""What is said because it is warned of, reported or taught: it counts next to nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.content.facts import Place
from monitor.content.gambling.intent import Intent
from monitor.content.gambling.points import SUBJECT, SURE, TALK, Point
from monitor.content.gambling.reading import BRAND, GAME, WORLD, Said


def on_subject(points: list[Point], about: Intent, aim: Intent, said: Said, *, named: bool = False) -> list[Point]:
    """
    *points*, guarded where they are what a text that warns or informs says, or says as well.

    The text was read as *said*; *about* and *aim* are what it wants. A title or a description that says what the text
    does not is not saved by it.
    """
    warns = warns_of_it(points) and not aim.courts
    informs = not warns and not aim.courts and about.informs and _is_latin(points)
    if not warns and (not informs or (about.against < LITTLE and _sells(points, named=named))):
        return points
    headlines = _headlines(points, warns=warns)
    return [
        replace(point, found=replace(point.found, guarded=True))
        if _is_talk(point, headlines) and not point.found.disguised and said.unique.issuperset(point.found.words)
        else point
        for point in points
    ]


def _sells(points: Sequence[Point], *, named: bool) -> bool:
    """Whether a text that asks nothing of anybody tells who won at the game in its title, or names several houses."""
    houses = {point.url for point in points if point.place is Place.TEXT and point.house}
    return (named and names_a_game(points)) or len(houses) >= HOUSES


HOUSES = 3
"""Houses whose addresses stand in a text that does not inform of them."""


def names_a_game(points: Sequence[Point]) -> bool:
    """Whether the title, which nobody but the site or who took it writes, names a game."""
    return any(
        p.place is Place.TITLE and p.found.entry.family == GAME and p.found.entry.weight >= SURE and not p.guarded
        for p in points
    )


LITTLE = 2.0
"""Of words against gambling, less than one plain one."""


def _headlines(points: Sequence[Point], *, warns: bool) -> set[str]:
    """Links, by address or text, that may be headlines of who warns: within the site a few, to strangers long ones."""
    found: set[str] = set()
    for foreign in (False, warns):
        links = [p for p in points if p.place in _LINKED and p.foreign is foreign and not p.hidden and not p.house]
        telling = {_link(point) for point in links if not point.guarded and point.found.entry.weight >= SURE}
        if len(telling) < MANY:
            found |= {_link(p) for p in links if not foreign or len(_WORD.findall(p.found.excerpt)) >= HEADLINE}
    return found


def _link(point: Point) -> str:
    return point.url or point.found.excerpt


def _is_talk(point: Point, headlines: set[str]) -> bool:
    """Whether *point* is something said: openly, folded away, or as a headline."""
    if point.place in _LINKED:
        return _link(point) in headlines and point.found.entry.family != BRAND
    return point.place in TALK or (point.place is Place.HIDDEN and point.found.entry.family != BRAND)


MANY = 4
"""Links that tell of gambling, from which on they are no headlines of a page that warns."""
HEADLINE = 5
"""Words of the shortest headline."""
_WORD = re.compile(r"[^\W_]+")
_LINKED = frozenset({Place.ANCHOR_TEXT, Place.ANCHOR_TARGET})


def not_repeated(points: list[Point]) -> list[Point]:
    """*points* without what is folded away or kept for scripts when the text says it openly: that tells nothing new."""
    openly = {point.found.words for point in points if point.place is Place.TEXT}
    return [
        point for point in points if point.foreign or point.place not in _KEPT_AWAY or point.found.words not in openly
    ]


_KEPT_AWAY = frozenset({Place.HIDDEN, Place.SCRIPT, Place.JSON_LD, Place.COMMENT})


def _is_latin(points: Sequence[Point]) -> bool:
    """Whether what the text says is said in a language whose intent can be told."""
    return not any(point.found.entry.family == WORLD for point in points if point.place is Place.TEXT)


def warns_of_it(points: Sequence[Point]) -> bool:
    """Whether the text of the page is about gambling, and warns of it more than not."""
    about = [point for point in points if point.found.entry.weight >= SUBJECT]
    if any(point.guarded for point in about if point.place is Place.TITLE):
        return True
    text = [point.guarded for point in about if point.place is Place.TEXT]
    return sum(text) >= max(_FEW, len(text) / 2)


_FEW = 2
