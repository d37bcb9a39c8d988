"""When a month is handed out by itself, and what becomes of the process that makes its bundle."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor import monthly
from monitor.monthly import AGAIN, AT, PATIENCE, Known, Monthly, ended, is_due
from monitor.store import AlreadyFrozen, StoreError
from monitor.store.stored import FrozenMonth
from monitor.vitals import Vitals
from monitor.words import WIB

END = datetime(2026, 11, 1, tzinfo=WIB)
"""Of October."""
ONE = END + AT
SECOND = timedelta(seconds=1)
LONG_AGO = END - timedelta(days=200)
READY = Known(first_day=date(2026, 3, 1), sealed_until=END, rolled_until=END, is_handed_out=False)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        pytest.param(END - SECOND, "2026-09", id="the last second of October"),
        pytest.param(END, "2026-10", id="the first of November"),
        pytest.param(END.astimezone(UTC), "2026-10", id="in UTC it is still October"),
        pytest.param(datetime(2027, 1, 9, tzinfo=WIB), "2026-12", id="over the year"),
    ],
)
def test_the_month_that_ended_is_one_of_wib(now: datetime, month: str) -> None:
    assert ended(now) == month


@pytest.mark.parametrize(
    ("now", "known", "tried", "due"),
    [
        pytest.param(ONE - SECOND, READY, None, False, id="not before one o'clock"),
        pytest.param(ONE, READY, None, True, id="at one o'clock"),
        pytest.param(END + timedelta(days=29), READY, None, True, id="the daemon was off"),
        pytest.param(ONE, replace(READY, is_handed_out=True), None, False, id="handed out"),
        pytest.param(ONE, replace(READY, first_day=None), None, False, id="an empty record"),
        pytest.param(ONE, replace(READY, first_day=date(2026, 11, 1)), None, False, id="it began after the month"),
        pytest.param(ONE, replace(READY, first_day=date(2026, 10, 31)), None, True, id="it began on its last day"),
        pytest.param(ONE, replace(READY, sealed_until=END - SECOND), None, False, id="the last day is not sealed"),
        pytest.param(ONE, replace(READY, rolled_until=END - SECOND), None, False, id="the last hour is not rolled up"),
        pytest.param(END + PATIENCE - SECOND, replace(READY, sealed_until=None), None, False, id="nothing is sealed"),
        pytest.param(END + PATIENCE, replace(READY, sealed_until=None), None, True, id="nor will be"),
        pytest.param(END + PATIENCE, replace(READY, rolled_until=None), None, True, id="nor rolled up"),
        pytest.param(ONE + AGAIN - SECOND, READY, ONE, False, id="it failed a moment ago"),
        pytest.param(ONE + AGAIN, READY, ONE, True, id="it failed an hour ago"),
    ],
)
def test_when_a_month_is_due(now: datetime, known: Known, tried: datetime | None, due: bool) -> None:  # noqa: FBT001
    assert is_due(now, known, started=LONG_AGO, tried=tried) is due


def test_a_daemon_that_was_off_seals_what_is_left_before_it_gives_up_on_the_seal() -> None:
    started = END + timedelta(days=3)
    unsealed = replace(READY, sealed_until=END - timedelta(days=5))

    def due(now: datetime) -> bool:
        return is_due(now, unsealed, started=started, tried=None)

    assert not due(started + PATIENCE - SECOND)
    assert due(started + PATIENCE)


@dataclass(slots=True)
class Record:
    """A record of which October was never handed out."""

    handed: list[FrozenMonth] = field(default_factory=list)
    refusal: Exception | None = None
    asked: int = 0

    async def frozen(self, month: str | None = None) -> Sequence[FrozenMonth]:
        self.asked += 1
        return [item for item in self.handed if item.month == month]

    async def first_day(self) -> date | None:
        return date(2026, 3, 1)

    async def sealed_until(self) -> datetime | None:
        return END

    async def rolled_until(self) -> datetime | None:
        return END

    async def freeze(self, month: str, digest: str, at: datetime, *, bundle: str = "", reason: str = "") -> FrozenMonth:
        if self.refusal is not None:
            raise self.refusal
        self.handed.append(FrozenMonth(month=month, at=at, digest=digest, bundle=bundle, reason=reason))
        return self.handed[-1]


MADE = {
    "path": "/b.zip", "sha256": "c" * 64, "complete": False, "shortcomings": ["31 hari belum disegel"],
    "freeze": {"digest": "a" * 64, "bundle": "c" * 64, "reason": ""},
}  # fmt: skip


@dataclass(slots=True)
class Office:
    """A month that is due, and a program of a few lines that makes its bundle."""

    folder: Path
    store: Record = field(default_factory=Record)
    vitals: Vitals = field(default_factory=lambda: Vitals(started=LONG_AGO))
    at: datetime = ONE
    wanted: bool = True

    def monthly(self, program: str) -> Monthly:
        file = self.folder / "program.py"
        file.write_text(program)
        return Monthly(self.store, self.vitals, lambda: self.at, (sys.executable, str(file)), wanted=self.wanted)

    async def beat(self, of: Monthly) -> None:
        """One beat, and what it began to its end."""
        await of.beat()
        if of._making is not None:
            await of._making


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def says(document: object, code: int = 0) -> str:
    return f"import sys; print({json.dumps(document)!r}); sys.exit({code})"


@pytest.mark.parametrize("code", [0, 3])
async def test_what_was_made_is_noted_complete_or_not(office: Office, code: int) -> None:
    await office.beat(office.monthly(says(MADE, code)))

    assert office.store.handed == [FrozenMonth(month="2026-10", at=ONE, digest="a" * 64, bundle="c" * 64)]
    assert office.vitals.evidence_problem == ""


async def test_it_is_asked_for_the_month_at_a_low_priority_and_without_noting_it_itself(office: Office) -> None:
    told = office.folder / "told"
    program = f"""
