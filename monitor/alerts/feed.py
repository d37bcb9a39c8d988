"""Every change as one line for a SIEM: at least once, in the order recorded, and at the SIEM's own speed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from monitor.alerts.beat import Standing, until
from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.ecs import Observer, line_of
from monitor.alerts.sinks import Sink, sink
from monitor.settings import Alerts, Net
from monitor.settings import Feed as Settings
from monitor.store.stored import StoredChange

NAME = "siem"
"""Under which the record keeps how far the feed has come."""
BATCH = 200
"""Changes handed over at a time: what may come twice after a crash."""
REST = 5.0
"""Seconds between looks for changes that nobody nudged us about."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds to wait after the SIEM took nothing, doubled every time."""


class Changes(Protocol):
    """The record, as far as the feed needs it; whatever it raises ends the feed, and so the daemon."""

    async def changes_since(self, change_id: int, limit: int) -> Sequence[StoredChange]:
        """The first *limit* changes after *change_id*, in the order recorded."""

    async def feed_position(self, name: str) -> int:
        """The last change that the reader *name* has dealt with; 0: none yet."""

    async def set_feed_position(self, name: str, change_id: int) -> object:
        """*name* has dealt with everything up to *change_id*."""


class Feed:
    """Follows the changes from where it stood, from the first ever when it never stood anywhere."""

    def __init__(self, changes: Changes, to: Sink, observer: Observer) -> None:
        """Hand what *changes* tells to the sink *to*, as *observer* saw it."""
        self._changes = changes
        self._to = to
        self._observer = observer
        self._wake = asyncio.Event()
        self._pause = FIRST_PAUSE
        self.standing = Standing("feed")

    def nudge(self) -> None:
        """There is a new change: look now. Call it on the event loop."""
        self._wake.set()

    async def run(self) -> None:
        """Follow until cancelled; raises what the record raises."""
        position = await self._changes.feed_position(NAME)
        try:
            while True:
                self._wake.clear()
                position = await self._advance(position)
        finally:
            await self._to.aclose()

    async def _advance(self, position: int) -> int:
        """Where the feed stands after one step from *position*; waits when there was nothing to do."""
        changes = await self._changes.changes_since(position, BATCH)
        if not changes:
            await until(self._wake, REST)
            return position
        try:
            await self._to.deliver([line_of(change, self._observer) for change in changes])
        except Undelivered as failure:
            self.standing.failed(failure.reason)
            await self._wait()
            return position
        self.standing.ok()
        self._pause = FIRST_PAUSE
        await self._changes.set_feed_position(NAME, changes[-1].id)
        return changes[-1].id

    async def _wait(self) -> None:
        """A new change is no reason to try sooner."""
        await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)


def feed(settings: Settings, alerts: Alerts, net: Net, changes: Changes) -> Feed | None:
    """The feed by *settings*; None when they want none. Raises `ConfigError` for a bad CA file."""
    observer = Observer(organization=alerts.contact)
    to = sink(settings, net, observer.hostname)
    return None if to is None else Feed(changes, to, observer)
