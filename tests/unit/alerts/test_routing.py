from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.alert_sections import Alerts
from monitor.alerts.routing import Subject, applies, channels_for, explain, gaps
from monitor.incident import Cause, CauseKind
from monitor.model import Audience, Kind, Severity
from tests.unit.alerts.situations import hijacked, single_down, undelivered

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
APPRISE = {"type": "apprise", "url": "json://127.0.0.1/"}
CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
NOC, CSIRT, OWNER = Audience.NOC, Audience.CSIRT, Audience.OWNER


def alerts(*names: str, routes: Iterable[Mapping[str, Any]] = (), **values: Any) -> Alerts:
    channels = dict.fromkeys(names, APPRISE)
    return Alerts.model_validate({"channels": channels, "routes": list(routes), **values})


def about(audience: Audience, severity: Severity, code: str, kind: Kind = Kind.DESA) -> Subject:
    return Subject(audience=audience, severity=severity, kinds=frozenset({kind}), codes=frozenset({code}))


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        pytest.param(about(NOC, HIGH, "site.down"), ("noc",), id="an outage"),
        pytest.param(about(NOC, MEDIUM, "names.inconsistent"), ("noc",), id="names"),
        pytest.param(about(NOC, LOW, "site.slow"), (), id="what wakes nobody"),
        pytest.param(about(NOC, HIGH, "certificate.expired"), ("noc",), id="a village's certificate"),
        pytest.param(
            about(NOC, HIGH, "certificate.expired", Kind.LAYANAN), ("csirt", "noc"), id="an e-service's certificate"
        ),
        pytest.param(about(NOC, HIGH, "certificate.wrong_host", Kind.LAYANAN), ("noc",), id="another fault of it"),
        pytest.param(about(CSIRT, CRITICAL, "names.takeover_possible"), ("csirt",), id="a takeover"),
        pytest.param(about(CSIRT, MEDIUM, "name.forbidden_address"), ("csirt",), id="anything of the CSIRT's"),
        pytest.param(about(CSIRT, LOW, "name.forbidden_address"), (), id="unless it is mild"),
        pytest.param(about(CSIRT, CRITICAL, "content.gambling"), ("csirt",), id="content"),
        pytest.param(about(NOC, MEDIUM, "content.emptied"), ("csirt", "noc"), id="whoever is to act on it"),
        pytest.param(about(CSIRT, MEDIUM, "cloaking.suspected"), ("csirt",), id="cloaking"),
        pytest.param(about(OWNER, LOW, "content.foreign_frame"), (), id="but not what is an owner's to tidy up"),
        pytest.param(about(OWNER, HIGH, "domain.non_government"), (), id="what is the owner's"),
        pytest.param(Subject(audience=NOC, severity=HIGH), ("noc",), id="the vantage"),
    ],
)
def test_shipped_routes(subject: Subject, told: tuple[str, ...]) -> None:
    assert channels_for(subject, alerts("csirt", "noc", "lain"), NOON) == told


def test_shipped_routes_reach_only_channels_that_exist() -> None:
    subject = about(NOC, HIGH, "certificate.expired", Kind.LAYANAN)
    assert channels_for(subject, alerts("noc"), NOON) == ("noc",)
    assert channels_for(subject, alerts(), NOON) == ()


def test_own_routes_replace_the_shipped_ones_and_each_that_fits_counts_once() -> None:
    routes: list[dict[str, Any]] = [
        {"rules": ["site."], "channels": ["b", "a"]},
        {"severity": "tinggi", "channels": ["a"]},
        {"kinds": ["opd"], "channels": ["noc"]},
    ]
    told = channels_for(about(NOC, HIGH, "site.down"), alerts("noc", "a", "b", routes=routes), NOON)
    assert told == ("b", "a")


