"""The event loop of the lab's own processes: uvloop where it can be had, and an orderly end on a signal."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
from collections.abc import Callable, Coroutine
from typing import Any


def run(main: Coroutine[Any, Any, int]) -> int:
    """The exit code that *main* returns."""
    with asyncio.Runner(loop_factory=factory()) as runner:
        return runner.run(main)


def stopping() -> asyncio.Event:
    """An event that is set when a person or the system asks this process to end."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, event.set)
    return event


def factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Makes uvloop loops; None when there is no uvloop."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    import uvloop  # noqa: PLC0415 – an optional dependency

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
