"""
Whether a page serves gambling: families of words, where on the page they stand, how often.

One word is never enough, and what warns of gambling, reports on it or forbids it counts next to nothing – unless the
page leads to a house while it does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from math import log2
from urllib.parse import unquote

from monitor.content.facts import CLEAN, Document, Gambling, Hit, Link, Place, Verdict
from monitor.content.gambling.lexicon import Entry, Scoring, lexicon
from monitor.content.gambling.links import AWAY, away, carried, framed, host_found, house, in_path, is_foreign, is_vouched, stowed
from monitor.content.gambling.normal import MAX_TEXT
from monitor.content.gambling.intent import NONE, Intent, courting, courting_head, intent, speaks_of_games, vocabulary
from monitor.content.gambling.reading import BRAND, WORLD, Found, Said, find, found_in, plain_line, read
from monitor.domains import host_of

MAX_HITS = 40
MAX_LINKS = 20
_STRONG = 1.0
"""From this weight on an entry counts by itself."""
_SURE = 2.0
COURTING = "ajakan"
"""The family of texts that court players as a whole, whatever their single words."""
_SUBJECT = 0.5
"""From this weight on an entry is about gambling."""
_UNSEEN = frozenset({Place.HIDDEN})
_BY_HAND = frozenset({Place.TEXT, Place.COMMENT})
_AWAY = frozenset({Place.CANONICAL, Place.REFRESH})
_PLANTED = frozenset({Place.HIDDEN, Place.SCRIPT, Place.FRAME, Place.REFRESH, Place.ENCODED, Place.CANONICAL})
_DESCRIPTIONS = frozenset({"description", "keywords", "abstract", "news_keywords"})
_ADDRESS = re.compile(
    r"(?:https?:|(?<=[\"'=(`]))\\?/\\?/[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}[^\s\"'<>`()]{0,300}", re.IGNORECASE
)
_MOVES = re.compile(
    r"(?:location[\"'\]]{0,2}\s*(?:[.\[]\s*[\"']?(?:href|replace|assign)[\"'\]]{0,2})?\s*[=(])"
    r"\s*[\"'`]((?:https?:)?\\?/\\?/[^\"'`\s]{4,300})"
)
"""A script that sends visitors somewhere."""
_MAX_ADDRESSES = 50


@dataclass(frozen=True, slots=True)
class _Point:
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


def score(document: Document, own: str) -> Gambling:
    """How much *document*, a page of *own* (a host or a registrable domain), serves gambling, and by what."""
    scoring = lexicon().scoring
    said = read(document.text)
    aim = _aim(document, said)
    points = [*_texts(document, said, scoring), *_leads(document, own, scoring), *_links(document, own, scoring)]
    points += _stowed(document, own, scoring)
    points = _not_repeated(points, aim)
    points = _counting(_emphatic(_on_subject(points, aim, said), scoring), scoring)
    return _judged([*points, *_courtings(document, said, aim, points)], scoring)


def _aim(document: Document, said: Said) -> Intent:
    """What the visible text wants."""
    return intent(said.words, read(document.title).words) if speaks_of_games(said.unique) else NONE


def _texts(document: Document, said: Said, scoring: Scoring) -> Iterator[_Point]:
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
        yield _Point(Place.TEXT, found, scoring.places[Place.TEXT])
    seen: set[str] = set()
    for place, texts in says:
        for text in texts:
            if text in seen:
                continue  # what is shared of a page is mostly what it says anyway
            seen.add(text)
            for found in _found(text):
                if place is not Place.SCRIPT or found.entry.weight >= _SURE:
                    yield _Point(place, found, scoring.places[place], hidden=place in _UNSEEN)


def _courtings(document: Document, said: Said, aim: Intent, points: Sequence[_Point]) -> Iterator[_Point]:
    """That the text courts players, or that a head does of a page whose text is about something else."""
    if _warns(points) and not aim.courts:
        return
    if weight := courting(aim):
        passage = " ".join(said.words[aim.start : aim.start + _PASSAGE])
        yield _Point(Place.TEXT, Found(Entry(COURTING, weight), ("",), plain_line(passage)), 1.0)
    elif weight := _abroad(points):
        yield _Point(Place.TEXT, Found(Entry(COURTING, weight), ("",), plain_line(document.text)), 1.0)
    elif aim.is_about:
        return
    for place, text in _heads(document):
        head = read(text)
        if speaks_of_games(head.unique) and not _is_warning(head.words) and (weight := courting_head(intent(head.words))):
            yield _Point(place, Found(Entry(COURTING, weight), ("",), plain_line(text)), 1.0)


def _abroad(points: Iterable[_Point]) -> float:
    """What it counts that the text speaks of games in several ways in a language that no site of the county has."""
    rows = {point.found.words for point in points if point.place is Place.TEXT and point.found.entry.family == WORLD}
    return vocabulary().full if len(rows) > 1 else 0.0


_PASSAGE = 24
"""Words of a passage that are shown."""


def _heads(document: Document) -> Iterator[tuple[Place, str]]:
    yield Place.TITLE, document.title
    for name, text in document.metas:
        if name in _DESCRIPTIONS:
            yield Place.META, text
        elif name in _SHARED:
            yield Place.OG, text
    for text in document.json_ld:
        yield Place.JSON_LD, text


def _is_warning(said: Sequence[str]) -> bool:
    warnings = lexicon().warnings
    return any(warnings.get(word, 0.0) >= _STRONG for word in said)


_SHARED = frozenset({"og:title", "og:description", "og:site_name", "twitter:title", "twitter:description"})


def _strings(script: str) -> str:
    """What *script* says, without its names and numbers: a `slot` of 88 is none to play in."""
    return _BETWEEN.join(text for texts in _QUOTED.findall(script) for text in texts if " " in text or "-" in text)


_QUOTED = re.compile(r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`)")


def _found(text: str) -> tuple[Found, ...]:
    return _remembered(text) if len(text) <= _SHORT else find(text)


_SHORT = 200
_remembered = lru_cache(maxsize=16_384)(find)


def _leads(document: Document, own: str, scoring: Scoring) -> Iterator[_Point]:
    """Where the page leads without a click: addresses of houses, each as the place has it."""
    ours = (url for name, url in document.metas if name in {"og:url", "twitter:url"})
    leads: tuple[tuple[Place, Iterable[str]], ...] = (
        (Place.CANONICAL, (*document.canonicals, *ours)),
        (Place.FRAME, document.frames),
        (
            Place.REFRESH,
            [url for text in document.inline_scripts for url in _moves(text)],
        ),
        (Place.SCRIPT, document.scripts),
        (Place.REFRESH, document.refreshes),
        (Place.ENCODED, _addresses(document.encoded)),
        (Place.SCRIPT, _addresses(document.inline_scripts)),
        (Place.COMMENT, _addresses(document.comments)),
    )
    for place, urls in leads:
        for url in urls:
            if is_foreign(url, own):
                moves = place in _AWAY and not is_vouched(host_of(url))
                moved = (away(url),) if moves else ()
                for found in (*moved, *_target(url)):
                    yield _Point(place, found, scoring.places[place], url, foreign=True)
            else:
                for found in in_path(url):
                    yield _Point(Place.ANCHOR_TARGET, found, scoring.places[Place.ANCHOR_TARGET])
    for place, url in _behind_backs(document):
        if is_foreign(url, own) and not is_vouched(host_of(url)):
            # A page that says nothing itself may be meant as a frame for somebody's form.
            what = carried(url) if place is not Place.FRAME or _says_something(document) else framed(url)
            yield _Point(place, what, scoring.places[place], url, foreign=True)
    for found in in_path(document.url):
        yield _Point(Place.ANCHOR_TARGET, found, scoring.places[Place.ANCHOR_TARGET])


def _says_something(document: Document) -> bool:
    """Whether *document* is a page of its own, with text or with a menu, and no mere frame."""
    return len(document.text) >= _SAYING or len(document.links) >= _MENU


_SAYING = 300
"""Characters of text from which on a page says something itself."""
_MENU = 5
"""Links of a menu."""


def _behind_backs(document: Document) -> Iterator[tuple[Place, str]]:
    """Addresses that the page is covered with, moves to for those who come from a search, or takes out of a cipher."""
    yield from ((Place.FRAME, url) for url in document.overlays)
    for text in document.inline_scripts:
        low = text.lower()
        if any(sign in low for sign in _FROM_SEARCH):
            yield from ((Place.REFRESH, url) for url in _moves(text))
        if "iframe" in low and _FRAMES.search(low) and _WHOLE_WINDOW.search(low):
            yield from ((Place.FRAME, url) for url in _addresses((text,)))
    clear = "\n".join(document.inline_scripts)
    for text in document.encoded:
        if _ACTS.search(text) or _BARE.fullmatch(text.strip()):
            named = text if "http" in text else f"https:{text.strip()}"
            yield from ((Place.ENCODED, url) for url in _addresses((named,)) if host_of(url) not in clear)


_FROM_SEARCH = ("referrer", "googlebot", "google.", "google\\.", "useragent")
_BARE = re.compile(r"(?:https?:)?//[a-z0-9.-]{4,253}(?:[/?#]\S{0,300})?", re.IGNORECASE)
_ACTS = re.compile(r"location|<iframe|<script|<a\s|createElement|http-equiv|document\.write", re.IGNORECASE)


def _moves(script: str) -> Iterator[str]:
    """Where *script* sends visitors, as far as it says so itself or by a variable."""
    for match in _MOVES.finditer(script):
        yield _absolute(match[1])
    named = dict(islice(_NAMED.findall(script), _MAX_ADDRESSES)) if "location" in script else {}
    for match in _MOVES_BY.finditer(script) if named else ():
        if match[1] in named:
            yield _absolute(named[match[1]])


_NAMED = re.compile(r"([\w$]{1,40})\s{0,3}=\s{0,3}[\"'`]((?:https?:)?\\?/\\?/[^\"'`\s]{4,300})")
_MOVES_BY = re.compile(r"location(?:\s*\.\s*(?:href|replace|assign))?\s*[=(]\s*([\w$]{1,40})")
_WHOLE_WINDOW = re.compile(r"fixed|height[\W_]{1,12}100(?:%|d?vh)|inset\W{1,4}0")
_FRAMES = re.compile(r"createElement\(\s{0,3}[\"']iframe|<iframe", re.IGNORECASE)


def _addresses(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if "//" in text or "\\/" in text:
            for match in islice(_ADDRESS.finditer(text), _MAX_ADDRESSES):
                yield _absolute(match[0])


def _absolute(address: str) -> str:
    plain = address.replace("\\", "")
    return f"https:{plain}" if plain.startswith("//") else plain


def _target(url: str) -> Iterator[Found]:
    """What a foreign *url* says: a house's name is never a warning."""
    named = host_found(url)
    if named:
        yield named
    yield from in_path(url)


