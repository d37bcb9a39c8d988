"""What stands in front of a page for robots: tests, limits and refusals that are not the page; data, not code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from monitor.checks.cloaking.compare import is_home
from monitor.checks.cloaking.data import data
from monitor.checks.cloaking.facts import View
from monitor.content.facts import Verdict
from monitor.domains import host_of, registrable

_STATUSES = frozenset({429, 503})
"""Come back later (RFC 6585 §4, RFC 9110 §15.6.4)."""
_PEEK = 64 * 1024
"""Bytes of a page in which a test for robots shows itself."""


@dataclass(frozen=True, slots=True)
class Walls:
    """How a wall is known."""

    hosts: frozenset[str]
    """Registrable domains that serve nothing but tests for robots."""
    fields: tuple[tuple[str, str], ...]
    """Header fields and what they say when the answer is a test."""
    marks: tuple[bytes, ...]
    """What the page of a test holds, in lower case."""


def is_wall(view: View, home: str) -> bool:
    """
    Whether *view*, of a site at the host *home*, is a wall and not what the site shows such a visitor.

    A page that serves gambling is never one, nor is a stranger's, whatever marks of a wall it bears: who hides
    something may dress it up.
    """
    known = _walls()
    host = host_of(view.url)
    if registrable(host) in known.hosts:
        return True
    if view.gambling.verdict is not Verdict.CLEAN or not is_home(host, home):
        return False
    return view.status in _STATUSES or _says_so(view, known)


def _says_so(view: View, known: Walls) -> bool:
    said = {name.lower(): value.lower() for name, value in view.head}
    page = view.body[:_PEEK].lower()
    return any(value in said.get(name, "") for name, value in known.fields) or any(mark in page for mark in known.marks)


@lru_cache(maxsize=1)
def _walls() -> Walls:
    table = data()["walls"]
    return Walls(
        frozenset(table["hosts"]),
        tuple(sorted(table["fields"].items())),
        tuple(mark.encode() for mark in table["marks"]),
    )
