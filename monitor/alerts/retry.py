"""When a message that was not taken is tried again: exponential backoff with full jitter, and an end – pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.incident import Parcel

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=30)
LEAST = timedelta(seconds=1)
"""However the dice fall, nobody is asked again sooner."""
LEAST_TRIES = 5
"""Nothing is given up after fewer: it may have been made before the daemon was off for a day, or sent again by hand."""
_DOUBLINGS = 20
"""Beyond, `LONGEST` has been reached long ago."""


def ceiling(attempts: int) -> timedelta:
    """The longest wait after the try that followed *attempts* others: 5 s, 10 s, 20 s … 30 minutes."""
    return min(LONGEST, FIRST * float(2 ** min(max(attempts, 0), _DOUBLINGS)))


def pause(attempts: int, chance: float) -> timedelta:
    """How long to wait after a failed try; *chance*, from 0 to 1, is drawn anew every time (full jitter)."""
    return max(LEAST, ceiling(attempts) * chance)


def next_try(
    parcel: Parcel, now: datetime, *, give_up: timedelta, after: timedelta | None, chance: float
) -> datetime | None:
    """
    When *parcel*, not taken just *now*, is tried again; None: never, for *give_up* has passed since it was made.

    `parcel.attempts` does not count this try.

    Not before *after*, when the receiver said so. What would be later than the end is tried once more at the end.
    """
    end = parcel.created + give_up
    wait = max(pause(parcel.attempts, chance), after or timedelta(0))
    if now < end:
        return now + min(wait, end - now)
    return now + wait if parcel.attempts + 1 < LEAST_TRIES else None
