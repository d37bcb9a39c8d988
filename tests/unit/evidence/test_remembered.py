"""What of the looks is taken from a bundle, when the record let go of the samples that told of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.evidence import canonical, lacking
from monitor.evidence.data import Gap
from monitor.evidence.remembered import Looks, reminded
from tests.unit.evidence import fake
from tests.unit.evidence.test_observed import told

DAY = timedelta(days=1)
FIRST, LAST = fake.SINCE + DAY, fake.UNTIL - DAY
PAIR = ("A", "website")


def figures(**fields: Any) -> dict[str, Any]:
    site = {"kode": "A", "first_look": FIRST, "last_look": LAST, **fields}
    return {"sites": [canonical.plain(site)]}


@pytest.mark.parametrize(
    ("ours", "gone", "looks"),
    [
        pytest.param(None, fake.UNTIL, (FIRST, LAST), id="all of it is gone"),
        pytest.param((LAST, LAST), FIRST + DAY, (FIRST, LAST), id="the beginning is gone"),
        pytest.param((FIRST + DAY, LAST - DAY), FIRST, (FIRST + DAY, LAST - DAY), id="nothing of it is gone"),
        pytest.param(None, FIRST, None, id="it was never there"),
        pytest.param(None, LAST, None, id="the last should still be there"),
        pytest.param((FIRST + DAY, LAST - DAY), LAST, (FIRST, LAST - DAY), id="what is there counts"),
    ],
)
def test_only_what_is_gone_is_taken_from_the_bundle(ours: Looks | None, gone: datetime, looks: Looks | None) -> None:
    known = told(looked={} if ours is None else {PAIR: ours})
    assert reminded(known, figures(), "website", gone).looked.get(PAIR) == looks


def test_every_table_that_says_when_is_read() -> None:
    at = LAST.isoformat()
    said = {
        "certificates": [{"kode": "A", "looked": at}],
        "registrations": [{"domain": "a.desa.id", "looked": at}],
        "mail": [{"domain": "a.desa.id", "looked": at}] * 2,
    }
    found = reminded(told(), said, "website", fake.UNTIL).looked
    assert set(found) == {("A", "tls"), ("a.desa.id", "registration"), ("a.desa.id", "mail")}
    assert set(found.values()) == {(LAST, LAST)}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"sites": None, "mail": 5, "certificates": [1, None]},
        {"sites": [{"kode": ["A"], "first_look": FIRST.isoformat(), "last_look": LAST.isoformat()}]},
        figures(first_look=None),
        figures(last_look="kemarin"),
        figures(last_look=7),
        {"sites": [{"kode": "A", "first_look": "2026-10-02T00:00:00", "last_look": "2026-10-02T00:00:00"}]},
    ],
)
def test_figures_of_any_shape_are_no_crash(said: dict[str, Any]) -> None:
    assert reminded(told(), said, "website", fake.UNTIL).looked == {}


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (fake.SINCE, ""),
        (fake.SINCE + DAY, "Data mentah sampai 02-10-2026 00:00 WIB sudah dilepas"),
        (fake.UNTIL + 90 * DAY, "Data mentah sampai 01-11-2026 00:00 WIB sudah dilepas"),
    ],
)
def test_samples_that_are_gone_are_said_to_be(gone: datetime, words: str) -> None:
    found = list(lacking.let_go(fake.PERIOD, gone))
    assert [item.gap for item in found] == [Gap.LET_GO] * bool(words)
    assert all(item.text.startswith(words) for item in found)
