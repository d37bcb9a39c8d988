"""Cloaking and freshness while the site, or our own network, is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.checks import build
from monitor.checks.base import Policy
from monitor.domains import Domains
from monitor.model import Kind, Outcome, Target
from monitor.net import open_network
from monitor.runner import Runner
from monitor.settings import Settings
from tests.lab import Fault, FaultName, Lab
from tests.lab.faults import PageName, Visitor

SITE = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url="https://dinkominfo.purbalinggakab.go.id")
POLICY = Policy(domains=Domains.of([SITE]))
CLOAKED = Fault(FaultName.PAGE, page=PageName.CASINO, visitor=Visitor.GOOGLEBOT)


@pytest.mark.parametrize("name", ["cloaking", "freshness"])
async def test_a_site_that_is_gone_is_neither_clean_nor_blamed(name: str, tmp_path: Path) -> None:
    async with Lab([SITE], directory=tmp_path) as lab:
        settings = Settings(**lab.settings())
        check = next(check for check in build(settings.checks) if check.name == name)
        net = open_network(settings.dns, settings.net, settings.vantage)
        runner = Runner(net, POLICY, lambda: datetime.now(UTC))
        try:
            lab.set(SITE.kode, FaultName.REFUSED)
            gone = await runner.run(check, SITE, fresh=True)
            lab.clear(SITE.kode)
            back = await runner.run(check, SITE, fresh=True)
            lab.cut()
            await net.vantage.look(max_age=timedelta(0))
            cut_off = await runner.run(check, SITE, fresh=True)
        finally:
            await net.aclose()

    assert [one.outcome for one in (gone, back, cut_off)] == [Outcome.UNREACHABLE, Outcome.OBSERVED, Outcome.BROKEN]
    assert (gone.judged, gone.findings, cut_off.judged) == (frozenset(), (), frozenset())
    assert back.judged


async def test_what_is_cloaked_is_proved_by_both_pages_and_ends_when_it_is_gone(tmp_path: Path) -> None:
    async with Lab([SITE], directory=tmp_path) as lab:
        settings = Settings(**lab.settings())
        check = next(check for check in build(settings.checks) if check.name == "cloaking")
        net = open_network(settings.dns, settings.net, settings.vantage)
        runner = Runner(net, POLICY, lambda: datetime.now(UTC))
        try:
            lab.set(SITE.kode, CLOAKED)
            cloaked = await runner.run(check, SITE, fresh=True)
            known = await runner.run(check, SITE, fresh=True, known={("cloaking", "cloaking.gambling", "")})
            lab.clear(SITE.kode)
            clean = await runner.run(check, SITE, fresh=True)
        finally:
            await net.aclose()

    shown = {exhibit.label: exhibit.body for exhibit in cloaked.exhibits}
    assert shown.keys() == {"pengunjung", "googlebot"}
    assert b"slot gacor" in shown["googlebot"].lower()
    assert b"slot gacor" not in shown["pengunjung"].lower()
    assert (known.findings[0].key, known.exhibits) == (cloaked.findings[0].key, ())
    assert known.evidence == cloaked.evidence
    assert (clean.findings, "cloaking.gambling" in clean.judged) == ((), True)
