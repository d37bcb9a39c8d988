"""
`/metrics`: read from what is known at the moment of the scrape, so nothing outlives its target.

Names and meanings are blackbox_exporter's where the meaning is the same; `docs/metrics.md` lists them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import accumulate
from typing import Protocol

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from monitor import __version__, ends, exposition, words
from monitor.availability import Figures
from monitor.checks.website.visit import Hop, Visit
from monitor.exposition import Labels
from monitor.families import FAMILIES, PROBE, TARGET
from monitor.graded import graded
from monitor.incident import ParcelState
from monitor.latest import Entry, Latest
from monitor.model import Audience, CheckResult, Finding, Kind, Outcome, Severity, State
from monitor.net.facts import Phase
from monitor.vitals import BOUNDS, Tally, Vitals

WEBSITE = "website"
TLS_NAMES = {"SSLv3": "SSL 3.0", "TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}

Values = Iterator[tuple[str, float]]
"""(family name, value) of one target."""
Goals = Mapping[Kind, Fraction]
"""Jenis → the availability to be reached in a month, from 0 to 1."""
NO_GOALS: Goals = {}


class Sentinel(Protocol):
    """One witness of our own network."""

    @property
    def url(self) -> str: ...
    @property
    def alive(self) -> bool: ...


class Connection(Protocol):
    """What the vantage last saw of our own network."""

    @property
    def connected(self) -> bool | None: ...
    @property
    def sentinels(self) -> Iterable[Sentinel]: ...


class Vantage(Protocol):
    """Where `Connection` is read; None before the first look."""

    @property
    def current(self) -> Connection | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Affairs:
    """What people are to hear of, at one instant: plain values, for a scrape is answered on another thread."""

    incidents: Mapping[tuple[Audience, Severity], int]
    """Those that are not over."""
    unacknowledged: int
    maintained: Mapping[str, bool]
    """kode → whether planned maintenance goes on."""
    parcels: Mapping[tuple[str, ParcelState], int]
    """(channel, state) → how many, zeros included."""
    tries: Mapping[tuple[str, str], int]
    """(channel, outcome) → how many since the start; outcomes are `sent`, `failed` and `dead`."""
    outside: Mapping[str, bool]
    """`feed`, `heartbeat`, `alertmanager` → whether it takes what we bring; what is not there is not in it."""


@dataclass(slots=True)
class Scrape:
    """What only the event loop may read, left by it for the scrape that follows; None: nobody looks after people."""

    affairs: Affairs | None = None


def _now() -> datetime:
    return datetime.now(UTC)


def registry(
    latest: Latest,
    vitals: Vitals,
    vantage: Vantage,
    now: Callable[[], datetime] = _now,
    scrape: Scrape | None = None,
    *,
    goals: Goals = NO_GOALS,
) -> CollectorRegistry:
    """A registry of its own (nothing global) over all of these, and the process's own figures."""
    result = CollectorRegistry(auto_describe=False)
    result.register(Targets(latest, now, goals))
    result.register(Pulse(vitals, vantage))
    if scrape is not None:
        result.register(Told(latest, scrape))
    ProcessCollector(registry=result)
    PlatformCollector(registry=result)
    GCCollector(registry=result)
    return result


