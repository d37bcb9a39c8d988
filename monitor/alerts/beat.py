"""For what repeats while the daemon lives: a wait that can be cut short, and a note of how it goes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Standing:
    """Whether something outside takes what we bring: told on the edge, not on every beat."""

    what: str
    """In the log: `alertmanager`, `heartbeat`, `feed`."""
    name: str = ""
    """Which one, where there are several."""
    well: bool | None = None
    """None before the first try."""
    reason: str = ""

    def ok(self) -> None:
        """It was taken."""
        if self.well is False:
            log.info("outside.restored", what=self.what, name=self.name)
        self.well, self.reason = True, ""

    def failed(self, reason: str) -> None:
        """It was not taken, because of *reason* (no secret in it)."""
        if self.well is not False:
            log.warning("outside.failed", what=self.what, name=self.name, reason=reason)
        self.well, self.reason = False, reason


async def until(event: asyncio.Event, seconds: float) -> None:
    """Wait for *event*, but no longer than *seconds*."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
