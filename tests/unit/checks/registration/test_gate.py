"""Manners towards a registry."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.checks.registration.gate import LONGEST, Gate, wait
from monitor.errors import Unreachable
from tests.unit.checks.registration.answers import NOW


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("120", timedelta(seconds=120), id="seconds"),
        pytest.param("0", timedelta(0), id="at once"),
        pytest.param(" 5 ", timedelta(seconds=5), id="blanks around"),
        pytest.param("9" * 400, LONGEST, id="for ever"),
        pytest.param("Tue, 24 Nov 2026 01:06:00 GMT", timedelta(minutes=1), id="a date"),
        pytest.param("Tue, 24 Nov 2026 01:06:00 -0000", timedelta(minutes=1), id="a date without offset"),
        pytest.param("Tue, 24 Nov 2020 01:06:00 GMT", timedelta(0), id="a date long past"),
        pytest.param("besok", None, id="prose"),
        pytest.param("-5", None, id="negative"),
        pytest.param("٥", None, id="other digits"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="missing"),
    ],
)
def test_a_wish_is_seconds_or_a_date(text: str | None, span: timedelta | None) -> None:
    assert wait(text, NOW) == span


@pytest.mark.parametrize(
    ("status", "retry_after", "then"),
    [
        pytest.param(429, "60", "left alone", id="429 with a wish"),
        pytest.param(429, None, "left alone", id="429 without one"),
        pytest.param(503, "60", "left alone", id="503 with a wish"),
        pytest.param(503, None, "asked", id="503 without one"),
        pytest.param(200, "60", "asked", id="an answer"),
        pytest.param(404, "60", "asked", id="not found"),
        pytest.param(429, "0", "asked", id="a wish that is over"),
    ],
)
async def test_a_registry_that_asks_for_it_is_left_alone(status: int, retry_after: str | None, then: str) -> None:
    gate = Gate()
    gate.heed(status, retry_after, NOW)

    if then == "left alone":
        with pytest.raises(Unreachable, match="jeda"):
            await _enter(gate)
    else:
        await _enter(gate)


async def test_one_at_a_time() -> None:
    gate, inside, most = Gate(), 0, 0

    async def ask() -> None:
        nonlocal inside, most
        async with gate.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(ask() for _ in range(5)))

    assert most == 1


async def test_a_question_that_fails_frees_the_gate() -> None:
    gate = Gate()

    async def fail() -> None:
        async with gate.turn():
            raise Unreachable("x")

    with pytest.raises(Unreachable):
        await fail()
    await _enter(gate)


async def test_a_wish_is_heard_by_those_who_wait_already() -> None:
    gate = Gate()

    async def first() -> None:
        async with gate.turn():
            await asyncio.sleep(0)
            gate.heed(429, "60", NOW)

    results = await asyncio.gather(first(), _enter(gate), return_exceptions=True)

    assert results[0] is None
    assert isinstance(results[1], Unreachable)


async def _enter(gate: Gate) -> None:
    async with gate.turn():
        pass
