"""A picture to go with the evidence: taken when something opens that the CSIRT must see, kept beside the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

import structlog

from monitor.model import CheckResult, Exhibit
from monitor.net.dial import Dialer
from monitor.screenshot import Camera, find
from monitor.settings import Evidence

MOST = 20
"""Pictures that may be waiting; of a hundred sites defaced at once, some do."""

log = structlog.get_logger(__name__)


class Keeper(Protocol):
    """The part of a `Store` that a witness needs."""

    async def add_exhibits(self, kode: str, check: str, at: datetime, exhibits: Sequence[Exhibit]) -> None:
        """Keep *exhibits* with the gravest finding of *kode* that was open at *at*."""


class Witness:
    """Takes pictures in the background while entered; without a browser it does nothing."""

    def __init__(self, settings: Evidence, dialer: Dialer, keeper: Keeper, now: Callable[[], datetime]) -> None:
        """Use the browser of *settings*, and hand pictures to *keeper*."""
        browser = find(settings)
        self._camera = Camera(browser, dialer, now, scripts=settings.scripts) if browser else None
        self._keeper = keeper
        self._tasks: set[asyncio.Task[None]] = set()
        self.taken = 0
        """Pictures taken since the start."""
        self.failed = 0
        """Pictures that were not to be had, or for which there was no time."""

    @property
    def ready(self) -> bool:
        """Whether there is a browser to take pictures with."""
        return self._camera is not None

    @property
    def busy(self) -> int:
        """Pictures that are waiting or being taken."""
        return len(self._tasks)

    async def __aenter__(self) -> Self:
        """Be ready."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def called(self, result: CheckResult[Any]) -> None:
        """Something grave opened by *result*: have a picture taken, if there is a camera that is not too busy."""
        if self._camera is None:
            return
        if len(self._tasks) >= MOST:
            self.failed += 1
            log.warning("witness.busy", target=result.target.kode)
            return
        task = asyncio.get_running_loop().create_task(self._picture(self._camera, result))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _picture(self, camera: Camera, result: CheckResult[Any]) -> None:
        target = result.target
        try:
            exhibit = await camera.take(target.url)
            if exhibit is None:
                self.failed += 1
                return
            at = result.started + result.duration
            await self._keeper.add_exhibits(target.kode, result.check, at, (exhibit,))
            self.taken += 1
        except Exception:  # a picture is a bonus: neither a browser nor its store may end the watch
            self.failed += 1
            log.exception("witness.failed", target=target.kode)
