"""Prometheus's rules and Alertmanager's routes, by their own tools."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.model import Audience, Severity
from tests.conftest import require
from tests.promql import documented, metrics_of

FOLDER = Path(__file__).parents[3] / "deploy" / "prometheus"
TESTS = {"monitor.rules.yml": "monitor.rules.test.yml", "sites.rules.yml": "sites.rules.test.yml"}
RECORDING = "monitor.recording.yml"
FROM_PROMETHEUS = frozenset({"up"})

Rule = dict[str, Any]


def rules(name: str) -> list[Rule]:
    """The rules of a file, in order."""
    document = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


ALERTS = [(file, rule["alert"]) for file in TESTS for rule in rules(file)]


def run(tool: str, *words: str | Path, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    command = [require(tool), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.servers("promtool")
@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "prometheus.yml"),
        *(("check", "rules", name) for name in (*TESTS, RECORDING)),
        *(("test", "rules", name) for name in (*TESTS.values(), "monitor.recording.test.yml")),
    ],
    ids=" ".join,
)
def test_promtool_is_content(words: tuple[str, ...]) -> None:
    done = run("promtool", *words)

    assert done.returncode == 0, done.stdout + done.stderr


def always(rule: Rule) -> None:
    rule["expr"] = "vector(1)"
    rule.pop("for", None)


def never(rule: Rule) -> None:
    rule["expr"] = "vector(0) > 1"


def cases_of(file: str, alert: str) -> dict[str, Any]:
    """The cases of *file* in which *alert* is named: others cannot be about it, and some take seconds."""
    cases: dict[str, Any] = yaml.safe_load((FOLDER / TESTS[file]).read_text(encoding="utf-8"))
    return {**cases, "tests": [case for case in cases["tests"] if alert in json.dumps(case)]}


def named_in(cases: dict[str, Any], file: str) -> dict[str, Any]:
    """The rules of *file* that *cases* name: to evaluate all others through days of a case takes seconds, too."""
    document: dict[str, Any] = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    said = json.dumps(cases)
    for group in document["groups"]:
        group["rules"] = [rule for rule in group["rules"] if rule["alert"] in said]
    return document


def tried(folder: Path, file: str, document: dict[str, Any], cases: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """What promtool says of the rules in *document*, as *file*, in *cases*."""
    (folder / file).write_text(json.dumps(document), encoding="utf-8")
    (folder / "cases.yml").write_text(json.dumps(cases), encoding="utf-8")
    return run("promtool", "test", "rules", "cases.yml", folder=folder)


@pytest.mark.servers("promtool")
@pytest.mark.parametrize(("file", "alert"), ALERTS)
def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(
    file: str, alert: str, tmp_path: Path
) -> None:
    """As it is it passes; an alert that always fires fails a case, and so does one that never fires."""
    cases = cases_of(file, alert)
    assert tried(tmp_path, file, named_in(cases, file), cases).returncode == 0

    for change in (always, never):
        changed = named_in(cases, file)
        change(next(rule for group in changed["groups"] for rule in group["rules"] if rule["alert"] == alert))
        done = tried(tmp_path, file, changed, cases)
        assert done.returncode != 0, change
        assert alert in done.stdout + done.stderr, "it must be this alert that the case is about"


@pytest.mark.servers("promtool")
@pytest.mark.parametrize("place", range(len(rules(RECORDING))), ids=lambda place: rules(RECORDING)[place]["record"])
def test_every_recorded_series_has_a_case(place: int, tmp_path: Path) -> None:
    changed = yaml.safe_load((FOLDER / RECORDING).read_text(encoding="utf-8"))
    flat = [rule for group in changed["groups"] for rule in group["rules"]]
    flat[place]["expr"] = f"({flat[place]['expr']}) + 1"
    (tmp_path / RECORDING).write_text(json.dumps(changed), encoding="utf-8")
    cases = (FOLDER / "monitor.recording.test.yml").read_text(encoding="utf-8")
    (tmp_path / "cases.yml").write_text(cases, encoding="utf-8")

    assert run("promtool", "test", "rules", "cases.yml", folder=tmp_path).returncode != 0


@pytest.mark.parametrize("file", [*TESTS, RECORDING])
def test_rules_ask_only_for_what_is_documented(file: str) -> None:
    for rule in rules(file):
        assert metrics_of(rule["expr"]) <= documented() | FROM_PROMETHEUS, rule


@pytest.mark.parametrize(("file", "alert"), ALERTS)
def test_an_alert_says_who_is_to_do_what(file: str, alert: str) -> None:
    (rule,) = [rule for rule in rules(file) if rule["alert"] == alert]

    assert {"title", "description", "remedy"} <= rule["annotations"].keys()
    for label, known in (("severity", Severity), ("audience", Audience)):
        # An alert without the label takes it from its series, which the expression then has to select by.
        assert rule.get("labels", {}).get(label) in set(known) or f"{label}=" in rule["expr"], label


@pytest.mark.servers("amtool")
def test_alertmanager_takes_the_example() -> None:
    done = run("amtool", "check-config", "alertmanager.yml")

    assert done.returncode == 0, done.stdout + done.stderr


def receiver(**labels: str) -> str:
    """Who is told of an alert with *labels*."""
    words = [f"{name}={value}" for name, value in labels.items()]
    done = run("amtool", "config", "routes", "test", "--config.file=alertmanager.yml", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.mark.servers("amtool")
@pytest.mark.parametrize(
    ("audience", "severity", "told"),
    [
        ("noc", "kritis", "noc-segera"),
        ("noc", "tinggi", "noc"),
        ("noc", "sedang", "noc"),
        ("noc", "rendah", "tidak-diberitahukan"),
        ("noc", "info", "tidak-diberitahukan"),
        ("csirt", "kritis", "csirt"),
        ("csirt", "tinggi", "csirt"),
        ("csirt", "sedang", "csirt"),
        ("csirt", "rendah", "tidak-diberitahukan"),
        ("owner", "kritis", "tidak-diberitahukan"),
        ("owner", "tinggi", "tidak-diberitahukan"),
    ],
)
def test_who_is_told(audience: str, severity: str, told: str) -> None:
    assert receiver(alertname="site.down", kode="OPD-001", audience=audience, severity=severity) == told


def own_alerts() -> Iterator[tuple[str, dict[str, str]]]:
    for file in TESTS:
        for rule in rules(file):
            if "labels" in rule:
                yield rule["alert"], rule["labels"]


@pytest.mark.servers("amtool")
@pytest.mark.parametrize(("alert", "labels"), list(own_alerts()))
def test_every_alert_of_ours_reaches_somebody(alert: str, labels: dict[str, str]) -> None:
    assert receiver(alertname=alert, **labels) != "tidak-diberitahukan"


def test_inhibition_is_by_alerts_that_exist() -> None:
    known = {alert for _file, alert in ALERTS}
    config = yaml.safe_load((FOLDER / "alertmanager.yml").read_text(encoding="utf-8"))

    for rule in config["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            name, _, value = matcher.partition("=")
            if name == "alertname":
                assert set(value.lstrip("~").strip('"').split("|")) <= known, matcher
