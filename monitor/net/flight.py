"""Work under way that several callers wait for, each with its own patience."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Flight(Generic[T]):
    """One task and those who wait for it; it is cancelled when the last of them leaves before its end."""

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        """Start *work*."""
        self._task = asyncio.create_task(work)
        self._waiters = 0

    @property
    def over(self) -> bool:
        """True when it is too late to join."""
        return self._task.done() or self._task.cancelling() > 0

    def then(self, ended: Callable[[], object]) -> None:
        """Call *ended* when it is over, however it ended."""
        self._task.add_done_callback(lambda _task: ended())

    async def wait(self, until: float | None = None) -> T:
        """The result. Raises `TimeoutError` at loop time *until*, or when the flight was cancelled under us."""
        self._waiters += 1
        try:
            timeout = None if until is None else max(0.0, until - asyncio.get_running_loop().time())
            # Unlike `await task`, this cannot pass our own cancellation on to the others' task.
            done, _pending = await asyncio.wait((self._task,), timeout=timeout)
            if not done or self._task.cancelled():
                raise TimeoutError
            return self._task.result()
        finally:
            self._waiters -= 1
            if not self._waiters:
                await self.cancel()

    async def cancel(self) -> None:
        """Return when the task has ended, by itself or by cancellation."""
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait((self._task,))
