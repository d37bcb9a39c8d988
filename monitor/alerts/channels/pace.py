"""No channel is flooded: so many pieces a minute, and what is beyond waits."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0


class Pace:
    """
    Counts what left within the last minute, on the monotonic clock.

    A bucket of *per_minute* tokens whose tokens each come back a minute after they were taken: whatever minute one
    looks at, no more than that left, where a bucket that fills steadily lets twice as much through after a quiet time.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """At most *per_minute* in any 60 seconds of *clock*."""
        self._taken: deque[float] = deque(maxlen=per_minute)
        self._clock = clock

    def wait(self) -> float:
        """Seconds until another may leave; 0.0 when it may now."""
        if len(self._taken) < (self._taken.maxlen or 1):
            return 0.0
        return max(0.0, self._taken[0] + MINUTE - self._clock())

    def spend(self, pieces: int) -> None:
        """*pieces* leave now; a message of more pieces than there are tokens leaves whole, and the next waits."""
        self._taken.extend([self._clock()] * pieces)
