"""Seconds by state, hour by hour: what rollups keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from monitor.availability.history import History, pieces
from monitor.availability.response import Response
from monitor.model import State

_PLACE: Mapping[State, int] = {State.UP: 0, State.DEGRADED: 1, State.DOWN: 2, State.UNOBSERVED: 3}
HOUR = 3600


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
    found: dict[int, list[int]] = {}
    for piece in pieces(history, first * HOUR, last * HOUR):
        place = _PLACE[piece.state]
        for hour in range(piece.start // HOUR, (piece.end - 1) // HOUR + 1):
            spent = min(piece.end, (hour + 1) * HOUR) - max(piece.start, hour * HOUR)
            row = found.setdefault(hour, [0] * len(NOTHING))
            row[place] += spent
            if piece.is_maintained:
                row[4 + place] += spent
    return {hour: Tally(*row) for hour, row in found.items()}
