"""Seconds by state, hour by hour as rollups keep them, and day by day as people look back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from monitor.availability.calendar import OFFSET, day_start
from monitor.availability.history import History, Piece, pieces
from monitor.availability.response import Response
from monitor.model import State

_PLACE: Mapping[State, int] = {State.UP: 0, State.DEGRADED: 1, State.DOWN: 2, State.UNOBSERVED: 3}
HOUR = 3600
DAY = 86_400


class Tally(NamedTuple):
    """Seconds in each state; `maintained_…` are the parts of them for which maintenance was planned."""

    up: int = 0
    degraded: int = 0
    down: int = 0
    unobserved: int = 0
    maintained_up: int = 0
    maintained_degraded: int = 0
    maintained_down: int = 0
    maintained_unobserved: int = 0

    @property
    def known(self) -> int:
        """Seconds of which the state is known."""
        return self.up + self.degraded + self.down

    @property
    def maintained(self) -> int:
        """Seconds for which maintenance was planned."""
        return self.maintained_up + self.maintained_degraded + self.maintained_down + self.maintained_unobserved

    @property
    def ratio(self) -> Fraction | None:
        """Time known up ÷ time known, maintenance counted as any other time; None when nothing is known."""
        return Fraction(self.up + self.degraded, self.known) if self.known else None


NOTHING = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What an hour of a target came to."""

    kode: str
    start: datetime
    """UTC."""
    tally: Tally
    """Adds up to 3,600 seconds, or to less in an hour that was not wholly part of the figures."""
    looks: int
    """Observations of its vital check."""
    response: Response


def tallies(history: History, first: int, last: int) -> dict[int, Tally]:
    """Hour, counted from the epoch → its tally: of *first* up to *last* (exclusive), those that count at all."""
    return _spread(pieces(history, first * HOUR, last * HOUR), HOUR, 0)


def daily(history: History, first: int, last: int) -> dict[int, Tally]:
    """The same of days of WIB, as `calendar.day_of` counts them."""
    return _spread(pieces(history, day_start(first), day_start(last)), DAY, OFFSET)


def _spread(found: Iterable[Piece], size: int, offset: int) -> dict[int, Tally]:
    """The seconds of *found* by units of *size* seconds, the first of which began *offset* before the epoch."""
    rows: dict[int, list[int]] = {}
    for piece in found:
        place, start, end = _PLACE[piece.state], piece.start + offset, piece.end + offset
        for unit in range(start // size, (end - 1) // size + 1):
            spent = min(end, (unit + 1) * size) - max(start, unit * size)
            row = rows.setdefault(unit, [0] * len(NOTHING))
            row[place] += spent
            if piece.is_maintained:
                row[4 + place] += spent
    return {unit: Tally(*row) for unit, row in rows.items()}