def _stowed(document: Document, own: str, scoring: Scoring) -> Iterator[_Point]:
    """That the page hides links to many strangers, whatever they are called."""
    urls = {host: link.url for link in document.links if link.hidden and is_foreign(link.url, own) for host in [host_of(link.url)]}
    strangers = sorted(host for host in urls if not is_vouched(host))
    if len(strangers) >= scoring.strangers:
        yield _Point(Place.HIDDEN, stowed(strangers, urls[strangers[0]]), 1.0, urls[strangers[0]], foreign=True, hidden=True)


def _links(document: Document, own: str, scoring: Scoring) -> Iterator[_Point]:
    silent, telling = _are_silent(document.links), 0
    for link in document.links:
        if is_foreign(link.url, own):
            points = [*_foreign(link, scoring)] if not silent or link.hidden or host_found(link.url) else []
        else:
            points = [] if silent else [*_within(link, scoring)]
        yield from points
        telling += bool(points)
        if telling == _ENOUGH:
            return


_ENOUGH = 300
"""Links that tell something; more of them tell nothing new."""


def _within(link: Link, scoring: Scoring) -> Iterator[_Point]:
    for place, found in ((Place.ANCHOR_TEXT, _found(link.text)), (Place.ANCHOR_TARGET, in_path(link.url))):
        for each in found:
            yield _Point(place, each, scoring.places[place], hidden=link.hidden)


