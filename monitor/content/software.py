"""
What a site runs, read off a page that was fetched anyway, and whether anybody still mends that version.

Nothing is asked for. A version that cannot be read is unknown, and one that the table does not know is no fault.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from monitor.content.facts import Document

MAX_ITEMS = 8
MAX_NAME = 40
MAX_VERSION = 24
_MAX_TEXT = 200_000
_MAX_ASSETS = 400

Version = tuple[int, ...]


class Support(StrEnum):
    """What becomes of faults in a version."""

    UNKNOWN = "unknown"
    CURRENT = "current"
    OUTDATED = "outdated"
    """Newer ones are out since long."""
    DEAD = "dead"
    """Nobody mends it any more."""


@dataclass(frozen=True, slots=True)
class Software:
    """A product that a page is made with."""

    name: str
    version: str = ""
    """As the page says it; empty when it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is known of a product's versions on a day."""

    name: str
    latest: str
    as_of: date
    source: str
    supported: str = ""
    """Oldest that is not outdated."""
    dead: str = ""
    """Those below this are dead."""
    tracks: Mapping[str, date] = field(default_factory=dict)
    """Version prefix → last day of its security support."""


def software_of(document: Document) -> tuple[Software, ...]:
    """The products that *document* betrays, each once, sorted; with a version where one was read."""
    found: dict[str, str] = {}
    for name, version in (*_generators(document), *_from_assets(document), *_from_text(document)):
        if version or name not in found:
            found.setdefault(name, version)
            found[name] = found[name] or version
    return tuple(Software(name, found[name]) for name in sorted(found)[:MAX_ITEMS])


