"""
Whether a page serves gambling: families of words, where on the page they stand, how often.

One word is never enough, and what warns of gambling, reports on it or forbids it counts next to nothing – unless the
page leads to a house while it does. What a text wants is told by its words for money, for promises and for its reader
(`intent`).
"""

from __future__ import annotations

from monitor.content.facts import Document, Gambling
from monitor.content.gambling.anchors import link_points, stowed_links, written_out
from monitor.content.gambling.guards import LITTLE, not_repeated, on_subject
from monitor.content.gambling.intent import speaks_of_games
from monitor.content.gambling.leads import leads
from monitor.content.gambling.lexicon import lexicon
from monitor.content.gambling.reading import read
from monitor.content.gambling.saying import PLAYING, aims, courtings, games_named, played, texts
from monitor.content.gambling.senses import meant, spelled_out, without
from monitor.content.gambling.weighing import counting, emphatic, judged


def score(document: Document, own: str) -> Gambling:
    """How much *document*, a page of *own* (a host or a registrable domain), serves gambling, and by what."""
    scoring = lexicon().scoring
    said = read(document.text)
    if spelled := "rtp" in said.unique and spelled_out(said.words):
        said = without(said)
    about, aim = intended = aims(document, said)
    silent = not speaks_of_games(said.unique)
    points = [*texts(document, said, scoring), *leads(document, own, scoring)]
    points += link_points(document, own, scoring, silent=silent)
    points += stowed_links(document, own, scoring)
    if about.against < LITTLE:
        points += written_out(document, own, scoring)
    points = meant(points) if spelled else points
    points = not_repeated(points)
    plays = played(said, points)
    points, named = games_named(points, said, plays), plays >= PLAYING
    points = counting(emphatic(on_subject(points, about, aim, said, named=named), scoring), scoring)
    return judged([*points, *courtings(document, said, intended, points)], scoring, named=named)