import os, sys, time
end = time.monotonic() + 30
while os.getpriority(os.PRIO_PROCESS, 0) < {monthly.NICENESS} and time.monotonic() < end:
    time.sleep(0.01)
open({str(told)!r}, "w").write(" ".join([str(os.getpriority(os.PRIO_PROCESS, 0)), *sys.argv[1:]]))
"""

    await office.beat(office.monthly(program))

    niceness, *arguments = told.read_text().split()
    assert arguments == ["evidence", "export", "--month", "2026-10", "--json", "--no-freeze"]
    assert int(niceness) >= monthly.NICENESS


async def test_a_service_manager_that_lets_nobody_be_nice_keeps_no_month_from_being_handed_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_arguments: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", forbidden)

    await office.beat(office.monthly(says(MADE)))

    assert office.vitals.evidence_problem == ""
    assert len(office.store.handed) == 1


@pytest.mark.parametrize(
    ("program", "why"),
    [
        pytest.param("import sys; sys.exit('disk penuh')", "kode 1: disk penuh", id="it says why"),
        pytest.param("import sys; sys.exit(2)", "kode 2: tanpa keterangan", id="it says nothing"),
        pytest.param("print('no JSON')", "Expecting value", id="it says nonsense"),
        pytest.param("print('{}')", "'path'", id="it says too little"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "kode -9", id="it was killed"),
    ],
)
async def test_a_failure_is_told_and_tried_again_an_hour_later(office: Office, program: str, why: str) -> None:
    made = office.monthly(program)
    await office.beat(made)

    problem = office.vitals.evidence_problem or ""
    assert problem.startswith("bundel bukti 2026-10 belum jadi: ")
    assert why in problem
    assert office.store.handed == []

    (office.folder / "program.py").write_text(says(MADE))
    office.at = ONE + AGAIN - SECOND
    await office.beat(made)
    assert office.store.handed == [], "not before an hour has gone by"
    office.at = ONE + AGAIN
    await office.beat(made)
    assert len(office.store.handed) == 1
    assert office.vitals.evidence_problem == ""


async def test_what_takes_too_long_is_ended_with_its_children(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthly, "BOUND", timedelta(seconds=2))
    held = office.folder / "pipe"
    os.mkfifo(held)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reader, True)
    grandchild = f"import time; file = open({str(held)!r}, 'w'); file.write('x'); file.flush(); time.sleep(600)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"

    await office.beat(office.monthly(program))

    assert "tidak selesai dalam" in (office.vitals.evidence_problem or "")
    with os.fdopen(reader, "rb") as pipe:  # it ends when nobody has it open any more
        await asyncio.wait_for(asyncio.to_thread(pipe.read), 30)


async def test_the_beat_does_not_wait_and_begins_nothing_twice(office: Office) -> None:
    made = office.monthly("import time; time.sleep(600)")
    await made.beat()
    first = made._making
    office.at += 2 * AGAIN
    await made.beat()

    assert made._making is first
    await made.aclose()
    assert first is not None
    assert first.cancelled()
    assert office.store.handed == []


async def test_what_others_handed_out_is_left_alone_and_not_asked_for_again(office: Office) -> None:
    office.vitals.evidence_problem = "bundel bukti 2026-10 belum jadi: ruang penuh"
    office.store.handed = [FrozenMonth(month="2026-10", at=ONE, digest="b" * 64)]
    made = office.monthly("raise AssertionError")

    await office.beat(made)
    asked = office.store.asked
    await office.beat(made)

    assert (office.vitals.evidence_problem, office.store.asked) == ("", asked)
    office.at = datetime(2026, 12, 1, 0, 30, tzinfo=WIB)
    await office.beat(made)
    assert office.store.asked == asked + 1, "another month is"


@pytest.mark.parametrize("document", [MADE, {**MADE, "freeze": None}])
async def test_who_was_faster_is_no_failure(office: Office, document: object) -> None:
    office.store.refusal = AlreadyFrozen("bulan 2026-10 sudah dibekukan")

    await office.beat(office.monthly(says(document)))

    assert office.vitals.evidence_problem is None


NOTHING = {**MADE, "path": None, "sha256": None, "empty": True, "freeze": None}


async def test_a_month_that_nobody_observed_is_logged_and_neither_noted_nor_asked_for_again(office: Office) -> None:
    office.vitals.evidence_problem = ""
    made = office.monthly(says(NOTHING, 3))

    with capture_logs() as logs:
        await office.beat(made)
    asked = office.store.asked
    office.at = ONE + 2 * AGAIN
    await office.beat(made)

    assert [
        (line["event"], line["month"], line["log_level"]) for line in logs if line["event"] != "evidence.exporting"
    ] == [("evidence.empty", "2026-10", "warning")]
    assert office.store.handed == []
    assert office.store.asked == asked, "people decide whether there is to be one"
    assert office.vitals.evidence_problem is None


async def test_a_record_that_takes_no_note_is_a_failure(office: Office) -> None:
    office.store.refusal = StoreError("basis data hilang", "periksa diska")

    await office.beat(office.monthly(says(MADE)))

    assert "basis data hilang" in (office.vitals.evidence_problem or "")


async def test_who_does_not_want_it_is_not_asked(office: Office) -> None:
    office.wanted = False

    await office.beat(office.monthly(says(MADE)))

    assert (office.store.asked, office.store.handed) == (0, [])
