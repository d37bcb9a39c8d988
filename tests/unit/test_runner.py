"""Exceptions become outcomes, and our own faults are never held against a target."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from monitor.checks.base import Check, Context, Judge, Policy
from monitor.errors import NotApplicable, Unreachable
from monitor.model import Measure, Outcome, Target
from monitor.net.facts import Phase
from monitor.runner import Runner
from tests.unit.making import DOWN, EXPIRING, MISSING, START
from tests.unit.making import target as a_target


@dataclass(frozen=True)
class Seen:
    """Facts: what happened, and a body that is not to be kept."""

    failed: Phase | None = None
    ours: str = ""
    body: bytes = b"page"


class View:
    def __init__(self, lost: str) -> None:
        self.reason = lost

    def lost(self, phase: Phase) -> str:
        return self.reason


class Net:
    """A network of which only the vantage is asked."""

    def __init__(self, lost: str = "") -> None:
        self.vantage = self
        self.asked = 0
        self.view = View(lost)

    async def look(self, *, max_age: timedelta) -> View:
        self.asked += 1
        return self.view


def check(observe: Callable[[Target, Context], Awaitable[Seen]], timeout: float = 5) -> Check[Seen]:
    return Check(
        name="website",
        every=timedelta(seconds=60),
        timeout=timedelta(seconds=timeout),
        applies=lambda _target: True,
        observe=observe,
        judges=(
            Judge(rules=(DOWN,), verdict=lambda _t, seen, _p, _n: [DOWN()] if seen.failed else []),
            Judge(rules=(MISSING,), verdict=lambda *_: [MISSING(), MISSING()]),
            Judge(rules=(EXPIRING,), verdict=lambda *_: [EXPIRING()], sees=lambda seen: seen.failed is None),
        ),
        measure=lambda _seen: Measure(status=200),
        remember=lambda _seen: {},
        keep=lambda seen: replace(seen, body=b""),
        ours=lambda seen: seen.ours,
        failed=lambda seen: seen.failed,
    )


async def run(one: Check[Seen], net: Net | None = None) -> Any:
    runner = Runner(cast("Any", net or Net()), cast("Policy", None), lambda: START)
    return await runner.run(one, a_target())


def seeing(seen: Seen) -> Check[Seen]:
    async def observe(target: Target, ctx: Context) -> Seen:
        return seen

    return check(observe)


def raising(error: BaseException) -> Check[Seen]:
    async def observe(target: Target, ctx: Context) -> Seen:
        raise error

    return check(observe)


async def test_what_was_observed_is_judged_and_measured_and_its_bulk_dropped() -> None:
    result = await run(seeing(Seen()))

    assert result.outcome is Outcome.OBSERVED
    assert [finding.code for finding in result.findings] == ["site.missing", "certificate.expiring"]
    assert result.judged == {"site.down", "site.missing", "certificate.expiring"}
    assert result.measure == Measure(status=200)
    assert result.facts.body == b""
    assert result.started == START


async def test_a_judge_that_cannot_see_has_judged_nothing() -> None:
    result = await run(seeing(Seen(failed=Phase.CONNECT)))

    assert result.judged == {"site.down", "site.missing"}


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        pytest.param(NotApplicable("hanya HTTPS"), Outcome.INAPPLICABLE, "hanya HTTPS", id="not applicable"),
        pytest.param(Unreachable("tertutup"), Outcome.UNREACHABLE, "tertutup", id="unreachable"),
        pytest.param(KeyError("bug"), Outcome.BROKEN, "galat pemantau: KeyError", id="a bug is ours"),
        pytest.param(OSError(24, "EMFILE"), Outcome.BROKEN, "galat pemantau: OSError", id="out of descriptors is ours"),
    ],
)
async def test_an_exception_becomes_an_outcome(error: Exception, outcome: Outcome, reason: str) -> None:
    result = await run(raising(error))

    assert (result.outcome, result.reason, result.findings) == (outcome, reason, ())


async def test_a_bug_does_not_show_what_its_message_may_hold() -> None:
    result = await run(raising(ValueError("postgresql://u:rahasia@h")))

    assert "rahasia" not in result.reason


@pytest.mark.parametrize("part", ["keep", "measure", "remember", "ours", "failed"])
async def test_a_bug_anywhere_in_a_check_is_an_outcome_and_not_the_end_of_the_watch(part: str) -> None:
    def bug(_seen: Seen) -> Any:
        raise KeyError("bug")

    broken: Any = {part: bug}

    result = await run(replace(seeing(Seen()), **broken))

    assert (result.outcome, result.reason) == (Outcome.BROKEN, "galat pemantau: KeyError")


async def test_a_bug_in_a_judge_is_an_outcome_as_well() -> None:
    def bug(*_: object) -> Any:
        raise Panic

    broken = replace(seeing(Seen()), judges=(Judge(rules=(DOWN,), verdict=bug),))

    assert (await run(broken)).reason == "galat pemantau: Panic"


class Panic(BaseException):
    """What a parser written in Rust raises when it gives up."""


async def test_a_check_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    async def observe(target: Target, ctx: Context) -> Seen:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr("monitor.runner.GRACE", timedelta(seconds=0.05))
    result = await run(check(observe, timeout=0.05))

    assert result.outcome is Outcome.UNREACHABLE


async def test_being_cancelled_is_not_an_outcome() -> None:
    with pytest.raises(asyncio.CancelledError):
        await run(raising(asyncio.CancelledError()))


async def test_a_failure_while_our_own_network_is_down_is_ours() -> None:
    result = await run(seeing(Seen(failed=Phase.CONNECT)), Net(lost="titik pantau terputus"))

    assert (result.outcome, result.reason) == (Outcome.BROKEN, "titik pantau terputus")
    assert result.findings == ()


async def test_a_failure_while_our_own_network_is_up_is_the_targets() -> None:
    result = await run(seeing(Seen(failed=Phase.CONNECT)), Net())

    assert result.outcome is Outcome.OBSERVED
    assert result.findings[0].code == "site.down"


async def test_a_visit_that_says_nothing_new_does_not_bother_the_sentinels() -> None:
    net = Net(lost="titik pantau terputus")
    known = {("website", "site.missing", ""), ("website", "certificate.expiring", "")}
    runner = Runner(cast("Any", net), cast("Policy", None), lambda: START)

    result = await runner.run(seeing(Seen()), a_target(), known=known)

    assert result.outcome is Outcome.OBSERVED
    assert net.asked == 0


async def test_nothing_new_is_said_of_a_target_while_something_may_answer_in_its_place() -> None:
    net = Net(lost="titik pantau terputus")

    result = await run(seeing(Seen()), net)

    assert (result.outcome, result.findings, result.judged) == (Outcome.BROKEN, (), frozenset())
    assert result.facts is None
    assert net.asked == 1


async def test_facts_that_show_our_own_fault_are_ours() -> None:
    result = await run(seeing(Seen(failed=Phase.CONNECT, ours="tidak ada rute IPv6")))

    assert (result.outcome, result.reason) == (Outcome.BROKEN, "tidak ada rute IPv6")


@pytest.mark.parametrize("error", [Unreachable("NXDOMAIN"), TimeoutError()])
async def test_what_cannot_be_reached_while_our_own_network_is_down_is_ours(error: Exception) -> None:
    result = await run(raising(error), Net(lost="titik pantau terputus"))

    assert (result.outcome, result.reason) == (Outcome.BROKEN, "titik pantau terputus")
