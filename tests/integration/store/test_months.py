"""Months that were handed out: once, and again only with a reason, both kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.store import FrozenMonth, Store

AT = datetime(2026, 11, 1, 1, tzinfo=UTC)
A, B, C = "a" * 64, "b" * 64, "c" * 64


async def test_a_month_is_stated_again_only_with_a_reason_and_both_are_kept(store: Store) -> None:
    first = await store.freeze("2026-10", A, AT, bundle=C)
    assert first == FrozenMonth(month="2026-10", at=AT, digest=A, bundle=C)
    assert await store.freeze("2026-10", A.upper(), AT.replace(day=2), bundle=C) == first
    with pytest.raises(ValueError, match="harus dengan alasan"):
        await store.freeze("2026-10", B, AT, bundle=C, reason="  ")
    again = await store.freeze("2026-10", B, AT.replace(day=3), reason="salah catat pemeliharaan")
    other = await store.freeze("2026-09", A, AT)

    assert await store.frozen("2026-10") == (first, again)
    assert await store.frozen() == (first, again, other)
    assert (again.bundle, again.reason) == ("", "salah catat pemeliharaan")


@pytest.mark.parametrize(
    ("month", "digest", "why"),
    [
        ("2026-11", A, "belum berakhir"),
        ("2026-13", A, "bukan bulan"),
        ("2026-10", "a" * 63, "64 angka"),
        ("2026-10", "", "64 angka"),
    ],
)
async def test_what_cannot_be_frozen_is_refused_and_the_store_goes_on(
    store: Store, month: str, digest: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        await store.freeze(month, digest, AT)
    assert await store.frozen() == ()
    await store.flush()
