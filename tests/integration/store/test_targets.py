"""The register of targets: what left the inventory is retired and never forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Change, Criticality, State, Transition, Turn, Verification
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.records import DOWN, EXPIRED, NOON, RULES, after, opened, target


async def test_a_target_that_left_is_retired_and_keeps_its_history(store: Store) -> None:
    store.put(opened(DOWN()))
    await store.sync([target("DESA-002")], after(60))

    (gone,) = await store.retired()
    assert (gone.target, gone.first_seen, gone.retired) == (target("DESA-001"), NOON, after(60))
    assert len(await store.findings("DESA-001")) == 1


async def test_a_retired_target_is_retired_once(store: Store) -> None:
    for seconds in (60, 120):
        await store.sync([target("DESA-002")], after(seconds))

    assert [item.retired for item in await store.retired()] == [after(60)]


async def test_a_target_that_came_back_is_the_same_one(store: Store) -> None:
    store.put(opened(DOWN()))
    await store.sync([target("DESA-002")], after(60))
    await store.sync([target("DESA-001"), target("DESA-002")], after(120))

    assert await store.retired() == ()
    assert list((await store.load()).open) == ["DESA-001"]
    assert [(item.field, item.before, item.after) for item in await store.target_changes("DESA-001")] == [
        ("retired_at", None, after(60).isoformat()),
        ("retired_at", after(60).isoformat(), None),
    ]


@pytest.mark.parametrize(
    ("field", "value", "before", "after_"),
    [
        pytest.param("url", "https://baru.desa.id/", "https://desa-001.desa.id/", "https://baru.desa.id/", id="url"),
        pytest.param("mail", "a@desa.id", None, "a@desa.id", id="a first address"),
        pytest.param("active", False, "ya", "tidak", id="switched off"),
        pytest.param("criticality", Criticality.HIGH, "sedang", "tinggi", id="more critical"),
        pytest.param("verification", Verification.NEEDED, "ok", "perlu-verifikasi", id="doubtful"),
    ],
)
async def test_a_field_declared_anew_is_updated_and_logged(
    store: Store, field: str, value: Any, before: str | None, after_: str | None
) -> None:
    await store.sync([target("DESA-001", **{field: value}), target("DESA-002")], after(60))
    await store.sync([], after(90))

    change = (await store.target_changes("DESA-001"))[0]
    assert (change.at, change.field, change.before, change.after) == (after(60), field, before, after_)
    assert (await store.retired())[0].target == target("DESA-001", **{field: value})
    assert len(await store.target_changes("DESA-002")) == 1


async def test_the_same_inventory_again_changes_nothing(store: Store) -> None:
    await store.sync([target("DESA-002"), target("DESA-001")], after(60))

    assert (await store.counts())["target_change"] == 0


async def test_every_declared_field_is_kept(store: Store) -> None:
    full = target(
        "OPD-001",
        mail="opd@purbalinggakab.go.id",
        owner="Dinkominfo",
        criticality=Criticality.HIGH,
        active=False,
        source="Daftar Website OPD, 1",
        verification=Verification.NEEDED,
        suggested_url="https://lain.go.id/",
        note="catatan",
    )
    await store.sync([full], NOON)
    await store.sync([], after(1))

    assert full in [item.target for item in await store.retired()]


async def test_what_happens_to_a_target_that_left_before_this_start_can_be_recorded(url: str, vitals: Vitals) -> None:
    before = Store.open(url, vitals, RULES)
    await before.sync([target("DESA-001"), target("DESA-002")], NOON)
    before.put(opened(EXPIRED("a"), kode="DESA-002"))
    await before.close()

    again = Store.open(url, vitals, RULES)
    await again.sync([target("DESA-001")], after(60))
    (item,) = (await again.load()).open["DESA-002"]
    end = Change(kode="DESA-002", check="website", finding=item.finding, turn=Turn.RESOLVED, at=after(60), opened=NOON)
    again.put_changes("DESA-002", [end], Transition("DESA-002", after(60), State.UNOBSERVED, "tidak lagi dipantau"))
    await again.flush()
    left = await again.load()
    await again.close()

    assert "DESA-002" not in left.open or left.open["DESA-002"] == ()
