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


class Faults:
    """
    Everything that is wrong with what a person filled in, to be told at once.

    `with faults:` goes on after a `BadAct`; `settle` raises one that says them all.
    """

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self._said: dict[str, str] = {}
        """What is wrong → the field."""

    def __enter__(self) -> None:
        """What follows may be wrong."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        """Keep a `BadAct`, and go on; anything else is not ours."""
        if isinstance(error, BadAct):
            self._said.setdefault(str(error), error.field)
            return True
        return False

    def settle(self) -> None:
        """Raise `BadAct` when anything was wrong, with all of it in the order of the fields."""
        if self._said:
            fields = set(self._said.values())
            raise BadAct("; ".join(self._said), fields.pop() if len(fields) == 1 else "")


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
