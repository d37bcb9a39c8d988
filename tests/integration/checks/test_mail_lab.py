"""The county's mail in the lab, looked at through the real network: the findings that each fault must have."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor import catalogue, inventory
from monitor.checks.base import Check
from monitor.checks.mail import Mail, mail
from monitor.checks.mail.facts import Exchangers, Outgoing, Trouble
from monitor.ground import now, policy_of
from monitor.model import CheckResult, Kind, Outcome, Severity
from monitor.net import open_network
from monitor.net.facts import FailureKind
from monitor.net.smtp import SmtpSession
from monitor.runner import Runner
from monitor.settings import Settings
from tests.lab import Fault, FaultName, Lab
from tests.lab.faults import MAIL

LISTED = inventory.load(Path(__file__).parents[3] / "inventory")
DOMAIN = "purbalinggakab.go.id"
MX1, MX2 = f"mx1.{DOMAIN}", f"mx2.{DOMAIN}"
(TARGET,) = (
    target for target in inventory.with_domains(LISTED) if target.kind is Kind.DOMAIN and target.host == DOMAIN
)


@dataclass(frozen=True, slots=True)
class Inspector:
    lab: Lab
    check: Check[Mail]
    runner: Runner

    async def look(self, *, fresh: bool = True) -> CheckResult[Mail]:
        return await self.runner.run(self.check, TARGET, fresh=fresh)


@asynccontextmanager
async def inspecting(directory: Path, **values: Any) -> AsyncIterator[Inspector]:
    sites = [target for target in LISTED if target.kode in {"OPD-009", "DESA-046"}]
    async with Lab(sites, directory=directory) as lab:
        given = lab.settings()
        given["net"]["connect_timeout"] = "300ms"
        given["dns"]["timeout"] = "500ms"
        settings = Settings(**{**given, "checks": {**given["checks"], "mail": values}})
        net = open_network(settings.dns, settings.net, settings.vantage)
        try:
            yield Inspector(lab, mail(settings.checks.mail), Runner(net, policy_of(settings, LISTED), now))
        finally:
            await net.aclose()


def codes(result: CheckResult[Mail]) -> set[tuple[str, str]]:
    return {(finding.code.removeprefix("mail."), finding.subject) for finding in result.findings}


def sessions(result: CheckResult[Mail]) -> dict[str, SmtpSession | Trouble | None]:
    assert result.facts is not None
    assert isinstance(result.facts.exchangers, Exchangers)
    return {host.host: host.session for host in result.facts.exchangers.hosts}


async def test_nothing_is_wrong_with_the_mail_of_the_calm_lab(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as inspector:
        result = await inspector.look()

    assert result.outcome is Outcome.OBSERVED
    assert codes(result) == set()
    assert result.facts is not None
    assert result.facts.outgoing is Outgoing.OPEN
    for host, session in sessions(result).items():
        assert isinstance(session, SmtpSession)
        assert session.tls is not None
        assert session.tls.chain[0].names == (host,)
    unjudged = {rule.code for rule in inspector.check.rules} - result.judged
    assert unjudged == set()


async def test_what_was_seen_can_be_kept_and_is_the_same_the_next_time(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as inspector:
        first, second = [await inspector.look() for _ in range(2)]

    assert first.facts is not None
    assert second.facts is not None
    kept = json.loads(json.dumps(inspector.check.remember(first.facts)))
    assert kept == inspector.check.remember(second.facts)
    assert "der" not in json.dumps(kept)


FOUND: dict[FaultName, tuple[str, set[tuple[str, str]], Severity]] = {
    FaultName.MX_REFUSED: (MX1, {("mx_unreachable", MX1)}, Severity.MEDIUM),
    FaultName.MX_SILENT: (MX1, {("mx_unreachable", MX1)}, Severity.MEDIUM),
    FaultName.GREET_421: (MX1, set(), Severity.INFO),
    FaultName.GREET_SLOW: (MX1, set(), Severity.INFO),
    FaultName.STARTTLS_MISSING: (MX2, {("starttls_missing", MX2)}, Severity.HIGH),
    FaultName.STARTTLS_EXPIRED: (MX1, {("certificate_expired", MX1)}, Severity.HIGH),
    FaultName.STARTTLS_WRONG_HOST: (MX1, {("certificate_wrong_host", MX1)}, Severity.HIGH),
    FaultName.STARTTLS_SELF_SIGNED: (MX1, {("certificate_self_signed", MX1)}, Severity.HIGH),
    FaultName.SPF_MISSING: (DOMAIN, {("spf_missing", DOMAIN)}, Severity.MEDIUM),
    FaultName.SPF_PLUS_ALL: (DOMAIN, {("spf_open", DOMAIN)}, Severity.HIGH),
    FaultName.SPF_SERVFAIL: (DOMAIN, set(), Severity.INFO),
    FaultName.DMARC_MISSING: (DOMAIN, {("dmarc_missing", DOMAIN)}, Severity.MEDIUM),
    FaultName.DMARC_NONE: (DOMAIN, {("dmarc_none", DOMAIN)}, Severity.LOW),
}


def test_every_fault_of_mail_has_its_findings() -> None:
    assert FOUND.keys() == MAIL


@pytest.mark.parametrize("name", FOUND)
async def test_a_fault_of_mail_gets_its_findings_and_no_others(tmp_path: Path, name: FaultName) -> None:
    place, expected, severity = FOUND[name]
    async with inspecting(tmp_path) as inspector:
        inspector.lab.set(place, Fault(name, delay=0.5))
        result = await inspector.look()

    assert result.outcome is Outcome.OBSERVED
    assert codes(result) == expected
    assert [finding.severity for finding in result.findings] == [severity] * len(expected)
    assert all("{" not in catalogue.describe(finding) for finding in result.findings)


async def test_a_name_server_that_fails_is_no_missing_record(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as inspector:
        inspector.lab.set(DOMAIN, FaultName.SPF_SERVFAIL)
        result = await inspector.look()

    assert result.facts is not None
    assert isinstance(result.facts.spf, Trouble)
    assert result.facts.spf.kind == FailureKind.SERVFAIL
    assert not {code for code in result.judged if code.startswith("mail.spf")}
    assert "mail.dmarc_missing" in result.judged


async def test_a_server_that_declines_us_is_left_alone_on_the_next_look(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as inspector:
        inspector.lab.set(MX1, FaultName.GREET_421)
        first = await inspector.look()
        inspector.lab.clear(MX1)
        second = await inspector.look()

    declined, waiting = sessions(first)[MX1], sessions(second)[MX1]
    assert isinstance(declined, SmtpSession)
    assert declined.refusal is not None
    assert waiting == Trouble("waiting")
    assert "mail.starttls_missing" not in second.judged


async def test_a_second_look_does_not_call_again_on_who_answered_well(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as inspector:
        inspector.lab.set(MX1, FaultName.MX_REFUSED)
        first = await inspector.look()
        inspector.lab.set(MX2, FaultName.MX_REFUSED)
        second = await inspector.look()

    assert sessions(second)[MX2] is sessions(first)[MX2]
    assert sessions(second)[MX1] is not sessions(first)[MX1]


async def test_a_domain_that_nobody_knows_anything_about_was_not_observed(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as inspector:
        inspector.lab.cut()
        result = await inspector.look()

    assert result.outcome is Outcome.BROKEN
    assert result.findings == ()


async def test_selectors_are_looked_for_when_they_are_known(tmp_path: Path) -> None:
    async with inspecting(tmp_path, dkim_selectors={DOMAIN: ["mail"]}) as inspector:
        result = await inspector.look()

    assert codes(result) == {("dkim_missing", f"mail._domainkey.{DOMAIN}")}
