from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from monitor.evidence import canonical
from monitor.evidence.data import MonthData
from monitor.model import Kind, Severity
from tests.unit.evidence import fake


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (datetime(2026, 10, 1, 17, tzinfo=UTC), "2026-10-02T00:00:00+07:00"),
        (datetime(2026, 10, 1, 17, 0, 0, 5000, tzinfo=UTC), "2026-10-02T00:00:00.005+07:00"),
        (date(2026, 10, 2), "2026-10-02"),
        (timedelta(minutes=2), 120),
        (timedelta(milliseconds=1500), 1.5),
        (Fraction(2, 4), "1/2"),
        (Severity.HIGH, "tinggi"),
        ({Kind.OPD: 1}, {"opd": 1}),
        ((1, None, True), [1, None, True]),
    ],
)
def test_forms(value: object, form: object) -> None:
    assert canonical.plain(value) == form
    assert type(canonical.plain(value)) is type(form)


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical.plain(object())
    with pytest.raises(ValueError, match="JSON"):
        canonical.dump({"x": float("nan")})


def test_equal_months_are_equal_bytes_and_other_months_are_not() -> None:
    def render(month: MonthData) -> bytes:
        return canonical.dump(canonical.plain(month))

    assert render(fake.month(7)) == render(fake.month(7))
    assert render(fake.month(7)) != render(fake.month(8))


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ({"a": 1}, {"a": 1}, None),
        ({"a": 1}, {"a": 2}, "a"),
        ({"a": 1}, {}, "a"),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "a[1].b"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        ({"a": 1}, {"a": True}, "a"),
        ({"a": 1}, {"a": 1.0}, "a"),
    ],
)
def test_the_first_difference_has_a_place(left: Any, right: Any, found: str | None) -> None:
    assert next((at for at, _one, _other in canonical.differences(left, right)), None) == found
