"""Names and zones of the lab: nothing is wrong while it is calm, and each fault of a zone gets its verdict."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import inventory
from monitor.checks.base import Check
from monitor.checks.names import names
from monitor.checks.zone import zone
from monitor.findings import look_state
from monitor.ground import now, policy_of
from monitor.inventory.derived import with_domains
from monitor.model import CheckResult, Kind, Outcome, State, Target
from monitor.net import Network, open_network
from monitor.runner import Runner
from monitor.settings import Names, Settings, Zone
from tests.lab.cases import FAULTS
from tests.lab.faults import FaultName
from tests.lab.lab import Lab
from tests.lab.scenario import CALM

LISTED = tuple(inventory.load(Path(__file__).parents[3] / "inventory"))
EVERY = with_domains(LISTED)
SITES: Mapping[str, Target] = {target.kode: target for target in EVERY}
CHECKS: Mapping[str, Check[Any]] = {"names": names(Names()), "zone": zone(Zone(timeout=timedelta(seconds=6)))}


class Inspector:
    def __init__(self, net: Network, runner: Runner) -> None:
        self.net = net
        self._runner = runner

    async def look(self, check: str, target: Target, *, fresh: bool = True) -> CheckResult[Any]:
        return await self._runner.run(CHECKS[check], target, fresh=fresh)


@asynccontextmanager
async def inspecting(lab: Lab) -> AsyncIterator[Inspector]:
    values = lab.settings()
    settings = Settings(**{**values, "dns": {**values["dns"], "timeout": "1s"}})
    net = open_network(settings.dns, settings.net, settings.vantage)
    try:
        yield Inspector(net, Runner(net, policy_of(settings, EVERY), now))
    finally:
        await net.aclose()


async def test_nothing_is_wrong_with_any_name_or_zone_of_the_calm_lab(tmp_path: Path) -> None:
    async with Lab(LISTED, CALM, tmp_path) as lab, inspecting(lab) as inspector:
        results = [
            await inspector.look(name, target, fresh=False)
            for target in EVERY
            for name, check in CHECKS.items()
            if target.active and check.applies(target)
        ]

    assert {result.outcome for result in results} == {Outcome.OBSERVED}
    assert [finding.key for result in results for finding in result.findings] == []
    assert len([result for result in results if result.target.kind is Kind.DOMAIN]) == 134


VERDICTS: Mapping[FaultName, tuple[State, set[str]]] = {
    FaultName.LAME: (State.UP, {"zone.lame"}),
    FaultName.SERIAL_MISMATCH: (State.UP, {"zone.serial_mismatch"}),
    FaultName.NXDOMAIN: (State.DOWN, {"zone.not_found"}),
    FaultName.SERVFAIL: (State.DOWN, {"zone.all_unreachable"}),
    FaultName.DNS_SILENT: (State.DOWN, {"zone.all_unreachable"}),
    FaultName.DNS_TRUNCATED: (State.UP, set()),
    FaultName.NO_ADDRESS: (State.UP, set()),
}


@pytest.mark.parametrize("fault", VERDICTS)
async def test_a_fault_of_a_zone_gets_its_verdict(fault: FaultName, tmp_path: Path) -> None:
    site = SITES["DESA-046"]
    async with Lab([site], CALM, tmp_path) as lab, inspecting(lab) as inspector:
        await inspector.look("names", site)
        lab.set(site.kode, fault)
        result = await inspector.look("zone", SITES[site.host])

    state, codes = VERDICTS[fault]
    assert {finding.code for finding in result.findings} == codes
    assert look_state(result) is state


@pytest.mark.parametrize("label", ["lame", "serial-mismatch"])
def test_the_faults_of_zones_are_among_those_that_ship(label: str) -> None:
    assert SITES[FAULTS[label]].kind is Kind.DESA


async def test_while_we_are_cut_off_no_zone_is_blamed(tmp_path: Path) -> None:
    site = SITES["DESA-046"]
    async with Lab([site], CALM, tmp_path) as lab, inspecting(lab) as inspector:
        lab.cut()
        results = [await inspector.look("zone", SITES[site.host]), await inspector.look("names", site)]

    assert all(result.outcome in {Outcome.UNREACHABLE, Outcome.BROKEN} for result in results)
    assert all(result.findings == () for result in results)
