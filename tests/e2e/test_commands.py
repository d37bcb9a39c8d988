"""The commands as people and scripts use them: what they print, and how they end."""

from __future__ import annotations

import asyncio
import json
import os
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor import inventory
from monitor.cli import PARTS
from tests import forking
from tests.e2e.daemon import INSTALLED, ROOT, configure, running
from tests.lab import Lab, Scenario
from tests.lab.faults import FaultName

TARGETS = tuple(inventory.load(ROOT / "inventory"))


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


async def monitor(*words: str, config: Path | None = None, stdin: str = "", **env: str) -> Ended:
    """What `monitor` says to *words*."""
    options = ("--config", str(config)) if config else ()
    environment = {**os.environ, "COLUMNS": "200", **env}
    ended = await forking.run("monitor", *options, *words, patience=120, stdin=stdin.encode(), env=environment)
    return Ended(ended.code, ended.out.decode(), ended.err.decode())


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with Lab(TARGETS, Scenario(ttl=1), tmp_path / "lab") as lab:
        yield lab


@pytest.fixture
def config(lab: Lab, tmp_path: Path) -> Path:
    return configure(tmp_path, lab.settings())


@pytest.mark.parametrize("part", [*PARTS])
async def test_every_part_of_the_installed_command_starts_by_itself(part: str) -> None:
    """All others here are forked from a process that has imported every part."""
    process = await asyncio.create_subprocess_exec(INSTALLED, part, "--help", stdout=-1, stderr=-1)
    out, err = await process.communicate()

    assert process.returncode == 0, err.decode()
    assert out.decode().lstrip().startswith(f"Pakai: monitor {part}")
    assert err == b""


async def test_a_good_site_is_shown_hop_by_hop_with_its_certificate_and_ends_with_0(config: Path) -> None:
    ended = await monitor("check", "desa-046", "--periksa", "website", config=config)

    assert ended.code == 0, ended
    for shown in ("DESA-046", "Putusan: Aktif", "DNS ms", "127.", "terverifikasi", "penerbit", "Tidak ada temuan."):
        assert shown in ended.out
    assert ended.err == ""


async def test_a_bad_site_is_shown_with_what_to_do_and_ends_with_1(lab: Lab, config: Path) -> None:
    lab.set("DESA-046", FaultName.EXPIRED)
    ended = await monitor("check", "DESA-046", "--periksa", "website", config=config)

    assert ended.code == 1, ended
    for shown in ("TINGGI", "certificate.expired", "Terlihat:", "Mengapa penting:", "Perbaikan:", "Rujukan:"):
        assert shown in ended.out


async def test_a_finding_below_the_threshold_ends_with_0(lab: Lab, config: Path) -> None:
    lab.set("DESA-046", FaultName.EXPIRED)
    ended = await monitor("check", "DESA-046", "--periksa", "website", "--ambang", "kritis", config=config)

    assert ended.code == 0, ended


async def test_a_url_of_no_inventory_can_be_looked_at(lab: Lab, config: Path) -> None:
    ended = await monitor("check", "https://onje.desa.id/", "--periksa", "website", "--json", config=config)

    seen = json.loads(ended.out)
    assert ended.code == 0, ended
    assert (seen["state"], seen["visit"]["hops"][0]["status"]) == ("aktif", 200)


async def test_two_targets_have_a_report_each_and_one_verdict(lab: Lab, config: Path) -> None:
    lab.set("DESA-046", FaultName.EXPIRED)
    ended = await monitor("check", "DESA-046", "OPD-001", config=config)

    assert ended.code == 1, ended
    assert ended.out.count("Putusan:") == 2
    assert ended.out.index("Putusan: Terganggu") < ended.out.index("Putusan: Aktif")
    assert "certificate.expired" in ended.out


async def test_in_a_pipe_nothing_is_folded_and_a_closed_pipe_is_no_failure(config: Path) -> None:
    command = f"{INSTALLED} --config {config} inventory list | head -3"
    shell = await asyncio.create_subprocess_shell(
        f"set -o pipefail; {command}", cwd=ROOT, executable="/bin/bash", stdout=-1, stderr=-1
    )
    out, err = await shell.communicate()

    assert len(out.splitlines()) == 3
    assert b"https://" in out
    assert err == b""


async def test_all_sites_are_looked_at_and_the_troubled_ones_listed(lab: Lab, config: Path) -> None:
    lab.set("OPD-011", FaultName.REFUSED)
    ended = await monitor("check", "--all", config=config)

    assert ended.code == 1, ended
    assert "OPD-011" in ended.out
    assert "koneksi ditolak" in ended.out.lower()
    assert f"Aktif {sum(target.active for target in TARGETS) - 1}" in ended.out


