"""Instants as people type them."""

from __future__ import annotations

from datetime import datetime, time

from monitor.errors import MonitorError
from monitor.words import WIB


class BadAct(MonitorError):
    """What a person asked for cannot be done as they put it; the message says why and what to do instead."""

    def __init__(self, message: str, field: str = "") -> None:
        """*field*: which part of what was asked for is wrong, as documents name it; empty when it is none alone."""
        super().__init__(message)
        self.field = field


def moment(text: str, what: str, field: str = "") -> datetime:
    """
    The instant that a person wrote, in WIB unless it says otherwise.

    Raises `BadAct`, in which it is *what*, of the *field*.
    """
    return _moment(text, what, field, time())


def last_moment(text: str, what: str, field: str = "") -> datetime:
    """As `moment`; but a bare day counts whole, as people mean it who write until when."""
    return _moment(text, what, field, time(23, 59, 59))


def _moment(text: str, what: str, field: str, hour: time) -> datetime:
    if not text.strip():
        raise BadAct(f"{what} kosong; isi dengan tanggal, seperti 2026-11-24 08:00 (WIB)", field)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadAct(f"{what} bukan tanggal: {text[:40]!r}; tulis seperti 2026-11-24 08:00 (WIB)", field) from error
    if len(text.strip()) <= _DAY:
        found = datetime.combine(found.date(), hour)
    return found if found.tzinfo else found.replace(tzinfo=WIB)


_DAY = len("2026-11-24")
