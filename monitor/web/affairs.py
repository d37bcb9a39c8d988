"""What people are to hear of, read at one instant: for `/metrics` and for what stands above every page."""

from __future__ import annotations

from collections import Counter

from monitor import metrics
from monitor.desk import Desk
from monitor.features import features_of
from monitor.incident import Incident, ParcelState, Window
from monitor.latest import Entry
from monitor.reach import ALERTMANAGER, FEED, HEARTBEAT, Reach
from monitor.web.view import View


def affairs(view: View) -> metrics.Affairs | None:
    """All of it; None on a board that is for reading only. Call it on the event loop, where the book lives."""
    if view.desk is None:
        return None
    incidents = view.desk.book.open
    return metrics.Affairs(
        incidents=Counter((item.audience, item.severity) for item in incidents),
        unacknowledged=sum(is_waiting(item) for item in incidents),
        maintained=_maintained(view, view.desk),
        parcels=_parcels(view.reach) if view.reach else {},
        tries=_tries(view.reach) if view.reach else {},
        outside=_outside(view.reach) if view.reach else {},
    )


def is_waiting(incident: Incident) -> bool:
    """Whether it is not over, and nobody has taken it on."""
    return incident.resolved is None and incident.acknowledged is None


def maintenance_of(view: View, entry: Entry) -> tuple[Window, ...]:
    """The maintenance that *entry*'s target is under right now."""
    if view.desk is None or not view.desk.book.windows:
        return ()
    address = features_of(view.latest, entry).address
    return view.desk.book.windows_now(entry.target.kode, address, view.now())


def _maintained(view: View, desk: Desk) -> dict[str, bool]:
    entries = view.latest.entries()
    if not desk.book.windows:
        return dict.fromkeys((entry.target.kode for entry in entries), False)
    return {entry.target.kode: bool(maintenance_of(view, entry)) for entry in entries}


def _parcels(reach: Reach) -> dict[tuple[str, ParcelState], int]:
    return {
        (channel, state): reach.counts.get((channel, state), 0) for channel in reach.channels for state in ParcelState
    }


def _tries(reach: Reach) -> dict[tuple[str, str], int]:
    told: dict[tuple[str, str], int] = {}
    for name, line in reach.lines.items():
        told |= {(name, "sent"): line.sent, (name, "failed"): line.failed - line.dead, (name, "dead"): line.dead}
    return told


def _outside(reach: Reach) -> dict[str, bool]:
    said = {what: reach.standing(what) for what in (FEED, HEARTBEAT, ALERTMANAGER)}
    return {what: is_well for what, is_well in said.items() if is_well is not None}
