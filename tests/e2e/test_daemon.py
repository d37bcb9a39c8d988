"""The daemon as an operator meets it: it watches, notices, remembers, reloads and stops."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor import inventory, keeping
from monitor.checks.website import JUDGES
from tests.e2e.daemon import PATIENCE, ROOT, configure, running
from tests.lab import Lab, Scenario
from tests.lab.faults import FaultName

TARGETS = tuple(inventory.load(ROOT / "inventory"))


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with Lab(TARGETS, Scenario(ttl=1), tmp_path / "lab") as lab:
        yield lab


def visited(site: Any) -> list[str]:
    """What visits have found; what slower checks find depends on how soon they come round."""
    known = {rule.code for judge in JUDGES for rule in judge.rules}
    return [finding["code"] for finding in site["findings"] if finding["code"] in known]


async def test_the_whole_regency_is_seen_and_a_site_falls_and_recovers(lab: Lab, tmp_path: Path) -> None:
    lab.set("OPD-011", FaultName.REFUSED)
    async with running(configure(tmp_path, lab.settings()), installed=True) as daemon:
        status = await daemon.until("/api/v1/status", lambda status: status["states"].get("aktif", 0) >= 230)
        fallen = await daemon.state("OPD-011", "turun")
        lab.set("DESA-046", FaultName.BLACK_HOLED)
        down = await daemon.state("DESA-046", "turun")
        lab.clear("DESA-046")
        up = await daemon.state("DESA-046", "aktif")
        code = await daemon.end(signal.SIGTERM)

    assert status["targets"] == sum(target.active for target in TARGETS)
    assert visited(fallen) == ["site.down"]
    assert visited(down) == ["site.down"]
    assert visited(up) == []
    assert code == 0


async def test_after_a_kill_it_remembers_since_when_a_site_is_down(lab: Lab, tmp_path: Path) -> None:
    lab.set("OPD-011", FaultName.REFUSED)
    config = configure(tmp_path, lab.settings())
    async with running(config) as daemon:
        before = await daemon.state("OPD-011", "turun")
        await daemon.end(signal.SIGKILL)
    async with running(config) as daemon:
        after = await daemon.state("OPD-011", "turun")
        history = await daemon.get("/api/v1/findings?limit=500")

    assert after["since"] == before["since"]
    assert after["findings"][0]["opened"] == before["findings"][0]["opened"]
    assert [item["kode"] for item in history["items"]].count("OPD-011") == 1


async def test_what_availability_was_is_told_soon_after_a_restart(lab: Lab, tmp_path: Path) -> None:
    config = configure(tmp_path, lab.settings())
    async with running(config) as daemon:
        await daemon.until("/api/v1/status", lambda status: status["states"].get("aktif", 0) >= 230)
        await daemon.end(signal.SIGTERM)
    async with running(config) as daemon, asyncio.timeout(PATIENCE):
        await _told(daemon.url, "monitor_availability_ratio{")

    assert keeping.MEASURE.total_seconds() > PATIENCE * 2


async def _told(url: str, series: str) -> None:
    """Until there is a sample of *series* among the metrics."""
    async with httpx.AsyncClient(trust_env=False, base_url=url) as client:
        while True:
            lines = (await client.get("/metrics")).text.splitlines()
            if any(line.startswith(series) for line in lines):
                return
            await asyncio.sleep(0.1)


async def test_while_it_is_cut_off_it_says_so_and_blames_nobody(lab: Lab, tmp_path: Path) -> None:
    async with running(configure(tmp_path, lab.settings())) as daemon:
        await daemon.until("/api/v1/status", lambda status: not status["states"].get("tidak-teramati"))
        before = await daemon.get("/api/v1/findings?limit=500")
        lab.cut()
        cut = datetime.now(UTC)
        await daemon.until("/api/v1/status", lambda status: status["vantage_connected"] is False)
        await daemon.until("/api/v1/status", lambda status: status["states"].get("tidak-teramati", 0) > 100)
        during = await daemon.get("/api/v1/findings?limit=500")
        lab.restore()
        await daemon.until("/api/v1/status", lambda status: status["states"].get("aktif", 0) >= 230)

        await daemon.until("/api/v1/status", lambda status: status["vantage_connected"] is True)

    assert "vantage.lost" in daemon.said()
    assert "vantage.restored" in daemon.said()
    assert _found(during) >= _found(before)
    # Rare checks take their first look at any time: what they saw before is theirs to tell.
    assert not [item for item in during["items"] if datetime.fromisoformat(item["opened"]) >= cut]


def _found(findings: Any) -> set[tuple[str, str, str]]:
    return {(item["kode"], item["code"], item["subject"]) for item in findings["items"]}


async def test_a_reload_with_errors_keeps_the_last_good_inventory_and_says_so(lab: Lab, tmp_path: Path) -> None:
    directory = tmp_path / "inventory"
    shutil.copytree(ROOT / "inventory", directory)
    desa = directory / "desa.csv"
    good = desa.read_text(encoding="utf-8")
    async with running(configure(tmp_path, {**lab.settings(), "inventory": {"directory": str(directory)}})) as daemon:
        desa.write_text(good.replace("https://onje.desa.id/", "https://on je.desa.id/"), encoding="utf-8")
        refused = await daemon.until("/api/v1/status", lambda status: status["inventory_problems"] != [])
        rows = good.splitlines(keepends=True)
        desa.write_text("".join(row for row in rows if "onje.desa.id" not in row), encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        accepted = await daemon.until("/api/v1/status", lambda status: status["inventory_problems"] == [])

    watched = sum(target.active for target in TARGETS)
    assert "desa.csv:" in refused["inventory_problems"][0]
    assert refused["targets"] == watched
    assert accepted["targets"] == watched - 1


async def test_stopping_on_ctrl_c_is_not_a_failure(lab: Lab, tmp_path: Path) -> None:
    async with running(configure(tmp_path, lab.settings())) as daemon:
        code = await daemon.end(signal.SIGINT)

    assert code == 0
    assert "Traceback" not in daemon.said()
