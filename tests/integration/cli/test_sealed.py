"""How far the record is sealed: what `monitor seal status` says, and with which code it ends."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.seal import Sealer, keyfile
from monitor.settings import load
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.cli.typed import Run
from tests.integration.store.records import RULES, record, target

NOW = datetime.now(UTC)


@pytest.fixture
def url(config: Path) -> str:
    return load(config).database.url.get_secret_value()


async def watched(url: str, ago: timedelta | None) -> None:
    """A record that began so long *ago*; an empty one for None."""
    store = Store.open(url, Vitals(started=NOW), RULES)
    if ago is not None:
        await store.sync([target("DESA-001")], NOW - ago)
        store.put(record(NOW - ago))
    await store.close()


async def sealed(url: str, config: Path) -> None:
    store = Store.open(url, Vitals(started=NOW), RULES)
    try:
        while await Sealer(store, keyfile.place_of(config.parent / "seal-key.pem", {})).seal_due(NOW):
            pass
    finally:
        await store.close()


@pytest.mark.parametrize(
    "ago", [pytest.param(None, id="an empty record"), pytest.param(timedelta(hours=1), id="begun an hour ago")]
)
def test_nothing_sealed_is_nothing_to_look_at_for_both_commands(run: Run, url: str, ago: timedelta | None) -> None:
    asyncio.run(watched(url, ago))
    status, verified = run("seal", "status"), run("seal", "verify")

    assert (status.code, status.out) == (3, "Belum ada hari yang disegel.\n")
    assert verified.code == 3
    assert json.loads(run("seal", "status", "--json").out)["behind"] == 0


def test_days_that_should_be_sealed_by_now_are_told_although_none_ever_was(run: Run, url: str) -> None:
    asyncio.run(watched(url, timedelta(days=4)))
    ended = run("seal", "status")
    behind = json.loads(run("seal", "status", "--json").out)["behind"]

    assert behind in {3, 4}, "by the hour"
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "Belum ada hari yang disegel.",
        f"TERTINGGAL {behind} hari; periksa log daemon.",
    ]


def test_a_record_that_is_sealed_as_far_as_can_be_ends_with_0(run: Run, url: str, config: Path) -> None:
    asyncio.run(watched(url, timedelta(days=4)))
    asyncio.run(sealed(url, config))
    status, document = run("seal", "status"), json.loads(run("seal", "status", "--json").out)

    assert (status.code, status.err) == (0, "")
    assert "TERTINGGAL" not in status.out
    assert document["last"]["sealed"].endswith("+07:00")
    assert run("seal", "verify").code == 0
