"""
What people ask through Grafana, put to Debian's Prometheus that scrapes the daemon on the lab: everything gives data.

Grafana itself is not needed for it: what a panel shows is what Prometheus answers to its expressions.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from grafana import frame
from grafana.__main__ import FOLDER
from monitor import catalogue, inventory, metrics
from monitor.incident import ParcelState
from monitor.metrics import TLS_NAMES
from monitor.model import Audience, Kind, Outcome, Severity, State, Target
from monitor.net.facts import Phase
from tests.e2e.daemon import ROOT, Daemon, configure, running
from tests.e2e.prometheus import Question, exposing, scraping
from tests.e2e.receiver import channel, receiving
from tests.e2e.watched import SITES
from tests.lab import Lab, Scenario
from tests.lab.faults import Fault, FaultName, PageName
from tests.promql import documented, filled
from tests.unit.web import record, regency

PER_JENIS = 4
CHOSEN = tuple(target for kind in Kind for target in islice((site for site in SITES if site.kind is kind), PER_JENIS))
"""A part of the regency in which every jenis is."""
DOWN, EXPIRED, HIJACKED, MISSING = CHOSEN[0], CHOSEN[1], CHOSEN[PER_JENIS], CHOSEN[PER_JENIS + 1]
OFTEN = ("zone", "mail", "registration", "tls", "cloaking", "names")
RANGE = {"__range": "1m", "__rate_interval": "10s", "__interval": "5s"}
LABEL_VALUES = re.compile(r"label_values\((.*), (\w+)\)")

# Of the dashboards most people install beside blackbox_exporter: 7587, 13659 and 14928 of grafana.com.
COMMUNITY = (
    'probe_success{instance=~"$instance"}',
    'probe_success{job=~"$job", instance=~"$instance"} == 1',
    "count(probe_success == 1)",
    "count(probe_success == 0)",
    "sum(probe_success) / count(probe_success)",
    'avg_over_time(probe_success{instance=~"$instance"}[$__range])',
    'probe_duration_seconds{instance=~"$instance"}',
    'avg(probe_duration_seconds{job=~"$job"}) by (instance)',
    'avg_over_time(probe_duration_seconds{instance=~"$instance"}[$__rate_interval])',
    'probe_dns_lookup_time_seconds{instance=~"$instance"}',
    'avg(probe_dns_lookup_time_seconds{instance=~"$instance"})',
    'probe_http_status_code{instance=~"$instance"}',
    'probe_http_version{instance=~"$instance"}',
    'probe_http_ssl{instance=~"$instance"}',
    'probe_http_redirects{instance=~"$instance"}',
    'probe_http_uncompressed_body_length{instance=~"$instance"}',
    'probe_ip_protocol{instance=~"$instance"}',
    'probe_http_duration_seconds{instance=~"$instance"}',
    'sum(probe_http_duration_seconds{job=~"$job", instance=~"$instance"}) by (instance)',
    'avg(probe_http_duration_seconds{job=~"$job", instance=~"$instance"}) by (phase)',
    *(
        f'probe_http_duration_seconds{{phase="{phase}",instance=~"$instance"}}'
        for phase in ("resolve", "connect", "tls", "processing", "transfer")
    ),
    'probe_ssl_earliest_cert_expiry{instance=~"$instance"} - time()',
    '(probe_ssl_earliest_cert_expiry{instance=~"$instance", job=~"$job"} - time()) / (60*60*24)',
    'min(probe_ssl_last_chain_expiry_timestamp_seconds{instance=~"$instance"}) - time()',
    'probe_tls_version_info{instance=~"$instance"}',
    "count(probe_tls_version_info) by (version)",
)  # fmt: skip


@asynccontextmanager
async def watched(folder: Path, sites: tuple[Target, ...]) -> AsyncIterator[tuple[Lab, Daemon]]:
    """*sites* with something of everything going on, and the daemon that tells everybody it can."""
    (folder / "inventory").mkdir()
    inventory.dump(sites, folder / "inventory")
    async with Lab(sites, Scenario(ttl=1), folder / "lab", wildcards=True) as lab, receiving() as told:
        settings = lab.settings()
        settings["checks"] = {name: {**settings["checks"].get(name, {}), "every": "5s"} for name in OFTEN} | {
            name: value for name, value in settings["checks"].items() if name not in OFTEN
        }
        settings |= {
            "inventory": {"directory": str(folder / "inventory")},
            "vantage": {**settings["vantage"], "every": "1s"},
            "feed": {"to": "file", "path": str(folder / "feed.jsonl")},
            "alerts": {
                "wait": "500ms",
                "heartbeat_url": f"{told.url}/hidup",
                "heartbeat_every": "2s",
                "channels": {
                    **{name: channel(told, name, per_minute=600) for name in ("noc", "csirt")},
                    "cermin": {"type": "alertmanager", "url": told.url},
                },
            },
        }
        async with running(configure(folder, settings)) as daemon:
            yield lab, daemon


def questions(values: Mapping[str, str]) -> Iterator[Question]:
    """Every expression of every dashboard, with *values* for its variables."""
    for path in sorted(FOLDER.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for panel in frame.panels(document):
            for target in panel.get("targets", ()):
                where = f"{path.stem}, {panel['title']}"
                yield Question(where, filled(target["expr"], values), over_time=bool(target.get("range")))
        for note in document["annotations"]["list"]:
            yield Question(f"{path.stem}, {note['name']}", filled(note["expr"], values), over_time=True)


LATER = (
    "monitor_availability_ratio",  # reckoned five minutes after the start, as the other
    "monitor_availability_unobserved_ratio",
    "monitor_seal_info",  # after the first midnight, as the next
    "monitor_seal_until_timestamp_seconds",
    "monitor_seal_stamp_ok",  # with an authority that stamps
    "monitor_evidence_ok",  # after the first month
)
"""What a daemon says only when it has run for longer than a test does."""


def in_time() -> bytes:
    """What the collectors say of `LATER` for a daemon that has run for long; of nothing else, for it hides nothing."""
    said, _kind = metrics.render(metrics.registry(record.settled(), regency.vitals(), record.Vantage()), "")
    names = tuple(name.encode() for name in LATER)
    return b"".join(line for line in said.splitlines(keepends=True) if line.startswith(names))


def choices(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(selector, label) of every variable that is chosen from what there is."""
    for path in sorted(FOLDER.glob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["templating"]["list"]:
            if item["type"] == "query":
                match = LABEL_VALUES.fullmatch(item["query"]["query"])
                assert match, item
                yield filled(match[1], values), match[2]


@pytest.mark.servers("prometheus")
async def test_every_question_of_every_dashboard_is_given_data(tmp_path: Path) -> None:
    everything = RANGE | {"jenis": ".+", "kode": EXPIRED.kode, "instance": ".+", "job": "monitor"}
    kinds = "|".join({site.kind.value for site in (DOWN, HIJACKED)} | {"domain"})
    async with watched(tmp_path, CHOSEN) as (lab, daemon):
        lab.set(DOWN.kode, FaultName.REFUSED)
        lab.set(EXPIRED.kode, FaultName.EXPIRED)
        lab.set(HIJACKED.kode, Fault(FaultName.PAGE, page=PageName.GAMBLING))
        lab.set(MISSING.kode, Fault(FaultName.STATUS, status=404))
        lab.set("purbalinggakab.go.id", FaultName.SPF_MISSING)
        await daemon.state(DOWN.kode, "turun")
        async with (
            exposing(in_time()) as later,
            scraping(tmp_path / "prometheus", daemon.url.removeprefix("http://"), later) as prometheus,
        ):
            await prometheus.until_answered(questions(everything))
            await prometheus.until_answered(questions(everything | {"jenis": f"({kinds})"}))
            community = {Question("community", filled(expr, everything)) for expr in COMMUNITY}
            await prometheus.until_answered(community)
            for selector, label in choices(everything):
                assert await prometheus.values(label, selector), (selector, label)
            names = {Question("docs/metrics.md", f"count({name})") for name in documented()}
            await prometheus.until_answered(names)
            groups = (await prometheus.get("/api/v1/rules"))["groups"]
            kodes = set(await prometheus.values("kode", "monitor_target_state"))

    rules = [rule for group in groups for rule in group["rules"]]
    assert {rule["health"] for rule in rules} == {"ok"}, [rule for rule in rules if rule["health"] != "ok"]
    assert {site.kode for site in CHOSEN} <= kodes


def samples(text: str) -> list[Any]:
    return [sample for family in parse(text) for sample in family.samples]


VOCABULARY: Mapping[str, frozenset[str]] = {
    "jenis": frozenset(map(str, Kind)),
    "state": frozenset(map(str, State)) | frozenset(map(str, ParcelState)),
    "severity": frozenset(map(str, Severity)),
    "audience": frozenset(map(str, Audience)),
    "code": frozenset(catalogue.codes()),
    "phase": frozenset(map(str, Phase)),
    "outcome": frozenset(map(str, Outcome)) | {"sent", "failed", "dead"},
    "channel": frozenset({"noc", "csirt"}),
}
"""Labels of which all values are known beforehand."""
OF_TARGETS = frozenset({"kode", "instance", "domain"})
OTHERS = frozenset({"check", "sentinel", "version", "le", "window", "day", "head", "key"})
OF_THE_PROCESS = ("process_", "python_")


async def test_a_site_has_as_many_series_as_is_written_and_no_label_grows(tmp_path: Path) -> None:
    async with watched(tmp_path, CHOSEN) as (lab, daemon):
        lab.set(DOWN.kode, FaultName.REFUSED)
        lab.set(HIJACKED.kode, Fault(FaultName.PAGE, page=PageName.GAMBLING))
        await daemon.state(DOWN.kode, "turun")
        well = CHOSEN[2]
        await daemon.state(well.kode, "aktif")
        await daemon.until("/api/v1/status", lambda status: status["states"].get("tidak-teramati", 0) == 0)
        async with httpx.AsyncClient(trust_env=False) as client:
            told = samples((await client.get(f"{daemon.url}/metrics")).text)

    ours = [sample for sample in told if not sample.name.startswith(OF_THE_PROCESS)]
    series = Counter(sample.labels["kode"] for sample in ours if "kode" in sample.labels)
    found = Counter(s.labels["kode"] for s in ours if s.name in {"monitor_target_findings", "monitor_target_finding"})
    month = Counter(sample.labels["kode"] for sample in ours if sample.labels.get("window") == "month")
    fixed = {kode: count - found[kode] - month[kode] for kode, count in series.items()}
    documentation = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    ((written, monthly),) = re.findall(
        r"^\| a site visited over https \| (\d+): .*, (\d) of the month's availability", documentation, re.MULTILINE
    )
    now = int(written) - int(monthly)  # the month is not reckoned at once
    assert fixed[well.kode] == now
    assert max(fixed.values()) == now
    assert max(found.values()) <= len(Severity) + len(VOCABULARY["code"])
    assert len(series) == sum(sample.value for sample in ours if sample.name == "monitor_targets")

    values: defaultdict[str, set[str]] = defaultdict(set)
    for sample in ours:
        for name, value in sample.labels.items():
            values[name].add(value)
    assert values.keys() <= VOCABULARY.keys() | OF_TARGETS | OTHERS
    for name, known in VOCABULARY.items():
        assert values[name] <= known, name
    for name in OF_TARGETS:
        assert len(values[name]) <= len(series), name
    assert values["window"] <= {"month"}
    assert sum(sample.name == "monitor_seal_info" for sample in ours) <= 1
    assert {s.labels["version"] for s in ours if s.name == "probe_tls_version_info"} <= set(TLS_NAMES.values())
