"""A beat is given only when the watch has gone on."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.latest import Latest
from monitor.model import State
from monitor.pulse import UNATTENDED, Pulse
from monitor.supervisor import Supervisor
from monitor.vitals import Vitals
from tests.unit.making import target


class Told(Supervisor):
    """Remembers what it was told instead of telling anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def _tell(self, *lines: str) -> None:
        self.lines.extend(lines)


def a_pulse(*, moved: bool, connected: bool | None = True) -> tuple[Told, Pulse, Latest, Vitals]:
    told, latest, vitals = Told(), Latest(), Vitals(started=datetime.now(UTC))
    latest.settle([target("DESA-001"), target("DESA-002")])
    vantage = SimpleNamespace(current=SimpleNamespace(connected=connected))
    pulse = Pulse(told, SimpleNamespace(moved=lambda: moved), latest, vitals, cast("Any", vantage))
    return told, pulse, latest, vitals


async def test_while_it_moves_it_beats_and_says_how_things_are() -> None:
    told, pulse, latest, _vitals = a_pulse(moved=True)
    latest.entries()[0].state = State.DOWN

    await pulse.beat()

    assert told.lines == ["WATCHDOG=1", "STATUS=memantau 2 situs; 1 turun, 1 tidak teramati"]


async def test_when_it_is_stuck_the_beat_is_withheld() -> None:
    told, pulse, _latest, _vitals = a_pulse(moved=False)

    await pulse.beat()

    assert "WATCHDOG=1" not in told.lines
    assert told.lines == ["STATUS=penjadwal tidak bergerak: tidak satu pun kunjungan selesai pada waktunya"]


@pytest.mark.parametrize(("connected", "is_told"), [(True, False), (None, False), (False, True)])
def test_a_lost_vantage_is_told(*, connected: bool | None, is_told: bool) -> None:
    _told, pulse, _latest, _vitals = a_pulse(moved=True, connected=connected)

    assert ("titik pantau terputus" in pulse.status()) is is_told


def test_a_refused_inventory_is_told() -> None:
    told, pulse, _latest, vitals = a_pulse(moved=True)
    vitals.inventory_problems = ("desa.csv:3:4: URL salah – perbaiki", "desa.csv:9:1: kosong – isi")

    pulse.ready()

    assert told.lines[0] == "READY=1"
    assert told.lines[1].endswith("inventaris baru ditolak, yang lama dipakai: desa.csv:3:4: URL salah – perbaiki")


def test_without_a_watchdog_the_status_is_kept_up_all_the_same() -> None:
    assert a_pulse(moved=True)[1].every == UNATTENDED
