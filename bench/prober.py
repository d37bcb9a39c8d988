"""The contestants, each in a process of its own: `python -m bench.prober NAME SETUP`, then a line of JSON per round."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import uvloop

from bench import contestants
from bench.children import answer, questions
from bench.contestants import Contestant
from bench.setup import Setup

WIDTH = 8
"""Looks under way at a time, of every contestant."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of looks cost."""

    cpu: float
    """Seconds of every thread of this process, system time included."""
    wall: float
    good: int
    """Looks that brought the page over a verified connection."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"cpu": self.cpu, "wall": self.wall, "good": self.good, "peak_kb": peak}


async def race(contestant: Contestant, looks: int) -> Round:
    """One round of *looks*, `WIDTH` at a time, over all sites in turn."""
    numbers = iter(range(looks))
    good = count()

    async def work() -> None:
        for _number in numbers:
            if await contestant.look():
                next(good)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _worker in range(WIDTH)))
    await contestant.settle()
    return Round(time.process_time() - cpu, time.perf_counter() - wall, next(good))


async def serve(make: Callable[[Setup, AsyncExitStack], Awaitable[Contestant]], setup: Setup) -> None:
    """Answer every question with a round, until the parent hangs up."""
    async with AsyncExitStack() as stack:
        contestant = await make(setup, stack)
        for question in questions():
            answer((await race(contestant, question["looks"])).as_json())


def main(name: str, setup: Path) -> None:
    """Be the contestant *name*."""
    values: Mapping[str, Any] = json.loads(setup.read_text(encoding="utf-8"))
    uvloop.run(serve(contestants.ALL[name], Setup(**values)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
