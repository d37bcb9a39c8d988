"""
Availability: from what was recorded about a target to figures that hold in an audit – pure, whole seconds.

Four states, weighted by time: up, degraded (reachable, so it counts as up), down, and *tidak teramati*, which is
neither up nor down. Planned maintenance lies over them and is reported both ways.
"""

from __future__ import annotations

from monitor.availability.calendar import month, month_name, parse_month
from monitor.availability.coverage import CADENCES_UNOBSERVED, Span, gaps, limit_of, merged
from monitor.availability.figures import Figures, Outage, figures, together
from monitor.availability.history import History, Piece, Spell, Step, pieces, spells
from monitor.availability.response import Response, Responses
from monitor.availability.tally import Hour, Tally, daily, tallies

__all__ = [
    "CADENCES_UNOBSERVED",
    "Figures",
    "History",
    "Hour",
    "Outage",
    "Piece",
    "Response",
    "Responses",
    "Span",
    "Spell",
    "Step",
    "Tally",
    "daily",
    "figures",
    "gaps",
    "limit_of",
    "merged",
    "month",
    "month_name",
    "parse_month",
    "pieces",
    "spells",
    "tallies",
    "together",
]