def _are_silent(links: Sequence[Link]) -> bool:
    """Whether nothing can be found in texts and addresses of *links*: most pages are read in one go."""
    together = _BETWEEN.join(f"{link.text}{_BETWEEN}{link.url}" for link in links)
    return len(together) <= MAX_TEXT and not find(unquote(together) if "%" in together else together)


_BETWEEN = " xx "


def _foreign(link: Link, scoring: Scoring) -> Iterator[_Point]:
    """A link to somebody else. What warns is a headline – but never of a house that it leads to."""
    host = host_found(link.url)
    target = (*((host,) if host else ()), *in_path(link.url))
    named = host is not None and host.entry.weight >= _STRONG
    factor = scoring.hidden if link.hidden else scoring.named if named else scoring.visible
    written = not link.hidden and not _BY_VISITORS.isdisjoint(link.rel.split())
    named_so = house(link.text) if link.hidden else None
    said = (*_found(link.text), *([named_so] if named_so else []))
    for place, all_found in ((Place.ANCHOR_TEXT, said), (Place.ANCHOR_TARGET, target)):
        for found in all_found:
            kept = replace(found, guarded=False) if named else found
            yield _Point(place, kept, factor, link.url, foreign=True, hidden=link.hidden, written=written, house=named)


_BY_VISITORS = frozenset({"ugc", "nofollow"})


