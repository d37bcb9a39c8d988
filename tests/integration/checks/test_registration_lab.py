"""What the registration check says of the lab's registry, through the runner."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor import inventory
from monitor.checks.registration import registration
from monitor.ground import now, policy_of
from monitor.model import CheckResult, Kind, Outcome, Severity, Target
from monitor.net import open_network
from monitor.runner import Runner
from monitor.settings import Settings
from tests.lab import Fault, FaultName, Lab

LISTED = inventory.load(Path(__file__).parents[3] / "inventory")
DOMAINS: Mapping[str, Target] = {
    target.kode: target for target in inventory.with_domains(LISTED) if target.kind is Kind.DOMAIN
}
DESA, OWN = "jetis-purbalingga.desa.id", "purbalinggakab.go.id"
CODES = frozenset(
    f"registration.{name}" for name in ("expiring", "expired", "expiry_unknown", "on_hold", "redemption", "not_found")
)


class Inspector:
    """One registration check and its runner."""

    def __init__(self, lab: Lab, settings: Settings, runner: Runner) -> None:
        self.lab = lab
        self._check = registration(settings.checks.registration)
        self._runner = runner

    async def look(self, domain: str = DESA) -> CheckResult[Any]:
        return await self._runner.run(self._check, DOMAINS[domain])


@asynccontextmanager
async def inspecting(directory: Path, **values: Any) -> AsyncIterator[Inspector]:
    sites = [target for target in LISTED if target.kode in {"OPD-009", "DESA-046"}]
    async with Lab(sites, directory=directory) as lab:
        given = lab.settings()
        given["checks"]["registration"] |= values
        settings = Settings(**given)
        net = open_network(settings.dns, settings.net, settings.vantage)
        try:
            yield Inspector(lab, settings, Runner(net, policy_of(settings, LISTED), now))
        finally:
            await net.aclose()


def codes(result: CheckResult[Any]) -> list[str]:
    return [finding.code for finding in result.findings]


def test_there_are_134_domains_to_ask_for() -> None:
    assert len(DOMAINS) == 134


async def test_nothing_is_wrong_with_a_domain_of_the_calm_lab(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as inspector:
        results = [await inspector.look(domain) for domain in (DESA, OWN)]

    assert [result.outcome for result in results] == [Outcome.OBSERVED] * 2
    assert [codes(result) for result in results] == [[], []]
    assert results[0].facts is not None
    assert results[0].facts.record.registrar == "Registrar Lab"
    assert results[0].judged == CODES


@pytest.mark.parametrize(
    ("fault", "code", "severity"),
    [
        pytest.param(
            Fault(FaultName.REGISTRY_EXPIRING, days=45.5), "registration.expiring", Severity.LOW, id="in 45 days"
        ),
        pytest.param(
            Fault(FaultName.REGISTRY_EXPIRING, days=0.5), "registration.expiring", Severity.CRITICAL, id="today"
        ),
        pytest.param(
            Fault(FaultName.REGISTRY_EXPIRING, days=-3), "registration.expired", Severity.CRITICAL, id="3 days ago"
        ),
        pytest.param(Fault(FaultName.REGISTRY_ON_HOLD), "registration.on_hold", Severity.HIGH, id="on hold"),
        pytest.param(Fault(FaultName.REGISTRY_NOT_FOUND), "registration.not_found", Severity.HIGH, id="not found"),
    ],
)
async def test_a_fault_at_the_registry_gets_its_finding_and_is_over_when_it_is(
    tmp_path: Path, fault: Fault, code: str, severity: Severity
) -> None:
    async with inspecting(tmp_path) as inspector:
        inspector.lab.set("DESA-046", fault)
        bad, other = await inspector.look(), await inspector.look(OWN)
        inspector.lab.clear("DESA-046")
        good = await inspector.look()

    assert [(finding.code, finding.severity) for finding in bad.findings] == [(code, severity)]
    assert (codes(other), codes(good)) == ([], [])
    assert code in good.judged


@pytest.mark.parametrize("name", [FaultName.REGISTRY_DOWN, FaultName.REGISTRY_SLOW])
async def test_a_registry_that_does_not_answer_opens_and_closes_nothing(tmp_path: Path, name: FaultName) -> None:
    async with inspecting(tmp_path, timeout="300ms") as inspector:
        inspector.lab.set("DESA-046", name)
        result = await inspector.look()

    assert (result.outcome, result.judged) == (Outcome.UNREACHABLE, frozenset())
    assert result.reason


async def test_a_lab_that_is_cut_off_blames_no_domain(tmp_path: Path) -> None:
    async with inspecting(tmp_path, timeout="300ms") as inspector:
        inspector.lab.cut()
        result = await inspector.look()

    assert result.outcome is not Outcome.OBSERVED
    assert result.findings == ()
