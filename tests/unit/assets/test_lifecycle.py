"""Which step in the life of an asset may follow which."""

from __future__ import annotations

from itertools import product

import pytest

from monitor.assets import PROCESSES, STEPS, Process, Status
from monitor.assets.lifecycle import fault, may_follow, status_of

PLANNED, PROCURED, IN_USE, MAINTAINED, IDLE, REMOVED = Status
LEGAL = {
    (PLANNED, PROCURED), (PLANNED, REMOVED), (PROCURED, IN_USE), (PROCURED, REMOVED), (IN_USE, MAINTAINED),
    (IN_USE, IDLE), (MAINTAINED, IN_USE), (MAINTAINED, IDLE), (IDLE, IN_USE), (IDLE, REMOVED),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [*product(Status, Status)], ids=lambda status: status.value)
def test_a_step_is_legal_or_says_what_would_be(before: Status, after: Status) -> None:
    legal = before is after or (before, after) in LEGAL

    assert may_follow(before, after) is legal
    assert bool(fault(before, after)) is not legal


@pytest.mark.parametrize("status", Status)
def test_what_nobody_declared_binds_nobody(status: Status) -> None:
    assert may_follow(None, status)
    assert may_follow(status, None)


def test_the_reason_names_what_may_follow() -> None:
    assert fault(IN_USE, REMOVED) == (
        "perpindahan operasional → dihapus melompati proses: sesudah operasional hanya pemeliharaan, nonaktif"
    )
    assert fault(REMOVED, IN_USE).endswith("dihapus adalah akhir siklus")


def test_every_state_belongs_to_a_process_and_every_process_has_one() -> None:
    assert {*PROCESSES} == {*STEPS} == {*Status}
    assert {*PROCESSES.values()} == {*Process}
    assert PROCESSES[REMOVED] is Process.DISPOSAL


@pytest.mark.parametrize(("text", "status"), [("operasional", IN_USE), ("Operasional", None), ("", None), (None, None)])
def test_a_text_is_a_state_or_none(text: str | None, status: Status | None) -> None:
    assert status_of(text) is status
