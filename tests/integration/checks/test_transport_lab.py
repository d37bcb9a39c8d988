"""The lab's sites, through the runner: well kept, silent, refused, and sent away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor import inventory
from monitor.checks.transport import Ways, transport
from monitor.ground import now, policy_of
from monitor.model import CheckResult, Outcome
from monitor.net import open_network
from monitor.net.facts import FailureKind
from monitor.runner import Runner
from monitor.settings import Settings
from tests.lab import Fault, FaultName, Lab

LISTED = inventory.load(Path(__file__).parents[3] / "inventory")
TARGETS = {target.kode: target for target in LISTED}
SITE = "OPD-009"
PLAIN_ONLY = next(
    target.kode for target in LISTED if target.url.startswith("http://") and target.host.endswith(".desa.id")
)


async def look(kode: str, fault: Fault | FaultName | None, folder: Path) -> CheckResult[object]:
    async with Lab([TARGETS[kode]], directory=folder) as lab:
        values = lab.settings()
        values["net"] = {**values["net"], "connect_timeout": "500ms"}
        values["checks"] = {**values.get("checks", {}), "transport": {"timeout": "1s"}}
        settings = Settings(**values)
        net = open_network(settings.dns, settings.net, settings.vantage)
        if fault is not None:
            lab.set(kode, fault)
        try:
            runner = Runner(net, policy_of(settings, LISTED), now)
            return await runner.run(transport(settings.checks.transport), TARGETS[kode])
        finally:
            await net.aclose()


FAULTS: Mapping[str, tuple[Fault | FaultName | None, set[str]]] = {
    "well kept": (None, set()),
    "refused": (FaultName.REFUSED, set()),
    "silent": (FaultName.BLACK_HOLED, set()),
    "slow": (FaultName.SLOW_FIRST_BYTE, set()),
    "an error": (Fault(FaultName.STATUS, status=503), set()),
    "a loop": (FaultName.REDIRECT_LOOP, set()),
    "malformed": (FaultName.MALFORMED, set()),
    "served over http": (FaultName.HTTP_1_0, {"transport.no_upgrade"}),
    "hijacked": (
        Fault(FaultName.REDIRECT, location="https://slot-gacor.example/"),
        {"transport.upgrade_elsewhere_first", "transport.plain_off_government"},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_site_listed_with_https(name: str, tmp_path: Path) -> None:
    fault, expected = FAULTS[name]
    result = await look(SITE, fault, tmp_path)

    assert result.outcome is Outcome.OBSERVED
    assert {finding.code for finding in result.findings} == expected


async def test_silence_on_port_80_is_a_fact_and_closes_nothing(tmp_path: Path) -> None:
    result = await look(SITE, FaultName.BLACK_HOLED, tmp_path)

    assert isinstance(result.facts, Ways)
    assert result.facts.plain.failure is not None
    assert result.facts.plain.failure.kind is FailureKind.TIMEOUT
    assert result.judged == frozenset()


async def test_a_name_that_is_gone_is_nothing_looked_at(tmp_path: Path) -> None:
    result = await look(SITE, FaultName.NXDOMAIN, tmp_path)

    assert (result.outcome, result.findings, result.judged) == (Outcome.UNREACHABLE, (), frozenset())


async def test_a_village_that_has_only_http(tmp_path: Path) -> None:
    result = await look(PLAIN_ONLY, None, tmp_path)

    assert {finding.code for finding in result.findings} <= {"transport.no_https", "transport.https_unlisted"}
    assert result.findings
