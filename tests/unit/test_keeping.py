"""The record is kept: rolled up, sealed, stamped, pruned, measured – and what goes wrong is told and tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.availability import Figures, month
from monitor.keeping import Keeper
from monitor.latest import Latest
from monitor.seal import BadSeal, Sealed, keyfile
from monitor.seal.keys import Signer
from monitor.settings import Settings
from monitor.vitals import Vitals
from tests.unit.seal import fake
from tests.unit.web import domains

MIDNIGHT = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""The end of the first day of the chain (WIB)."""
SETTLED = MIDNIGHT + timedelta(minutes=10)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Record(fake.Fake):
    """Also everything else that a keeper asks of a store."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    unreadable: str = ""
    figures: Mapping[str, Figures] = field(default_factory=dict)
    stamps: dict[int, bytes] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)

    async def last_seal(self) -> Sealed | None:
        if self.unreadable:
            raise BadSeal(self.unreadable)
        return self.chain[-1] if self.chain else None

    async def roll_up(self, at: datetime) -> int:
        self.asked.append(("roll up", at))
        return 0

    async def set_cadences(self, cadences: Mapping[str, timedelta], at: datetime) -> None:
        self.asked.append(("cadences", dict(cadences), at))

    async def availability(
        self, kode: str | None, since: datetime, until: datetime, *, now: datetime
    ) -> Mapping[str, Figures]:
        self.asked.append(("availability", kode, since, until, now))
        return self.figures

    async def prune(self, at: datetime, *, samples: timedelta, keep: timedelta) -> Mapping[str, int]:
        self.asked.append(("prune", at, samples, keep))
        return self.gone

    async def has_stamp(self, height: int) -> bool:
        return height in self.stamps

    async def put_seal_stamp(self, height: int, at: datetime, authority: str, token: bytes) -> None:
        self.stamps[height] = token


@dataclass(slots=True)
class Office:
    """A keeper with its record and its key."""

    keeper: Keeper
    store: Record
    vitals: Vitals
    key: Path


def office(folder: Path, **seal: Any) -> Office:
    store, vitals = Record(), Vitals(started=MIDNIGHT - DAY)
    place = keyfile.place_of(folder / "seal-key.pem", {})
    settings = Settings.model_validate({"seal": seal, "record": {"samples": "40d", "keep": "400d"}})
    return Office(Keeper(settings, store, vitals, place), store, vitals, place.key)  # type: ignore[arg-type]


async def test_before_the_day_has_settled_hours_are_rolled_up_and_nothing_is_sealed(tmp_path: Path) -> None:
    of = office(tmp_path)

    await of.keeper.beat(SETTLED - timedelta(seconds=1))

    assert of.store.asked == [("roll up", SETTLED - timedelta(seconds=1))]
    assert (of.store.chain, of.vitals.seal, of.vitals.seal_problem) == ([], {}, "")


async def test_a_day_that_is_over_is_sealed_and_shown(tmp_path: Path) -> None:
    of = office(tmp_path)

    await of.keeper.beat(SETTLED)

    (sealed,) = of.store.chain
    assert dict(of.vitals.seal) == {"day": "2026-11-24", "head": sealed.head, "key": sealed.key_id}
    assert (of.vitals.seal_height, of.vitals.seal_until) == (1, MIDNIGHT)


async def test_a_backlog_is_sealed_a_few_days_at_a_time_and_the_newest_is_shown(tmp_path: Path) -> None:
    of = office(tmp_path)

    await of.keeper.beat(SETTLED + 4 * DAY)
    assert of.vitals.seal_height == 3
    await of.keeper.beat(SETTLED + 4 * DAY)
    assert (of.vitals.seal_height, of.vitals.seal_until) == (5, MIDNIGHT + 4 * DAY)
    await of.keeper.beat(SETTLED + 4 * DAY)
    assert of.vitals.seal_height == 5, "with nothing to seal, what was sealed last stays shown"


async def test_a_bad_key_is_told_and_once_it_is_mended_the_days_are_sealed(tmp_path: Path) -> None:
    of = office(tmp_path)
    keyfile.create(of.key)
    of.key.chmod(0o644)

    await of.keeper.beat(SETTLED)
    assert "terbuka bagi akun lain" in of.vitals.seal_problem
    assert of.store.chain == []
    assert of.store.asked == [("roll up", SETTLED)], "hours are rolled up all the same"

    of.key.chmod(0o600)
    await of.keeper.beat(SETTLED + timedelta(minutes=1))
    assert of.vitals.seal_problem == ""
    assert of.vitals.seal_height == 1


async def test_a_chain_that_does_not_continue_is_told(tmp_path: Path) -> None:
    of = office(tmp_path)
    of.store.is_broken = True

    await of.keeper.beat(SETTLED)

    assert "tidak menyambung rantai" in of.vitals.seal_problem


async def test_what_is_wrong_is_logged_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    of = office(tmp_path)
    of.store.is_broken = True

    for minute in range(3):
        await of.keeper.beat(SETTLED + timedelta(minutes=minute))

    assert capsys.readouterr().out.count("seal.failed") == 1


async def test_at_the_start_the_cadences_are_noted_and_the_seal_is_shown(tmp_path: Path) -> None:
    of = office(tmp_path)
    of.store.chain = fake.chain(Signer.new(), 2)

    await of.keeper.begin(domains.CHECKS, SETTLED)

    vital = {check.name: check.every for check in domains.CHECKS if check.vital}
    assert of.store.asked == [("cadences", vital, SETTLED)]
    assert 0 < len(vital) < len(domains.CHECKS)
    assert (of.vitals.seal_height, of.vitals.seal["head"]) == (2, of.store.chain[-1].head)


async def test_a_seal_that_cannot_be_read_keeps_nobody_from_starting(tmp_path: Path) -> None:
    of = office(tmp_path)
    of.store.unreadable = "dokumen segel tidak dapat dibaca"

    await of.keeper.begin((), SETTLED)

    assert of.vitals.seal_problem == "dokumen segel tidak dapat dibaca"


async def test_the_month_so_far_is_reckoned_for_all_and_known_to_all(tmp_path: Path) -> None:
    of, latest = office(tmp_path), Latest()
    of.store.figures = {"OPD-001": Figures(up=DAY)}

    await of.keeper.measure(latest, MIDNIGHT)

    assert latest.month == of.store.figures
    assert of.store.asked == [("availability", None, *month(2026, 11), MIDNIGHT)]


async def test_what_was_kept_long_enough_goes_by_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = office(tmp_path)

    await of.keeper.prune(SETTLED)
    assert "record.pruned" not in capsys.readouterr().out
    of.store.gone = {"sample": 7, "finding": 0}
    await of.keeper.prune(SETTLED)

    assert of.store.asked == [("prune", SETTLED, timedelta(days=40), timedelta(days=400))] * 2
    said = capsys.readouterr().out
    assert "sample=7" in said
    assert "finding" not in said


async def test_without_an_authority_nothing_is_claimed_of_stamps(tmp_path: Path) -> None:
    of = office(tmp_path)
    await of.keeper.beat(SETTLED)

    await of.keeper.stamp(SETTLED)

    assert of.vitals.stamp_problem is None
