"""From points to a verdict: sums for each family and place, caps, and what tells most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import log2

from monitor.content.facts import CLEAN, Gambling, Hit, Place, Verdict
from monitor.content.gambling.guards import HOUSES, names_a_game, warns_of_it
from monitor.content.gambling.lexicon import Scoring
from monitor.content.gambling.links import AWAY
from monitor.content.gambling.points import COURTING, HEADS, STRONG, SUBJECT, SURE, TALK, Point
from monitor.content.gambling.reading import BRAND

MAX_HITS = 40

MAX_LINKS = 20

_BY_HAND = frozenset({Place.TEXT, Place.COMMENT})

_PLANTED = frozenset({Place.HIDDEN, Place.SCRIPT, Place.FRAME, Place.REFRESH, Place.ENCODED, Place.CANONICAL})


def judged(points: list[Point], scoring: Scoring, *, named: bool = False) -> Gambling:
    """What *points* come to; *named*: the title names a game, and the text goes on about playing it."""
    if not points:
        return CLEAN
    sums = _sums(points, scoring)
    total = _total(points, sums, scoring)
    if _is_away(points):
        total = max(total, scoring.injected)
    if not (named and names_a_game(points)) and _is_lone(points, scoring):
        total = min(total, scoring.lone_cap)
    verdict = (
        Verdict.INJECTED
        if total >= scoring.injected
        else Verdict.SUSPECT
        if total >= scoring.suspect
        else Verdict.CLEAN
    )
    links = dict.fromkeys(point.url for point in points if point.url and not point.guarded)
    return Gambling(
        verdict=verdict, points=round(total, 2), hits=_hits(points, sums, scoring), links=tuple(links)[:MAX_LINKS]
    )


def _is_away(points: Sequence[Point]) -> bool:
    """Whether the page gives a foreign address as its own, or sends to it, and says anything of gambling besides."""
    strong = [point.found.entry for point in points if point.found.entry.weight >= STRONG and not point.guarded]
    return any(entry.family == AWAY for entry in strong) and any(
        entry.family != AWAY and not entry.support for entry in strong
    )


def _total(points: Sequence[Point], sums: dict[_Key, float], scoring: Scoring) -> float:
    """All points; of what is said openly, the sum or what it comes to as a whole, whichever is more."""
    courts = sum(value for (family, _place, _foreign), value in sums.items() if family == COURTING)
    openly = {key: value for key, value in sums.items() if key[1] in TALK and not key[2] and key[0] != COURTING}
    text = sum(value for key, value in openly.items() if key[1] is Place.TEXT)
    talk = sum(openly.values()) - text + min(text, _text_cap(points, scoring))
    return sum(sums.values()) - courts - sum(openly.values()) + max(courts, talk)


_Key = tuple[str, Place, bool]


def _sums(points: Iterable[Point], scoring: Scoring) -> dict[_Key, float]:
    """Points of each family at each place: the best of them, and something for each doubling of their number."""
    best: dict[_Key, float] = defaultdict(float)
    counts: dict[_Key, int] = defaultdict(int)
    for point in points:
        key = (point.found.entry.family, point.place, point.foreign)
        best[key] = max(best[key], _worth(point, scoring))
        if not point.guarded and point.found.entry.family != AWAY:
            counts[key] += 1
    return {
        key: value * (1 + scoring.repeat * min(log2(max(counts[key], 1)), scoring.doublings))
        for key, value in best.items()
    }


def _worth(point: Point, scoring: Scoring) -> float:
    worth = point.found.entry.weight * point.factor * (scoring.guarded if point.guarded else 1.0)
    return worth * scoring.disguised if point.found.disguised else worth


def _text_cap(points: Iterable[Point], scoring: Scoring) -> float:
    return scoring.text_spread if _is_spread(points, scoring) else scoring.text_cap


def _is_spread(points: Iterable[Point], scoring: Scoring) -> bool:
    """Whether the text speaks of many things of gambling, many times, and hardly ever warns."""
    text = [point for point in points if point.place is Place.TEXT]
    said = [point.found.words for point in text if not point.guarded]
    strong = sum(point.found.entry.weight >= STRONG for point in text if not point.guarded)
    return (
        strong >= scoring.spread_rows
        and len(said) >= scoring.spread_hits
        and len(set(said)) >= scoring.spread_rows
        and len(text) - len(said) <= scoring.spread_guarded * len(text)
    )


def emphatic(points: list[Point], scoring: Scoring) -> list[Point]:
    """*points*; ordinary words in titles, headings and addresses weigh more when the text is all about gambling."""
    if not _is_spread(points, scoring):
        return points
    return [
        replace(point, factor=point.factor * scoring.subject)
        if point.place in _NAMING and 0 < point.found.entry.weight < SUBJECT
        else point
        for point in points
    ]


_NAMING = frozenset({Place.TITLE, Place.HEADING, Place.ANCHOR_TARGET})


def counting(points: list[Point], scoring: Scoring) -> list[Point]:
    """*points* without ordinary words when nothing else stands beside them, and families that support others alone."""
    strong = [point.found.entry for point in points if point.found.entry.weight >= STRONG and not point.guarded]
    if not strong:
        return [point for point in points if point.found.entry.weight >= SUBJECT]
    if not all(entry.support or entry.family == AWAY for entry in strong):
        return points
    return [
        replace(point, factor=point.factor * scoring.alone) if point.found.entry.support else point for point in points
    ]


def _is_lone(points: Sequence[Point], scoring: Scoring) -> bool:
    """
    Whether all there is may be a visitor's line, one row of words however often it is said, or talk that warns.

    None of them is a reason to wake anybody: whoever slips gambling into a page says more than that.
    """
    strong = [point for point in points if not point.guarded and point.found.entry.weight >= SUBJECT]
    if _is_slipped_in(strong) or _is_flood(strong, points, scoring):
        return False
    if warns_of_it(points) and not any(point.found.entry.family == BRAND or _is_planted(point) for point in strong):
        return True
    by_visitor = all(point.written or point.place in _BY_HAND for point in strong)
    rows = {point.found.words for point in strong if point.found.entry.weight >= STRONG}
    return by_visitor or (len(rows) <= 1 and not _is_spread(points, scoring))


def _is_slipped_in(strong: Sequence[Point]) -> bool:
    """Whether any of *strong* is nothing that a visitor could have written, nor the site itself in a plain word."""
    return any(
        point.hidden
        or (point.foreign and not point.written)
        or (point.found.disguised and point.place not in _BY_HAND)
        or point.place in _PLANTED
        or point.found.entry.family == COURTING
        for point in strong
    )


def _is_flood(strong: Sequence[Point], points: Sequence[Point], scoring: Scoring) -> bool:
    """Whether visitors lead to so many houses that it is no longer a line of one of them."""
    written = {point.url for point in strong if point.written}
    houses = {point.url for point in strong if point.written and point.house}
    return len(written) >= scoring.flood or (len(houses) >= HOUSES and _is_spread(points, scoring))


def _is_planted(point: Point) -> bool:
    """Whether *point* is something in a head that the text, which warns, does not say: else it would be guarded."""
    return point.found.entry.weight >= SURE and point.place in (*HEADS, Place.JSON_LD)


def _hits(points: Iterable[Point], sums: dict[_Key, float], scoring: Scoring) -> tuple[Hit, ...]:
    """The weightiest points, each excerpt of a family at a place once."""
    best: dict[tuple[str, Place, str], Hit] = {}
    for point in points:
        found = point.found
        key = (found.entry.family, point.place, found.excerpt)
        worth = round(_worth(point, scoring), 2)
        if key not in best or best[key].points < worth:
            best[key] = Hit(found.entry.family, point.place, worth, found.excerpt)
    return tuple(sorted(best.values(), key=lambda hit: -hit.points)[:MAX_HITS])
