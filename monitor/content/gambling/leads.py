"""Where a page leads without a click: what it gives as its own address, frames, scripts, refreshes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from monitor.content.facts import Document, Place
from monitor.content.gambling.lexicon import Scoring
from monitor.content.gambling.links import away, carried, framed, host_found, in_path, is_foreign, is_vouched
from monitor.content.gambling.points import Point
from monitor.content.gambling.reading import Found
from monitor.domains import host_of

_AWAY = frozenset({Place.CANONICAL, Place.REFRESH})

_ADDRESS = re.compile(
    r"(?:https?:|(?<=[\"'=(`]))\\?/\\?/[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}[^\s\"'<>`()]{0,300}", re.IGNORECASE
)

_MOVES = re.compile(
    r"(?:location[\"'\]]{0,2}\s*(?:[.\[]\s*[\"']?(?:href|replace|assign)[\"'\]]{0,2})?\s*[=(])"
    r"\s*[\"'`]((?:https?:)?\\?/\\?/[^\"'`\s]{4,300})"
)
"""A script that sends visitors somewhere."""

_MAX_ADDRESSES = 50


def leads(document: Document, own: str, scoring: Scoring) -> Iterator[Point]:
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
        for url in dict.fromkeys(urls):
            if is_foreign(url, own):
                moves = place in _AWAY and not is_vouched(host_of(url))
                moved = (away(url),) if moves else ()
                for found in (*moved, *_target(url)):
                    yield Point(place, found, scoring.places[place], url, foreign=True)
            else:
                for found in in_path(url):
                    yield Point(Place.ANCHOR_TARGET, found, scoring.places[Place.ANCHOR_TARGET])
    for place, url in _behind_backs(document):
        if is_foreign(url, own) and not is_vouched(host_of(url)):
            # A page that says nothing itself may be meant as a frame for somebody's form.
            what = carried(url) if place is not Place.FRAME or _says_something(document) else framed(url)
            yield Point(place, what, scoring.places[place], url, foreign=True)
    for found in in_path(document.url):
        yield Point(Place.ANCHOR_TARGET, found, scoring.places[Place.ANCHOR_TARGET])


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
    for match in islice(_MOVES.finditer(script), _MAX_ADDRESSES):
        yield _absolute(match[1])
    named = dict(islice(_NAMED.findall(script), _MAX_ADDRESSES)) if "location" in script else {}
    for match in islice(_MOVES_BY.finditer(script), _MAX_ADDRESSES) if named else ():
        if match[1] in named:
            yield _absolute(named[match[1]])


_NAMED = re.compile(r"(?<![\w$])([\w$]{1,40})\s{0,3}=\s{0,3}[\"'`]((?:https?:)?\\?/\\?/[^\"'`\s]{4,300})")

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
