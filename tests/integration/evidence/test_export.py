"""From a real record to a bundle, and back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from monitor.evidence import against, collect, verify
from monitor.evidence.data import Gap, MonthData, Period
from monitor.evidence.export import Frozen, Made, Order, export
from monitor.evidence.signing import SealSigner
from monitor.model import Kind, Target, Turn
from monitor.seal import Sealer, keyfile, keys
from monitor.store import Store, schema
from monitor.store.engine import writing
from monitor.store.place import parse
from tests.integration.evidence.conftest import (
    BRIEF,
    DAY,
    FOUND_AT,
    HOUR,
    NOW,
    SINCE,
    SLOW,
    TARGETS,
    UNTIL,
    change,
    look,
)

MINUTE = timedelta(minutes=1)
AUGUST = datetime(2026, 7, 31, 17, tzinfo=UTC)
KEY = SealSigner(keys.Signer.new())
PERIOD = collect.period_of("2026-10", NOW)
Making = Callable[..., Awaitable[Made]]


def august() -> Period:
    return collect.period_of("2026-08", NOW)


async def month_of(store: Store) -> MonthData:
    return await collect.collect(store, PERIOD, BRIEF)


@pytest.fixture
def make(store: Store, tmp_path: Path) -> Making:
    async def freeze(month: str, digest: str, bundle: str, reason: str) -> None:
        await store.freeze(month, digest, NOW, bundle=bundle, reason=reason)

    async def made(now: datetime = NOW, **fields: Any) -> Made:
        order = Order(period=collect.period_of("2026-10", now), folder=tmp_path, **fields)
        return await export(store, order, BRIEF, KEY, freeze)

    return made


async def test_figures_are_those_of_the_record(store: Store) -> None:
    month = await month_of(store)
    known = await store.availability(None, SINCE, UNTIL, now=UNTIL)
    assert {site.kode for site in month.sites} == {"DESA-001", "LYN-017", "OPD-001"}
    for site in month.sites:
        assert site.figures.ratio == known[site.kode].ratio
        assert site.figures.known + site.figures.unobserved == known[site.kode].watched
    assert len(month.outages) == sum(len(item.outages) for kode, item in known.items() if kode != TARGETS[-1].kode)
    assert sum((day.figures.down for day in month.days), start=DAY * 0) == month.total.down
    assert len(month.days) == 31


async def test_what_came_after_the_month_is_not_in_it(store: Store) -> None:
    month = await month_of(store)
    slot = next(item for item in month.findings if item.code == "content.gambling")
    assert slot.is_open
    assert [act.text for act in slot.acts] == ["ditangani"]
    assert slot.incidents == (1,)
    (incident,) = month.content
    assert incident.resolved is None
    assert incident.acknowledged_by == "Budi"
    assert [act.verb for act in incident.timeline] == ["dibuka", "diterima"]
    assert [item.label for item in incident.exhibits] == ["googlebot"]


async def test_carried_opened_and_resolved(store: Store) -> None:
    month = await month_of(store)
    counts = {item.severity.value: (item.carried, item.opened, item.resolved, item.open) for item in month.severities}
    assert counts["kritis"] == (0, 1, 0, 1)
    assert counts["rendah"] == (1, 0, 1, 0)


async def test_evidence_in_force_says_when_it_was_seen(store: Store) -> None:
    month = await month_of(store)
    (certificate,) = month.certificates
    assert (certificate.kode, certificate.days_left, certificate.since) == ("DESA-001", 19, SINCE + DAY)
    (domain,) = month.registrations
    assert (domain.domain, domain.days_left, domain.looked) == ("sinduraja.desa.id", 61, SINCE + 2 * DAY)
    assert [item.kode for item in month.foreign] == ["LYN-017"]


async def test_days_without_a_seal_are_named_and_sealed_ones_are_not(store: Store, tmp_path: Path) -> None:
    assert Gap.UNSEALED in {item.gap for item in (await month_of(store)).shortcomings}
    sealer = Sealer(store, keyfile.place_of(tmp_path / "key.pem", {}))
    while await sealer.seal_due(UNTIL + HOUR):
        pass
    month = await month_of(store)
    assert Gap.UNSEALED not in {item.gap for item in month.shortcomings}
    assert (month.seal.days, len(month.seal.head), month.seal.missing) == (31, 64, ())


@pytest.mark.parametrize(
    ("began", "said"),
    [
        pytest.param(date(2026, 10, 1), "31 hari belum disegel", id="all of the month"),
        pytest.param(date(2026, 10, 31), "1 hari belum disegel: 31-10-2026.", id="its last day"),
        pytest.param(date(2026, 11, 1), "", id="after it"),
        pytest.param(None, "", id="no record"),
    ],
)
async def test_no_seal_is_owed_for_days_before_the_record(
    store: Store, monkeypatch: pytest.MonkeyPatch, began: date | None, said: str
) -> None:
    async def first_day(_store: Store) -> date | None:
        return began

    monkeypatch.setattr(Store, "first_day", first_day)
    month = await month_of(store)
    assert len(month.seal.missing) == 31  # the figures stay as they are in bundles that were handed out
    found = [item.text for item in month.shortcomings if item.gap is Gap.UNSEALED]
    assert len(found) == bool(said)
    assert all(text.startswith(said) for text in found)


async def test_a_bundle_is_written_verified_and_frozen(store: Store, make: Making) -> None:
    made = await make()
    assert made.is_new
    assert verify.verify(made.path, key_id=KEY.key_id).fault is None
    (frozen,) = await store.frozen("2026-10")
    assert frozen.bundle == made.sha256
    with zipfile.ZipFile(made.path) as bundle:
        hours = list(csv.DictReader(io.TextIOWrapper(bundle.open("csv/rekap-jam.csv"), newline="")))
        said = json.loads(bundle.read("manifest.json"))
    assert len(hours) == 3 * 31 * 24
    assert said["complete"] is made.month.is_complete
    assert said["seal"]["days"] == 0


async def test_again_is_the_same_file(store: Store, make: Making) -> None:
    first = await make()
    content = first.path.read_bytes()
    first.path.unlink()
    again = await make()
    assert not again.is_new
    assert again.path.read_bytes() == content
    assert len(await store.frozen("2026-10")) == 1


async def test_other_figures_need_a_reason_and_both_are_kept(store: Store, make: Making) -> None:
    first = await make()
    late = FOUND_AT + DAY
    store.put(change(SLOW(), Turn.OPENED, late, late, "LYN-017"))
    await store.flush()
    with pytest.raises(Frozen, match="--alasan"):
        await make()
    second = await make(reason="temuan terlambat dicatat")
    assert (second.month.edition, second.month.restated) == (2, "temuan terlambat dicatat")
    assert first.path != second.path
    assert first.path.exists()
    assert [item.reason for item in await store.frozen("2026-10")] == ["", "temuan terlambat dicatat"]
    content = second.path.read_bytes()
    again = await make()
    assert again.path.read_bytes() == content


async def test_a_month_that_goes_on_is_not_frozen(store: Store, make: Making, early: datetime) -> None:
    made = await make(early)
    assert Gap.NOT_OVER in {item.gap for item in made.month.shortcomings}
    assert made.path.name.endswith("-sementara.zip")
    assert await store.frozen("2026-10") == ()
    assert verify.verify(made.path).fault is None


@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [
        pytest.param(SINCE, UNTIL, True, id="rolled up"),
        pytest.param(SINCE - 40 * DAY, SINCE - 2 * DAY, False, id="up to the first look"),
        pytest.param(SINCE - 40 * DAY, SINCE - 2 * DAY + HOUR, True, id="the first look"),
        pytest.param(SINCE - 40 * DAY, SINCE - 2 * DAY + MINUTE, True, id="the first look, within its hour"),
        pytest.param(UNTIL + 2 * HOUR, UNTIL + 3 * HOUR, True, id="the last hour, which is not rolled up"),
        pytest.param(UNTIL + 3 * HOUR, UNTIL + 4 * HOUR, False, id="after the last look"),
    ],
)
async def test_whether_anybody_saw_a_site(store: Store, since: datetime, until: datetime, seen: bool) -> None:  # noqa: FBT001
    assert await store.is_observed(since, until) is seen


async def test_a_month_is_empty_for_the_bundle_as_it_is_for_the_board(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lonely = Target(kode="DESA-099", kind=Kind.DESA, name="Desa Sekali", url="https://sekali.desa.id/")
    await store.sync((*TARGETS, lonely), AUGUST + DAY)
    assert (await collect.collect(store, august(), BRIEF)).is_empty

    store.put(look(AUGUST + 2 * DAY, lonely.kode))
    await store.flush()
    month = await collect.collect(store, august(), BRIEF)

    assert not month.total.known, "one look lasts no time"
    assert await store.is_observed(month.period.since, month.period.until)
    assert not month.is_empty
    assert Gap.UNOBSERVED in {item.gap for item in month.shortcomings}


async def test_the_first_and_the_last_look_outlive_the_samples(store: Store, url: str) -> None:
    first, last = SINCE - 2 * DAY, UNTIL + 3 * HOUR - timedelta(minutes=1)
    found = await store.observed()
    assert found is not None
    assert (found[0] - first, last - found[1]) < (timedelta(minutes=1), timedelta(minutes=1))
    with writing(parse(url)).connect() as connection, connection.begin():
        connection.execute(delete(schema.sample))
    kept = await store.observed()
    assert kept is not None
    assert kept[0] == found[0]
    assert timedelta(0) <= found[1] - kept[1] <= 2 * HOUR
    assert await store.is_observed(SINCE, UNTIL)
    with writing(parse(url)).connect() as connection, connection.begin():
        connection.execute(delete(schema.rolled))
    assert await store.observed() is None


async def test_samples_come_in_a_second_bundle(store: Store, make: Making, tmp_path: Path) -> None:
    made = await make(with_samples=True)
    assert made.path.name.endswith("-sampel.zip")
    assert made.path.with_name(made.path.name.replace("-sampel", "")).exists()
    with zipfile.ZipFile(made.path) as bundle:
        rows = list(csv.DictReader(io.TextIOWrapper(bundle.open("csv/sampel/DESA-001.csv"), newline="")))
    assert 44_000 < len(rows) <= 44_640 + 3
    assert rows[0]["waktu"].startswith("2026-10-01T00:00")
    assert rows[-1]["waktu"].startswith("2026-10-31T23:59")


async def test_the_bundle_before_is_named(store: Store, make: Making) -> None:
    await store.freeze("2026-09", "aa" * 32, UNTIL - 20 * DAY, bundle="bb" * 32)
    made = await make()
    with zipfile.ZipFile(made.path) as bundle:
        assert json.loads(bundle.read("manifest.json"))["previous"] == {"key": "2026-09", "sha256": "bb" * 32}
    await store.freeze("2026-09", "cc" * 32, NOW + HOUR, bundle="dd" * 32, reason="dihitung ulang")
    again = await make()
    assert again.sha256 == made.sha256


async def test_the_record_says_the_same(store: Store, make: Making) -> None:
    made = await make()
    found = await against.compare(store, verify.verify(made.path).figures, BRIEF)
    assert (found.fault, found.notes) == (None, ())


async def pruned(store: Store, end: datetime) -> None:
    """Samples before *end* are let go of, as retention does it."""
    while await store.roll_up(NOW, limit=5_000):
        pass
    while await store.prune(end + 400 * DAY, samples=400 * DAY, keep=2_000 * DAY, unsealed=True):
        pass


@pytest.mark.parametrize("end", [pytest.param(SINCE + 9 * DAY, id="a part"), pytest.param(UNTIL, id="all")])
async def test_the_record_says_the_same_when_it_has_let_go_of_the_samples(
    store: Store, make: Making, url: str, end: datetime
) -> None:
    made = await make()
    await pruned(store, end)
    figures = verify.verify(made.path).figures

    found = await against.compare(store, figures, BRIEF)
    assert found.fault is None
    assert len(found.notes) == 1
    assert found.notes[0].startswith("data mentah bulan ini sudah dilepas")

    with writing(parse(url)).connect() as connection, connection.begin():
        connection.execute(update(schema.transition).where(schema.transition.c.state == 2).values(state=0))
    fault = (await against.compare(store, figures, BRIEF)).fault
    assert fault is not None
    assert fault.where.startswith("compared")


async def test_a_month_that_is_told_late_says_what_is_known_no_more(store: Store, make: Making) -> None:
    before = await month_of(store)
    await pruned(store, UNTIL)
    month = await month_of(store)

    assert [(site.state, site.figures) for site in month.sites] == [(site.state, site.figures) for site in before.sites]
    assert {site.last_look for site in month.sites} == {None}
    (said,) = [item.text for item in month.shortcomings if item.gap is Gap.LET_GO]
    assert said.startswith("Data mentah sampai 01-11-2026 00:00 WIB sudah dilepas")
    assert Gap.LET_GO not in {item.gap for item in before.shortcomings}


async def test_what_was_handed_out_is_not_told_anew_because_the_samples_are_gone(store: Store, make: Making) -> None:
    await make()
    await pruned(store, UNTIL)
    with pytest.raises(Frozen, match="data mentahnya sudah dilepas, sehingga angka itu tidak dapat dihitung lagi"):
        await make()


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        (update(schema.finding).where(schema.finding.c.code == "site.slow").values(resolved_at=None), "findings"),
        (update(schema.mark).values(actor="orang lain"), "findings"),
        (update(schema.target).where(schema.target.c.kode == "OPD-001").values(owner="Lain"), "sites"),
        (update(schema.transition).where(schema.transition.c.state == 2).values(state=0), "compared"),
    ],
)
async def test_a_record_that_was_changed_is_found_out(
    store: Store, make: Making, url: str, statement: Any, where: str
) -> None:
    made = await make()
    with writing(parse(url)).connect() as connection, connection.begin():
        connection.execute(statement)
    found = await against.compare(store, verify.verify(made.path).figures, BRIEF)
    assert found.fault is not None
    assert found.fault.where.startswith(where)


async def test_a_finding_written_anew_is_a_note(store: Store, make: Making, url: str) -> None:
    made = await make()
    with writing(parse(url)).connect() as connection, connection.begin():
        connection.execute(
            update(schema.finding).where(schema.finding.c.code == "content.gambling").values(severity=3, detail="{}")
        )
    found = await against.compare(store, verify.verify(made.path).figures, BRIEF)
    assert found.fault is None
    assert "1 temuan" in found.notes[0]


async def test_targets_set_otherwise_since_are_no_fault_of_the_record(store: Store, make: Making) -> None:
    made = await make()
    other = replace(BRIEF, method=replace(BRIEF.method, targets={}))
    assert (await against.compare(store, verify.verify(made.path).figures, other)).fault is None


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"period": {}},
        {"method": {"targets": {"opd": "1/0"}}},
        {"method": None},
        {"edition": "x"},
        {"restated": ["x"]},
        {"seal": []},
        {"seal": {"head": "ab", "first": 1}},
    ],
)
async def test_figures_of_another_shape_are_refused(store: Store, make: Making, said: dict[str, Any]) -> None:
    figures = {**verify.verify((await make()).path).figures, **said} if said else {}
    with pytest.raises(against.Misshapen):
        await against.compare(store, figures, BRIEF)


@pytest.mark.parametrize("findings", [5, None, [None, {"number": [1]}, {}], "x"])
async def test_findings_of_another_shape_are_other_findings(store: Store, make: Making, findings: Any) -> None:
    figures = {**verify.verify((await make()).path).figures, "findings": findings}
    fault = (await against.compare(store, figures, BRIEF)).fault
    assert fault is not None
    assert fault.where.startswith("findings")


async def test_a_seal_that_is_gone_is_found_out(store: Store, make: Making) -> None:
    seal = {"first": "2026-10-01", "last": "2026-10-31", "days": 31, "head": "ab" * 32}
    figures = {**verify.verify((await make()).path).figures, "seal": seal}
    found = await against.compare(store, figures, BRIEF)
    assert found.fault is not None
    assert found.fault.where == "seal"
