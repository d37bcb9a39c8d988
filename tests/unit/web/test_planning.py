from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.incidents.windows import parse_rule
from monitor.web.planning import DATES, WEEK, rule_of, spoken

SUNDAY = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)
"""00.30 WIB on Sunday the 29th: in UTC it is another day of the week, and of the month."""


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        pytest.param({}, "", id="nothing said"),
        pytest.param(
            {"ulangi": "sekali", "hari_MO": "ya", "sampai": "2020-01-01"}, "", id="left over of another choice"
        ),
        pytest.param({"ulangi": "harian"}, "FREQ=DAILY", id="every day"),
        pytest.param({"ulangi": "harian", "sampai": "2026-11-29"}, "FREQ=DAILY;UNTIL=20261129", id="one day only"),
        pytest.param({"ulangi": "mingguan", "hari_SU": "ya"}, "FREQ=WEEKLY;BYDAY=SU", id="a day of the week"),
        pytest.param({"ulangi": "bulanan"}, "FREQ=MONTHLY;BYMONTHDAY=29", id="the day it begins, in WIB"),
        pytest.param({"ulangi": "bulanan", "tanggal": "31"}, "FREQ=MONTHLY;BYMONTHDAY=31", id="a day of the month"),
        pytest.param({"ulangi": "bulanan", "tanggal": "terakhir"}, "FREQ=MONTHLY;BYMONTHDAY=-1", id="its last"),
        pytest.param({"ulangi": "lainnya", "ulang": "freq=yearly"}, "freq=yearly", id="a rule"),
        pytest.param({"ulang": "freq=yearly"}, "freq=yearly", id="of a program"),
    ],
)
def test_a_form_asks_for_a_recurrence(form: dict[str, str], rule: str) -> None:
    assert rule_of(form, SUNDAY) == rule


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        pytest.param("", "", id="once"),
        pytest.param("FREQ=DAILY", "setiap hari", id="daily"),
        pytest.param("FREQ=WEEKLY", "setiap Minggu", id="on the day it begins, in WIB"),
        pytest.param("FREQ=WEEKLY;BYDAY=FR,MO,WE", "setiap Senin, Rabu dan Jumat", id="in the order of the week"),
        pytest.param("FREQ=MONTHLY", "setiap bulan tanggal 29", id="on the date it begins, in WIB"),
        pytest.param("FREQ=MONTHLY;BYMONTHDAY=-1", "setiap hari terakhir bulan", id="last day"),
        pytest.param("FREQ=DAILY;UNTIL=20261231", "setiap hari sampai 31-12-2026", id="until"),
        pytest.param("FREQ=DAILY;UNTIL=20261231T170000Z", "setiap hari sampai 01-01-2027", id="until, in WIB"),
        pytest.param("FREQ=MONTHLY;BYMONTHDAY=-2", "menurut aturan FREQ=MONTHLY;BYMONTHDAY=-2", id="from the end"),
        pytest.param("FREQ=MONTHLY;BYMONTHDAY=1,15", "menurut aturan FREQ=MONTHLY;BYMONTHDAY=1,15", id="two dates"),
        pytest.param("FREQ=DAILY;INTERVAL=2", "menurut aturan FREQ=DAILY;INTERVAL=2", id="every other"),
        pytest.param("FREQ=DAILY;BYHOUR=6", "menurut aturan FREQ=DAILY;BYHOUR=6", id="at another hour"),
        pytest.param("FREQ=WEEKLY;COUNT=3", "menurut aturan FREQ=WEEKLY;COUNT=3", id="so many"),
        pytest.param("FREQ=MONTHLY;BYDAY=1SU", "menurut aturan FREQ=MONTHLY;BYDAY=1SU", id="first Sunday"),
    ],
)
def test_a_recurrence_in_words(rule: str, words: str) -> None:
    assert spoken(parse_rule(rule), SUNDAY) == words


@pytest.mark.parametrize(
    "form",
    [{"ulangi": "harian"}]
    + [{"ulangi": "mingguan", f"hari_{day}": "ya"} for day in WEEK]
    + [{"ulangi": "bulanan", "tanggal": each} for each in DATES],
)
def test_whatever_the_form_asks_for_has_words(form: dict[str, str]) -> None:
    said = spoken(parse_rule(rule_of({**form, "sampai": "2027-01-31"}, SUNDAY)), SUNDAY)

    assert said.startswith("setiap ")
    assert said.endswith(" sampai 31-01-2027")
