"""One question at a time to each registry, and none while it has asked to be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.errors import Unreachable

PAUSE = timedelta(minutes=15)
"""After a 429 that does not say for how long."""
LONGEST = timedelta(hours=24)

_BUSY = frozenset({429, 503})
_DAYS_DIGITS = 9


class Gate:
    """The manners towards one registry, shared by all targets; it lives as long as the check."""

    def __init__(self) -> None:
        """Nobody is asking, and the registry has said nothing."""
        self._turn = asyncio.Lock()
        self._until = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The time in which the registry may be asked. Raises `Unreachable` while it must not be."""
        async with self._turn:
            left = self._until - asyncio.get_running_loop().time()
            if left > 0:
                raise Unreachable(f"registri meminta jeda; ditanyakan lagi paling cepat {left:.0f} detik lagi")
            yield

    def heed(self, status: int, retry_after: str | None, now: datetime) -> None:
        """Remember a wish to be left alone (RFC 6585 §4, RFC 9110 §15.6.4 and §10.2.3)."""
        wish = wait(retry_after, now) if status in _BUSY else None
        if wish is None and status == 429:  # noqa: PLR2004 – Too Many Requests
            wish = PAUSE
        if wish is not None:
            self._until = asyncio.get_running_loop().time() + min(wish, LONGEST).total_seconds()


def wait(retry_after: str | None, now: datetime) -> timedelta | None:
    """How long *retry_after* asks to wait: seconds or a date (RFC 9110 §10.2.3); None when it cannot be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text)) if len(text) <= _DAYS_DIGITS else LONGEST
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = date.replace(tzinfo=UTC) if date.tzinfo is None else date
    return max(aware - now, timedelta(0))
