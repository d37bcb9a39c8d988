"""The evidence of a finding in short lines: what, who sees it, where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.alerts.defang import plain
from monitor.alerts.phrases import VIEWS
from monitor.model import Finding

MAX_LINES = 8
_MAX_EACH = 3
_MAX_LINE = 200


def lines(finding: Finding) -> tuple[str, ...]:
    """At most `MAX_LINES` lines about what was seen; empty when the sentence of the catalogue says it all."""
    said = dict.fromkeys(plain(line, _MAX_LINE) for line in _lines(finding.detail))
    return tuple(said)[:MAX_LINES]


def _lines(detail: Mapping[str, Any]) -> Iterator[str]:
    views = [VIEWS.get(view, view) for view in _texts(detail, "views") or _texts(detail, "view")]
    if views:
        yield f"terlihat oleh: {', '.join(views)}"
    yield from map(_hit, _items(detail.get("hits"))[:_MAX_EACH])
    for excerpt in _texts(detail, "excerpts")[:_MAX_EACH]:
        yield f"tertulis: “{excerpt}”"
    for url in _urls(detail)[:_MAX_EACH]:
        yield f"tautan: {url}"


def _hit(hit: Any) -> str:
    """A thing that counts on a page, as text or as {family, place, excerpt}."""
    if not isinstance(hit, Mapping):
        return f"tertulis: “{hit}”"
    where = ", ".join(str(hit[name]) for name in ("place", "family") if hit.get(name))
    return f"tertulis: “{hit.get('excerpt', '')}”" + (f" ({where})" if where else "")


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
