from __future__ import annotations

from datetime import timedelta

import pytest
import structlog
from pydantic import SecretStr

from monitor.alerts.channels.web import Web
from monitor.alerts.heartbeat import Heartbeat
from monitor.settings import Net
from tests.integration.alerts.receiving import answer, web


async def test_it_says_how_we_are(net: Net) -> None:
    well = True
    async with web() as receiver:
        url = SecretStr(f"{receiver.url}/uuid-geheim?a=1")
        beat = Heartbeat(Web(net, timedelta(seconds=5)), url, timedelta(minutes=1), lambda: well)
        await beat.beat()
        well = False
        await beat.beat()
    assert [(asked.method, asked.path) for asked in receiver.asked] == [
        ("GET", "/uuid-geheim?a=1"),
        ("GET", "/uuid-geheim/fail?a=1"),
    ]


@pytest.mark.parametrize("trouble", ["reset", answer(500), answer(404)])
async def test_trouble_is_told_once_and_its_end_too_without_the_address(net: Net, trouble: bytes | str) -> None:
    with structlog.testing.capture_logs() as events:
        async with web(trouble, trouble, trouble, answer()) as receiver:
            url = SecretStr(f"{receiver.url}/uuid-geheim")
            beat = Heartbeat(Web(net, timedelta(seconds=5)), url, timedelta(minutes=1), lambda: True)
            for _time in range(5):
                await beat.beat()
    assert [event["event"] for event in events] == ["outside.failed", "outside.restored"]
    assert "geheim" not in str(events)
    assert beat.standing.well
