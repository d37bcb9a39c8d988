"""Where links of a page lead: within the site, to strangers, to houses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import unquote

from monitor.content.facts import Document, Link, Place
from monitor.content.gambling.lexicon import Scoring
from monitor.content.gambling.links import FAINT, host_found, house, in_path, is_foreign, is_vouched, mild_found, stowed
from monitor.content.gambling.normal import MAX_TEXT
from monitor.content.gambling.points import BETWEEN, STRONG, Point, looked_up
from monitor.content.gambling.reading import tells
from monitor.domains import host_of


def stowed_links(document: Document, own: str, scoring: Scoring) -> Iterator[Point]:
    """That the page hides links to many strangers, whatever they are called."""
    urls = {
        host: link.url
        for link in document.links
        if link.hidden and is_foreign(link.url, own)
        for host in [host_of(link.url)]
    }
    strangers = sorted(host for host in urls if not is_vouched(host))
    if len(strangers) >= scoring.strangers:
        yield Point(
            Place.HIDDEN, stowed(strangers, urls[strangers[0]]), 1.0, urls[strangers[0]], foreign=True, hidden=True
        )


def link_points(document: Document, own: str, scoring: Scoring, *, silent: bool) -> Iterator[Point]:
    """What links of *document* say; it is *silent* when its text says nothing of games."""
    home, title = _home(document.url, own), document.title.lower()
    plain, telling = _are_silent(document.links, home), Counter[bool]()
    for link in document.links:
        if (plain or telling[False] >= _ENOUGH) and link.url.startswith(home):
            continue
        if is_foreign(link.url, own):
            points = (
                [*_foreign(link, scoring, mild=silent and not _is_titled(link, title))]
                if not plain or link.hidden or host_found(link.url)
                else []
            )
        else:
            points = [] if plain else [*_within(link, scoring)]
        if not points:
            continue
        yield from points
        telling[points[0].foreign] += 1
        if telling[True] == _ENOUGH:
            return


def written_out(document: Document, own: str, scoring: Scoring) -> Iterator[Point]:
    """Addresses of houses that stand in the text as visitors write them where links are not allowed."""
    if ":" not in document.text or "://" not in document.text:
        return
    for match in islice(_ADDRESS.finditer(document.text), _ENOUGH):
        if is_foreign(match[0], own) and (host := host_found(match[0])) and host.entry.weight >= STRONG:
            yield Point(Place.TEXT, host, scoring.visible, match[0], foreign=True, written=True, house=True)


_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{4,100}")


def _home(url: str, own: str) -> str:
    """How addresses on the page's own host begin."""
    scheme, _colon, rest = url.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}://{host}/" if host and not is_foreign(url, own) else "\0"


_ENOUGH = 40
"""Links that tell something; more of them tell nothing new."""


def _within(link: Link, scoring: Scoring) -> Iterator[Point]:
    for place, found in ((Place.ANCHOR_TEXT, looked_up(link.text)), (Place.ANCHOR_TARGET, in_path(link.url))):
        for each in found:
            yield Point(place, each, scoring.places[place], hidden=link.hidden)


def _are_silent(links: Sequence[Link], home: str) -> bool:
    """Whether nothing can be found in texts and addresses of *links*: most pages are read in one go."""
    together = BETWEEN.join([part for link in links for part in (link.text, link.url.removeprefix(home))])
    return len(together) <= MAX_TEXT and not tells(unquote(together) if "%" in together else together)


def _foreign(link: Link, scoring: Scoring, *, mild: bool) -> Iterator[Point]:
    """A link to somebody else. What warns is a headline – but never of a house that it leads to."""
    written = not link.hidden and not _BY_VISITORS.isdisjoint(link.rel.split())
    host = host_found(link.url)
    if mild and host and not written:
        if not link.hidden:
            host = mild_found(link.url)
        elif host.words[0].partition(".")[0] not in link.text.lower():
            host = mild_found(link.url, weight=FAINT)
    target = (*((host,) if host else ()), *in_path(link.url))
    named = host is not None and host.entry.weight >= STRONG
    factor = scoring.hidden if link.hidden else scoring.named if named else scoring.visible
    named_so = house(link.text) if link.hidden else None
    said = (*looked_up(link.text), *([named_so] if named_so else []))
    for place, all_found in ((Place.ANCHOR_TEXT, said), (Place.ANCHOR_TARGET, target)):
        for found in all_found:
            kept = replace(found, guarded=False) if named and found.guarded else found
            yield Point(place, kept, factor, link.url, foreign=True, hidden=link.hidden, written=written, house=named)


def _is_titled(link: Link, title: str) -> bool:
    """Whether the page has the name of the host that *link* leads to in its *title*."""
    return host_of(link.url).partition(".")[0] in title


_BY_VISITORS = frozenset({"ugc", "nofollow"})
