"""What was read of a page, as frozen values; every list is capped, every text is one plain line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Place(StrEnum):
    """Where on a page a text stands; what a visitor cannot see weighs more."""

    TITLE = "title"
    META = "meta"
    OG = "og"
    CANONICAL = "canonical"
    """`rel=canonical` or `rel=amphtml`."""
    HEADING = "heading"
    ANCHOR_TEXT = "anchor-text"
    ANCHOR_TARGET = "anchor-target"
    HIDDEN = "hidden"
    """In an element that no visitor sees."""
    JSON_LD = "json-ld"
    SCRIPT = "script"
    FRAME = "frame"
    REFRESH = "refresh"
    ENCODED = "encoded"
    """Behind base64, character references or percent signs."""
    COMMENT = "comment"
    TEXT = "text"


class Link(NamedTuple):
    """An `a` element with an address; a tuple, for a page has hundreds of them."""

    url: str
    """Absolute."""
    text: str
    hidden: bool = False
    rel: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Where what a visitor types is sent."""

    url: str
    method: str
    password: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page taken apart; what judges of content read instead of its bytes."""

    url: str
    title: str = ""
    lang: str = ""
    """Of the root element, lower case."""
    metas: tuple[tuple[str, str], ...] = ()
    """(name or property, lower case; content) in order: description, keywords, generator, og:title…"""
    canonicals: tuple[str, ...] = ()
    """Absolute addresses of `rel=canonical` and `rel=amphtml`."""
    headings: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    text: str = ""
    """Everything a visitor sees, white space folded."""
    hidden: tuple[str, ...] = ()
    """Texts of elements that no visitor sees."""
    json_ld: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    """Absolute addresses."""
    inline_scripts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    """Those of *frames* that cover the page."""
    refreshes: tuple[str, ...] = ()
    """Absolute addresses of `meta http-equiv=refresh`."""
    forms: tuple[Form, ...] = ()
    feeds: tuple[str, ...] = ()
    """Absolute addresses of `rel=alternate` RSS and Atom."""
    comments: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    """Addresses of style sheets, images and other assets, absolute: they tell the software."""
    encoded: tuple[str, ...] = ()
    """What it says behind base64, character references, percent signs or escapes, decoded."""
    tags: Mapping[str, int] = field(default_factory=dict)
    """Element name → how many."""
    unseen: bool = False
    """The page says of itself as a whole that nobody shall see it."""
    partial: bool = False
    """There was more than is kept or read: what is not listed may be there."""


class Verdict(StrEnum):
    """What the score of a page comes to."""

    CLEAN = "bersih"
    SUSPECT = "mencurigakan"
    INJECTED = "tersisipi"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing on a page that counts."""

    family: str
    """Of the lexicon: `slot`, `togel`, …"""
    place: Place
    points: float
    excerpt: str
    """What stands there, at most 160 characters, as it would read to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gambling:
    """How much a page serves gambling, and by what."""

    verdict: Verdict = Verdict.CLEAN
    points: float = 0.0
    hits: tuple[Hit, ...] = ()
    """The weightiest first; at most 40."""
    links: tuple[str, ...] = ()
    """Foreign addresses that the hits lead to; at most 20."""


CLEAN = Gambling()
