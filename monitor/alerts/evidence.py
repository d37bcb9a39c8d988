"""The evidence of a finding in short lines: what, who sees it, where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.alerts.defang import plain
from monitor.domains import host_of
from monitor.model import Finding
from monitor.words import VIEWS

MAX_LINES = 8
_MAX_EACH = 3
_MAX_LINE = 200
_HIT = re.compile(r"([^():]{1,40}) \(([a-z-]{1,20})\): (.*)", re.DOTALL)

PLACES: Mapping[str, str] = {
    "title": "judul",
    "meta": "keterangan (meta)",
    "og": "keterangan untuk media sosial",
    "canonical": "alamat kanonik",
    "heading": "kepala tulisan",
    "anchor-text": "teks tautan",
    "anchor-target": "tujuan tautan",
    "hidden": "bagian tersembunyi",
    "json-ld": "data terstruktur",
    "script": "skrip",
    "frame": "bingkai",
    "refresh": "pengalihan otomatis",
    "encoded": "isi yang disandikan",
    "comment": "komentar HTML",
    "text": "isi halaman",
}
"""Where on a page something stands (`content.facts.Place`), as people read it."""


def lines(finding: Finding) -> tuple[str, ...]:
    """At most `MAX_LINES` lines about what was seen; empty when the sentence of the catalogue says it all."""
    said = dict.fromkeys(plain(line, _MAX_LINE) for line in _lines(finding.detail, finding.subject))
    return tuple(said)[:MAX_LINES]


def hosts(finding: Finding) -> frozenset[str]:
    """The hosts, lower case, of the addresses that were seen: where a page leads, and where it stands."""
    found = (host_of(url if "//" in url else f"//{url}") for url in _urls(finding.detail))
    return frozenset(filter(None, found))


def _lines(detail: Mapping[str, Any], subject: str) -> Iterator[str]:
    views = [VIEWS.get(view, view) for view in _texts(detail, "views") or _texts(detail, "view")]
    if views:
        yield f"terlihat oleh: {', '.join(views)}"
    yield from map(_hit, _items(detail.get("hits"))[:_MAX_EACH])
    for name in ("excerpts", "marks"):
        yield from (f"tertulis: “{said}”" for said in _texts(detail, name)[:_MAX_EACH])
    for name in ("examples", "named"):
        yield from (f"tercantum: {said}" for said in _texts(detail, name)[:_MAX_EACH])
    own = str(detail.get("host") or subject)
    for url in _urls(detail)[:_MAX_EACH]:
        yield f"{'halaman' if host_of(url) == own else 'tautan'}: {url}"


def _hit(said: Any) -> str:
    told = hit(said)
    return f"tertulis {told}" if told.startswith("di ") else f"tertulis: {told}"


def hit(said: Any) -> str:
    """A thing that counts on a page: `slot (title): SLOT GACOR` → `di judul: “SLOT GACOR” (slot)`."""
    match = _HIT.fullmatch(str(said))
    if match is None:
        return f"“{said}”"
    family, place, excerpt = match.groups()
    return f"di {PLACES.get(place, place)}: “{excerpt}” ({family})"


def _urls(detail: Mapping[str, Any]) -> list[str]:
    named = ("url", "location", "links", "urls", "destination", "destinations")
    said: list[str] = []
    for url in (url for name in named for url in _texts(detail, name)):
        if not any(url in each for each in said):  # a bare host after its URL says nothing new
            said.append(url)
    return said


def _texts(detail: Mapping[str, Any], name: str) -> list[str]:
    return [str(item) for item in _items(detail.get(name)) if item]


def _items(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
