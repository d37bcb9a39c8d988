"""The scenario's clock, and scenarios that change while they are played."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.lab.client import fetch
from tests.integration.lab.conftest import DESA, OPD, TARGETS
from tests.lab import Fault, FaultName, Lab, Rule, Scenario, ScenarioError

DOWN = Fault(FaultName.REFUSED)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 – the lab tells nobody of a change of scene
            await asyncio.sleep(0.02)


async def test_a_site_falls_and_recovers_when_the_scenario_says(tmp_path: Path) -> None:
    async with Lab(TARGETS, Scenario((Rule("DESA-046", DOWN, start=0.2, end=0.9),)), tmp_path) as lab:
        home = lab.address(DESA)
        assert (await fetch(lab, DESA)).status == 200
        await until(lambda: DESA in lab.faults())
        assert lab.clock >= 0.2
        with pytest.raises(ConnectionRefusedError):
            await fetch(lab, DESA)
        await until(lambda: DESA not in lab.faults())
        assert (await fetch(lab, DESA)).status == 200
        assert lab.address(DESA) == home


async def test_a_later_rule_counts_more_and_what_people_say_most(tmp_path: Path) -> None:
    rules = (Rule("desa", Fault(FaultName.STATUS, status=500)), Rule("DESA-046", Fault(FaultName.STATUS, status=403)))
    async with Lab(TARGETS, Scenario(rules), tmp_path) as lab:
        assert (await fetch(lab, DESA)).status == 403
        lab.set(DESA, Fault(FaultName.STATUS, status=404))
        assert (await fetch(lab, DESA)).status == 404
        lab.clear(DESA)
        assert (await fetch(lab, DESA)).status == 200


async def test_another_scenario_takes_over_while_the_lab_stands(lab: Lab) -> None:
    lab.play(Scenario((Rule("OPD-009", DOWN),), ttl=7))
    with pytest.raises(ConnectionRefusedError):
        await fetch(lab, OPD)
    lab.play(Scenario())
    assert (await fetch(lab, OPD)).status == 200


async def test_a_scenario_of_unknown_sites_is_refused_and_the_good_one_goes_on(lab: Lab) -> None:
    lab.play(Scenario((Rule("OPD-009", DOWN),)))
    with pytest.raises(ScenarioError, match="not in the inventory: DESA-998, DESA-999"):
        lab.play(Scenario((Rule("DESA-999", DOWN), Rule("DESA-998", DOWN), Rule("*", Fault(FaultName.CUT)))))
    assert lab.faults() == {OPD: DOWN}


async def test_a_scenario_can_cut_everything(lab: Lab) -> None:
    lab.play(Scenario((Rule("*", Fault(FaultName.CUT)),)))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await fetch(lab, OPD)
    lab.play(Scenario())
    assert (await fetch(lab, OPD)).status == 200
