"""What is said because it is warned of, reported or taught: it counts next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.content.facts import Place
from monitor.content.gambling.intent import Intent
from monitor.content.gambling.points import SUBJECT, TALK, Point
from monitor.content.gambling.reading import BRAND, WORLD, Said


def on_subject(points: list[Point], about: Intent, aim: Intent, said: Said) -> list[Point]:
    """
    *points*, guarded where they are what a text that warns or informs says, or says as well.

    The text was read as *said*; *about* and *aim* are what it wants. A title or a description that says what the text
    does not is not saved by it.
    """
    warns = warns_of_it(points) and not aim.courts
    informs = not warns and not aim.courts and about.informs and _is_latin(points)
    if not warns and not informs:
        return points
    return [
        replace(point, found=replace(point.found, guarded=True))
        if _is_talk(point) and not point.found.disguised and said.unique.issuperset(point.found.words)
        else point
        for point in points
    ]


def _is_talk(point: Point) -> bool:
    """Whether *point* is something said: openly, folded away, or as a link to nobody known for houses."""
    if point.place in _LINKED:
        return not point.hidden and point.found.entry.family != BRAND and not point.house
    return point.place in TALK or (point.place is Place.HIDDEN and point.found.entry.family != BRAND)


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
