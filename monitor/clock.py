"""A wall clock that never goes back: what was recorded stays before what is recorded next."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

log = structlog.get_logger(__name__)


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """
    The wall clock while it goes forward; while it is behind what was told already, the time since then is added.

    After a step back (a clock set right by hand, a restored virtual machine) the instants told run ahead until the
    wall clock has caught up or the process is restarted; no sample of before is overwritten, and nothing happens
    before its cause.
    """

    def __init__(self, wall: Callable[[], datetime] = _wall, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Read *wall* (aware UTC) and *monotonic* (seconds)."""
        self._wall = wall
        self._monotonic = monotonic
        self._told = wall()
        self._at = monotonic()
        self._behind = False

    def not_before(self, at: datetime) -> None:
        """Tell nothing before *at* (UTC): what was recorded, or closed, before this process stays in the past."""
        self._told = max(self._told, at)

    def now(self) -> datetime:
        """
        The instant, aware, UTC, in whole milliseconds, rounded down.

        That is what the record keeps: what memory knows and what is read again must be the same instant.
        """
        wall, at = self._wall(), self._monotonic()
        behind = wall < self._told
        if behind and not self._behind:
            log.warning("clock.stepped", back=str(self._told - wall))
        self._told = self._told + timedelta(seconds=at - self._at) if behind else wall
        self._at, self._behind = at, behind
        return self._told.replace(microsecond=self._told.microsecond // 1000 * 1000)
