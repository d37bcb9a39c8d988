"""Answers that are dear to work out, kept for a short while."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")

LASTS = 60.0
"""Seconds for which an answer is good."""
ROOM = 1024
"""Answers kept at a time; the oldest goes first."""


class Memo:
    """Keeps answers by key for `LASTS`; whoever asks while one is being worked out waits for that one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* says seconds that only ever grow."""
        self._clock = clock
        self._held: OrderedDict[Hashable, tuple[float, asyncio.Task[Any]]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What *make* answers, or answered a short while ago under *key*; what it raises is not kept."""
        until, task = self._held.get(key, (0.0, None))
        if task is None or self._clock() >= until:
            task = self._begin(key, make())
        # A reader who goes away takes nothing from the others.
        return cast(T, await asyncio.shield(task))

    def _begin(self, key: Hashable, making: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(making)
        self._held[key] = self._clock() + LASTS, task
        self._held.move_to_end(key)
        if len(self._held) > ROOM:
            self._held.popitem(last=False)
        task.add_done_callback(lambda done: self._forget_failure(key, done))
        return task

    def _forget_failure(self, key: Hashable, done: asyncio.Task[Any]) -> None:
        held = self._held.get(key)
        failed = done.cancelled() or done.exception() is not None
        if failed and held is not None and held[1] is done:
            del self._held[key]
