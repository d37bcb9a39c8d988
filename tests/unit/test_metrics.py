from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse

from monitor import families, metrics
from monitor.availability import Figures
from monitor.checks.website.visit import Visit
from monitor.incident import ParcelState
from monitor.latest import Entry, Latest
from monitor.model import Audience, CheckResult, Kind, Outcome, Severity, State, Target
from monitor.net.facts import Failure, FailureKind, Phase
from monitor.vitals import Vitals
from tests import servers
from tests.unit.web import record, regency
from tests.unit.web.moment import NOW
from tests.unit.web.regency import WEBSITE

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"


def registry(
    latest: Latest | None = None,
    vantage: record.Vantage | None = None,
    affairs: metrics.Affairs | None = None,
    vitals: Vitals | None = None,
) -> CollectorRegistry:
    return metrics.registry(
        latest or record.settled(),
        vitals or regency.vitals(),
        vantage or record.Vantage(),
        lambda: NOW,
        metrics.Scrape(affairs),
        goals=record.defaults().record.targets.goals,
    )


def eventful(**changes: object) -> metrics.Affairs:
    """Something of everything that people may hear of, with *changes*."""
    usual = metrics.Affairs(
        incidents={(Audience.NOC, Severity.HIGH): 2, (Audience.CSIRT, Severity.CRITICAL): 1},
        unacknowledged=2,
        maintained={"OPD-001": True, "OPD-002": False},
        parcels={("noc", ParcelState.DEAD): 3, ("noc", ParcelState.SENT): 40, ("csirt", ParcelState.DEAD): 1},
        tries={("noc", "sent"): 40, ("noc", "failed"): 5, ("noc", "dead"): 3},
        outside={"feed": True, "heartbeat": False, "alertmanager": True},
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def about(kode: str, latest: Latest | None = None) -> dict[str, float]:
    """The `probe_*` values of a target by name, with what distinguishes them behind a slash."""
    result = {}
    for metric in registry(latest).collect():
        for sample in metric.samples:
            labels = dict(sample.labels)
            if labels.pop("kode", "") == kode and sample.name.startswith("probe_"):
                extra = labels.get("phase") or labels.get("version")
                result[f"{sample.name}/{extra}" if extra else sample.name] = sample.value
    return result


def value(source: CollectorRegistry, name: str, **labels: str) -> float | None:
    return source.get_sample_value(name, labels)


def only(facts: Visit, outcome: Outcome = Outcome.OBSERVED) -> Latest:
    """A regency of one site whose last visit was *facts*."""
    target = Target(kode="X", kind=Kind.OPD, name="X", url="https://x.go.id")
    latest = Latest()
    latest.settle([target])
    entry = known(latest, "X")
    run = CheckResult(
        target=target,
        check=WEBSITE,
        started=NOW,
        duration=timedelta(seconds=1),
        outcome=outcome,
        facts=facts,
        measure=regency.measure(facts),
    )
    entry.results[WEBSITE] = run
    if outcome is Outcome.OBSERVED:
        entry.seen[WEBSITE] = run
    return latest


def known(latest: Latest, kode: str) -> Entry:
    entry = latest.get(kode)
    assert entry is not None
    return entry


def page(kode: str = "OPD-001") -> Visit:
    facts = known(record.settled(), kode).results[WEBSITE].facts
    assert isinstance(facts, Visit)
    return facts


def test_a_good_visit_has_blackbox_exporters_series() -> None:
    said = about("OPD-001")

    assert len(said) == 12 + 5
    assert said["probe_success"] == 1
    assert said["probe_http_status_code"] == 200
    assert said["probe_http_ssl"] == 1
    assert said["probe_http_version"] == 1.1
    assert said["probe_ip_protocol"] == 4
    assert said["probe_tls_version_info/TLS 1.3"] == 1
    phases = [said[f"probe_http_duration_seconds/{phase}"] for phase in Phase]
    assert sum(phases) == pytest.approx(said["probe_duration_seconds"])
    assert said["probe_dns_lookup_time_seconds"] == phases[0] > 0


def test_an_expired_certificate_still_has_its_expiry() -> None:
    said = about("KECAMATAN-003")

    assert said["probe_ssl_earliest_cert_expiry"] == (NOW - timedelta(days=4) + timedelta(hours=5)).timestamp()
    assert said["probe_success"] == 0, "a 200 behind a warning is not a success"
    assert said["probe_http_status_code"] == 200
    assert "probe_ssl_last_chain_expiry_timestamp_seconds" not in said


def test_a_chain_seen_before_the_failure_still_has_its_expiry() -> None:
    failed = replace(page(), failure=Failure(Phase.TRANSFER, FailureKind.RESET))

    said = about("X", only(failed))

    assert said["probe_ssl_earliest_cert_expiry"] > NOW.timestamp()
    assert said["probe_http_status_code"] == 0
    assert said["probe_success"] == 0


def test_an_expired_extra_certificate_does_not_end_the_chain_that_verified() -> None:
    hop = page().last
    assert hop.tls is not None
    extra = regency.certificate("old root", NOW - timedelta(days=900))
    served = replace(hop, tls=replace(hop.tls, chain=(*hop.tls.chain, extra)))

    said = about("X", only(Visit(hops=(served,))))

    assert said["probe_ssl_earliest_cert_expiry"] == extra.not_after.timestamp()
    assert said["probe_ssl_last_chain_expiry_timestamp_seconds"] == hop.tls.chain[0].not_after.timestamp()
    assert said["probe_success"] == 1


@pytest.mark.parametrize(
    ("status", "success"),
    [
        pytest.param(200, 1, id="found"),
        pytest.param(299, 1, id="the last success"),
        pytest.param(301, 0, id="a redirect that was not followed"),
        pytest.param(404, 0, id="missing"),
        pytest.param(503, 0, id="broken"),
    ],
)
def test_success_is_a_page_in_the_two_hundreds(status: int, success: int) -> None:
    assert about("X", only(Visit(hops=(replace(page().last, status=status),))))["probe_success"] == success


def test_a_handshake_that_only_an_old_protocol_could_make_is_no_success() -> None:
    hop = page().last
    assert hop.tls is not None
    old = replace(hop, tls=replace(hop.tls, legacy=True, version="TLSv1"))

    said = about("X", only(Visit(hops=(old,))))

    assert said["probe_success"] == 0
    assert said["probe_tls_version_info/TLS 1.0"] == 1


def test_a_bad_certificate_on_the_way_is_no_success_although_the_last_hop_is_good() -> None:
    hop = page().last
    assert hop.tls is not None
    first = replace(hop, status=301, tls=replace(hop.tls, verify_code=10))

    assert about("X", only(Visit(hops=(first, hop))))["probe_success"] == 0


@pytest.mark.parametrize("outcome", [Outcome.BROKEN, Outcome.UNREACHABLE, Outcome.INAPPLICABLE])
def test_what_we_could_not_see_is_left_out_and_not_called_down(outcome: Outcome) -> None:
    latest = only(page(), outcome)
    known(latest, "X").state = State.UNOBSERVED
    labels = {"kode": "X", "jenis": "opd", "instance": "https://x.go.id"}

    assert about("X", latest) == {}
    assert value(registry(latest), "monitor_target_state", **labels, state="tidak-teramati") == 1
    assert value(registry(latest), "monitor_target_state", **labels, state="turun") == 0


def test_a_site_never_visited_has_only_its_states() -> None:
    assert about("DESA-120") == {}


def test_every_target_is_in_exactly_one_state() -> None:
    samples = [
        sample for metric in registry().collect() if metric.name == "monitor_target_state" for sample in metric.samples
    ]

    watched = len(record.settled().entries())
    assert len(samples) == 4 * watched
    assert sum(sample.value for sample in samples) == watched


def test_findings_are_counted_by_code_and_severity() -> None:
    source = registry()

    assert value(source, "monitor_findings_open", code="certificate.expired", severity="tinggi") == 2
    assert value(source, "monitor_findings_open", code="site.down", severity="tinggi") == 2
    assert value(source, "monitor_targets", jenis="desa") == 133
    assert value(source, "monitor_targets", jenis="layanan") == 1
    assert value(source, "monitor_targets", jenis="domain") == 133


def about_site(kode: str, latest: Latest | None = None) -> dict[str, str]:
    target = known(latest or record.settled(), kode).target
    return {"kode": kode, "jenis": target.kind.value, "instance": target.url}


def test_a_target_has_its_grade_and_its_findings_by_severity() -> None:
    source = registry()

    assert value(source, "monitor_target_grade", **about_site("OPD-001")) == 100
    assert value(source, "monitor_target_grade", **about_site("OPD-016")) == 29
    assert value(source, "monitor_target_findings", **about_site("OPD-016"), severity="tinggi") == 1
    assert value(source, "monitor_target_findings", **about_site("OPD-016"), severity="sedang") is None


def test_findings_that_weigh_are_told_by_code_and_who_is_to_act_and_lesser_ones_are_not() -> None:
    told = {
        (
            sample.labels["kode"],
            sample.labels["code"],
            sample.labels["severity"],
            sample.labels["audience"],
        ): sample.value
        for metric in registry().collect()
        for sample in metric.samples
        if sample.name == "monitor_target_finding"
    }

    assert told["OPD-016", "site.error", "tinggi", "noc"] == 1
    assert {severity for _kode, _code, severity, _audience in told} <= {"sedang", "tinggi", "kritis"}
    listed = [item.finding.severity for entry in record.settled().entries() for item in entry.ledger.open.values()]
    assert sum(told.values()) == sum(severity.rank >= Severity.MEDIUM.rank for severity in listed) < len(listed)


def test_what_people_take_for_a_false_positive_is_in_no_figure() -> None:
    latest = regency.latest()
    before = registry(latest)
    counted = value(before, "monitor_findings_open", code="site.error", severity="tinggi")
    about = about_site("OPD-016", latest)
    assert value(before, "monitor_target_grade", **about) == 29
    latest.heed(lambda kode, item: (kode, item.finding.code) == ("OPD-016", "site.error"))

    after = registry(latest)

    named = {"code": "site.error", "severity": "tinggi", "audience": "noc"}
    assert counted is not None
    assert (value(after, "monitor_findings_open", code="site.error", severity="tinggi") or 0) == counted - 1
    assert value(after, "monitor_target_findings", **about, severity="tinggi") is None
    assert value(after, "monitor_target_finding", **about, **named) is None
    assert (value(after, "monitor_target_grade", **about) or 0) > 29


def test_what_nobody_has_seen_has_no_grade_and_not_a_perfect_one() -> None:
    assert value(registry(), "monitor_target_grade", **about_site("DESA-120")) is None


def test_a_check_is_as_old_as_on_the_target_where_it_ran_longest_ago() -> None:
    latest = regency.latest()
    run = known(latest, "OPD-002").results[WEBSITE]
    known(latest, "OPD-002").results[WEBSITE] = replace(run, started=NOW - timedelta(hours=2), outcome=Outcome.BROKEN)

    source = registry(latest)

    assert value(source, "monitor_check_age_seconds", check=WEBSITE) == 7200
    assert value(source, "monitor_check_age_seconds", check="zone") == 180
    assert value(source, "monitor_check_age_seconds", check="tls") is None


def test_a_domain_has_the_end_of_its_registration_although_the_last_look_saw_nothing() -> None:
    ends = (NOW + timedelta(days=21, hours=5)).timestamp()

    assert value(registry(), "monitor_domain_expiry_timestamp_seconds", domain="purbalinggakab.go.id") == ends
    assert value(registry(), "monitor_domain_expiry_timestamp_seconds", domain="kedungjaya.desa.id") is None


def test_the_daemons_own_figures_are_what_it_counted() -> None:
    source = registry()

    assert value(source, "monitor_runs_total", check="website", outcome="observed") == 313_000
    assert value(source, "monitor_turns_skipped_total") == 2
    assert value(source, "monitor_schedule_lag_seconds_bucket", le="0.05") == 2
    assert value(source, "monitor_schedule_lag_seconds_bucket", le="+Inf") == 3
    assert value(source, "monitor_schedule_lag_seconds_count") == 3
    assert value(source, "monitor_schedule_lag_seconds_sum") == pytest.approx(0.324)
    assert value(source, "monitor_store_unwritten") == 4
    assert value(source, "monitor_inventory_reload_ok") == 1


def test_a_refused_inventory_shows() -> None:
    vitals = regency.vitals()
    vitals.inventory_problems = ("desa.csv:1:1: x",)

    assert value(metrics.registry(Latest(), vitals, record.Vantage()), "monitor_inventory_reload_ok") == 0


@pytest.mark.parametrize(
    ("vantage", "connected"),
    [
        pytest.param(record.Vantage(), 1, id="connected"),
        pytest.param(record.Vantage(record.CUT), 0, id="lost"),
        pytest.param(record.Vantage(record.UNGUARDED), None, id="no sentinels: nobody can tell"),
        pytest.param(record.Vantage(None), None, id="not looked at yet"),
    ],
)
def test_the_vantage_is_connected_lost_or_unknown(vantage: record.Vantage, connected: float | None) -> None:
    assert value(registry(vantage=vantage), "monitor_vantage_connected") == connected


def test_each_sentinel_is_up_or_not() -> None:
    source = registry(vantage=record.Vantage(record.CUT))

    assert value(source, "monitor_vantage_sentinel_up", sentinel="tcp://1.1.1.1:443") == 0


def test_a_retired_target_leaves_the_metrics() -> None:
    latest = regency.latest()
    source = registry(latest)
    metrics.render(source, "")
    latest.settle([entry.target for entry in latest.entries() if entry.target.kode != "OPD-001"])

    assert b'kode="OPD-001"' not in metrics.render(source, "")[0]


def test_a_changed_address_changes_the_labels() -> None:
    latest = only(page())
    source = registry(latest)
    metrics.render(source, "")
    latest.settle([replace(known(latest, "X").target, url="https://y.go.id")])

    text = metrics.render(source, "")[0]

    assert b'instance="https://y.go.id"' in text
    assert b'instance="https://x.go.id"' not in text


@pytest.mark.parametrize("accept", [pytest.param("", id="text"), pytest.param(OPENMETRICS, id="OpenMetrics")])
def test_the_exposition_reads_as_the_librarys_own_does(accept: str) -> None:
    latest = regency.latest()
    known(latest, "OPD-001").target = replace(known(latest, "OPD-001").target, url='https://x/"quoted"\\back\nline')
    source = registry(latest)
    ours, content_type = metrics.render(source, accept)
    reader = parse_openmetrics if accept else parse

    theirs = generate_openmetrics(source) if accept else generate_latest(source)  # type: ignore[no-untyped-call]

    def seen(text: bytes) -> list[tuple[Any, ...]]:
        return [
            (
                family.name,
                family.type,
                family.documentation,
                [(item.name, item.labels, item.value) for item in family.samples],
            )
            for family in reader(text.decode())
            if not family.name.startswith(("process_", "python_"))
        ]

    assert seen(ours) == seen(theirs)
    assert content_type.startswith("application/openmetrics-text" if accept else "text/plain; version=0.0.4")


def documented() -> dict[str, tuple[str, frozenset[str]]]:
    rows = re.findall(r"^\| `(\w+)` \| (gauge|counter|histogram) \| ([^|]*)\|", DOCS.read_text("utf-8"), re.MULTILINE)
    return {name: (kind, frozenset(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def test_the_documentation_lists_every_metric_with_its_type_and_labels_and_no_other() -> None:
    in_code = {}
    for name, family in families.FAMILIES.items():
        shown = f"{name}_total" if family.kind == "counter" else name
        implied = families.SITE if name in families.PROBE else ()
        in_code[shown] = (family.kind, frozenset(family.labels) - frozenset(implied))

    assert documented() == in_code


def test_every_series_has_the_labels_its_family_promises() -> None:
    told = {
        metric.name: {frozenset(sample.labels) - {"le"} for sample in metric.samples}
        for metric in registry(affairs=eventful()).collect()
    }

    for name, family in families.FAMILIES.items():
        assert told[name] == {frozenset(family.labels)}, name


def test_incidents_are_counted_by_audience_and_severity_zeros_included() -> None:
    source = registry(affairs=eventful())

    def count(audience: str, severity: str) -> float | None:
        return value(source, "monitor_incidents_open", audience=audience, severity=severity)

    assert (count("noc", "tinggi"), count("csirt", "kritis"), count("noc", "kritis")) == (2, 1, 0)
    assert value(source, "monitor_incidents_unacknowledged") == 2


def test_messages_are_told_by_channel_and_the_dead_over_all() -> None:
    source = registry(affairs=eventful())

    assert value(source, "monitor_outbox_parcels", channel="noc", state="gagal") == 3
    assert value(source, "monitor_dead_letters") == 4
    assert value(source, "monitor_notifications_total", channel="noc", outcome="failed") == 5


def test_maintenance_is_told_of_targets_that_are_watched() -> None:
    source = registry(affairs=eventful(maintained={"OPD-001": True, "OPD-002": False, "OPD-404": True}))

    told = {
        sample.labels["kode"]: sample.value
        for metric in source.collect()
        for sample in metric.samples
        if sample.name == "monitor_target_maintenance"
    }
    assert told == {"OPD-001": 1.0, "OPD-002": 0.0}


def test_who_outside_is_not_there_is_not_told_of() -> None:
    source = registry(affairs=eventful(outside={"heartbeat": False}))

    assert value(source, "monitor_heartbeat_ok") == 0
    assert value(source, "monitor_feed_ok") is None
    assert value(source, "monitor_alertmanager_ok") is None


def test_where_nobody_looks_after_people_nothing_is_claimed() -> None:
    names = {metric.name for metric in registry().collect()}

    assert names.isdisjoint(families.AFFAIRS)


@pytest.mark.servers("promtool")
def test_prometheus_has_nothing_to_say_against_the_metrics() -> None:
    promtool = servers.find("promtool")
    assert promtool is not None
    text, _ = metrics.render(registry(affairs=eventful()), "")

    said = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False, timeout=60)

    assert (said.returncode, said.stdout + said.stderr) == (0, b"")


def month_of(kode: str, figures: Figures) -> tuple[float | None, float | None]:
    """Availability and the unobserved share that are told of *kode* whose month was *figures*."""
    latest = record.settled()
    told = Latest()
    told.settle([entry.target for entry in latest.entries()])
    told.month = {kode: figures}
    source = registry(told)
    entry = known(told, kode)
    labels = {"kode": kode, "jenis": entry.target.kind.value, "instance": entry.target.url, "window": "month"}
    names = ("monitor_availability_ratio", "monitor_availability_unobserved_ratio")
    return tuple(value(source, name, **labels) for name in names)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        pytest.param(Figures(), (None, None), id="not watched yet"),
        pytest.param(Figures(up=timedelta(days=9)), (1.0, 0.0), id="always up"),
        pytest.param(
            Figures(up=timedelta(seconds=999_999), down=timedelta(seconds=1)), (0.9999, 0.0), id="never rounded up"
        ),
        pytest.param(
            Figures(up=timedelta(seconds=9_995), down=timedelta(seconds=5)), (0.9995, 0.0), id="not below what it is"
        ),
        pytest.param(Figures(degraded=timedelta(hours=1), down=timedelta(hours=1)), (0.5, 0.0), id="degraded is up"),
        pytest.param(Figures(unobserved=timedelta(hours=1)), (None, 1.0), id="nobody knows"),
        pytest.param(Figures(up=timedelta(hours=3), unobserved=timedelta(hours=1)), (1.0, 0.25), id="a quarter unseen"),
    ],
)
def test_the_month_is_told_rounded_down(figures: Figures, told: tuple[float | None, float | None]) -> None:
    assert month_of("OPD-001", figures) == told


def test_what_should_be_reached_is_told_of_each_jenis_that_has_a_target() -> None:
    source = registry()

    assert value(source, "monitor_availability_target_ratio", jenis="desa") == 0.98
    assert value(source, "monitor_availability_target_ratio", jenis="domain") is None


def test_the_newest_seal_is_witnessed_by_whoever_scrapes() -> None:
    source = registry()

    assert value(source, "monitor_seal_info", day="2026-11-23", head="3f" * 32, key="ab12cd34ef560718") == 1
    assert value(source, "monitor_seal_height") == 30
    assert value(source, "monitor_seal_until_timestamp_seconds") == 1795453200
    assert value(source, "monitor_seal_ok") == 1
    assert value(source, "monitor_seal_stamp_ok") == 1


def test_before_the_first_seal_and_without_an_authority_nothing_is_claimed() -> None:
    source = registry(vitals=Vitals(started=NOW))

    assert value(source, "monitor_seal_height") == 0
    names = ("monitor_seal_until_timestamp_seconds", "monitor_seal_stamp_ok")
    assert [value(source, name) for name in names] == [None, None]
    assert "monitor_seal_info" not in {metric.name for metric in source.collect()}


def test_what_keeps_days_from_being_sealed_or_stamped_is_told() -> None:
    vitals = regency.vitals()
    vitals.seal_problem, vitals.stamp_problem = "kunci tidak ada", "diam"
    source = registry(vitals=vitals)

    assert (value(source, "monitor_seal_ok"), value(source, "monitor_seal_stamp_ok")) == (0, 0)
    assert value(source, "monitor_seal_height") == 30


@pytest.mark.parametrize(("problem", "told"), [(None, None), ("", 1), ("ruang penuh", 0)])
def test_whether_the_month_that_ended_has_its_bundle(problem: str | None, told: float | None) -> None:
    vitals = regency.vitals()
    vitals.evidence_problem = problem

    assert value(registry(vitals=vitals), "monitor_evidence_ok") == told