@pytest.mark.parametrize(
    ("hours", "wib", "fits"),
    [
        pytest.param("07:00-17:00", (6, 59), False, id="just before"),
        pytest.param("07:00-17:00", (7, 0), True, id="at the beginning"),
        pytest.param("07:00-17:00", (16, 59), True, id="just before the end"),
        pytest.param("07:00-17:00", (17, 0), False, id="at the end"),
        pytest.param("22:00-06:00", (23, 59), True, id="before midnight"),
        pytest.param("22:00-06:00", (0, 0), True, id="at midnight"),
        pytest.param("22:00-06:00", (5, 59), True, id="after midnight"),
        pytest.param("22:00-06:00", (6, 0), False, id="in the morning"),
        pytest.param("22:00-06:00", (21, 59), False, id="in the evening"),
        pytest.param("00:00-24:00", (12, 0), True, id="all day"),
        pytest.param("18:00-24:00", (23, 59), True, id="until midnight"),
        pytest.param("18:00-24:00", (0, 0), False, id="from midnight"),
    ],
)
def test_hours_are_wib(hours: str, wib: tuple[int, int], fits: bool) -> None:  # noqa: FBT001
    at = datetime(2026, 11, 24, *wib, tzinfo=UTC) - timedelta(hours=7)
    assert applies(hours, at) is fits
    settings = alerts("noc", routes=[{"hours": hours, "channels": ["noc"]}])
    assert bool(channels_for(about(NOC, CRITICAL, "registration.expired"), settings, at)) is fits


def test_a_channel_that_fails_is_told_of_over_others() -> None:
    failing = Subject(audience=NOC, severity=HIGH, failing="noc")
    both: list[dict[str, Any]] = [{"channels": ["noc", "lain"]}]
    assert channels_for(failing, alerts("noc", "lain", "csirt", routes=both), NOON) == ("lain",)
    assert channels_for(failing, alerts("noc", "csirt"), NOON) == ("csirt",)
    assert channels_for(failing, alerts("noc"), NOON) == ()


ALERTMANAGER = {"type": "alertmanager", "url": "http://127.0.0.1:9093"}


def test_an_alertmanager_takes_no_messages() -> None:
    settings = Alerts.model_validate({"channels": {"noc": APPRISE, "lain": ALERTMANAGER}})
    assert channels_for(Subject(audience=NOC, severity=HIGH, failing="noc"), settings, NOON) == ()
    assert not any("saluran lain" in gap for gap in gaps(settings))


def test_one_that_has_the_name_of_a_shipped_channel_takes_none_either() -> None:
    settings = Alerts.model_validate({"channels": {"noc": ALERTMANAGER}})
    assert channels_for(about(NOC, HIGH, "site.down"), settings, NOON) == ()
    (gap,) = gaps(settings)
    assert gap.startswith("hanya ada Alertmanager")


def test_the_subject_of_an_incident() -> None:
    item = single_down()
    subject = Subject.of(item.incident, item.targets)
    assert subject == about(NOC, HIGH, "site.down", Kind.OPD)
    assert Subject.of(undelivered().incident, {}).failing == "csirt"
    assert Subject.of(hijacked().incident, {}).kinds == frozenset(), "no longer in the inventory"


def test_a_cause_is_no_failing_channel_unless_it_is_one() -> None:
    assert Cause(CauseKind.ADDRESS, "noc") != Cause(CauseKind.DELIVERY, "noc")
    assert Subject.of(single_down().incident, {}).failing == ""


ROUTE = {
    "audience": ["noc"],
    "severity": "tinggi",
    "kinds": ["layanan"],
    "rules": ["site.", "name.not_found"],
    "hours": "07:00-17:00",
    "channels": ["noc"],
}


