from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.alerts.alertmanager import AHEAD, REPEATED, Alert, Mirror, alert_of, document
from monitor.model import Audience, Finding, OpenFinding, Rule, Severity
from tests.unit.alerts.post import START
from tests.unit.making import DOWN, target

MINUTE = timedelta(minutes=1)


def alert(name: str = "site.down", **values: Any) -> Alert:
    return Alert(labels={"alertname": name, "kode": "OPD-009"}, annotations={}, starts=START, **values)


def test_what_fires_ends_four_beats_ahead() -> None:
    said = document(alert(), START + MINUTE)
    assert said["startsAt"] == "2026-11-24T01:05:09.123Z"
    assert said["endsAt"] == "2026-11-24T01:10:09.123Z"
    assert timedelta(minutes=4) == AHEAD


def test_what_is_resolved_ends_when_it_did_and_never_before_it_began() -> None:
    assert document(alert(ends=START + MINUTE), START + 9 * MINUTE)["endsAt"] == "2026-11-24T01:06:09.123Z"
    assert document(alert(ends=START - MINUTE), START)["endsAt"] == "2026-11-24T01:05:09.123Z"


def test_what_is_missed_is_resolved_at_once_and_again_for_a_quarter_of_an_hour() -> None:
    mirror = Mirror()
    mirror.reflect([alert("a"), alert("b")], START)
    for minutes in range(1, 18):
        said = {item.labels["alertname"]: item.ends for item in mirror.reflect([alert("a")], START + minutes * MINUTE)}
        if minutes * MINUTE - MINUTE <= REPEATED:
            assert said == {"a": None, "b": START + MINUTE}
        else:
            assert said == {"a": None}


def test_what_comes_back_fires_and_is_not_resolved_any_more() -> None:
    mirror = Mirror()
    mirror.reflect([alert()], START)
    mirror.reflect([], START + MINUTE)
    (said,) = mirror.reflect([alert()], START + 2 * MINUTE)
    assert said.ends is None


def test_what_is_told_as_resolved_is_said_for_as_long() -> None:
    mirror, ended = Mirror(), alert(ends=START)
    assert mirror.reflect([ended], START + REPEATED) == (ended,)
    assert mirror.reflect([], START + REPEATED) == (ended,)
    assert mirror.reflect([ended], START + REPEATED + MINUTE) == ()


def test_a_finding_becomes_an_alert() -> None:
    rule = Rule("transport.mixed_active", Severity.MEDIUM, Audience.OWNER)
    found = Finding(rule, "lama.example.go.id", Severity.HIGH, {"count": 3, "urls": ["http://x/"]})
    said = alert_of(target(owner="Dinkominfo"), OpenFinding("website", found, START), "https://papan.id")
    assert said.labels == {
        "alertname": "transport.mixed_active",
        "kode": "OPD-009",
        "jenis": "opd",
        "opd": "Dinkominfo",
        "host": "opd-009.example.go.id",
        "instance": "https://opd-009.example.go.id/",
        "severity": "tinggi",
        "audience": "owner",
        "subject": "lama.example.go.id",
    }
    assert said.annotations["description"]
    assert said.annotations["remedy"]
    assert said.annotations["runbook_url"] == "https://papan.id/aturan#transport.mixed_active"
    assert said.link == "https://papan.id/situs/OPD-009"
    assert said.starts == START


def test_empty_labels_are_left_out_and_long_ones_cut() -> None:
    said = alert_of(target(owner="x" * 9999), OpenFinding("website", Finding(DOWN), START))
    assert "subject" not in said.labels
    assert len(said.labels["opd"]) == 2000
    assert "runbook_url" not in said.annotations
    assert "generatorURL" not in document(said, START)