def render(source: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The exposition of *source* in the format that *accept* asks for, and its content type."""
    encode, content_type = choose_encoder(accept)
    openmetrics = content_type.startswith(exposition.OPEN)
    if openmetrics and "version=1.0.0" not in content_type:
        return encode(source), content_type  # a later version: the library knows it
    return exposition.expose(source.collect(), openmetrics=openmetrics), content_type


def _metric(name: str) -> Metric:
    family = FAMILIES[name]
    return Metric(name, family.help, family.kind)


class Targets(Collector):
    """What the last visits saw, and what is open."""

    def __init__(self, latest: Latest, now: Callable[[], datetime] = _now, goals: Goals = NO_GOALS) -> None:
        """Read *latest* at every scrape; *now* tells how old things are, *goals* what availability should be."""
        self._latest = latest
        self._now = now
        self._goals = goals

    def collect(self) -> Iterable[Metric]:
        """One family after the other, each with all targets."""
        metrics = {name: _metric(name) for name in (*PROBE, *TARGET)}
        kinds, findings, ran = Counter[Kind](), Counter[tuple[str, str]](), dict[str, datetime]()
        month = self._latest.month
        for entry in self._latest.entries():
            target = entry.target
            labels = Labels.of(kode=target.kode, jenis=target.kind.value, instance=target.url)
            _state(metrics, entry, labels)
            _probe(metrics, entry, labels)
            _certificate(metrics, entry, labels)
            _findings(metrics, entry, labels)
            _expiry(metrics, entry)
            _availability(metrics, month.get(target.kode), labels)
            for check, result in entry.results.copy().items():
                ran[check] = min(ran.get(check, result.started), result.started)
            kinds[target.kind] += 1
            findings.update((finding.code, finding.severity.value) for finding in _counted(entry))
        for check, started in sorted(ran.items()):
            age = max(0.0, (self._now() - started).total_seconds())
            metrics["monitor_check_age_seconds"].add_sample("monitor_check_age_seconds", {"check": check}, age)
        for kind in Kind:
            metrics["monitor_targets"].add_sample("monitor_targets", {"jenis": kind.value}, kinds[kind])
        for kind, goal in self._goals.items():
            name = "monitor_availability_target_ratio"
            metrics[name].add_sample(name, {"jenis": kind.value}, float(goal))
        for (code, severity), count in sorted(findings.items()):
            about = {"code": code, "severity": severity}
            metrics["monitor_findings_open"].add_sample("monitor_findings_open", about, count)
        return metrics.values()


def _state(metrics: Mapping[str, Metric], entry: Entry, labels: Labels) -> None:
    name, current = "monitor_target_state", entry.state
    metrics[name].samples.extend(
        Sample(name, labels.and_("state", state.value), float(state is current)) for state in State
    )


def _counted(entry: Entry) -> Iterator[Finding]:
    """What is open on *entry*, but for what people take for a false positive: an alert on these figures is heeded."""
    return (item.finding for item in entry.ledger.open.values() if not entry.is_false(item))


def _findings(metrics: Mapping[str, Metric], entry: Entry, labels: Labels) -> None:
    grade = graded(entry)
    if grade is not None:
        metrics["monitor_target_grade"].samples.append(Sample("monitor_target_grade", labels, float(grade.score)))
    counts = Counter(finding.severity for finding in _counted(entry))
    name = "monitor_target_findings"
    metrics[name].samples.extend(
        Sample(name, labels.and_("severity", severity.value), float(count)) for severity, count in counts.items()
    )
    _grave(metrics, entry, labels)


def _grave(metrics: Mapping[str, Metric], entry: Entry, labels: Labels) -> None:
    """Which they are, of those that weigh: all of them would be as many series again as there are."""
    counts = Counter(
        (finding.code, finding.severity, finding.rule.audience)
        for finding in _counted(entry)
        if finding.severity.rank >= Severity.MEDIUM.rank
    )
    name = "monitor_target_finding"
    for (code, severity, audience), count in counts.items():
        about = Labels.of(**labels, code=code, severity=severity.value, audience=audience.value)
        metrics[name].samples.append(Sample(name, about, float(count)))


def _availability(metrics: Mapping[str, Metric], month: Figures | None, labels: Labels) -> None:
    if month is None or not month.watched:
        return
    labels = labels.and_("window", "month")
    for name, share in (
        ("monitor_availability_ratio", month.ratio),
        ("monitor_availability_unobserved_ratio", month.unobserved_share),
    ):
        if share is not None:
            metrics[name].samples.append(Sample(name, labels, words.floored(share)))


def _expiry(metrics: Mapping[str, Metric], entry: Entry) -> None:
    end = ends.registration(entry)
    if end is not None:
        name = "monitor_domain_expiry_timestamp_seconds"
        metrics[name].add_sample(name, {"domain": entry.target.host}, end.timestamp())


def _certificate(metrics: Mapping[str, Metric], entry: Entry, labels: Labels) -> None:
    """Always said when it is known: an alarm on it must not fall silent because the site does."""
    end = ends.any_certificate(entry)
    if end is not None:
        name = "probe_ssl_earliest_cert_expiry"
        metrics[name].samples.append(Sample(name, labels, end.timestamp()))


def _probe(metrics: Mapping[str, Metric], entry: Entry, labels: Labels) -> None:
    """The last run, when it observed something: what we could not see is left out, not called down."""
    result = entry.results.get(WEBSITE)
    if result is None or result.outcome is not Outcome.OBSERVED or not isinstance(result.facts, Visit):
        return
    visit = result.facts
    for name, value in (*_visit(result, visit), *_valid(visit, result.started)):
        metrics[name].samples.append(Sample(name, labels, value))
    name = "probe_http_duration_seconds"
    metrics[name].samples.extend(
        Sample(name, labels.and_("phase", phase), took / 1e6) for phase, took in _phases(visit)
    )
    session = next((hop.tls for hop in reversed(visit.hops) if hop.tls), None)
    if session is not None and session.version in TLS_NAMES:
        name = "probe_tls_version_info"
        metrics[name].samples.append(Sample(name, labels.and_("version", TLS_NAMES[session.version]), 1.0))


def _visit(result: CheckResult[Visit], visit: Visit) -> Values:
    last = visit.last
    yield "probe_success", float(success(visit))
    yield "probe_duration_seconds", visit.total / 1e6
    yield "probe_dns_lookup_time_seconds", sum(hop.phases.dns for hop in visit.hops) / 1e6
    yield "probe_http_status_code", float(0 if visit.failure else last.status or 0)
    yield "probe_http_redirects", float(len(visit.hops) - 1)
    if last.address:
        yield "probe_ip_protocol", 6.0 if ":" in last.address else 4.0
    if visit.failure is None:
        yield "probe_http_ssl", float(last.tls is not None)
        yield "probe_http_version", _version(last)
        yield "probe_http_uncompressed_body_length", float(result.measure.size if result.measure else 0)


def _version(hop: Hop) -> float:
    try:
        return float(hop.http_version or 0)
    except ValueError:  # a site may say anything
        return 0.0


def success(visit: Visit) -> bool:
    """Whether a visitor's browser got a page without a warning: 2xx, and every handshake verified."""
    status = visit.last.status or 0
    sessions = (hop.tls for hop in visit.hops if hop.tls)
    verified = all(session.verify_code == 0 and not session.legacy for session in sessions)
    return visit.failure is None and 200 <= status < 300 and verified  # noqa: PLR2004 – RFC 9110 §15.3


def _phases(visit: Visit) -> Iterator[tuple[str, int]]:
    parts = [hop.phases for hop in visit.hops]
    yield Phase.DNS.value, sum(part.dns for part in parts)
    yield Phase.CONNECT.value, sum(part.connect for part in parts)
    yield Phase.TLS.value, sum(part.tls for part in parts)
    yield Phase.TTFB.value, sum(part.ttfb for part in parts)
    yield Phase.TRANSFER.value, sum(part.transfer for part in parts)


def _valid(visit: Visit, started: datetime) -> Values:
    sessions = [hop.tls for hop in visit.hops if hop.tls and hop.tls.chain]
    if not sessions:
        return
    served = [certificate.not_after for session in sessions for certificate in session.chain]
    # An expired certificate served beside the path that verified (an old cross-signed root, say) is not part of it.
    valid = [end for end in served if end > started]
    if valid and all(session.verify_code == 0 for session in sessions):
        yield "probe_ssl_last_chain_expiry_timestamp_seconds", min(valid).timestamp()


class Pulse(Collector):
    """The daemon's own figures."""

    def __init__(self, vitals: Vitals, vantage: Vantage) -> None:
        """Read *vitals* and *vantage* at every scrape."""
        self._vitals = vitals
        self._vantage = vantage

    def collect(self) -> Iterable[Metric]:
        """Counters, gauges, the two histograms, and how far the record is sealed."""
        vitals = self._vitals
        yield _runs(vitals)
        yield _histogram("monitor_schedule_lag_seconds", vitals.lag)
        yield _histogram("monitor_store_transaction_seconds", vitals.store)
        yield _single("monitor_turns_skipped", vitals.skipped, suffix="_total")
        yield _single("monitor_store_unwritten", vitals.unwritten)
        yield _single("monitor_queue_waiting", vitals.waiting)
        yield _single("monitor_running", vitals.running)
        yield _single("monitor_inventory_reload_ok", not vitals.inventory_problems)
        if vitals.inventory_loaded is not None:
            yield _single("monitor_inventory_loaded_timestamp_seconds", vitals.inventory_loaded.timestamp())
        yield from _seal(vitals)
        yield _single("monitor_start_timestamp_seconds", vitals.started.timestamp())
        yield _single("monitor_build_info", 1, {"version": __version__})
        yield from _vantage(self._vantage.current)


def _single(name: str, value: float, labels: dict[str, str] | None = None, suffix: str = "") -> Metric:
    metric = _metric(name)
    metric.add_sample(name + suffix, labels or {}, float(value))
    return metric


def _runs(vitals: Vitals) -> Metric:
    metric = _metric("monitor_runs")
    for (check, outcome), count in sorted(vitals.runs.copy().items()):
        metric.add_sample("monitor_runs_total", {"check": check, "outcome": outcome}, float(count))
    return metric


def _histogram(name: str, tally: Tally) -> Metric:
    metric, counts = _metric(name), list(accumulate(tally.counts))
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
        metric.add_sample(f"{name}_bucket", {"le": bound}, float(count))
    metric.add_sample(f"{name}_count", {}, float(counts[-1]))
    metric.add_sample(f"{name}_sum", {}, tally.total)
    return metric


def _seal(vitals: Vitals) -> Iterator[Metric]:
    yield _single("monitor_seal_ok", not vitals.seal_problem)
    if vitals.stamp_problem is not None:
        yield _single("monitor_seal_stamp_ok", not vitals.stamp_problem)
    if vitals.evidence_problem is not None:
        yield _single("monitor_evidence_ok", not vitals.evidence_problem)
    yield _single("monitor_seal_height", vitals.seal_height)
    if vitals.seal:
        yield _single("monitor_seal_info", 1, dict(vitals.seal))
    if vitals.seal_until is not None:
        yield _single("monitor_seal_until_timestamp_seconds", vitals.seal_until.timestamp())


def _vantage(seen: Connection | None) -> Iterator[Metric]:
    if seen is None:
        return
    if seen.connected is not None:
        yield _single("monitor_vantage_connected", seen.connected)
    metric = _metric("monitor_vantage_sentinel_up")
    for sentinel in seen.sentinels:
        metric.add_sample(metric.name, {"sentinel": sentinel.url}, float(sentinel.alive))
    yield metric


class Told(Collector):
    """Incidents, messages, and who outside takes what we bring."""

    def __init__(self, latest: Latest, scrape: Scrape) -> None:
        """Read *scrape*, and the labels of what is in *latest*."""
        self._latest = latest
        self._scrape = scrape

    def collect(self) -> Iterable[Metric]:
        """Nothing at all when nobody looks after people."""
        affairs = self._scrape.affairs
        return () if affairs is None else _affairs(affairs, self._latest)


def _affairs(affairs: Affairs, latest: Latest) -> Iterator[Metric]:
    open_now = _metric("monitor_incidents_open")
    for audience in Audience:
        for severity in Severity:
            about = {"audience": audience.value, "severity": severity.value}
            open_now.add_sample(open_now.name, about, float(affairs.incidents.get((audience, severity), 0)))
    yield open_now
    yield _single("monitor_incidents_unacknowledged", affairs.unacknowledged)
    yield _maintained(affairs, latest)
    yield from _messages(affairs)
    for what, is_well in affairs.outside.items():
        yield _single(f"monitor_{what}_ok", is_well)


def _maintained(affairs: Affairs, latest: Latest) -> Metric:
    metric = _metric("monitor_target_maintenance")
    for entry in latest.entries():
        target = entry.target
        if target.kode in affairs.maintained:
            labels = Labels.of(kode=target.kode, jenis=target.kind.value, instance=target.url)
            metric.samples.append(Sample(metric.name, labels, float(affairs.maintained[target.kode])))
    return metric


def _messages(affairs: Affairs) -> Iterator[Metric]:
    parcels, tries = _metric("monitor_outbox_parcels"), _metric("monitor_notifications")
    for (channel, state), count in affairs.parcels.items():
        parcels.add_sample(parcels.name, {"channel": channel, "state": state.value}, float(count))
    yield parcels
    dead = sum(count for (_channel, state), count in affairs.parcels.items() if state is ParcelState.DEAD)
    yield _single("monitor_dead_letters", dead)
    for (channel, outcome), count in affairs.tries.items():
        tries.add_sample("monitor_notifications_total", {"channel": channel, "outcome": outcome}, float(count))
    yield tries
