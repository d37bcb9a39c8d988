"""Killed in the middle of a transaction, the daemon leaves a finding with all it led to, or nothing of either."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from monitor.store import Store
from monitor.vitals import Vitals
from tests import forking
from tests.integration.store.records import NOON, RULES
from tests.integration.store.torn import CONSEQUENCES, EXHIBIT, MOMENTS

pytestmark = pytest.mark.usefixtures("migrated")
TABLES = (
    "finding",
    "change",
    "incident",
    "incident_finding",
    "incident_event",
    "outbox",
    "maintenance",
    "mark",
    "exhibit",
    "exhibit_body",
    "memory",
)


def live_and_die(url: str, moment: str) -> None:
    assert forking.fork("tests.integration.store.torn", url, moment).wait() == -signal.SIGKILL


@pytest.mark.parametrize("moment", MOMENTS)
async def test_nothing_is_left_of_a_transaction_that_did_not_end(url: str, vitals: Vitals, moment: str) -> None:
    live_and_die(url, moment)

    store = Store.open(url, vitals, RULES)
    counts = await store.counts()
    assert {name: counts[name] for name in TABLES} == dict.fromkeys(TABLES, 0)
    assert counts["sample"] == 1
    assert await store.claim("noc", NOON, timedelta(minutes=1)) is None
    await store.close()


async def test_all_is_left_of_one_that_did(url: str, vitals: Vitals) -> None:
    live_and_die(url, "after the end")

    store = Store.open(url, vitals, RULES)
    counts = await store.counts()
    assert {name: counts[name] for name in TABLES} == dict.fromkeys(TABLES, 1)
    assert await store.incident(1) == CONSEQUENCES.incidents[0]
    assert await store.claim("noc", NOON, timedelta(minutes=1)) == CONSEQUENCES.parcels[0]
    found = await store.exhibit(1)
    assert found is not None
    assert found[2] == EXHIBIT.body
    await store.close()
