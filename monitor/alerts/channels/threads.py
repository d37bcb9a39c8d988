"""Libraries that block, off the event loop: in a thread that nobody waits for when it hangs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from monitor.alerts.channels.courier import Undelivered

MOST_HANGING = 3
"""Threads of one courier that may hang at a time."""

T = TypeVar("T")


class Thread:
    """Calls in threads of their own; one that takes too long is left behind, and ends with the process."""

    def __init__(self, name: str) -> None:
        """*name* the threads."""
        self._name = name
        self._running = 0

    async def call(self, function: Callable[[], T], seconds: float) -> T:
        """
        What *function* returns, or raises.

        Raises `Undelivered` when that takes longer than *seconds*, or while too many calls of before hang.
        """
        if self._running >= MOST_HANGING:
            raise Undelivered(f"{self._running} pengiriman sebelumnya masih menggantung")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            self._running -= 1
            if done.done():
                return  # nobody waits any more
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # without an error it is a T

        def run() -> None:
            result, failure = None, None
            try:
                result = function()
            except Exception as error:  # noqa: BLE001 - handed to whoever awaits it
                failure = error
            with suppress(RuntimeError):  # the loop is closed: the daemon has stopped
                loop.call_soon_threadsafe(settle, result, failure)

        self._running += 1
        threading.Thread(target=run, name=self._name, daemon=True).start()
        try:
            async with asyncio.timeout(seconds):
                return await done
        except TimeoutError:
            pass
        raise Undelivered(f"tidak selesai dalam {seconds:g} detik")
