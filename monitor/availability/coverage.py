"""When somebody looked: from the instants of observations to the gaps between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

Span = tuple[int, int]
"""Seconds since the epoch: from the first on, the second no longer in it."""

CADENCES_UNOBSERVED = 2.5
"""An interval between two observations that is longer than this many cadences was seen by nobody."""


def limit_of(cadence: timedelta) -> int:
    """The longest interval, in seconds, that still counts as observed at *cadence*."""
    return math.floor(cadence.total_seconds() * CADENCES_UNOBSERVED)


def gaps(instants: Iterable[int], limit: Callable[[int], int], horizon: int) -> Iterator[Span]:
    """
    The intervals that nobody observed, in order, each from the last observation on until the next.

    *instants* may come in any order (a clock may step back) and more than once. *limit* says how long an interval that
    begins at a second may be. Of the time since the last observation as much is known as of any other: it is a gap up
    to *horizon* once it is too long.
    """
    last: int | None = None
    for at in sorted(instants):
        if at >= horizon:
            break
        if last is not None and at - last > limit(last):
            yield last, at
        last = at
    if last is not None and horizon - last > limit(last):
        yield last, horizon


def merged(spans: Iterable[Span]) -> list[Span]:
    """*spans* in order; those that overlap or touch are one, empty ones none."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
