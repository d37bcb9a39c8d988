"""A few threads that answer questions, each on a connection that cannot write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from monitor.store.engine import READERS
from monitor.store.errors import explained

P = ParamSpec("P")
T = TypeVar("T")


class Reader:
    """Asks the database behind *engine*, known to people as *place*, off the event loop."""

    def __init__(self, engine: Engine, place: str) -> None:
        """Start no thread before the first question."""
        self._engine = engine
        self._place = place
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def ask(self, question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of *question*, seen in one snapshot. Raises `StoreError`."""

        def answer() -> T:
            with explained(self._place), self._engine.connect() as connection:
                return question(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, answer)

    def close(self) -> None:
        """Let running questions end, then drop the connections."""
        self._threads.shutdown()
        self._engine.dispose()