@pytest.mark.parametrize(
    ("subject", "hour", "fits", "text"),
    [
        pytest.param(
            about(NOC, HIGH, "site.down", Kind.LAYANAN),
            12,
            True,
            "cocok: NOC; keparahan mulai tinggi; jenis layanan; aturan site.*, name.not_found; pukul 07.00–17.00 WIB",
            id="fits",
        ),
        pytest.param(
            about(CSIRT, HIGH, "site.down", Kind.LAYANAN), 12, False, "hanya untuk NOC, sedangkan ini untuk CSIRT",
            id="audience",
        ),
        pytest.param(
            about(NOC, MEDIUM, "site.down", Kind.LAYANAN), 12, False, "mulai keparahan tinggi, sedangkan ini sedang",
            id="severity",
        ),
        pytest.param(
            about(NOC, HIGH, "site.down"), 12, False, "hanya untuk jenis layanan, sedangkan ini desa", id="kind"
        ),
        pytest.param(
            Subject(audience=NOC, severity=HIGH), 12, False,
            "hanya untuk jenis layanan, sedangkan ini bukan tentang situs",
            id="no kind",
        ),
        pytest.param(
            about(NOC, HIGH, "names.lame", Kind.LAYANAN), 12, False,
            "hanya untuk aturan site.*, name.not_found, sedangkan ini names.lame",
            id="rule",
        ),
        pytest.param(
            about(NOC, HIGH, "site.down", Kind.LAYANAN), 17, False,
            "hanya berlaku pukul 07.00–17.00 WIB, sedangkan sekarang 17.00 WIB",
            id="hours",
        ),
    ],
)  # fmt: skip
def test_why_a_route_fits_or_not(subject: Subject, hour: int, fits: bool, text: str) -> None:  # noqa: FBT001
    at = datetime(2026, 11, 24, hour - 7, tzinfo=UTC)
    (reason,) = explain(subject, alerts("noc", routes=[ROUTE]), at)
    assert (reason.route, reason.channels, reason.fits, reason.text) == ("rute 1", ("noc",), fits, text)


def test_why_a_shipped_route_tells_nobody() -> None:
    *_others, last = explain(about(NOC, HIGH, "site.down"), alerts("csirt"), NOON)
    assert last.text == "cocok, tetapi tidak ada saluran pesan bernama noc"
    assert not last.fits
    assert last.route == "rute bawaan 4"


def test_what_is_told_is_what_is_explained() -> None:
    settings = alerts("noc", "csirt")
    for subject in (about(NOC, HIGH, "certificate.expired", Kind.LAYANAN), about(CSIRT, HIGH, "content.x")):
        fitting = [name for reason in explain(subject, settings, NOON) if reason.fits for name in reason.channels]
        assert channels_for(subject, settings, NOON) == tuple(dict.fromkeys(fitting))


def test_nothing_is_lacking_with_both_channels() -> None:
    assert gaps(alerts("noc", "csirt")) == ()


def test_no_channels_at_all() -> None:
    assert gaps(alerts()) == ("tidak ada saluran pemberitahuan: tidak seorang pun akan diberi tahu",)


def test_a_night_in_which_nobody_is_told() -> None:
    settings = alerts("noc", "csirt", routes=[{"channels": ["csirt"], "audience": ["csirt"]},
                                              {"channels": ["noc"], "hours": "07:00-17:00"}])  # fmt: skip
    said = gaps(settings)
    assert said
    assert all(line.startswith("NOC: ") for line in said)
    assert all(line.endswith("tidak diberitahukan kepada siapa pun pukul 17.00–07.00 WIB") for line in said)
    assert any("temuan kritis (registration.expired)" in line for line in said)


def test_two_shifts_leave_no_gap_and_a_pause_does() -> None:
    day, night = {"channels": ["noc"], "hours": "07:00-19:00"}, {"channels": ["noc"], "hours": "19:00-07:00"}
    late = {**night, "hours": "20:00-06:30"}
    assert gaps(alerts("noc", routes=[day, night])) == ()
    assert all("pukul 06.30–07.00 dan 19.00–20.00 WIB" in line for line in gaps(alerts("noc", routes=[day, late])))
    assert gaps(alerts("noc", routes=[day, late]))


def test_a_channel_missing_for_an_audience() -> None:
    said = gaps(alerts("noc"))
    assert {line.split(":")[0] for line in said} == {"CSIRT"}
    assert all(line.endswith("sepanjang hari") for line in said)


def test_a_kind_that_no_route_covers() -> None:
    routes = [{"channels": ["noc"], "kinds": [kind.value for kind in Kind if kind is not Kind.DOMAIN]}]
    said = gaps(alerts("noc", routes=routes))
    assert any("titik pantau terputus" in line for line in said), "it is about no kind of target"
    assert any("registration." in line for line in said)
    assert not any("site.down" in line for line in said), "a domain has no site"


def test_rules_and_channels_that_nobody_knows() -> None:
    said = gaps(alerts("noc", "cadangan", routes=[{"channels": ["noc"]}, {"rules": ["conten."], "channels": ["noc"]}]))
    assert said == (
        "rute 2: tidak ada aturan yang kodenya berawalan 'conten.'",
        "saluran cadangan tidak disebut oleh rute mana pun",
    )
