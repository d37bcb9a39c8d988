"""The demo's mailbox takes what a webhook brings, and survives anything else."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.lab.mailbox import Letter, Mailbox


async def test_a_letter_is_told_once_however_often_it_comes() -> None:
    told: list[Letter] = []

    async with Mailbox(told.append) as mailbox, httpx.AsyncClient(trust_env=False) as client:
        for _ in range(2):
            answer = await client.post(
                f"{mailbox.url}/noc", json={"title": "TURUN: 85 situs"}, headers={"Idempotency-Key": "ins-1-1-noc"}
            )
            assert answer.status_code == 204

    assert told == [Letter("noc", "ins-1-1-noc", "TURUN: 85 situs")]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="not a post"),
        pytest.param(b"POST /noc HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", id="too long"),
        pytest.param(b"POST /noc HTTP/1.1\r\nContent-Length: x\r\n\r\n", id="no length"),
        pytest.param(b"POST /noc HTTP/1.1\r\nContent-Length: 2\r\n\r\n{[", id="no json"),
        pytest.param(b"\x16\x03\x01\r\n\r\n", id="not http"),
    ],
)
async def test_what_is_no_letter_is_hung_up_on(sent: bytes) -> None:
    told: list[Letter] = []

    async with Mailbox(told.append) as mailbox:
        host, port = mailbox.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        assert await reader.read() == b""
        writer.close()

    assert told == []
