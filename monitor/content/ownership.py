"""
Whose page is it? Whether it names the county, one of its districts, or another regency.

`desa.id` goes to whoever comes first: a village's name may belong to another regency's village of that name, and a
domain that ran out to anybody. A village's own page names its county somewhere: in title, metas, text, or by a link.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from monitor.content.facts import Document
from monitor.domains import host_of, registrable

MAX_TEXT = 200_000
"""Characters of the text in which names are looked for."""
MAX_OTHERS = 5
OFTEN = 3
"""How often the text must name another regency for that to be no passing mention."""
_PROMINENT = 3
"""What a mention in title, description or heading counts for."""
_METAS = frozenset({"description", "keywords", "author", "og:title", "og:site_name", "og:description", "geo.placename"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What places a page names."""

    county: bool = False
    """The county itself, or a link to its domain."""
    districts: tuple[str, ...] = ()
    """Of the county, named as such (`kecamatan …`); sorted."""
    others: tuple[str, ...] = ()
    """Other regencies and cities that are named prominently or often, the most often first."""

    @property
    def is_at_home(self) -> bool:
        """Whether anything on the page belongs to the county."""
        return self.county or any(name not in _places().shared or not self.others for name in self.districts)


NOTHING = Naming()


@dataclass(frozen=True, slots=True)
class _Places:
    county: re.Pattern[str]
    domains: frozenset[str]
    districts: re.Pattern[str]
    others: re.Pattern[str]
    shared: frozenset[str]
    """Districts that have a regency's name: alone they say little."""


def naming(document: Document) -> Naming:
    """What places *document* names."""
    places, shown = _places(), "\n".join(_prominent(document)).lower()
    text = document.text[:MAX_TEXT].lower()
    hidden = "\n".join(document.json_ld)[:MAX_TEXT].lower()
    counts = Counter(_others(text))
    for name in _others(shown):
        counts[name] += _PROMINENT
    often = sorted((name for name in counts if counts[name] >= OFTEN), key=lambda name: (-counts[name], name))
    return Naming(
        county=any(places.county.search(part) for part in (shown, text, hidden)) or _links_home(document),
        districts=tuple(sorted({match[1] for part in (shown, text) for match in places.districts.finditer(part)})),
        others=tuple(often[:MAX_OTHERS]),
    )


def _prominent(document: Document) -> Iterator[str]:
    """What a visitor or a search engine reads first."""
    yield document.title
    yield from (content for name, content in document.metas if name in _METAS)
    yield from document.headings[:10]


def _links_home(document: Document) -> bool:
    domains = _places().domains
    return any(registrable(host_of(link.url)) in domains for link in document.links)


def _others(text: str) -> Iterator[str]:
    return (match[1] for match in _places().others.finditer(text))


@lru_cache(maxsize=1)
def _places() -> _Places:
    data = tomllib.loads((files("monitor.content") / "places.toml").read_text(encoding="utf-8"))
    county = data["county"]
    others = {name for names in data["others"].values() for name in names}
    return _Places(
        county=re.compile(re.escape(county["name"])),
        domains=frozenset(county["domains"]),
        districts=re.compile(rf"\bkec(?:amatan|\.)?\s{{1,3}}({_any(county['districts'])})\b"),
        shared=frozenset(others & {*county["districts"]}),
        others=re.compile(rf"\b(?:kabupaten|kab\.?|pemkab|kota|pemkot)\s{{1,3}}({_any(others)})\b"),
    )


def _any(names: set[str] | list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
