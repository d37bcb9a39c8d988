"""From when on a site counts as abandoned, by whose word, and when nobody can tell."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.catalogue import describe
from monitor.checks.base import judge
from monitor.checks.freshness import Dated, Source, freshness
from monitor.checks.freshness.facts import Asked
from monitor.model import Finding, Kind, Severity
from monitor.settings import Freshness
from tests.unit.checks.seeing import HOST, NOW, POLICY, target

CHECK = freshness(Freshness())
YEAR = timedelta(days=365)
SECOND = timedelta(seconds=1)
PAGE = Asked(url=f"https://{HOST}/", status=200)
FEED = Asked(url=f"https://{HOST}/feed", status=200, count=1)


def dated(*dates: datetime, **values: Any) -> Dated:
    return Dated(**{"asked": (PAGE, FEED), "source": Source.FEED, "url": FEED.url, "dates": dates, **values})


def found(facts: Dated) -> list[Finding]:
    return list(judge(CHECK, target(), facts, POLICY, NOW)[0])


@pytest.mark.parametrize(
    ("age", "cases"),
    [
        pytest.param(timedelta(0), [], id="today"),
        pytest.param(YEAR, [], id="a year to the second"),
        pytest.param(YEAR + SECOND, [""], id="a second more"),
        pytest.param(2 * YEAR, [""], id="two years to the second"),
        pytest.param(2 * YEAR + SECOND, ["long"], id="more than two years"),
        pytest.param(-timedelta(hours=23), [], id="a clock that is ahead"),
    ],
)
def test_a_site_is_abandoned_when_nothing_is_new_for_longer_than_a_year(age: timedelta, cases: list[str]) -> None:
    assert [item.detail["case"] for item in found(dated(NOW - age))] == cases


def test_the_newest_date_counts_and_announcements_do_not() -> None:
    assert found(dated(NOW - 3 * YEAR, NOW - timedelta(days=9))) == []
    assert len(found(dated(NOW - 3 * YEAR, NOW + YEAR))) == 1


@pytest.mark.parametrize(
    ("source", "said"),
    [(Source.FEED, "umpan berita"), (Source.SITEMAP, "peta situs"), (Source.PAGE, "halaman depan")],
)
def test_the_finding_says_since_when_and_by_whose_word(source: Source, said: str) -> None:
    (finding,) = found(dated(NOW - timedelta(days=400), source=source))

    assert finding.severity is Severity.LOW
    assert said in describe(finding)
    assert "20 Oktober 2025" in describe(finding)
    assert "400 hari lalu" in describe(finding)


@pytest.mark.parametrize(
    ("facts", "sees"),
    [
        pytest.param(dated(NOW), True, id="dates"),
        pytest.param(Dated(asked=(PAGE,)), False, id="no dates anywhere"),
        pytest.param(dated(NOW, asked=(PAGE, Asked(url="x", status=404), FEED)), True, id="no such feed"),
        pytest.param(dated(NOW, asked=(PAGE, Asked(url="x", status=403), FEED)), False, id="a feed kept from us"),
        pytest.param(dated(NOW, asked=(PAGE, Asked(url="x", failure="timeout"), FEED)), False, id="no answer"),
    ],
)
def test_what_bears_no_date_or_could_not_be_asked_says_nothing(facts: Dated, *, sees: bool) -> None:
    assert (judge(CHECK, target(), facts, POLICY, NOW)[1] == {"freshness.abandoned"}) is sees


def test_services_have_nothing_new_to_say() -> None:
    assert not CHECK.applies(target(kind=Kind.LAYANAN))
    assert CHECK.applies(target(kind=Kind.DESA))


def test_the_age_is_a_setting() -> None:
    strict = freshness(Freshness(abandoned=timedelta(days=30)))

    assert len(judge(strict, target(), dated(NOW - timedelta(days=31)), POLICY, NOW)[0]) == 1
