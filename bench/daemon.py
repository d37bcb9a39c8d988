"""Part b: the whole daemon, unmodified, on regencies of three sizes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.error import URLError

from bench import machine, regency, scrape
from bench.children import Child, python, running, wait_until
from bench.figures import Bar, Figure, Part
from bench.ground import Ground, ground
from tests.lab.addresses import bound
from tests.lab.pointers import toml

SMALL, MIDDLE, LARGE = 218, 2_180, 21_800
_LAG = "monitor_schedule_lag_seconds"
_SLACK = 5.0
"""Seconds that a visit may be late: the bar on the lag."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to watch one size, in seconds."""

    sites: int
    cadence: int = 60
    settling: float = 75
    """From ready to steady: the first round is behind us."""
    windows: int = 5
    window: float = 18
    scraped: bool = True
    """`/metrics` is asked for every `SCRAPE` seconds, as Prometheus would, while we measure."""


SCRAPE = 15.0
FULL = (Plan(SMALL), Plan(MIDDLE), Plan(LARGE, settling=80, window=24, scraped=False))
QUICK = (Plan(SMALL, 10, 12, 2, 5), Plan(MIDDLE, 10, 12, 2, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one size showed."""

    sites: int
    cpu: tuple[float, ...]
    """Of one core, per window."""
    rss_kb: int
    """Before anything rendered all targets at once; with scrapes when the plan has them."""
    peak_kb: int
    lag: float
    """The 99th percentile, in seconds, since the start."""
    scraped_lag: float
    """The same while scrapes went on."""
    scrape: float
    """Seconds a scrape took, the longest."""
    missed: int
    bad: int
    """Samples of the steady time that say anything but up."""
    unwritten: float
    servers: float
    """How busy the servers' core was."""


def measure(folder: Path, plans: tuple[Plan, ...]) -> Part:
    """Everything about the daemon."""
    folder.mkdir()
    ours, servers = machine.cores()
    with ground(regency.sites(max(plan.sites for plan in plans)), folder / "ground", servers) as place:
        seen = [_watch(place, plan, folder / str(plan.sites), ours) for plan in plans]
    return _part(seen, plans)


def _watch(place: Ground, plan: Plan, folder: Path, core: int) -> Seen:
    folder.mkdir()
    targets = place.targets[: plan.sites]
    regency.write(folder / "inventory", targets)
    url, config = _configure(place, plan, folder)
    with _daemon(config, url, folder / "daemon.log", core) as child:
        time.sleep(plan.settling)
        begun, servers_before = time.time(), machine.busy(place.core)
        scraper = _Scraper(url)
        cpu = tuple(_window(child, plan, scraper) for _number in range(plan.windows))
        servers_after, ended = machine.busy(place.core), time.time()
        rss = machine.memory_kb(child.pid)
        first = scraper.look()
        scraped_lag = first_lag = scrape.quantile(scrape.buckets(first, _LAG), 0.99)
        if not plan.scraped:
            _scraped_time(scraper)
            last = scraper.look()
            later = scrape.since(scrape.buckets(last, _LAG), scrape.buckets(first, _LAG))
            scraped_lag, ended = scrape.quantile(later, 0.99), time.time()
        peak = machine.memory_kb(child.pid, "VmHWM")
    lost, bad = _record(folder / "monitor.db", plan, begun, ended)
    busy, total = (after - before for after, before in zip(servers_after, servers_before, strict=True))
    return Seen(
        sites=plan.sites,
        cpu=cpu,
        rss_kb=rss,
        peak_kb=peak,
        lag=first_lag,
        scraped_lag=scraped_lag,
        scrape=scraper.longest,
        missed=lost + int(scrape.value(first, "monitor_turns_skipped_total")),
        bad=bad,
        unwritten=scrape.value(first, "monitor_store_unwritten"),
        servers=busy / total,
    )


def _configure(place: Ground, plan: Plan, folder: Path) -> tuple[str, Path]:
    """(board's address, settings file)."""
    with bound("127.0.0.1", 0) as sock:
        listen = f"127.0.0.1:{sock.getsockname()[1]}"
    values = {
        **place.settings(),
        "database": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "inventory": {"directory": str(folder / "inventory")},
        "web": {"listen": listen},
        "checks": {"website": {"every": f"{plan.cadence}s"}},
    }
    config = folder / "monitor.toml"
    config.write_text(toml(values), encoding="utf-8")
    return f"http://{listen}", config


@contextmanager
def _daemon(config: Path, url: str, log: Path, core: int) -> Iterator[Child]:
    with running(python("monitor", "--config", config, "serve"), core, log) as child:
        wait_until(lambda: _serves(url), child, log, within=180)
        yield child


def _serves(url: str) -> bool:
    try:
        scrape.fetch(url, "healthz")  # cheap, while a scrape would leave its mark on the memory
    except (URLError, ConnectionError):
        return False
    return True


class _Scraper:
    """Asks for `/metrics` and notes how long that took."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._next = time.monotonic()
        self.longest = 0.0

    def look(self) -> str:
        began = time.monotonic()
        text = scrape.fetch(self._url)
        self.longest = max(self.longest, time.monotonic() - began)
        return text

    def look_when_due(self) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SCRAPE
            self.look()


def _window(child: Child, plan: Plan, scraper: _Scraper) -> float:
    """The share of a core that the daemon used in one window."""
    began, before = time.monotonic(), machine.cpu_seconds(child.pid)
    while (left := began + plan.window - time.monotonic()) > 0:
        if plan.scraped:
            scraper.look_when_due()
        time.sleep(min(left, 1.0))
    return (machine.cpu_seconds(child.pid) - before) / (time.monotonic() - began)


def _scraped_time(scraper: _Scraper) -> None:
    for _number in range(3):
        time.sleep(SCRAPE)
        scraper.look()


def _record(database: Path, plan: Plan, begun: float, ended: float) -> tuple[int, int]:
    """(turns without a sample, samples that are not up) of the time from *begun* to *ended*."""
    query = "SELECT target_id, at, state FROM sample WHERE at >= ? AND at < ? ORDER BY target_id, at"
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(query, (begun, ended)).fetchall()
    bad = sum(state != 0 for _target, _at, state in rows)
    by_target = {target: [at for _target, at, _state in of] for target, of in groupby(rows, key=lambda row: row[0])}
    turns = int((ended - begun - _SLACK) / plan.cadence)
    silent = (plan.sites - len(by_target)) * turns
    return silent + sum(scrape.missed(ats, begun, ended, plan.cadence, _SLACK) for ats in by_target.values()), bad


def _part(seen: list[Seen], plans: tuple[Plan, ...]) -> Part:
    figures: list[Figure] = []
    for each, plan in zip(seen, plans, strict=True):
        figures += _figures(each, is_real=plan in FULL)
    first, last = seen[0], seen[-1]
    per_target = (last.rss_kb - first.rss_kb) / (last.sites - first.sites)
    bar = Bar(6, 3) if plans == FULL else None
    figures.append(Figure(name="memory per added target", unit="KiB", values=(per_target,), bar=bar))
    notes = [
        "CPU: one value per window of steady state; everything else is of the whole run.",
        *(
            f"{plan.sites} sites every {plan.cadence} s: {plan.windows} windows of {plan.window:g} s, "
            f"{plan.settling:g} s after the first answer; servers' core {each.servers:.0%} busy"
            + ("" if plan.scraped else "; scrapes only afterwards, three of them")
            for each, plan in zip(seen, plans, strict=True)
        ),
    ]
    return Part(title="b. daemon", figures=tuple(figures), notes=tuple(notes))


def _figures(each: Seen, *, is_real: bool) -> Iterator[Figure]:
    is_small, is_large = (is_real and each.sites == size for size in (SMALL, LARGE))
    size = f"{each.sites:,} sites".replace(",", " ")
    percent = tuple(100 * share for share in each.cpu)
    yield Figure(name=f"{size}: CPU", unit="% of a core", values=percent, bar=Bar(3, 1.5) if is_small else None)
    rss = (each.rss_kb / 1024,)
    yield Figure(name=f"{size}: RSS", unit="MiB", values=rss, bar=Bar(160, 110) if is_small else None)
    yield Figure(name=f"{size}: peak RSS, after scrapes", unit="MiB", values=(each.peak_kb / 1024,))
    yield Figure(name=f"{size}: lag p99", unit="s", values=(each.lag,), bar=Bar(5, 1) if is_large else None)
    if each.scraped_lag != each.lag:
        yield Figure(name=f"{size}: lag p99 while scraped", unit="s", values=(each.scraped_lag,))
    yield Figure(name=f"{size}: longest scrape", unit="s", values=(each.scrape,))
    yield Figure(name=f"{size}: missed visits", unit="", values=(each.missed,), bar=Bar(0, 0) if is_large else None)
    yield Figure(name=f"{size}: samples that are not up", unit="", values=(each.bad,))
    yield Figure(name=f"{size}: records unwritten", unit="", values=(each.unwritten,))
