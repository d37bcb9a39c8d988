"""How people and machines are reached right now: channels, messages under way, who outside takes what we bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from monitor.alerts.beat import Standing
from monitor.alerts.routing import gaps
from monitor.incident import ParcelState
from monitor.settings import Alerts

COUNTED = timedelta(seconds=15)
"""How often the messages under way are counted; a page or a scrape never waits for it."""
FEED, HEARTBEAT, ALERTMANAGER = "feed", "heartbeat", "alertmanager"
"""What a `Standing` may be about."""


class Line(Protocol):
    """How one channel has been doing since the start."""

    @property
    def alive(self) -> bool | None: ...
    @property
    def sent(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def dead(self) -> int: ...


class Outbox(Protocol):
    """The part of a `Store` that is counted."""

    async def outbox_counts(self) -> Mapping[tuple[str, ParcelState], int]:
        """(channel, state) → how many parcels."""


class Camera(Protocol):
    """Who takes pictures for the evidence."""

    @property
    def ready(self) -> bool: ...
    @property
    def busy(self) -> int: ...
    @property
    def taken(self) -> int: ...
    @property
    def failed(self) -> int: ...


class Reach:
    """Read by the board and by `/metrics`; nothing in it is asked of the store but by `count`."""

    def __init__(
        self,
        settings: Alerts,
        outbox: Outbox,
        *,
        lines: Mapping[str, Line] | None = None,
        standings: Sequence[Standing] = (),
        camera: Camera | None = None,
    ) -> None:
        """By *settings*; *lines*, *standings* and *camera* are read where they live, each time."""
        self.lines: Mapping[str, Line] = lines or {}
        """Channel → how it has been doing."""
        self.standings = tuple(standings)
        """The feed, the heartbeat and every Alertmanager, as far as they are set."""
        self.camera = camera
        self.gaps = gaps(settings)
        """What nobody would be told of, in Indonesian."""
        self.counts: Mapping[tuple[str, ParcelState], int] = {}
        """(channel, state) → messages, as last counted."""
        self.is_mute = not settings.channels
        """Whether there is no channel at all: nobody is told of anything."""
        self._channels = tuple(name for name, channel in settings.channels.items() if channel.type != ALERTMANAGER)
        self._outbox = outbox

    async def count(self) -> None:
        """Count the messages; to be called every `COUNTED`. Raises what the store raises."""
        self.counts = await self._outbox.outbox_counts()

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that messages go to by the settings, then those that messages were ever for."""
        return tuple(dict.fromkeys((*self._channels, *sorted({channel for channel, _state in self.counts}))))

    def total(self, state: ParcelState) -> int:
        """How many messages are in *state*, over all channels."""
        return sum(count for (_channel, each), count in self.counts.items() if each is state)

    @property
    def dead(self) -> Mapping[str, int]:
        """Channel → messages given up, where there are any."""
        found = Counter(
            {channel: count for (channel, state), count in self.counts.items() if state is ParcelState.DEAD}
        )
        return dict(found.most_common())

    @property
    def silent(self) -> tuple[str, ...]:
        """The channels whose last try failed."""
        return tuple(name for name, line in self.lines.items() if line.alive is False)

    def standing(self, what: str) -> bool | None:
        """Whether every *what* takes what we bring; None when there is none, or none was tried yet."""
        said = [standing.well for standing in self.standings if standing.what == what and standing.well is not None]
        return all(said) if said else None
