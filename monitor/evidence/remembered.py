"""When each target was looked at, by a bundle: of samples that the record let go of, nothing else tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.store.told import Told

Pair = tuple[str, str]
"""Kode and check."""
Looks = tuple[datetime, datetime]
"""The first and the last of the month."""


def reminded(told: Told, figures: Mapping[str, Any], vital: str, gone: datetime) -> Told:
    """*told*, with the looks before *gone* as *figures* (`data.json`) have them; *vital* is the check of visits."""
    looked = dict(told.looked)
    for pair, said in _said(figures, vital):
        ours = looked.get(pair)
        first = said[0] if said[0] < gone else ours[0] if ours else None
        last = ours[1] if ours else said[1] if said[1] < gone else None
        if first is not None and last is not None:
            looked[pair] = (first, last)
    return replace(told, looked=looked)


def _said(figures: Mapping[str, Any], vital: str) -> Iterator[tuple[Pair, Looks]]:
    for item in _rows(figures, "certificates"):
        yield from _pair((item.get("kode"), "tls"), item.get("looked"), item.get("looked"))
    for item in _rows(figures, "registrations"):
        yield from _pair((item.get("domain"), "registration"), item.get("looked"), item.get("looked"))
    for item in _rows(figures, "mail"):
        yield from _pair((item.get("domain"), "mail"), item.get("looked"), item.get("looked"))
    for item in _rows(figures, "sites"):  # the last, as certificates are seen by visits, too
        yield from _pair((item.get("kode"), vital), item.get("first_look"), item.get("last_look"))


def _rows(figures: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    found = figures.get(name)
    return (item for item in found if isinstance(item, Mapping)) if isinstance(found, list) else iter(())


def _pair(pair: tuple[Any, str], first: Any, last: Any) -> Iterator[tuple[Pair, Looks]]:
    kode, check = pair
    try:
        looks = datetime.fromisoformat(first), datetime.fromisoformat(last)
    except (TypeError, ValueError):
        return
    if isinstance(kode, str) and all(at.tzinfo is not None for at in looks):
        yield (kode, check), looks