async def test_cut_off_it_says_that_it_cannot_look_and_ends_with_3(lab: Lab, config: Path) -> None:
    lab.cut()
    ended = await monitor("check", "DESA-046", "--periksa", "website", config=config)

    assert ended.code == 3, ended
    assert "titik pantau terputus" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ["check", "DESA-999"],
            "DESA-999: bukan kode inventaris dan bukan URL – lihat `monitor inventory list`, atau tulis https://…",
            id="unknown kode",
        ),
        pytest.param(["check"], "tidak ada yang disebut – beri KODE atau URL, atau --all", id="nothing named"),
        pytest.param(["check", "ftp://x.go.id/"], "bukan kode inventaris dan bukan URL", id="no web address"),
        pytest.param(["check", "--all", "OPD-001"], "--all bersama kode atau URL – pilih salah satu", id="all and one"),
        pytest.param(["check", "https://u:rahasia@x.go.id/"], "https://u:***@x.go.id/: bukan kode", id="a password"),
        pytest.param(["check", "x", "--periksa", "webs"], "'webs' bukan pemeriksaan", id="unknown check"),
        pytest.param(
            ["--config", "tidak-ada.toml", "config", "check"], "tidak-ada.toml: tidak dapat dibaca", id="file"
        ),
        pytest.param(["periksa"], "periksa: tidak ada perintah ini", id="unknown command"),
    ],
)
async def test_wrong_use_is_said_and_ends_with_2(words: list[str], said: str) -> None:
    ended = await monitor(*words)

    assert ended.code == 2
    assert said in ended.err
    assert "rahasia" not in ended.err
    assert "Traceback" not in ended.err


async def test_the_settings_shown_are_settings_that_can_be_read(tmp_path: Path) -> None:
    shown = await monitor("config", "show", MONITOR_DATABASE__URL="postgresql://u:rahasia@h/d")
    path = tmp_path / "shown.toml"
    path.write_text(shown.out)

    assert "rahasia" not in shown.out
    assert tomllib.loads(shown.out)["database"]["url"] == "postgresql://u:***@h/d"
    assert (await monitor("config", "check", config=path)).code == 0


async def test_every_wrong_setting_is_said_at_once() -> None:
    ended = await monitor("serve", MONITOR_WEB__LISTEN="8620", MONITOR_RUNNER__WIDTH="0")

    assert ended.code == 2
    assert [line.partition(":")[0] for line in ended.err.splitlines()[:2]] == [
        "MONITOR_WEB__LISTEN",
        "MONITOR_RUNNER__WIDTH",
    ]
    assert "2 masalah" in ended.err


async def test_the_status_of_a_record_that_nobody_has_written_is_a_plain_message(tmp_path: Path) -> None:
    ended = await monitor("status", MONITOR_DATABASE__URL=f"sqlite:///{tmp_path / 'none.db'}")

    assert ended.code == 2
    assert "none.db" in ended.err
    assert "Traceback" not in ended.err


async def test_the_status_tells_what_the_record_knows_while_the_daemon_runs(lab: Lab, config: Path) -> None:
    lab.set("OPD-011", FaultName.REFUSED)
    async with running(config) as daemon:
        await daemon.state("OPD-011", "turun")
        told = await monitor("status", config=config)
        for_scripts = await monitor("status", "--json", config=config)

    assert told.code == 1, told
    assert "OPD-011" in told.out
    row = next(row for row in json.loads(for_scripts.out)["targets"] if row["kode"] == "OPD-011")
    assert (row["state"], row["findings"][0]["code"]) == ("turun", "site.down")


async def test_a_second_daemon_on_the_same_record_is_refused(config: Path) -> None:
    async with running(config):
        second = await monitor("serve", config=config, MONITOR_WEB__LISTEN="127.0.0.1:0")

    assert second.code == 1
    assert "sedang dipakai daemon lain" in second.err
    assert "Traceback" not in second.err


async def test_an_incident_of_the_running_daemon_is_taken_on_and_remembered(lab: Lab, config: Path) -> None:
    lab.set("OPD-011", FaultName.REFUSED)
    async with running(config) as daemon:
        listen = daemon.url.removeprefix("http://")
        await daemon.until("/api/v1/incidents", lambda found: found["total"] == 1)
        taken = await monitor(
            "incident", "acknowledge", "1", "--oleh", "Siti", config=config, MONITOR_WEB__LISTEN=listen
        )
        seen = await daemon.get("/api/v1/incidents/1")
    shown = await monitor("incident", "show", "1", config=config)
    forgotten = await monitor("baseline", "reset", "OPD-011", "--oleh", "Siti", config=config)

    assert (taken.code, taken.out) == (0, "INS-1 diterima oleh Siti.\n")
    assert seen["acknowledged_by"] == "Siti"
    assert "diterima Siti" in shown.out
    assert forgotten.out == "Rupa wajar OPD-011 dilupakan; dipelajari lagi dari kunjungan berikutnya.\n"
    assert "baseline.forgotten" in forgotten.err


@pytest.mark.parametrize(
    "words",
    [
        *([], ["serve"], ["check"], ["status"], ["inventory"], ["config"], ["incident"], ["incident", "acknowledge"]),
        *(["finding", "mark"], ["maintenance"], ["maintenance", "add"], ["baseline", "reset"], ["alerts"]),
        *(["alerts", "test"], ["alerts", "retry"], ["inspect", "page"]),
    ],
)
async def test_help_is_worth_reading(words: list[str]) -> None:
    ended = await monitor(*words, "--help")

    assert ended.code == 0
    assert len(ended.out.splitlines()) > 5
