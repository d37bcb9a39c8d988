"""The security.txt of the lab's sites, through the runner."""

from __future__ import annotations

from pathlib import Path

from monitor import inventory
from monitor.checks.security_txt import security_txt
from monitor.ground import now, policy_of
from monitor.model import Outcome
from monitor.net import open_network
from monitor.runner import Runner
from monitor.settings import Settings
from tests.lab import FaultName, Lab
from tests.lab.security import CONTACT

LISTED = inventory.load(Path(__file__).parents[3] / "inventory")
SITES = [target for target in LISTED if target.url.startswith("https://")][:12]


async def test_half_of_the_sites_have_the_file_and_it_is_good(tmp_path: Path) -> None:
    async with Lab(SITES, directory=tmp_path) as lab:
        settings = Settings(**lab.settings())
        check = security_txt(settings.checks.security_txt.model_copy(update={"contacts": (CONTACT,)}))
        net = open_network(settings.dns, settings.net, settings.vantage)
        runner = Runner(net, policy_of(settings, LISTED), now)
        lab.set(SITES[0].kode, FaultName.REFUSED)
        try:
            down, *results = [await runner.run(check, site) for site in SITES]
        finally:
            await net.aclose()

    assert (down.outcome, down.judged) == (Outcome.UNREACHABLE, frozenset())
    assert {result.outcome for result in results} == {Outcome.OBSERVED}
    found = [[finding.code for finding in result.findings] for result in results]
    assert [] in found
    assert ["security_txt.missing"] in found
    assert all(codes in ([], ["security_txt.missing"]) for codes in found)
