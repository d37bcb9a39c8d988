"""The life of an asset: its states, the processes they belong to, and which step may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """Where in its life an asset is (status_siklus_hidup); the order is that of a life."""

    PLANNED = "rencana"
    PROCURED = "pengadaan"
    IN_USE = "operasional"
    MAINTAINED = "pemeliharaan"
    IDLE = "nonaktif"
    REMOVED = "dihapus"
    """No longer in the inventory; its history stays."""


class Process(StrEnum):
    """The process of managing assets that a state belongs to."""

    PLANNING = "perencanaan"
    PROCUREMENT = "pengadaan"
    USE = "pemanfaatan"
    DISPOSAL = "penghapusan"


PROCESSES: Mapping[Status, Process] = {
    Status.PLANNED: Process.PLANNING,
    Status.PROCURED: Process.PROCUREMENT,
    Status.IN_USE: Process.USE,
    Status.MAINTAINED: Process.USE,
    Status.IDLE: Process.USE,
    Status.REMOVED: Process.DISPOSAL,
}

STEPS: Mapping[Status, tuple[Status, ...]] = {
    Status.PLANNED: (Status.PROCURED, Status.REMOVED),
    Status.PROCURED: (Status.IN_USE, Status.REMOVED),
    Status.IN_USE: (Status.MAINTAINED, Status.IDLE),
    Status.MAINTAINED: (Status.IN_USE, Status.IDLE),
    Status.IDLE: (Status.IN_USE, Status.REMOVED),
    Status.REMOVED: (),
}
"""What may come next: a plan may be called off, and nothing is removed that was not taken out of use before."""


def may_follow(before: Status | None, after: Status | None) -> bool:
    """Whether *after* may come after *before*; None is a state that nobody has declared, and anything may follow it."""
    return before is None or after is None or before is after or after in STEPS[before]


def fault(before: Status | None, after: Status | None) -> str:
    """Why *after* may not come after *before* (Indonesian, with what may); empty when it may."""
    if may_follow(before, after) or before is None or after is None:
        return ""
    allowed = ", ".join(STEPS[before])
    may = f"sesudah {before} hanya {allowed}" if allowed else f"{before} adalah akhir siklus"
    return f"perpindahan {before} → {after} melompati proses: {may}"


def status_of(text: str | None) -> Status | None:
    """*text* as a state; None when it is none."""
    try:
        return Status(text) if text else None
    except ValueError:
        return None
