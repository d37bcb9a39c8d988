"""The manifest: what is in a bundle, what it was made from, and what came before it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from monitor.evidence import canonical
from monitor.evidence.data import MonthData

FORMAT = "monitor-evidence/1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
PUBLIC_KEY = "kunci-publik.pem"
SUMS = "SHA256SUMS"
HOW_TO = "CARA-VERIFIKASI.txt"
DATA = "data.json"
UNLISTED = frozenset({MANIFEST, SIGNATURE, SUMS})
"""What the manifest cannot list: itself, its signature, and the sums that are over both."""

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the bundle."""

    name: str
    size: int
    sha256: str
    """Lower-case hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a bundle was made from, apart from the month itself."""

    settings: str = ""
    """SHA-256 of the settings without their secrets."""
    inventory: str = ""
    """SHA-256 of the inventory."""
    previous: str = ""
    """SHA-256 of the bundle of the month before; empty when there is none."""
    key_id: str = ""


class Unreadable(ValueError):
    """It is no manifest."""


def render(month: MonthData, origin: Origin, files: Mapping[str, Entry]) -> bytes:
    """The manifest's bytes; *files*: name → entry, of all but `UNLISTED`."""
    period = month.period
    return canonical.dump(
        canonical.plain(
            {
                "format": FORMAT,
                "county": month.county,
                "period": {"key": period.key, "since": period.since, "until": period.until, "cut": period.cut},
                "edition": month.edition,
                "restated": month.restated,
                "complete": month.is_complete,
                "shortcomings": month.shortcomings,
                "tool": month.tool,
                "settings_sha256": origin.settings,
                "inventory_sha256": origin.inventory,
                "seal": month.seal,
                "previous": {"key": month.previous_key, "sha256": origin.previous} if origin.previous else None,
                "key_id": origin.key_id,
                "files": [files[name] for name in sorted(files)],
            }
        )
    )


def parse(content: bytes) -> tuple[Mapping[str, Any], tuple[Entry, ...]]:
    """The manifest as JSON has it, and its files. Raises `Unreadable`."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable("bukan JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Unreadable(f"bukan format {FORMAT}")
    listed = document.get("files")
    if not isinstance(listed, list):
        raise Unreadable("daftar berkas tidak ada")
    if not isinstance(document.get("period"), dict):
        raise Unreadable("tidak menyebut bulannya")
    if not isinstance(document.get("previous"), dict | None):
        raise Unreadable("previous rusak")
    return document, tuple(map(_entry, listed))


def _entry(item: Any) -> Entry:
    if not isinstance(item, dict):
        raise Unreadable("daftar berkas rusak")
    name, size, sha256 = item.get("name"), item.get("size"), item.get("sha256")
    if not isinstance(name, str) or not isinstance(sha256, str) or not _HEX.fullmatch(sha256):
        raise Unreadable("daftar berkas rusak")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise Unreadable(f"ukuran {name} rusak")
    return Entry(name, size, sha256)


def how_to() -> bytes:
    """How a bundle is verified by hand: the text that lies in each."""
    return (files(__package__) / HOW_TO).read_bytes()


def sums(entries: Mapping[str, Entry]) -> bytes:
    """As `sha256sum -c` reads it, by name."""
    return "".join(f"{entries[name].sha256}  {name}\n" for name in sorted(entries)).encode()
