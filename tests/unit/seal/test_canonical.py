"""The canonical form: one text for one value, and the same digests by anybody's SHA-256."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.seal import canonical, days
from monitor.seal.canonical import EMPTY, Leaf, Table, leaf_of, line

cells = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=20) | st.floats(allow_nan=False)
rows = st.lists(cells, max_size=5)


@given(rows, rows)
def test_two_rows_that_differ_never_have_the_same_line(one: list[object], other: list[object]) -> None:
    same = list(map(_exactly, one)) == list(map(_exactly, other))

    assert (line(one) == line(other)) is same


def _exactly(cell: object) -> tuple[str, str]:
    """1, 1.0 and True are equal in Python, and are not the same in a record."""
    return type(cell).__name__, repr(cell)


@given(st.lists(rows, max_size=4), st.lists(rows, max_size=4))
def test_nor_have_two_lists_of_rows(one: list[list[object]], other: list[list[object]]) -> None:
    """No line holds a line feed, so where one ends is never in doubt."""
    same = [list(map(_exactly, row)) for row in one] == [list(map(_exactly, row)) for row in other]

    assert (b"".join(map(line, one)) == b"".join(map(line, other))) is same


@given(rows)
def test_a_line_is_json_in_ascii_without_spaces_between(row: list[object]) -> None:
    said = line(row)

    assert said.endswith(b"\n")
    assert said.count(b"\n") == 1
    assert said.isascii()
    assert json.loads(said) == row


@pytest.mark.parametrize("strange", [b"x", bytearray(b"x"), object])
def test_what_belongs_in_no_row_is_told_apart_and_not_refused(strange: object) -> None:
    assert line([strange]) not in {line(["x"]), line([None]), line([str(strange)])}


def test_leaves_and_tables_are_plain_sha256() -> None:
    lines = [line(["a", 1]), line(["b", 2])]
    leaf = leaf_of("DESA-001", "DESA-001", "", lines)
    digest = hashlib.sha256(b'["a",1]\n["b",2]\n').hexdigest()

    assert leaf == Leaf("DESA-001", "DESA-001", "", 2, digest)
    assert Table((leaf,)).digest == hashlib.sha256(f'["DESA-001","DESA-001","",2,"{digest}"]\n'.encode()).hexdigest()
    assert Table((leaf, leaf)).rows == 4
    assert Table(()).digest == EMPTY


leaves = st.builds(Leaf, st.text(), st.text(), st.text(), st.integers(1, 2**31), st.text())


@given(st.lists(leaves, max_size=4))
def test_leaves_come_back_from_their_text(those: list[Leaf]) -> None:
    text = canonical.to_text(those)

    assert canonical.from_text(text) == tuple(those)
    assert hashlib.sha256(text.encode()).hexdigest() == Table(tuple(those)).digest


@pytest.mark.parametrize("text", ["x", "[]", '["a","b","c",0,"d"]', '["a","b","c","1","d"]', '{"a":1}', "1"])
def test_what_is_no_leaf_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical.from_text(text)


def test_documents_have_one_form() -> None:
    assert canonical.document({"b": 1, "a": {"d": "é", "c": None}}) == '{"a":{"c":null,"d":"\\u00e9"},"b":1}'


def test_a_day_begins_at_midnight_in_wib() -> None:
    day = date(2026, 11, 24)

    assert days.start_of(day) == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert days.end_of(day) == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert days.day_of(days.end_of(day)) == day + days.DAY
    assert days.day_of(days.end_of(day) - timedelta(microseconds=1)) == day


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_496_400_001, "2026-11-24T05:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (2**62, 2**62),
        (None, None),
        ("x", "x"),
        (True, True),
    ],
)
def test_instants_have_one_form_and_what_is_none_is_left(milliseconds: object, said: object) -> None:
    assert days.instant(milliseconds) == said


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_comes_back_to_the_millisecond(at: datetime) -> None:
    assert timedelta(0) <= at - days.read(days.said(at)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("text", ["", "2026-11-24", "2026-11-24T05:00:00Z", "2026-11-24T12:00:00.000+07:00"])
def test_another_form_of_an_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        days.read(text)
