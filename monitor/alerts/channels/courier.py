"""What a channel is to the outbox: it takes a message, or says why not and whether asking again may help."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from datetime import timedelta
from typing import Protocol

from monitor.alerts.message import Message
from monitor.errors import MonitorError

REMEMBERED = 512
"""Parcels whose half-done deliveries are remembered."""


class Undelivered(MonitorError):
    """The receiver did not take it; the reason is Indonesian, and holds no secret."""

    def __init__(self, reason: str, *, permanent: bool = False, after: timedelta | None = None) -> None:
        """*permanent*: asking again changes nothing. *after*: not sooner, says the receiver."""
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.after = after


class Courier(Protocol):
    """Carries messages over one channel."""

    def pieces(self, message: Message) -> int:
        """In how many pieces *message* leaves, one at least: what the channel's rate and time are reckoned by."""

    async def send(self, parcel_key: str, message: Message) -> None:
        """
        Deliver *message*; return only when the receiver has taken all of it. Raises `Undelivered`.

        Sent again under the same *parcel_key* it is the same message: a receiver that looks at keys takes it once.
        """


class Progress:
    """
    Which pieces of a parcel have left already, so that a retry goes on where the last try ended.

    Kept while the process lives, of the last `REMEMBERED` parcels: after a restart a parcel begins anew.
    """

    def __init__(self) -> None:
        """Nothing has left yet."""
        self._left: OrderedDict[str, set[Hashable]] = OrderedDict()

    def has(self, key: str, piece: Hashable) -> bool:
        """Whether *piece* of the parcel *key* was taken."""
        return piece in self._left.get(key, ())

    def add(self, key: str, piece: Hashable) -> None:
        """*piece* of *key* was taken."""
        self._left.setdefault(key, set()).add(piece)
        self._left.move_to_end(key)
        while len(self._left) > REMEMBERED:
            self._left.popitem(last=False)

    def done(self, key: str) -> None:
        """All of *key* was taken; forget it."""
        self._left.pop(key, None)
