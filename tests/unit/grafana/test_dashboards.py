"""
The dashboards as they are committed: fresh, whole, and asking only for what there is.

Grafana's own schema is not needed for it: what the SDK's model of Grafana 11.6 does not know, it drops when it reads a
document, so a document that comes through it unchanged has no field that is misspelt or out of place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

from grafana import __main__ as command
from grafana import frame, parts
from monitor import catalogue, families
from monitor.incident import ParcelState
from monitor.model import Audience, Kind, Severity, State
from tests.promql import documented, metrics_of, variables_of

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
FILES = sorted(command.FOLDER.glob("*.json"))
BUILT_IN = frozenset({"__range", "__rate_interval", "__interval", "__url_time_range", "__value", "__all"})
OF_PROMETHEUS = frozenset({"up", "ALERTS", "scrape_duration_seconds", "scrape_samples_scraped"})
OF_THE_PROCESS = frozenset(
    {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds"}
)
KNOWN: dict[str, frozenset[str]] = {
    "state": frozenset(map(str, State)) | frozenset(map(str, ParcelState)),
    "severity": frozenset(map(str, Severity)),
    "audience": frozenset(map(str, Audience)),
    "jenis": frozenset(map(str, Kind)),
    "code": frozenset(catalogue.codes()),
}
"""What the values of a label can be."""

plugins.register_default_plugins()


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def every(document: dict[str, Any], kind: type = str) -> Iterator[Any]:
    """All values of type *kind* anywhere in *document*."""
    stack: list[Any] = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, kind):
            yield value
        if isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


def questions(document: dict[str, Any]) -> list[str]:
    """Every expression of the dashboard: of its panels, its annotations and its variables."""
    targets = [target["expr"] for panel in frame.panels(document) for target in panel.get("targets", ())]
    notes = [note["expr"] for note in document["annotations"]["list"]]
    choices = [item["query"]["query"] for item in document["templating"]["list"] if item["type"] == "query"]
    return targets + notes + [re.sub(r"label_values\((.*), \w+\)$", r"\1", choice) for choice in choices]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


def test_the_files_are_what_the_code_makes() -> None:
    assert command.stale() == [], "run: make dashboards"
    assert len(FILES) == len(command.files()) == 7


def test_what_is_stale_missing_or_left_over_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.write(tmp_path)
    assert command.stale(tmp_path) == []

    (tmp_path / "monitor-noc.json").write_text("{}", encoding="utf-8")
    (tmp_path / "monitor-tls.json").unlink()
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert command.stale(tmp_path) == ["monitor-noc.json", "monitor-tls.json", "other.json"]

    command.write(tmp_path)
    assert command.stale(tmp_path) == []


def test_the_command_refuses_what_is_stale(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--check"]) == 0
    monkeypatch.setattr(command, "stale", lambda: ["monitor-noc.json"])
    assert command.main(["--check"]) == 1
    assert "grafana/dashboards/monitor-noc.json" in capsys.readouterr().err


def test_the_model_of_grafana_knows_every_field(document: dict[str, Any]) -> None:
    again = json.loads(json.dumps(model.Dashboard.from_json(document), cls=JSONEncoder))
    for note in again["annotations"]["list"]:
        note.update(frame.TOLD)  # the one thing it has no fields for

    assert again == document


def test_the_model_would_notice_a_field_that_is_misspelt(document: dict[str, Any]) -> None:
    first = next(panel for panel in document["panels"] if panel["type"] != "row")
    first["fieldConfig"]["defaults"]["units"] = "s"

    assert json.loads(json.dumps(model.Dashboard.from_json(document), cls=JSONEncoder)) != document


def test_panels_have_numbers_places_and_words(document: dict[str, Any]) -> None:
    panels = list(frame.panels(document))

    assert Counter(panel["id"] for panel in panels).most_common(1)[0][1] == 1
    for panel in panels:
        place = panel["gridPos"]
        assert place["w"] > 0, panel["title"]
        assert place["h"] > 0, panel["title"]
        assert 0 <= place["x"] <= parts.WIDTH - place["w"], panel["title"]
        assert panel["title"], panel["id"]
        if panel["type"] != "row":
            assert panel["description"], panel["title"]
            assert panel["targets"], panel["title"]
    for one, other in combinations(panels, 2):
        assert not overlap(one["gridPos"], other["gridPos"]), (one["title"], other["title"])


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    across = one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
    return across and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"]


def test_rows_leave_no_hole(document: dict[str, Any]) -> None:
    """Every line of the grid is filled from edge to edge."""
    widths: Counter[int] = Counter()
    for panel in frame.panels(document):
        place = panel["gridPos"]
        for line in range(place["y"], place["y"] + place["h"]):
            widths[line] += place["w"]

    assert set(widths.values()) == {parts.WIDTH}


def test_every_question_goes_to_the_source_that_is_chosen(document: dict[str, Any]) -> None:
    sources = [value["datasource"] for value in every(document, dict) if "datasource" in value]

    assert sources
    assert all(source == {"type": "prometheus", "uid": "${ds}"} for source in sources)
    for panel in frame.panels(document):
        targets = panel.get("targets", ())
        assert len({target["refId"] for target in targets}) == len(targets)


def test_variables_that_are_named_exist_and_those_that_exist_are_used(document: dict[str, Any]) -> None:
    own = {item["name"] for item in document["templating"]["list"]}
    named = set().union(*(variables_of(text) for text in every(document)))

    assert named - BUILT_IN <= own
    assert own <= named


def test_what_is_asked_for_is_documented(document: dict[str, Any]) -> None:
    there = documented() | recorded() | OF_PROMETHEUS | OF_THE_PROCESS

    for expr in questions(document):
        assert metrics_of(expr) <= there, expr


def recorded() -> frozenset[str]:
    rules = yaml.safe_load((PROMETHEUS / "monitor.recording.yml").read_text(encoding="utf-8"))
    return frozenset(rule["record"] for group in rules["groups"] for rule in group["rules"])


def test_labels_are_asked_for_values_that_they_can_have(document: dict[str, Any]) -> None:
    for expr in questions(document):
        for label, sign, value in re.findall(r'(\w+)(=~|!=|=)"([^"]*)"', expr):
            if label in KNOWN and "$" not in value:
                pattern = value if sign == "=~" else re.escape(value)
                assert any(re.fullmatch(pattern, known) for known in KNOWN[label]), (expr, label, value)


def test_what_leads_to_the_board_leads_to_a_page_of_it(document: dict[str, Any]) -> None:
    links = {text for text in every(document) if text.startswith("${board}")}

    assert "${board}/" in links
    for link in links - {"${board}/"}:
        assert re.fullmatch(r"\$\{board\}/situs/\$\{(__value\.raw|kode)\}", link), link


def test_tables_of_targets_lead_to_the_board(document: dict[str, Any]) -> None:
    for panel in frame.panels(document):
        renamed = [step["options"].get("renameByName", {}) for step in panel.get("transformations", ())]
        if any("kode" in names for names in renamed):
            assert parts.BOARD_SITE + "${__value.raw}" in set(every(panel)), panel["title"]


def test_dashboards_have_names_of_their_own_and_find_each_other() -> None:
    documents = [read(path) for path in FILES]

    assert [document["uid"] for document in documents] == [path.stem for path in FILES]
    assert len({document["title"] for document in documents}) == len(documents)
    for document in documents:
        assert frame.TAG in document["tags"]
        for link in re.findall(r"/d/([\w-]+)", " ".join(every(document))):
            assert command.FOLDER / f"{link}.json" in FILES


def test_provisioning_names_what_there_is() -> None:
    folder = command.FOLDER.parent / "provisioning"
    (source,) = yaml.safe_load((folder / "datasources" / "monitor.yaml").read_text("utf-8"))["datasources"]
    (provider,) = yaml.safe_load((folder / "dashboards" / "monitor.yaml").read_text("utf-8"))["providers"]
    scrape = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))["global"]["scrape_interval"]

    assert (source["type"], source["jsonData"]["timeInterval"]) == ("prometheus", scrape)
    assert (provider["type"], provider["allowUiUpdates"]) == ("file", False)
    assert provider["options"]["path"] in (command.FOLDER.parent / "README.md").read_text("utf-8")


def test_a_histogram_is_known_by_its_parts() -> None:
    assert {"monitor_schedule_lag_seconds_bucket", "monitor_runs_total", "probe_success"} <= documented()
    assert {name for name, family in families.FAMILIES.items() if family.kind == "gauge"} <= documented()
