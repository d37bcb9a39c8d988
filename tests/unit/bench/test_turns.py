"""When a turn counts as missed, and how late it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.turns import Turns, lateness, missed


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Target 1 is punctual, 2 skips a turn and is once 3 s late, 3 is never visited."""
    rows = [(1, 1, at, 0) for at in (10, 70, 130, 190)]
    rows += [(2, 1, 20, 0), (2, 1, 143, 2), (2, 1, 200, 0), (3, 2, 30, 0)]
    path = tmp_path / "monitor.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE check_kind (id, slug)")
        connection.execute("INSERT INTO check_kind VALUES (1, 'website'), (2, 'names')")
        connection.execute("CREATE TABLE sample (target_id, check_id, at, state)")
        connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", rows)
    return path


def test_what_was_never_visited_has_missed_every_turn(database: Path) -> None:
    turns = Turns(database, sites=3, cadence=60)
    assert turns.counts(0, 240) == (7, 1)
    assert turns.missed(0, 240, 5) == 1 + 3
    assert Turns(database, sites=2, cadence=60).missed(0, 240, 5) == 1


def test_the_lag_is_that_of_the_latest_of_a_hundred(database: Path) -> None:
    assert Turns(database, sites=2, cadence=60).lag(0, 240) == 0
    assert max(lateness([20, 143, 200], 60)) == 3


@pytest.mark.parametrize(
    ("ats", "expected"),
    [
        pytest.param([10, 70, 130], [0, 0, 0], id="punctual"),
        pytest.param([12, 70, 131], [2, 0, 1], id="the first was late"),
        pytest.param([10, 95, 130], [0, 25, 0], id="almost half a turn late"),
        pytest.param([10, 190], [0, 0], id="missed turns are not late ones"),
    ],
)
def test_lateness_is_counted_from_the_most_punctual_turn(ats: list[int], expected: list[float]) -> None:
    assert lateness(ats, 60) == expected


@pytest.mark.parametrize(
    ("ats", "expected"),
    [
        pytest.param([30, 90, 150, 210], 0, id="every turn"),
        pytest.param([30, 91, 149, 212], 0, id="a little early and late"),
        pytest.param([30, 150, 210], 1, id="one in the middle"),
        pytest.param([30, 210], 2, id="two in a row"),
        pytest.param([90, 150, 210], 1, id="the first"),
        pytest.param([30, 90, 150], 1, id="the last"),
        pytest.param([62, 122, 182], 0, id="late at the first edge, within the slack"),
        pytest.param([], 3, id="silent all the time, and the last turn may yet come"),
        pytest.param([-30, 300], 3, id="samples outside do not count"),
    ],
)
def test_a_gap_of_two_cadences_is_a_turn_missed(ats: list[int], expected: int) -> None:
    assert missed(ats, 0, 240, 60, 5) == expected
