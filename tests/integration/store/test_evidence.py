"""Facts as evidence: kept once, with each time they differed."""

from __future__ import annotations

from types import MappingProxyType

from monitor.store import Store
from tests.integration.store.records import after, record

A = {"hops": [{"url": "https://a.desa.id/", "status": 200}], "title": "Desa A – ꦢꦺꦱ"}
B = {**A, "title": "Hacked by"}


async def test_evidence_is_read_back_as_it_was_put(store: Store) -> None:
    store.put(record(facts=MappingProxyType(A)))
    await store.flush()

    found = await store.facts("DESA-001", "website")
    assert found is not None
    assert found.facts == A
    assert (await store.load()).facts == {("DESA-001", "website"): A}


async def test_no_evidence_is_none(store: Store) -> None:
    assert await store.facts("DESA-001", "website") is None


async def test_the_same_evidence_is_kept_once_for_all_targets(store: Store) -> None:
    store.put(record(facts=A))
    store.put(record(facts=dict(reversed(A.items())), kode="DESA-002"))
    await store.flush()

    counts = await store.counts()
    assert (counts["fact_body"], counts["facts"]) == (1, 2)


async def test_evidence_that_did_not_change_makes_no_row(store: Store) -> None:
    for seconds in range(3):
        store.put(record(after(seconds), facts=A))
    await store.flush()

    (found,) = await store.facts_history("DESA-001", "website")
    assert found.at == after(0)


async def test_history_tells_each_time_the_evidence_differed(store: Store) -> None:
    for seconds, facts in enumerate((A, B, A)):
        store.put(record(after(seconds), facts=facts))
    await store.flush()

    history = await store.facts_history("DESA-001", "website")
    assert [(item.at, item.facts) for item in history] == [(after(2), A), (after(1), B), (after(0), A)]
    assert len({item.digest for item in history}) == 2
    assert len(await store.facts_history("DESA-001", "website", limit=1)) == 1
    assert (await store.counts())["fact_body"] == 2


async def test_a_record_without_facts_leaves_the_evidence(store: Store) -> None:
    store.put(record(after(0), facts=A))
    store.put(record(after(1)))
    await store.flush()

    assert (await store.load()).facts == {("DESA-001", "website"): A}
