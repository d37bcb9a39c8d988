"""Every fault of the lab, looked at through the real network: the verdict each must get."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import inventory
from monitor.checks import build
from monitor.checks.base import Check
from monitor.findings import look_state
from monitor.ground import now, policy_of
from monitor.model import CheckResult, Outcome, State, Target
from monitor.net import Network, open_network
from monitor.net.facts import FailureKind, Phase
from monitor.runner import Runner
from monitor.settings import Settings
from tests.lab.cases import CONTENT, FAULTS, FAULTS_FILE
from tests.lab.faults import Fault, FaultName
from tests.lab.lab import Lab
from tests.lab.scenario import CALM, load

INVENTORY = inventory.load(Path(__file__).parents[2] / "inventory")
TARGETS: Mapping[str, Target] = {target.kode: target for target in INVENTORY}
HURRY = {"website": {"timeout": "2s", "slow": "1s"}}
"""The lab's slow sites take forever anyway; the quick ones answer in milliseconds."""


@dataclass(frozen=True)
class Inspector:
    """What `monitor check` is made of."""

    net: Network
    runner: Runner
    checks: Mapping[str, Check[Any]]

    async def look(
        self, target: Target, check: str = "website", memory: Mapping[str, Any] | None = None
    ) -> CheckResult[Any]:
        return await self.runner.run(self.checks[check], target, fresh=True, memory=memory)


@asynccontextmanager
async def inspecting(lab: Lab, **sections: Any) -> AsyncIterator[Inspector]:
    values = lab.settings()
    values["net"] = {**values["net"], "connect_timeout": "1s"}
    settings = Settings(**{**values, "checks": HURRY, **sections})
    net = open_network(settings.dns, settings.net, settings.vantage)
    try:
        checks = {check.name: check for check in build(settings.checks)}
        yield Inspector(net, Runner(net, policy_of(settings, INVENTORY), now), checks)
    finally:
        await net.aclose()


@dataclass(frozen=True)
class Verdict:
    """What one look at a fault must say."""

    state: State
    codes: frozenset[str] = frozenset()
    failure: tuple[Phase, FailureKind] | None = None


def up(*codes: str) -> Verdict:
    return Verdict(State.UP, frozenset(codes))


def degraded(*codes: str) -> Verdict:
    return Verdict(State.DEGRADED, frozenset(codes))


def down(code: str, phase: Phase | None = None, kind: FailureKind | None = None, *more: str) -> Verdict:
    return Verdict(State.DOWN, frozenset({code, *more}), (phase, kind) if phase and kind else None)


