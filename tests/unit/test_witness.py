"""A picture is a bonus: taken in the background, and whatever happens to it, the watch goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from monitor.model import CheckResult, Exhibit, Outcome
from monitor.net.dial import Dialer
from monitor.settings import Evidence
from monitor.witness import MOST, Witness
from tests.unit.web import regency
from tests.unit.web.moment import NOW

TARGET = next(regency.targets())
RESULT: CheckResult[Any] = CheckResult(
    target=TARGET, check="website", started=NOW, duration=timedelta(seconds=2), outcome=Outcome.OBSERVED
)
PICTURE = Exhibit(label="tangkapan-layar", url=TARGET.url, at=NOW, media_type="image/png", body=b"\x89PNG")


@dataclass
class Keeper:
    kept: list[tuple[str, str, datetime, tuple[Exhibit, ...]]] = field(default_factory=list)
    error: Exception | None = None

    async def add_exhibits(self, kode: str, check: str, at: datetime, exhibits: Sequence[Exhibit]) -> None:
        if self.error is not None:
            raise self.error
        self.kept.append((kode, check, at, tuple(exhibits)))


@dataclass
class Camera:
    """Takes *picture*, once *ready*."""

    picture: Exhibit | None = PICTURE
    error: Exception | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    async def take(self, url: str) -> Exhibit | None:
        self.asked.append(url)
        await self.ready.wait()
        if self.error is not None:
            raise self.error
        return self.picture


def witness(keeper: Keeper, camera: Camera | None) -> Witness:
    made = Witness(Evidence(screenshots="off"), cast(Dialer, None), keeper, lambda: NOW)
    made._camera = cast(Any, camera)
    return made


async def settled(made: Witness) -> None:
    await asyncio.gather(*made._tasks)


async def test_a_picture_is_kept_with_the_moment_the_run_ended() -> None:
    keeper, camera = Keeper(), Camera()
    camera.ready.set()

    async with witness(keeper, camera) as made:
        made.called(RESULT)
        await settled(made)

    assert keeper.kept == [(TARGET.kode, "website", NOW + timedelta(seconds=2), (PICTURE,))]
    assert camera.asked == [TARGET.url]
    assert (made.ready, made.busy, made.taken, made.failed) == (True, 0, 1, 0)


@pytest.mark.parametrize(
    ("camera", "error"),
    [
        pytest.param({"picture": None}, None, id="nothing to be had"),
        pytest.param({"error": RuntimeError("peramban mati")}, None, id="the browser"),
        pytest.param({}, ValueError("di luar daftar"), id="the record"),
    ],
)
async def test_what_goes_wrong_is_counted_and_ends_nothing(camera: dict[str, Any], error: Exception | None) -> None:
    keeper, broken = Keeper(error=error), Camera(**camera)
    broken.ready.set()

    async with witness(keeper, broken) as made:
        made.called(RESULT)
        await settled(made)

    assert (made.taken, made.failed, keeper.kept) == (0, 1, [])


async def test_of_a_hundred_sites_defaced_at_once_some_are_pictured() -> None:
    camera = Camera()

    async with witness(Keeper(), camera) as made:
        for _ in range(MOST + 3):
            made.called(RESULT)
        assert (made.busy, made.failed) == (MOST, 3)
        camera.ready.set()
        await settled(made)
        made.called(RESULT)
        await settled(made)

    assert made.taken == MOST + 1


async def test_at_the_end_what_is_under_way_is_dropped() -> None:
    keeper = Keeper()

    async with witness(keeper, Camera()) as made:
        made.called(RESULT)

    assert made.busy == 0
    assert keeper.kept == []


async def test_without_a_browser_nothing_is_done() -> None:
    made = Witness(Evidence(screenshots="off"), cast(Dialer, None), Keeper(), lambda: NOW)

    async with made:
        made.called(RESULT)

    assert (made.ready, made.busy, made.failed) == (False, 0, 0)
