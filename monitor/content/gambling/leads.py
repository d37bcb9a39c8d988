"""Where a page leads without a click: what it gives as its own address, frames, scripts, refreshes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from monitor.content.facts import Document, Place
from monitor.content.foreign import is_form
from monitor.content.gambling.lexicon import Scoring
from monitor.content.gambling.links import (
    away,
    carried,
    framed,
    host_found,
    in_path,
    is_foreign,
    is_kin,
    is_namesake,
    is_vouched,
    mild_found,
)
from monitor.content.gambling.moves import Move, Scripts, moves
from monitor.content.gambling.points import SURE, Point
from monitor.content.gambling.reading import Found
from monitor.domains import host_of

_LOADED = frozenset({Place.SCRIPT, Place.JSON_LD})
_AWAY = frozenset({Place.CANONICAL, Place.REFRESH})

_ADDRESS = re.compile(
    r"(?:https?:|(?<=[\"'=(`]))\\?/\\?/[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}[^\s\"'<>`()]{0,300}", re.IGNORECASE
)

_MAX_ADDRESSES = 50
"""Of one text…"""
_ALL_ADDRESSES = 2_000
"""…and of all texts at one place."""


def leads(document: Document, own: str, scoring: Scoring) -> Iterator[Point]:
    """Where the page leads without a click: addresses of houses, each as the place has it."""
    ours = (url for name, url in document.metas if name in {"og:url", "twitter:url"})
    sent = _sent(document)
    leads: tuple[tuple[Place, Iterable[str]], ...] = (
        (Place.CANONICAL, (*document.canonicals, *ours)),
        (Place.FRAME, document.frames),
        (Place.REFRESH, [move.url for text in document.inline_scripts for move in sent[text]]),
        (Place.SCRIPT, document.scripts),
        (Place.REFRESH, document.refreshes),
        (Place.ENCODED, _addresses(document.encoded)),
        (Place.SCRIPT, _addresses(document.inline_scripts)),
        (Place.JSON_LD, (url for url in _addresses(document.json_ld) if host_found(url))),
        (Place.COMMENT, _addresses(document.comments)),
    )
    for place, urls in leads:
        for url in dict.fromkeys(urls):
            if is_foreign(url, own):
                goes = place in _AWAY and not is_vouched(host_of(url)) and not is_kin(url, document.url)
                moved = (away(url),) if goes else ()
                for found in (*moved, *_target(url, place, moves=goes and place is Place.REFRESH)):
                    yield Point(place, found, scoring.places[place], url, foreign=True)
            else:
                for found in in_path(url):
                    yield Point(Place.ANCHOR_TARGET, found, scoring.places[Place.ANCHOR_TARGET])
    for place, url in _behind_backs(document, sent):
        if is_foreign(url, own) and not is_vouched(host_of(url)) and not is_kin(url, document.url):
            # A page that says nothing itself may be meant as a frame for somebody's form.
            plain = place is Place.FRAME and (not _says_something(document) or _is_workaday(document, url))
            what = framed(url) if plain else carried(url)
            yield Point(place, what, scoring.places[place], url, foreign=True)
    for found in in_path(document.url):
        yield Point(Place.ANCHOR_TARGET, found, scoring.places[Place.ANCHOR_TARGET])


def _is_told(document: Document, url: str, named: _Named) -> bool:
    """
    Whether *document* has *named* to visitors where it sends them, as who moves does, or is no page to stay on.

    That it says it moves, or that an address looks as if somebody signed in there, tells nothing: who slips a move in
    writes such words, too. Sites of those who are known for signing people in are vouched for by their names.
    """
    host = host_of(url)
    # Where an address was made short, or is a list of others, nobody can tell what it leads to: that is a suspicion.
    if is_form(host) or is_namesake(url, document.url) or not _says_something(document):
        return True
    return not document.unseen and host in named


class _Named:
    """Hosts that a page itself, and no visitor of it, has in its text or in links that can be read."""

    def __init__(self, document: Document) -> None:
        """Those of *document*, gathered when somebody asks for the first of them."""
        self._document = document
        self._hosts: set[str] | None = None

    def __contains__(self, host: str) -> bool:
        if self._hosts is None:
            self._hosts = {name.removeprefix("www.") for name in self._each()}
        return host.removeprefix("www.") in self._hosts

    def _each(self) -> Iterator[str]:
        for link in self._document.links:
            if not link.hidden and "ugc" not in link.rel and _READ.search(link.text):
                yield host_of(link.url)
        yield from _HOST.findall(self._document.text.lower())


_HOST = re.compile(r"(?<![\w.-])[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,9}+")
_READ = re.compile(r"[^\W\d_]{3}")
"""A word: a link without one is not to be seen, or is a picture."""


def _is_workaday(document: Document, url: str) -> bool:
    """Whether *url* is, by its words, of what offices lay over a page of theirs that *document* is about."""
    about = " ".join((document.title, *document.headings)).lower()
    return not {*_WORKADAY.findall(url.lower())}.isdisjoint(_WORKADAY.findall(about))


_WORKADAY = re.compile(
    r"(?<![a-z])(ujian|cbt|forms?|formulir|survei|survey|tour|tur|virtual|kuis|quiz|kelas|belajar|learning|peta|maps?|chat"
    r"|flip|viewer)(?![a-z])"
)


def _says_something(document: Document) -> bool:
    """Whether *document* is a page of its own, with text or with a menu, and no mere frame."""
    return len(document.text) >= _SAYING or len(document.links) >= _MENU


_SAYING = 300
"""Characters of text from which on a page says something itself."""

_MENU = 5
"""Links of a menu."""


_MOST = 200
"""Moves of one page that are looked at; more of them tell nothing new."""


def _sent(document: Document) -> dict[str, list[Move]]:
    """
    Where each script of the page sends visitors who did not ask for it; a page may have one script many times.

    That they asked is the script's word: where it also looks at where they come from, it is not taken for granted.
    """
    others = Scripts(document.inline_scripts)
    sent: dict[str, list[Move]] = {}
    left = _MOST
    for text in dict.fromkeys(document.inline_scripts):
        sent[text] = [*islice((move for move in moves(text, others) if move.picked or not move.asked), left)]
        left -= len(sent[text])
    return sent


def _behind_backs(document: Document, sent: Mapping[str, Sequence[Move]]) -> Iterator[tuple[Place, str]]:
    """
    Addresses that the page is covered with, moves to for those who come from a search, or takes out of a cipher.

    Its scripts move visitors as *sent* says.
    """
    clear, named = "\n".join(document.inline_scripts), _Named(document)
    yield from ((Place.FRAME, url) for url in document.overlays)
    for text in document.inline_scripts:
        low = text.lower()
        yield from (
            (Place.REFRESH, move.url)
            for move in sent[text]
            if not move.asked and not move.late and (move.chosen or not _is_told(document, move.url, named))
        )
        if "iframe" in low and _FRAMES.search(low) and _WHOLE_WINDOW.search(low):
            yield from ((Place.FRAME, url) for url in _addresses((text,)))
    for text in document.encoded:
        if _ACTS.search(text) or _BARE.fullmatch(text.strip()):
            plain = text if "http" in text else f"https:{text.strip()}"
            yield from ((Place.ENCODED, url) for url in _addresses((plain,)) if host_of(url) not in clear)


_BARE = re.compile(r"(?:https?:)?//[a-z0-9.-]{4,253}(?:[/?#]\S{0,300})?", re.IGNORECASE)

_ACTS = re.compile(r"location|<iframe|<script|createElement|http-equiv|document\.write", re.IGNORECASE)


_WHOLE_WINDOW = re.compile(r"fixed|height[\W_]{1,12}100(?:%|d?vh)|inset\W{1,4}0")

_FRAMES = re.compile(r"createElement\(\s{0,3}[\"']iframe|<iframe", re.IGNORECASE)


def _addresses(texts: Iterable[str]) -> Iterator[str]:
    told = (text for text in texts if "//" in text or "\\/" in text)
    found = (match[0] for text in told for match in islice(_ADDRESS.finditer(text), _MAX_ADDRESSES))
    return map(_absolute, islice(found, _ALL_ADDRESSES))


def _absolute(address: str) -> str:
    plain = address.replace("\\", "")
    return f"https:{plain}" if plain.startswith("//") else plain


def _target(url: str, place: Place, *, moves: bool = False) -> Iterator[Found]:
    """What a foreign *url* at *place* says: a house's name is no warning, nor are its games where the page *moves*."""
    named = mild_found(url, loaded=True) if place in _LOADED else host_found(url)
    if named:
        yield named
    for found in in_path(url):
        yield replace(found, guarded=False) if moves and found.entry.weight >= SURE else found