VERDICTS: Mapping[str, Verdict] = {
    "nxdomain": down("name.not_found", Phase.DNS, FailureKind.NAME_NOT_FOUND),
    "servfail": down("site.down", Phase.DNS, FailureKind.SERVFAIL),
    "dns-refused": down("site.down", Phase.DNS, FailureKind.DNS_REFUSED),
    "dns-silent": down("site.down", Phase.DNS, FailureKind.TIMEOUT),
    "dns-truncated": up(),
    "no-address": down("name.not_found", Phase.DNS, FailureKind.NO_ADDRESS),
    "ipv6-only": up(),
    "refused": down("site.down", Phase.CONNECT, FailureKind.REFUSED),
    "black-holed": down("site.down", Phase.CONNECT, FailureKind.TIMEOUT),
    "handshake-reset": down("site.down", Phase.TLS, FailureKind.RESET),
    "tls-1.0": degraded("tls.legacy_only"),
    "expired": degraded("certificate.expired"),
    "expiring": up("certificate.expiring"),
    "not-yet-valid": degraded("certificate.not_yet_valid"),
    "wrong-host": degraded("certificate.wrong_host"),
    "self-signed": degraded("certificate.self_signed"),
    "unknown-ca": degraded("certificate.untrusted"),
    "missing-intermediate": degraded("certificate.incomplete_chain"),
    "status-200": up(),
    "status-301": up(),
    "status-302": up(),
    "status-403": degraded("site.missing"),
    "status-404": degraded("site.missing"),
    "status-500": down("site.error"),
    "status-503": down("site.error"),
    "empty": down("site.down", Phase.TTFB, FailureKind.CLOSED),
    "slow-first-byte": down("site.down", Phase.TTFB, FailureKind.TIMEOUT),
    "slow-drip": down("site.down", Phase.TRANSFER, FailureKind.TIMEOUT),
    "body-reset": down("site.down", Phase.TRANSFER, FailureKind.RESET),
    "endless-body": up(),
    "endless-headers": down("site.down", None, FailureKind.HEADERS_TOO_LARGE),
    "bomb": up(),
    "malformed": down("site.down", None, FailureKind.MALFORMED),
    "wrong-charset": up(),
    "http-1.0": up(),
    "redirect-loop": down("redirect.loop"),
    "redirect-chain": down("redirect.loop"),
    "redirect-growing": down("redirect.loop"),
    "redirect-off-government": up("redirect.off_government", "content.gambling"),
    "redirect-loopback": down("redirect.forbidden_address", None, None, "redirect.downgrade"),
    "redirect-metadata": down("redirect.forbidden_address", None, None, "redirect.downgrade"),
    "downgrade": up("redirect.downgrade"),
    "lame": up(),
    "serial-mismatch": up(),
    "registry-down": up(),
    "registry-slow": up(),
    "registry-not-found": up(),
    "registry-expiring": up(),
    "registry-on-hold": up(),
    **{label: up(*expected.website) for label, expected in CONTENT.items()},
}

RULES = {rule.label: rule for rule in load(FAULTS_FILE).rules}


def test_every_fault_of_the_lab_has_a_verdict() -> None:
    assert VERDICTS.keys() == FAULTS.keys()


def lab_of(label: str, directory: Path) -> tuple[Lab, Target]:
    target = TARGETS[FAULTS[label]]
    lab = Lab([target], CALM, directory)
    return lab, target


@pytest.mark.parametrize("label", VERDICTS)
async def test_a_fault_gets_its_verdict(label: str, tmp_path: Path) -> None:
    lab, target = lab_of(label, tmp_path)
    if label == "ipv6-only" and not lab.ipv6:
        pytest.skip("mesin ini tidak memiliki ::1")
    async with lab, inspecting(lab) as inspector:
        lab.set(target.kode, RULES[label].fault)
        result = await inspector.look(target)

    verdict, visit = VERDICTS[label], result.facts
    assert result.outcome is Outcome.OBSERVED
    assert visit is not None
    assert {finding.code for finding in result.findings} == verdict.codes
    assert look_state(result) is verdict.state
    if verdict.failure is not None:
        assert visit.failure is not None
        assert (visit.failure.phase, visit.failure.kind) == verdict.failure


def codes(result: CheckResult[Any]) -> set[str]:
    assert result.outcome is Outcome.OBSERVED, result.reason
    return {finding.code for finding in result.findings}


@pytest.mark.parametrize("label", CONTENT)
async def test_what_others_are_shown_and_how_old_it_is_gets_its_verdict(label: str, tmp_path: Path) -> None:
    lab, target = lab_of(label, tmp_path)
    async with lab, inspecting(lab) as inspector:
        before = [codes(await inspector.look(target, check)) for check in ("website", "cloaking", "freshness")]
        lab.set(target.kode, RULES[label].fault)
        cloaking, freshness = [await inspector.look(target, check) for check in ("cloaking", "freshness")]

    expected = CONTENT[label]
    assert before == [set(), set(), set()], "a site where nothing is wrong has no findings"
    assert codes(cloaking) == set(expected.cloaking)
    assert codes(freshness) == set(expected.freshness)
    assert bool(cloaking.exhibits) is bool(expected.cloaking)


