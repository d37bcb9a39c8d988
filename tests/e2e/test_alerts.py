"""Alerts as people get them: held, not repeated, and delivered to real receivers."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tomllib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import servers
from tests.e2e.daemon import running
from tests.e2e.watched import SITES, Watched, watching
from tests.integration.alerts.receiving import eventually, post
from tests.integration.net.misbehaving import closed_port
from tests.lab import pointers
from tests.lab.faults import Fault, FaultName, PageName

SERVER = "127.18.0.21"
DOWN = Fault(FaultName.STATUS, status=503)


async def test_maintenance_holds_messages_while_probing_goes_on(tmp_path: Path) -> None:
    here, there = SITES[:4], SITES[4]
    async with watching(tmp_path, SITES[:6], {site.host: SERVER for site in here}, wait="500ms") as watched:
        lab, daemon, told = watched.lab, watched.daemon, watched.told
        await watched.all_well(6)
        window = await watched.post("/maintenance", **planned("alamat", SERVER))
        for site in (*here, there):
            lab.set(site.kode, DOWN)
        await told.until(lambda: bool(told.on("/noc")))
        for site in here:
            await daemon.state(site.kode, "turun")
        lab.clear(here[0].kode)
        await daemon.state(here[0].kode, "aktif")  # it is looked at, and what is mended is seen
        during = await watched.incidents()
        told_during = told.on("/noc")
        await watched.post(f"/maintenance/{window['number']}/end")
        await told.until(lambda: len(told.on("/noc")) == 2)

    held = next(item for item in during if set(item["kodes"]) == {site.kode for site in here})
    assert held["told"] is None
    assert [[site["kode"] for site in one.body["sites"]] for one in told_during] == [[there.kode]]
    after = told.on("/noc")[1]
    assert (after.kind, after.incident) == ("gangguan", held["number"])
    assert {site["kode"] for site in after.body["sites"] if site["state"] == "turun"} == {s.kode for s in here[1:]}


async def test_what_begins_and_ends_within_maintenance_is_told_to_nobody(tmp_path: Path) -> None:
    here, there = SITES[0], SITES[1]
    async with watching(tmp_path, SITES[:2], wait="500ms") as watched:
        lab, daemon, told = watched.lab, watched.daemon, watched.told
        await watched.all_well(2)
        window = await watched.post("/maintenance", **planned("sasaran", here.kode))
        lab.set(here.kode, DOWN)
        await daemon.state(here.kode, "turun")
        lab.clear(here.kode)
        await daemon.state(here.kode, "aktif")
        await watched.post(f"/maintenance/{window['number']}/end")
        lab.set(there.kode, DOWN)
        await told.until(lambda: bool(told.got))
        incidents = await watched.incidents()
        timeline = (await daemon.get(f"/api/v1/incidents/{incidents[0]['number']}"))["timeline"]

    assert [one.incident for one in told.got] == [incidents[1]["number"]]
    assert [event["kind"] for event in timeline] == ["dibuka", "ditahan", "selesai"]
    assert "tidak ada yang diberi tahu" in timeline[-1]["text"]


def planned(scope: str, value: str) -> dict[str, Any]:
    start = datetime.now(UTC) - timedelta(minutes=1)
    return {"scope": scope, "value": value, "start": start.isoformat(), "length": "1h", "reason": "ganti diska"}


async def test_who_has_taken_it_on_is_not_reminded_and_who_has_not_is(tmp_path: Path) -> None:
    taken, other = SITES[0], SITES[1]
    async with watching(tmp_path, SITES[:2], homes_apart(), wait="200ms", remind="2s") as watched:
        lab, told = watched.lab, watched.told
        await watched.all_well(2)
        lab.set(taken.kode, DOWN)
        lab.set(other.kode, DOWN)
        await told.until(lambda: len(watched.kinds("noc")) == 2)
        number = await incident_of(watched, taken.kode)
        answer = await watched.post(f"/incidents/{number}/acknowledge", text="saya kerjakan")
        sent = watched.kinds("noc")[number]
        left = await incident_of(watched, other.kode)
        await told.until(lambda: watched.kinds("noc")[left].count("pengingat") >= sent.count("pengingat") + 3)
        quiet = watched.kinds("noc")[number]
        lab.clear(taken.kode)
        await told.until(lambda: watched.kinds("noc")[number][-1] == "pulih")
        lab.set(taken.kode, DOWN)
        await told.until(lambda: len(watched.kinds("noc")) == 3)
        again = await incident_of(watched, taken.kode)
        await told.until(lambda: "pengingat" in watched.kinds("noc")[again])
        reopened = await watched.daemon.get(f"/api/v1/incidents/{again}")

    assert answer["acknowledged_by"] == "Sari"
    # One may have been on its way when it was taken on.
    assert quiet.count("pengingat") <= sent.count("pengingat") + 1
    assert again != number
    assert (reopened["acknowledged"], reopened["acknowledged_by"]) == (None, "")


async def test_a_finding_that_comes_back_is_nobodys_although_somebody_had_taken_it_on(tmp_path: Path) -> None:
    site = SITES[0]
    async with watching(tmp_path, SITES[:1], wait="200ms", remind="2s", flap_count=2, flap_hold="1s") as watched:
        lab, daemon, told = watched.lab, watched.daemon, watched.told
        await watched.all_well(1)
        lab.set(site.kode, DOWN)
        await told.until(lambda: bool(told.got))
        number = told.got[0].incident
        await watched.post("/findings/mark", kode=site.kode, code="site.error", verb="terima")
        await watched.post(f"/incidents/{number}/acknowledge")
        lab.clear(site.kode)
        await told.until(lambda: watched.kinds("noc")[number][-1] == "pulih")
        lab.set(site.kode, DOWN)  # the second time within the hour: it flaps, and keeps its number
        await told.until(lambda: watched.kinds("noc")[number][-2:] == ["perkembangan", "pengingat"])
        incident = await daemon.get(f"/api/v1/incidents/{number}")

    assert (incident["acknowledged"], incident["resolved"]) == (None, None)


def homes_apart() -> dict[str, str]:
    """Each at an address of its own, so that two that fall at once are two incidents."""
    return {site.host: f"127.18.1.{place}" for place, site in enumerate(SITES[:20], start=1)}


async def incident_of(watched: Watched, kode: str) -> int:
    """The open incident that *kode* is in."""
    (found,) = (await watched.daemon.get(f"/api/v1/incidents?kode={kode}"))["items"]
    return int(found["number"])


async def test_an_outage_and_its_end_come_by_mail_through_the_daemon(tmp_path: Path) -> None:
    site = SITES[0]
    async with post() as server:
        url = f"mailto://127.0.0.1:{server.port}?from=Pemantau<pantau@purbalingga.example.id>&to=noc@a.id"
        mail = {"noc": {"type": "apprise", "url": url, "timeout": "5s"}}
        async with watching(tmp_path, SITES[:1], wait="200ms", channels=mail) as watched:
            await watched.all_well(1)
            watched.lab.set(site.kode, DOWN)
            await eventually(lambda: len(server.got) == 1, 60)
            watched.lab.clear(site.kode)
            await eventually(lambda: len(server.got) == 2, 60)

    (sender, to, first), (_sender, _to, second) = server.got
    assert (sender, to) == ("pantau@purbalingga.example.id", ["noc@a.id"])
    assert first["Subject"].startswith("TURUN")
    assert second["Subject"].startswith("PULIH")
    assert first["Message-ID"] != second["Message-ID"]
    assert site.name in str(first["Subject"]) + first.as_string()
    assert second["References"] or second["In-Reply-To"]


async def test_a_hijacking_comes_by_signed_webhook_ready_for_the_csirt(tmp_path: Path) -> None:
    site = SITES[0]
    async with watching(tmp_path, SITES[:1], wait="200ms") as watched:
        await watched.all_well(1)
        watched.lab.set(site.kode, Fault(FaultName.PAGE, page=PageName.GAMBLING))
        await watched.told.until(lambda: bool(watched.told.on("/csirt")))

    (one, *_more) = watched.told.on("/csirt")
    assert watched.told.forged == []
    assert one.key == one.body["key"] == f"ins-{one.incident}-1-csirt"
    assert one.body["version"] == 1
    assert one.body["severity"] == "kritis"
    assert site.kode in {line["kode"] for line in one.body["sites"]}


@contextlib.asynccontextmanager
async def alertmanager(folder: Path) -> AsyncIterator[str]:
    """Debian's, on a free port."""
    program = servers.find("alertmanager")
    if program is None:
        pytest.skip(f"alertmanager is missing: {servers.how_to_get('alertmanager')}")
    port = closed_port()
    (folder / "config.yml").write_text("route: {receiver: kosong}\nreceivers: [{name: kosong}]\n")
    with (folder / "alertmanager.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            str(program),
            f"--config.file={folder}/config.yml",
            f"--storage.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def alerts_at(url: str, **filters: str) -> list[dict[str, Any]]:
    """The alerts that Alertmanager counts as firing; none while it does not answer."""
    params = {"filter": [f'{name}="{value}"' for name, value in filters.items()]}
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            response = await client.get(f"{url}/api/v2/alerts", params=params)
    except httpx.TransportError:
        return []
    return list(response.json()) if response.is_success else []


async def until_alerts(url: str, count: int, **filters: str) -> list[dict[str, Any]]:
    """As soon as there are *count* of them."""
    async with asyncio.timeout(60):
        while True:
            if len(found := await alerts_at(url, **filters)) == count:
                return found
            await asyncio.sleep(0.1)


async def test_alertmanager_shows_an_outage_firing_and_its_end_at_once(tmp_path: Path) -> None:
    site = SITES[0]
    async with alertmanager(tmp_path) as url:
        mirror = {"cermin": {"type": "alertmanager", "url": url}}
        async with watching(tmp_path, SITES[:1], channels=mirror) as watched:
            await watched.all_well(1)
            watched.lab.set(site.kode, DOWN)
            (firing,) = await until_alerts(url, 1, kode=site.kode, alertname="site.error")
            watched.lab.clear(site.kode)
            await until_alerts(url, 0, kode=site.kode, alertname="site.error")  # the end is not waited for

    assert firing["labels"]["severity"] == "tinggi"
    assert firing["status"]["state"] == "active"
    assert site.name in firing["annotations"]["title"]


async def test_what_a_rare_check_found_does_not_keep_people_waiting_once_the_site_is_well(tmp_path: Path) -> None:
    """A server that spoke only TLS 1.0 is mended: every visit shows it within seconds, `tls` looks only in hours."""
    site = SITES[0]
    async with watching(tmp_path, SITES[:1], checks={"tls": {"every": "2s"}}, wait="200ms") as watched:
        lab, daemon = watched.lab, watched.daemon
        await watched.all_well(1)
        lab.set(site.kode, FaultName.TLS_1_0)
        await daemon.until("/api/v1/incidents", lambda page: "tls" in checks_of(page))
        assert await daemon.end(signal.SIGTERM) == 0
        async with running(rarely(daemon.log.with_suffix(".toml"))) as restarted:
            lab.clear(site.kode)
            await restarted.state(site.kode, "aktif")
            await watched.told.until(lambda: any(one.kind == "pulih" for one in watched.told.on("/noc")), 60)


def checks_of(page: dict[str, Any]) -> set[str]:
    """The checks that found what incidents are about."""
    return {member["check"] for item in page["items"] for member in item["members"]}


def rarely(config: Path) -> Path:
    """The settings of *config*, but for the handshakes that are looked at as rarely as shipped."""
    values = tomllib.loads(config.read_text(encoding="utf-8"))
    values["checks"]["tls"]["every"] = "6h"
    config.write_text(pointers.toml(values), encoding="utf-8")
    return config