_TALK = frozenset({Place.TITLE, Place.META, Place.OG, Place.HEADING, Place.TEXT, Place.JSON_LD})


def _judged(points: list[_Point], scoring: Scoring) -> Gambling:
    if not points:
        return CLEAN
    sums = _sums(points, scoring)
    total = _total(points, sums, scoring)
    if _is_away(points):
        total = max(total, scoring.injected)
    if _is_lone(points, scoring):
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


def _is_away(points: Sequence[_Point]) -> bool:
    """Whether the page gives a foreign address as its own, or sends to it, and says anything of gambling besides."""
    strong = [point.found.entry for point in points if point.found.entry.weight >= _STRONG and not point.guarded]
    return any(entry.family == AWAY for entry in strong) and any(entry.family != AWAY for entry in strong)


def _total(points: Sequence[_Point], sums: dict[_Key, float], scoring: Scoring) -> float:
    """All points; of what is said openly, the sum or what it comes to as a whole, whichever is more."""
    courts = sum(value for (family, _place, _foreign), value in sums.items() if family == COURTING)
    openly = {key: value for key, value in sums.items() if key[1] in _TALK and not key[2] and key[0] != COURTING}
    text = sum(value for key, value in openly.items() if key[1] is Place.TEXT)
    talk = sum(openly.values()) - text + min(text, _text_cap(points, scoring))
    return sum(sums.values()) - courts - sum(openly.values()) + max(courts, talk)


def _on_subject(points: list[_Point], aim: Intent, said: Said) -> list[_Point]:
    """
    *points*, those of what is said openly guarded when the text of the page is about gambling and warns of it, or
    informs: then only what the text, read as *said*, says as well.

    A title that courts players by itself is not saved by the article below it.
    """
    warns = _warns(points) and not aim.courts
    informs = not warns and aim.informs and _is_latin(points)
    if not warns and not informs:
        return points
    courting = set() if informs else {place for place in _HEADS if _courts(points, place)}
    return [
        replace(point, found=replace(point.found, guarded=True))
        if _is_talk(point) and point.place not in courting and (warns or said.unique.issuperset(point.found.words))
        else point
        for point in points
    ]


def _is_talk(point: _Point) -> bool:
    """Whether *point* is something said: openly, in what is folded away, or as a link to nobody that is known for it."""
    if point.place in _LINKED:
        return not point.hidden and point.found.entry.family != BRAND and not point.house
    return point.place in _TALK or (point.place is Place.HIDDEN and point.found.entry.family != BRAND)


_LINKED = frozenset({Place.ANCHOR_TEXT, Place.ANCHOR_TARGET})


_HEADS = (Place.TITLE, Place.META, Place.OG, Place.HEADING)


def _courts(points: Iterable[_Point], place: Place) -> bool:
    return sum(p.found.entry.weight >= _SURE and not p.guarded for p in points if p.place is place) > 1


def _not_repeated(points: list[_Point], aim: Intent) -> list[_Point]:
    """*points* without what is folded away or kept for scripts when the text says it openly: that tells nothing new."""
    if aim.courts:
        return points
    openly = {point.found.words for point in points if point.place is Place.TEXT}
    return [
        point for point in points if point.foreign or point.place not in _KEPT_AWAY or point.found.words not in openly
    ]


_KEPT_AWAY = frozenset({Place.HIDDEN, Place.SCRIPT, Place.JSON_LD, Place.COMMENT, Place.ENCODED})


def _is_latin(points: Sequence[_Point]) -> bool:
    """Whether what the text says is said in a language whose intent can be told."""
    return not any(point.found.entry.family == WORLD for point in points if point.place is Place.TEXT)