@pytest.mark.parametrize("label", CONTENT)
async def test_a_page_that_is_known_is_seen_to_be_another(label: str, tmp_path: Path) -> None:
    lab, target = lab_of(label, tmp_path)
    async with lab, inspecting(lab) as inspector:
        website, memory = inspector.checks["website"], None
        usual = await inspector.look(target)
        for hours in range(30 * 24, 0, -1):
            memory = website.learn(usual.facts, memory, now() - timedelta(hours=hours)) or memory
        lab.set(target.kode, RULES[label].fault)
        result = await inspector.look(target, memory=memory)

    assert memory is not None
    assert codes(result) == {*CONTENT[label].website, *CONTENT[label].changed}


@pytest.mark.parametrize("label", ["expired", "wrong-host", "self-signed", "unknown-ca", "tls-1.0"])
async def test_page_and_chain_are_seen_although_the_certificate_does_not_verify(label: str, tmp_path: Path) -> None:
    lab, target = lab_of(label, tmp_path)
    async with lab, inspecting(lab) as inspector:
        lab.set(target.kode, RULES[label].fault)
        result = await inspector.look(target)

    assert result.facts is not None
    hop = result.facts.last
    assert hop.status == 200
    assert hop.tls is not None
    assert hop.tls.chain[0].names
    assert result.facts.title


async def test_a_page_that_never_ends_is_read_up_to_the_cap_and_no_further(tmp_path: Path) -> None:
    lab, target = lab_of("endless-body", tmp_path)
    async with lab, inspecting(lab) as inspector:
        lab.set(target.kode, FaultName.ENDLESS_BODY)
        result = await inspector.look(target)

    assert result.facts is not None
    assert result.facts.capped
    assert result.measure is not None
    assert result.measure.size <= 512 * 1024


async def test_a_name_that_the_inventory_doubts_is_a_matter_of_data_and_not_an_outage(tmp_path: Path) -> None:
    target = TARGETS["KEL-004"]
    async with (lab := Lab([target], CALM, tmp_path)), inspecting(lab) as inspector:
        lab.set(target.kode, FaultName.NXDOMAIN)
        result = await inspector.look(target)

    assert [finding.code for finding in result.findings] == ["name.unverified"]
    assert look_state(result) is State.UNOBSERVED


async def test_a_slow_site_is_degraded_and_not_down(tmp_path: Path) -> None:
    target = TARGETS["DESA-046"]
    checks = {"website": {"timeout": "20s", "slow": "200ms"}}
    async with (lab := Lab([target], CALM, tmp_path)), inspecting(lab, checks=checks) as inspector:
        lab.set(target.kode, Fault(FaultName.SLOW_FIRST_BYTE, delay=0.5))
        result = await inspector.look(target)

    assert [finding.code for finding in result.findings] == ["site.slow"]
    assert look_state(result) is State.DEGRADED


async def test_while_we_are_cut_off_nobody_is_blamed(tmp_path: Path) -> None:
    target = TARGETS["DESA-046"]
    async with (lab := Lab([target], CALM, tmp_path)), inspecting(lab) as inspector:
        good = await inspector.look(target)
        lab.cut()
        await inspector.net.vantage.look(max_age=timedelta(0))
        cut_off = await inspector.look(target)
        lab.restore()
        await inspector.net.vantage.look(max_age=timedelta(0))
        back = await inspector.look(target)

    assert [one.outcome for one in (good, cut_off, back)] == [Outcome.OBSERVED, Outcome.BROKEN, Outcome.OBSERVED]
    assert "titik pantau terputus" in cut_off.reason
    assert cut_off.findings == ()


async def test_many_sites_on_a_dead_address_are_all_known_in_a_few_timeouts(tmp_path: Path) -> None:
    targets = [TARGETS[f"DESA-{number:03}"] for number in range(1, 31)]
    async with (lab := Lab(targets, CALM, tmp_path, plan=lambda _target: "127.20.0.9")), inspecting(lab) as inspector:
        for target in targets:
            lab.set(target.kode, FaultName.BLACK_HOLED)
        results = await asyncio.gather(*map(inspector.look, targets))

    assert all(result.outcome is Outcome.OBSERVED for result in results)
    assert {look_state(result) for result in results} == {State.DOWN}
