"""Outages as an Atom feed (RFC 4287): that a site could not be reached and when, never why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from monitor.availability import Outage
from monitor.model import Target
from monitor.words import duration, iso, prose

ATOM = "http://www.w3.org/2005/Atom"
_STRANGE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for (§2.2)."""


@dataclass(frozen=True, slots=True)
class News:
    """An outage of a site."""

    target: Target
    outage: Outage

    @property
    def updated(self) -> datetime:
        """When the last thing happened: it ended, or began."""
        return self.outage.end or self.outage.start

    @property
    def id(self) -> str:
        """The same for the same outage, whatever became of it."""
        return uuid5(NAMESPACE_URL, f"outage:{self.target.kode}:{self.outage.start.isoformat()}").urn

    @property
    def title(self) -> str:
        """`Desa Onje pulih setelah 2 jam 5 menit`."""
        if self.outage.end is None:
            return f"{self.target.name} tidak dapat dijangkau"
        return f"{self.target.name} pulih setelah {duration(self.outage.duration)}"

    @property
    def summary(self) -> str:
        """From when to when, and whether it was planned."""
        end = f" sampai {prose(self.outage.end)}" if self.outage.end else ", dan belum pulih"
        planned = " Selama itu ada pemeliharaan terencana." if self.outage.maintained else ""
        return f"Tidak dapat dijangkau sejak {prose(self.outage.start)}{end}.{planned}"


def feed(title: str, base: str, now: datetime, news: Iterable[News]) -> bytes:
    """The feed called *title* of the status page under *base*, an URL without a slash at its end."""
    items = list(news)
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "id"})
    _add(root, "title", title)
    _add(root, "id", f"{base}/status")
    _add(root, "updated", iso(max((item.updated for item in items), default=now)))
    _add(_add(root, "author"), "name", title)
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{base}/status/feed.atom")
    _add(root, "link", rel="alternate", type="text/html", href=f"{base}/status")
    for item in items:
        _entry(root, base, item)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, base: str, item: News) -> None:
    entry = _add(root, "entry")
    _add(entry, "title", item.title)
    _add(entry, "id", item.id)
    _add(entry, "published", iso(item.outage.start))
    _add(entry, "updated", iso(item.updated))
    _add(entry, "link", rel="alternate", type="text/html", href=f"{base}/status#{quote(item.target.kode)}")
    _add(entry, "summary", item.summary)


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        found.text = _STRANGE.sub("�", text)
    return found