def software_of_headers(headers: Iterable[tuple[str, str]]) -> tuple[Software, ...]:
    """The products that an answer's header fields (lower-case names) betray: PHP, and what `x-generator` says."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name in {"x-powered-by", "server"}:
            php = _PHP.search(value[:512])
            if php:
                found.setdefault("PHP", php[1][:MAX_VERSION])
        elif name == "x-generator":
            product = _generator(value[:512])
            if product:
                found.setdefault(*product)
    return tuple(Software(name, found[name]) for name in sorted(found))


_PHP = re.compile(r"\bPHP/(\d{1,2}(?:\.\d{1,3}){0,3})")
_GENERATOR = re.compile(r"^([A-Za-z][\w!&+. -]{0,39}?)[ /]+v?(\d{1,4}(?:\.\d{1,4}){0,3})(?![\w])")
_KNOWN_GENERATOR = re.compile(
    r"^(wordpress|joomla|drupal|opensid|opendk|blogger|wix|moodle|slims|typo3|hugo)\b", re.IGNORECASE
)
_NAMES = {
    "wordpress": "WordPress", "joomla": "Joomla", "drupal": "Drupal", "opensid": "OpenSID", "opendk": "OpenDK",
    "blogger": "Blogger", "wix": "Wix", "moodle": "Moodle", "slims": "SLiMS", "typo3": "TYPO3", "hugo": "Hugo",
}  # fmt: skip
_WP_CORE = re.compile(
    r"/wp-(?:includes|admin)/(?:css/dist/block-library/(?:style|common|theme)|js/wp-emoji-release|js/wp-embed"
    r"|css/dashicons|css/admin-bar|js/wp-util|js/comment-reply)(?:\.min)?\.(?:css|js)\?(?:[^#]{0,80}&)?ver=(\d[\d.]{0,10})"
)
_WP = re.compile(r"/wp-(?:content|includes)/")
_JOOMLA_3 = re.compile(r"/media/jui/(?:js|css)/")
_JOOMLA = re.compile(r"/media/(?:system/js/(?:core|messages|keepalive)|vendor/joomla-|templates/site/)")
_DRUPAL_7 = re.compile(r"/misc/drupal\.js|/sites/all/(?:modules|themes)/")
_DRUPAL = re.compile(r"/core/(?:misc|themes|modules)/.{0,80}\.(?:js|css)|/sites/default/files/(?:css|js)/")
_OPENSID_ASSET = re.compile(r"/desa/(?:themes|upload|logo|css)/|/donjo-app/|/assets/front/")
_NUMBERED = re.compile(
    r"\b(opensid|opendk)\b[\s:–-]{0,4}(?:(?:versi|version|ver\.?|v\.?)[\s:]{0,3})?v?"
    r"(\d{2}\.\d{2}(?:\.\d{1,2})?|2\d{3}(?:\.\d{1,2}){1,3}|\d\.\d{1,2}(?:\.\d{1,2})?)(?![\w])",
    re.IGNORECASE,
)


def _generators(document: Document) -> Iterator[tuple[str, str]]:
    for name, content in document.metas:
        product = _generator(content[:512]) if name == "generator" else None
        if product:
            yield product


def _generator(value: str) -> tuple[str, str] | None:
    """(product, version) as a generator calls itself; None when it is no product that is known, and has no version."""
    said = value.strip()
    known = _KNOWN_GENERATOR.match(said)
    match = _GENERATOR.match(said)
    if known:
        return _NAMES[known[1].lower()], match[2] if match else ""
    return (match[1].strip()[:MAX_NAME], match[2]) if match else None


def _from_assets(document: Document) -> Iterator[tuple[str, str]]:
    """What the addresses of scripts, styles and images tell; a plugin's version is none of the system's."""
    for url in (*document.scripts, *document.styles)[:_MAX_ASSETS]:
        core = _WP_CORE.search(url)
        if core:
            yield "WordPress", core[1].rstrip(".")
        elif _WP.search(url):
            yield "WordPress", ""
        elif _JOOMLA_3.search(url):
            yield "Joomla", "3"
        elif _JOOMLA.search(url):
            yield "Joomla", ""
        elif _DRUPAL_7.search(url):
            yield "Drupal", "7"
        elif _DRUPAL.search(url):
            yield "Drupal", ""
        elif _OPENSID_ASSET.search(url):
            yield "OpenSID", ""


def _from_text(document: Document) -> Iterator[tuple[str, str]]:
    """What a footer says: `OpenSID v23.05`, `OpenDK v2405.0.0`."""
    text = document.text
    part = text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT // 2] + "\n" + text[-_MAX_TEXT // 2 :]
    for match in _NUMBERED.finditer(part):
        yield _NAMES[match[1].lower()], match[2]


def products() -> Mapping[str, Product]:
    """What is known of versions, by product."""
    return _products()


@lru_cache(maxsize=1)
def _products() -> Mapping[str, Product]:
    data = tomllib.loads((files("monitor.content") / "software.toml").read_text(encoding="utf-8"))
    return {name: Product(name=name, **facts) for name, facts in data.items()}


def support(item: Software, today: date) -> Support:
    """What becomes of faults in *item* on the day *today*."""
    product, version = products().get(item.name), parsed(item.name, item.version)
    if product is None or not version:
        return Support.UNKNOWN
    ended = ended_on(item)
    if ended is not None and ended < today:
        return Support.DEAD
    if product.dead and version < parsed(item.name, product.dead):
        return Support.DEAD
    floor = parsed(item.name, product.supported)
    return Support.OUTDATED if floor and version < floor[: len(version)] else Support.CURRENT


def ended_on(item: Software) -> date | None:
    """The last day of security support of *item*'s branch; None when the table names none."""
    product, version = products().get(item.name), parsed(item.name, item.version)
    if product is None:
        return None
    for prefix, day in product.tracks.items():
        branch = parsed(item.name, prefix)
        if version[: len(branch)] == branch:
            return day
    return None


@lru_cache(maxsize=1024)
def parsed(name: str, version: str) -> Version:
    """*version* as numbers; releases of OpenSID and OpenDK by year and month, however they are written. () for none."""
    try:
        numbers = tuple(int(part) for part in version.split(".")) if version else ()
    except ValueError:
        return ()
    if name in {"OpenSID", "OpenDK"} and numbers:
        return _monthly(numbers)
    return numbers


_FIRST_COMPACT = 1_000


def _monthly(numbers: Version) -> Version:
    """`2305.0.0` and `23.05` are the same release; `3.4` and `1.0` are from before there were months."""
    if numbers[0] >= _FIRST_COMPACT:
        return divmod(numbers[0], 100)
    return numbers[:2]
