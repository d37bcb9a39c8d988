"""Dear answers: worked out once for all who ask, kept for a minute, and never an error twice."""

from __future__ import annotations

import asyncio

import pytest

from monitor.web import memo
from monitor.web.memo import LASTS, Memo


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Source:
    """Counts how often it is asked, and answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        if self.error:
            raise self.error
        return number


@pytest.mark.parametrize(("passed", "answer"), [(0.0, 1), (LASTS - 0.001, 1), (LASTS, 2)])
async def test_an_answer_is_good_for_a_minute(passed: float, answer: int) -> None:
    clock, source = Clock(), Source()
    kept = Memo(clock)
    await kept.get("a", source)

    clock.at += passed

    assert await kept.get("a", source) == answer


async def test_all_who_ask_meanwhile_get_the_same() -> None:
    source, kept = Source(), Memo(Clock())
    source.gate.clear()
    waiting = [asyncio.ensure_future(kept.get("a", source)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    source.gate.set()

    assert await asyncio.gather(*waiting[1:]) == [1, 1, 1, 1]
    assert waiting[0].cancelled()
    assert source.asked == 1


async def test_a_failure_is_told_to_all_and_not_kept() -> None:
    source, kept = Source(), Memo(Clock())
    source.error = RuntimeError("the record is away")
    with pytest.raises(RuntimeError, match="away"):
        await kept.get("a", source)
    source.error = None

    assert await kept.get("a", source) == 2


async def test_keys_do_not_mix_and_the_oldest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "ROOM", 2)
    source, kept = Source(), Memo(Clock())
    answers = [await kept.get(key, source) for key in ("a", "b", "c")]

    assert answers == [1, 2, 3]
    assert await kept.get("c", source) == 3
    assert await kept.get("a", source) == 4
