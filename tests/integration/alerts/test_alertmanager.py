"""A real Alertmanager, from the distribution's package."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.alerts.alertmanager import Alert, Alertmanagers, alertmanagers
from monitor.settings import Alerts, Net
from tests import servers
from tests.integration.alerts.receiving import answer, eventually, web
from tests.integration.net.misbehaving import closed_port

CONFIG = """
route: {receiver: kait, group_wait: 0s, group_interval: 1s, group_by: [kode]}
receivers: [{name: kait, webhook_configs: [{url: 'http://127.0.0.1:PORT/', send_resolved: true}]}]
"""


@pytest.fixture(scope="module")
def hook_port() -> int:
    return closed_port()


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory, hook_port: int) -> Iterator[str]:
    program = servers.find("alertmanager")
    if program is None:
        pytest.skip(f"alertmanager is missing: {servers.how_to_get('alertmanager')}")
    folder, port = tmp_path_factory.mktemp("alertmanager"), closed_port()
    (folder / "config.yml").write_text(CONFIG.replace("PORT", str(hook_port)))
    command = [
        str(program), f"--config.file={folder}/config.yml", f"--storage.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}", folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/-/ready").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text(errors="replace"))


def alert(code: str, started: datetime, **labels: str) -> Alert:
    return Alert(
        labels={"alertname": code, "kode": "OPD-009", "severity": "tinggi", **labels},
        annotations={"title": "Situs turun – “Dinkes”"},
        starts=started,
        link="https://papan.example.id/situs/OPD-009",
    )


def known(url: str, code: str) -> list[dict[str, Any]]:
    found = httpx.get(f"{url}/api/v2/alerts", params={"filter": f'alertname="{code}"'}).json()
    assert isinstance(found, list)
    return found


def mirror(net: Net, current: Any, *urls: str) -> Alertmanagers:
    channels = {f"am-{number}": {"type": "alertmanager", "url": url} for number, url in enumerate(urls)}
    settings = Alerts.model_validate({"channels": channels})
    return alertmanagers(settings, net, current, lambda: datetime.now(UTC))


@pytest.mark.servers("alertmanager")
async def test_what_fires_is_there_and_what_is_resolved_is_not(manager: str, net: Net) -> None:
    began = datetime.now(UTC) - timedelta(minutes=7)
    firing = [alert("site.down", began), alert("site.down", began, subject="lain")]
    both = mirror(net, lambda: firing, manager, f"http://127.0.0.1:{closed_port()}")
    await both.beat()
    await eventually(lambda: len(known(manager, "site.down")) == 2)
    said = known(manager, "site.down")[0]
    assert said["labels"]["kode"] == "OPD-009"
    assert said["annotations"] == {"title": "Situs turun – “Dinkes”"}
    assert said["generatorURL"] == "https://papan.example.id/situs/OPD-009"
    assert abs(datetime.fromisoformat(said["startsAt"]) - began) < timedelta(milliseconds=2)
    ahead = datetime.fromisoformat(said["endsAt"]) - datetime.now(UTC)
    assert timedelta(minutes=3) < ahead <= timedelta(minutes=4)
    del firing[1:]
    await both.beat()
    await eventually(lambda: len(known(manager, "site.down")) == 1)
    assert [receiver.standing.well for receiver in both.receivers] == [True, False]
    firing.clear()
    await both.beat()


@pytest.mark.servers("alertmanager")
async def test_more_than_a_batch_arrives(manager: str, net: Net) -> None:
    now = datetime.now(UTC)
    many = [alert("certificate.expiring", now, instance=str(number)) for number in range(300)]

    async def current() -> list[Alert]:
        return many

    await mirror(net, current, manager).beat()
    await eventually(lambda: len(known(manager, "certificate.expiring")) == 300)


@pytest.mark.servers("alertmanager")
async def test_what_alertmanager_refuses_is_told_once(manager: str, net: Net) -> None:
    bad = Alert(labels={"": "x"}, annotations={}, starts=datetime.now(UTC))
    refused = mirror(net, lambda: [bad], manager)
    await refused.beat()
    assert refused.receivers[0].standing.well is False
    assert "400" in refused.receivers[0].standing.reason


async def test_it_beats_and_a_nudge_makes_it_beat_at_once(net: Net) -> None:
    async with web(answer(200)) as receiver:
        now = datetime.now(UTC)
        both = mirror(net, lambda: [alert("site.down", now)], receiver.url + "/awalan/")
        running = asyncio.ensure_future(both.run())
        await eventually(lambda: len(receiver.asked) == 1)
        both.nudge()
        await eventually(lambda: len(receiver.asked) == 2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert receiver.asked[0].path == "/awalan/api/v2/alerts"
