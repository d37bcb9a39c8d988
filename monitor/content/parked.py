"""Is it anybody's page? What registrars, hosting companies and freshly installed servers show in place of a site."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from monitor.content.facts import Document
from monitor.content.shape import count_words
from monitor.domains import host_of

FEW_WORDS = 400
"""A page that says more is somebody's, whatever words it contains."""
HARDLY_ANY = 150
"""Below this its text is read, too; above, title and headings say what it is."""
MAX_EXCERPT = 120
_MAX_TEXT = 6_000


class Stand(StrEnum):
    """What stands there in place of a site."""

    PARKED = "parked"
    """For sale, expired, or full of a parking company's advertisements."""
    SUSPENDED = "suspended"
    """Switched off by whoever hosts it."""
    DEFAULT = "default"
    """As the server came, or a bare listing of files."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands in place of a site, and by what it was known."""

    stand: Stand
    excerpt: str


@dataclass(frozen=True, slots=True)
class _Signs:
    phrases: tuple[tuple[Stand, re.Pattern[str]], ...]
    hosts: frozenset[str]


def placeholder(document: Document) -> Placeholder | None:
    """What stands in place of a site; None when *document* is one."""
    words = count_words(document.text[: 2 * _MAX_TEXT])
    if words >= FEW_WORDS:
        return None
    told = (document.title, *document.headings[:5], *((document.text,) if words < HARDLY_ANY else ()))
    parts = [_folded(part) for part in told]
    for stand, pattern in _signs().phrases:
        found = next((match for part in parts if (match := pattern.search(part))), None)
        if found is not None:
            return Placeholder(stand, _excerpt(found))
    host = _parking_host(document)
    return Placeholder(Stand.PARKED, host) if host else None


def _parking_host(document: Document) -> str:
    """The parking company that the page loads from, or that it moves its visitors to."""
    hosts = _signs().hosts
    for url in (*document.scripts, *document.frames, *document.refreshes):
        labels = host_of(url).split(".")
        if any(".".join(labels[start:]) in hosts for start in range(len(labels))):
            return ".".join(labels)
    return ""


def _folded(text: str) -> str:
    return " ".join(text[:_MAX_TEXT].lower().split())


def _excerpt(found: re.Match[str]) -> str:
    return "".join(character for character in found[0] if character.isprintable())[:MAX_EXCERPT]


@lru_cache(maxsize=1)
def _signs() -> _Signs:
    data = tomllib.loads((files("monitor.content") / "parked.toml").read_text(encoding="utf-8"))
    order = (Stand.PARKED, Stand.SUSPENDED, Stand.DEFAULT)
    return _Signs(
        phrases=tuple((stand, re.compile("|".join(data[stand.value]["phrases"]))) for stand in order),
        hosts=frozenset(data["parked"]["hosts"]),
    )