def _warns(points: Sequence[_Point]) -> bool:
    """Whether the text of the page is about gambling, and warns of it more than not."""
    about = [point for point in points if point.found.entry.weight >= _SUBJECT]
    if any(point.guarded for point in about if point.place is Place.TITLE):
        return True
    text = [point.guarded for point in about if point.place is Place.TEXT]
    return sum(text) >= max(_FEW, len(text) / 2)


_FEW = 2
_Key = tuple[str, Place, bool]


def _sums(points: Iterable[_Point], scoring: Scoring) -> dict[_Key, float]:
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


def _worth(point: _Point, scoring: Scoring) -> float:
    worth = point.found.entry.weight * point.factor * (scoring.guarded if point.guarded else 1.0)
    return worth * scoring.disguised if point.found.disguised else worth


def _text_cap(points: Iterable[_Point], scoring: Scoring) -> float:
    return scoring.text_spread if _is_spread(points, scoring) else scoring.text_cap


def _is_spread(points: Iterable[_Point], scoring: Scoring) -> bool:
    """Whether the text speaks of many things of gambling, many times, and hardly ever warns."""
    text = [point for point in points if point.place is Place.TEXT]
    said = [point.found.words for point in text if not point.guarded]
    strong = sum(point.found.entry.weight >= _STRONG for point in text if not point.guarded)
    return (
        strong >= scoring.spread_rows
        and len(said) >= scoring.spread_hits
        and len(set(said)) >= scoring.spread_rows
        and len(text) - len(said) <= scoring.spread_guarded * len(text)
    )


def _emphatic(points: list[_Point], scoring: Scoring) -> list[_Point]:
    """*points*; ordinary words in titles, headings and addresses weigh more when the text is all about gambling."""
    if not _is_spread(points, scoring):
        return points
    return [
        replace(point, factor=point.factor * scoring.subject)
        if point.place in _NAMING and 0 < point.found.entry.weight < _SUBJECT
        else point
        for point in points
    ]


_NAMING = frozenset({Place.TITLE, Place.HEADING, Place.ANCHOR_TARGET})


def _counting(points: list[_Point], scoring: Scoring) -> list[_Point]:
    """*points* without ordinary words when nothing else stands beside them, and families that support others alone."""
    strong = [point.found.entry for point in points if point.found.entry.weight >= _STRONG and not point.guarded]
    if not strong:
        return [point for point in points if point.found.entry.weight >= _SUBJECT]
    if not all(entry.support for entry in strong):
        return points
    return [
        replace(point, factor=point.factor * scoring.alone) if point.found.entry.support else point for point in points
    ]


def _is_lone(points: Sequence[_Point], scoring: Scoring) -> bool:
    """
    Whether all there is may be a visitor's line, one row of words however often it is said, or talk that warns.

    None of them is a reason to wake anybody: whoever slips gambling into a page says more than that.
    """
    strong = [point for point in points if not point.guarded and point.found.entry.weight >= _SUBJECT]
    if any(point.hidden or (point.foreign and not point.written) for point in strong):
        return False
    if any(point.found.disguised and point.place not in _BY_HAND for point in strong):
        return False
    if any(point.place in _PLANTED or point.found.entry.family == COURTING for point in strong):
        return False
    if len({point.url for point in strong if point.written}) >= scoring.flood:
        return False
    if _warns(points) and not any(point.found.entry.family == BRAND for point in strong):
        return True
    by_visitor = all(point.written or point.place in _BY_HAND for point in strong)
    rows = {point.found.words for point in strong if point.found.entry.weight >= _STRONG}
    return by_visitor or (len(rows) <= 1 and not _is_spread(points, scoring))


def _hits(points: Iterable[_Point], sums: dict[_Key, float], scoring: Scoring) -> tuple[Hit, ...]:
    """The weightiest points, each excerpt of a family at a place once."""
    best: dict[tuple[str, Place, str], Hit] = {}
    for point in points:
        worth = round(_worth(point, scoring), 2)
        hit = Hit(point.found.entry.family, point.place, worth, point.found.excerpt)
        key = (hit.family, hit.place, hit.excerpt)
        if key not in best or best[key].points < worth:
            best[key] = hit
    return tuple(sorted(best.values(), key=lambda hit: -hit.points)[:MAX_HITS])
