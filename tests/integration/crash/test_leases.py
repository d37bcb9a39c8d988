"""Who holds the lock on the record knows that nobody else is sending: what a dead daemon had claimed need not wait."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.incident import NoticeKind, Parcel, Ripples
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.crash.script import RULES
from tests.integration.store.records import NOON, after

LEASE = timedelta(seconds=210)
"""As the dispatcher claims with the shipped time-out of a channel: ten of them, and a minute."""
BAR = 90
"""Seconds after which people are to have heard."""


def parcel() -> Parcel:
    return Parcel(
        key="uji-1", channel="noc", kind=NoticeKind.TEST, order="uji", created=NOON, due=NOON, body={"version": 1}
    )


async def test_a_message_that_was_on_its_way_when_the_daemon_died_leaves_soon_after_the_next_start(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    store = Store.open(url, Vitals(started=NOON), RULES)
    store.put_ripples(Ripples(parcels=(parcel(),)))
    claimed = await store.claim("noc", NOON, LEASE)
    await store.close()  # nothing is settled: as if it had been killed
    store = Store.open(url, Vitals(started=NOON), RULES)
    again = await store.claim("noc", after(BAR - 20), LEASE)
    await store.close()

    assert claimed is not None
    assert again is not None, "the lease of a process that is gone is waited for"
    assert again.key == claimed.key
