"""A message as it can be read on the board: its words as they were kept when it was composed, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.alerts import render
from monitor.alerts.kept import NotReadable, from_json
from monitor.incident import Parcel

UNWRITTEN = "Belum disusun: isinya ditulis ketika pertama kali akan dikirim, menurut keadaan saat itu."
UNREADABLE = (
    "Isinya disimpan dalam bentuk yang tidak dikenal versi ini, sehingga tidak ditampilkan: menyusunnya ulang dari"
    " keadaan sekarang akan menghasilkan kata-kata lain."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one channel."""

    parcel: Parcel
    title: str
    text: str
    """As plain text, harmless, with links broken as in every channel; empty when it cannot be read."""
    composed: datetime | None
    """UTC; None when it cannot be read."""
    why: str = ""
    """Why it cannot be read."""


def letter(parcel: Parcel) -> Letter:
    """*parcel* to read. What was never kept is not made up from what is known by now."""
    if parcel.body is None:
        return Letter(parcel, "", "", None, UNWRITTEN)
    try:
        message = from_json(parcel.body)
    except NotReadable:
        return Letter(parcel, title_of(parcel), "", None, UNREADABLE)
    return Letter(parcel, render.subject(message), render.text(message), message.at)


def title_of(parcel: Parcel) -> str:
    """The first line of what was composed; empty before it first left."""
    return str((parcel.body or {}).get("title", ""))
