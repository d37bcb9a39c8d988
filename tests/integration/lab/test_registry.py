"""The lab's registry and security.txt, seen by a client that knows nothing of the project."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.lab.client import PATIENCE, Answer, fetch, gone
from tests.integration.lab.conftest import DESA, OPD, TARGETS
from tests.lab import Fault, FaultName, Lab
from tests.lab.security import PATH


async def ask(lab: Lab, path: str, patience: float = PATIENCE) -> Answer:
    url = urlsplit(lab.settings()["checks"]["registration"]["servers"]["id"])
    async with asyncio.timeout(patience):
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        with closing(writer):
            writer.write(f"GET {url.path}{path} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
            raw = await reader.read()
    await gone(writer)
    return Answer(raw)


async def domain(lab: Lab, name: str = DESA) -> dict[str, Any]:
    answer = await ask(lab, f"domain/{name}")
    assert (answer.status, answer.field("content-type")) == (200, "application/rdap+json")
    value: dict[str, Any] = json.loads(answer.body)
    assert value["ldhName"] == name
    return value


def left(value: dict[str, Any]) -> timedelta:
    (end,) = [event["eventDate"] for event in value["events"] if event["eventAction"] == "expiration"]
    return datetime.fromisoformat(end) - datetime.now(UTC)


async def test_every_domain_of_the_town_is_listed_and_lasts(lab: Lab) -> None:
    for name in (DESA, "purbalinggakab.go.id"):
        assert left(await domain(lab, name)) > timedelta(days=89)
    assert (await ask(lab, "domain/lain.desa.id")).status == 404
    assert (await ask(lab, "help")).status == 200


async def test_a_registrys_fault_is_the_domains_alone_and_passes(lab: Lab) -> None:
    lab.set("DESA-046", Fault(FaultName.REGISTRY_EXPIRING, days=5))
    assert timedelta(days=4) < left(await domain(lab)) <= timedelta(days=5)
    lab.set("DESA-046", FaultName.REGISTRY_ON_HOLD)
    assert (await domain(lab))["status"] == ["client hold"]
    lab.set("DESA-046", FaultName.REGISTRY_NOT_FOUND)
    assert (await ask(lab, f"domain/{DESA}")).status == 404
    assert (await fetch(lab, DESA)).status == 200
    assert left(await domain(lab, "purbalinggakab.go.id")) > timedelta(days=89)
    lab.clear("DESA-046")
    assert left(await domain(lab)) > timedelta(days=89)


async def test_a_registry_that_is_down_ends_the_connection_without_a_word(lab: Lab) -> None:
    lab.set(DESA, FaultName.REGISTRY_DOWN)
    try:
        answer = await ask(lab, f"domain/{DESA}")
    except ConnectionError:
        return
    assert answer.raw == b""


async def test_a_slow_registry_answers_late(lab: Lab) -> None:
    lab.set(DESA, FaultName.REGISTRY_SLOW)
    with pytest.raises(TimeoutError):
        await ask(lab, f"domain/{DESA}", patience=0.2)
    lab.set(DESA, Fault(FaultName.REGISTRY_SLOW, delay=0.05))
    assert (await ask(lab, f"domain/{DESA}")).status == 200


async def test_a_cut_takes_the_registry_too(lab: Lab) -> None:
    lab.cut()
    with pytest.raises(TimeoutError):
        await ask(lab, "help", patience=0.2)
    lab.restore()
    assert (await ask(lab, "help")).status == 200


async def test_some_sites_have_a_security_txt_and_some_have_none(lab: Lab) -> None:
    hosts = [target.host for target in TARGETS if target.url.startswith("https")]
    statuses = {host: await fetch(lab, host, PATH) for host in hosts}

    assert OPD in statuses
    for answer in statuses.values():
        assert answer.status in {200, 404}
        assert (answer.status == 200) is answer.body.startswith(b"Contact: mailto:")
