"""What a page says: to visitors, to search engines, to nobody that looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.content.facts import Document, Place
from monitor.content.gambling.guards import warns_of_it
from monitor.content.gambling.intent import (
    NONE,
    Intent,
    courting,
    courting_head,
    intent,
    intents,
    speaks_of_games,
    vocabulary,
)
from monitor.content.gambling.lexicon import Entry, Scoring, lexicon
from monitor.content.gambling.names import names
from monitor.content.gambling.points import BETWEEN, COURTING, STRONG, SUBJECT, SURE, Point, looked_up
from monitor.content.gambling.reading import BRAND, GAME, WORLD, Found, Said, found_in, plain_line, read

_UNSEEN = frozenset({Place.HIDDEN})

_DESCRIPTIONS = frozenset({"description", "keywords", "abstract", "news_keywords"})


def aims(document: Document, said: Said) -> tuple[Intent, Intent]:
    """What the visible text wants where it speaks most of games, and where it courts players most."""
    return intents(said.words, read(document.title).words) if speaks_of_games(said.unique) else (NONE, NONE)


def played(said: Said, points: Sequence[Point]) -> float:
    """How much the text speaks of playing for money, names of games left out: the sum of the weights of its words."""
    names = {word for point in points if _is_name(point) for word in point.found.words}
    weights = vocabulary().games
    return sum(weights[word] for word in (said.unique - names) & weights.keys())


PLAYING = 2.5
"""From this sum on a text under the name of a game is about playing it."""


def _is_name(point: Point) -> bool:
    """Whether *point* is a name of a game or a house, or a row with a place in a queue, on the page itself."""
    entry, words = point.found.entry, point.found.words
    named = entry.family == GAME or (entry.family == BRAND and entry.weight < SURE)
    return not point.foreign and (named or (not _SLOT.isdisjoint(words) and names().queue.issuperset(words)))


_SLOT = frozenset({"slot", "slots"})


def games_named(points: list[Point], said: Said, plays: float) -> list[Point]:
    """*points*; names of games only support others where the text hardly *plays*: sweets and dramas bear them, too."""
    if plays >= vocabulary().least:
        return points
    return [
        replace(point, found=replace(point.found, entry=replace(point.found.entry, support=True)))
        if _is_name(point) and said.unique.issuperset(_SLOT.intersection(point.found.words) or point.found.words)
        else point
        for point in points
    ]


def texts(document: Document, said: Said, scoring: Scoring) -> Iterator[Point]:
    """What is said on the page itself; its text was read as *said*."""
    says: tuple[tuple[Place, Iterable[str]], ...] = (
        (Place.TITLE, (document.title,)),
        (Place.META, (text for name, text in document.metas if name in _DESCRIPTIONS)),
        (Place.OG, (text for name, text in document.metas if name.startswith(("og:", "twitter:")))),
        (Place.HEADING, document.headings),
        (Place.HIDDEN, document.hidden),
        (Place.JSON_LD, document.json_ld),
        (Place.ENCODED, document.encoded),
        (Place.COMMENT, document.comments),
        (Place.SCRIPT, map(_strings, document.inline_scripts)),
    )
    for found in found_in(document.text, said):
        yield Point(Place.TEXT, found, scoring.places[Place.TEXT])
    seen: set[str] = set()
    for place, texts in says:
        for text in texts:
            if text in seen:
                continue  # what is shared of a page is mostly what it says anyway
            seen.add(text)
            for found in looked_up(text):
                if place is not Place.SCRIPT or found.entry.weight >= SURE:
                    yield Point(place, found, scoring.places[place], hidden=place in _UNSEEN)


def courtings(document: Document, said: Said, aims: tuple[Intent, Intent], points: Sequence[Point]) -> Iterator[Point]:
    """That the text, of these *aims*, courts players, or that a head does by words that the text does not have."""
    about, aim = aims
    weight = 0.0 if warns_of_it(points) and not aim.courts else courting(aim) or _abroad(points, about)
    if aim.clear < _CLEAR and not any(_is_row(point) for point in points):
        weight = min(weight, _VAGUE)
    if weight:
        passage = " ".join(said.words[aim.start : aim.start + _PASSAGE])
        yield Point(Place.TEXT, Found(Entry(COURTING, weight), ("",), plain_line(passage)), 1.0)
    silent = not any(point.place is Place.TEXT and point.found.entry.weight >= SUBJECT for point in points)
    for place, text in _heads(document):
        head = read(text)
        if _is_warning(head.words):
            continue
        if speaks_of_games(head.unique - said.unique):
            weight = vocabulary().full if _is_stuffed(text, said) else courting_head(intent(head.words))
        else:
            weight = 0.0
        if not weight and silent and _is_planted(text, said):
            weight = vocabulary().full
        if weight:
            yield Point(place, Found(Entry(COURTING, weight), ("",), plain_line(text)), 1.0)


def _is_row(point: Point) -> bool:
    """Whether *point* is a row that is about gambling by itself."""
    return not point.guarded and not point.found.entry.support and point.found.entry.weight >= STRONG


_CLEAR = 2
"""Words for games that have no other sense, from which on a text needs no row of the lexicon to be plain…"""
_VAGUE = 4.0
"""…and what it comes to at most without either: fairs and matches have prizes, stakes and players, too."""


def _is_stuffed(head: str, said: Said) -> bool:
    """Whether *head* has more than one row that only gambling pages say, and the text (*said*) has none of it."""
    telling = {
        found.words: found.entry.weight for found in looked_up(head) if not found.guarded and not found.entry.support
    }
    strange = [weight for words, weight in telling.items() if not said.unique.issuperset(words)]
    return sum(strange) >= 2 * SURE and max(strange) >= SURE


def _is_planted(head: str, said: Said) -> bool:
    """Whether *head* says what only gambling pages say, and more of it, above a text that says nothing of the kind."""
    strange = {
        found.words: 0.0 if found.entry.support else found.entry.weight
        for found in looked_up(head)
        if not found.guarded and found.entry.weight and not said.unique.issuperset(found.words)
    }
    if max(strange.values(), default=0.0) < SURE:
        return False
    return len(strange) > 1 or intent(read(head).words).trade >= _TRADES


_TRADES = 1.5
"""Of words of trade in a head, from which on it courts players together with one row that only gambling pages say."""


def _abroad(points: Iterable[Point], about: Intent) -> float:
    """What it counts that the text speaks of games in several ways in a language that no site of the county has."""
    if about.against >= _TELLING:
        return 0.0
    rows = {point.found.words for point in points if point.place is Place.TEXT and point.found.entry.family == WORLD}
    return vocabulary().full if len(rows) > 1 else 0.0


_TELLING = 4.0
"""Of words against gambling, from which on a text of any language tells of it rather than courts players."""
_PASSAGE = 24
"""Words of a passage that are shown."""


def _heads(document: Document) -> Iterator[tuple[Place, str]]:
    yield Place.TITLE, document.title
    for name, text in document.metas:
        if name in _DESCRIPTIONS:
            yield Place.META, text
        elif name in _SHARED:
            yield Place.OG, text
    for text in document.json_ld[:_FEW]:
        yield Place.JSON_LD, text[:_MUCH]


def _is_warning(said: Sequence[str]) -> bool:
    warnings = lexicon().warnings
    return any(warnings.get(word, 0.0) >= STRONG for word in said)


_FEW = 8
"""Of data for search engines, so many pieces are weighed as a whole…"""
_MUCH = 4_000
"""…and so many characters of each."""
_SHARED = frozenset({"og:title", "og:description", "og:site_name", "twitter:title", "twitter:description"})


def _strings(script: str) -> str:
    """What *script* says, without its names and numbers: a `slot` of 88 is none to play in."""
    return BETWEEN.join(text for texts in _QUOTED.findall(script) for text in texts if " " in text or "-" in text)


_QUOTED = re.compile(r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`)")
