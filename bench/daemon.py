"""Part b: the whole daemon, unmodified, on regencies of three sizes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from bench import machine, regency, scrape
from bench.children import Child, python, running, wait_until
from bench.figures import Bar, Figure, Part
from bench.ground import Ground, ground
from bench.turns import Turns
from tests.lab.addresses import bound
from tests.lab.pointers import toml

SMALL, MIDDLE, LARGE = 218, 2_180, 21_800
_LAG = "monitor_schedule_lag_seconds"
VISITS = "bench.narrow"
_SLACK = 5.0
"""Seconds that a visit may be late: the bar on the lag."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to watch one size, in seconds."""

    sites: int
    cadence: int = 60
    settling: float = 65
    """From ready to steady: the first round, and what it left over, is behind us."""
    windows: int = 5
    window: float = 18
    scraped: bool = True
    """`/metrics` is asked for every `SCRAPE` seconds, as Prometheus would, while we measure."""
    program: str = "monitor"
    """With every check; `VISITS` is the same without any but the visit to websites."""


SCRAPE = 15.0
FULL = (
    Plan(SMALL),
    Plan(MIDDLE, program=VISITS),
    Plan(LARGE, settling=300, scraped=False, program=VISITS),
)
QUICK = (Plan(SMALL, 6, 6, 2, 2), Plan(MIDDLE, 6, 6, 2, 2, program=VISITS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one size showed."""

    sites: int
    cpu: tuple[float, ...]
    """Of one core, per window."""
    per_visit: float
    """Milliseconds of processor time, everything the daemon does included."""
    rss_kb: int
    """After the first round, before anything rendered all targets at once but for the plan's scrapes."""
    peak_kb: int
    lag: float
    """The 99th percentile, in seconds, of the steady time."""
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
    others: float
    """The share of the daemon's own core that somebody else used."""


def measure(folder: Path, plans: tuple[Plan, ...]) -> Part:
    """Everything about the daemon."""
    folder.mkdir()
    ours, servers = machine.cores()
    with ground(regency.sites(max(plan.sites for plan in plans)), folder / "ground", servers) as place:
        seen = []
        for plan in plans:
            seen.append(_watch(place, plan, folder / str(plan.sites), ours))
            print(seen[-1], file=sys.stderr)  # the next size may be too much for the machine
    return _part(seen, plans)


def _watch(place: Ground, plan: Plan, folder: Path, core: int) -> Seen:
    folder.mkdir()
    regency.write(folder / "inventory", place.targets[: plan.sites])
    url, config = _configure(place, plan, folder)
    with _daemon(plan.program, config, url, folder / "daemon.log", core) as child:
        time.sleep(plan.settling)
        steady = _steady(child, plan, Scraper(url), (core, place.core))
    record = Turns(folder / "monitor.db", plan.sites, plan.cadence)
    samples, bad = record.counts(steady.begun, steady.ended)
    return Seen(
        sites=plan.sites,
        cpu=tuple(each / plan.window for each in steady.cpu),
        per_visit=1000 * sum(steady.cpu) / max(samples, 1),
        rss_kb=steady.rss_kb,
        peak_kb=steady.peak_kb,
        lag=steady.lag if plan.scraped else record.lag(steady.begun, steady.ended),
        scraped_lag=steady.lag,
        scrape=steady.scrape,
        missed=record.missed(steady.begun, steady.ended, _SLACK) + steady.skipped,
        bad=bad,
        unwritten=steady.unwritten,
        servers=steady.busy[1],
        others=steady.busy[0] - sum(steady.cpu) / (steady.ended - steady.begun),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steady:
    """What was seen of the running daemon between `begun` and `ended`, and in scrapes after."""

    begun: float
    ended: float
    cpu: tuple[float, ...]
    """Seconds, per window."""
    busy: tuple[float, float]
    """The daemon's core, the servers' core."""
    rss_kb: int
    peak_kb: int
    lag: float
    """While scrapes went on."""
    scrape: float
    skipped: int
    unwritten: float


def _steady(child: Child, plan: Plan, scraper: Scraper, cores: tuple[int, int]) -> _Steady:
    rss = machine.memory_kb(child.pid)
    first = scraper.look() if plan.scraped else ""
    begun, before = time.time(), [machine.busy(core) for core in cores]
    cpu = tuple(_window(child, plan, scraper) for _number in range(plan.windows))
    ended, after = time.time(), [machine.busy(core) for core in cores]
    if not plan.scraped:
        first = scraper.look()
        _scraped_time(scraper)
    last = scraper.look()
    lag = scrape.since(scrape.buckets(last, _LAG), scrape.buckets(first, _LAG))
    shares = [(late[0] - early[0]) / (late[1] - early[1]) for late, early in zip(after, before, strict=True)]
    return _Steady(
        begun=begun,
        ended=ended,
        cpu=cpu,
        busy=(shares[0], shares[1]),
        rss_kb=rss,
        peak_kb=machine.memory_kb(child.pid, "VmHWM"),
        lag=scrape.quantile(lag, 0.99),
        scrape=scraper.longest,
        skipped=int(scrape.value(first, "monitor_turns_skipped_total")),
        unwritten=scrape.value(last, "monitor_store_unwritten"),
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
        "checks": {"website": {"every": f"{plan.cadence}s"}, "registration": {"servers": {}}},
    }
    config = folder / "monitor.toml"
    config.write_text(toml(values), encoding="utf-8")
    return f"http://{listen}", config


@contextmanager
def _daemon(program: str, config: Path, url: str, log: Path, core: int) -> Iterator[Child]:
    with running(python(program, "--config", config, "serve"), core, log) as child:
        wait_until(lambda: _serves(url), child, log, within=180)
        yield child


def _serves(url: str) -> bool:
    try:
        scrape.fetch(url, "healthz")  # cheap, while a scrape would leave its mark on the memory
    except (URLError, ConnectionError):
        return False
    return True


class Scraper:
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


def _window(child: Child, plan: Plan, scraper: Scraper) -> float:
    """Seconds of processor time that the daemon used in one window."""
    began, before = time.monotonic(), machine.cpu_seconds(child.pid)
    while (left := began + plan.window - time.monotonic()) > 0:
        if plan.scraped:
            scraper.look_when_due()
        time.sleep(min(left, 1.0))
    return machine.cpu_seconds(child.pid) - before


def _scraped_time(scraper: Scraper) -> None:
    for _number in range(3):
        time.sleep(SCRAPE)
        scraper.look()


def _part(seen: list[Seen], plans: tuple[Plan, ...]) -> Part:
    figures: list[Figure] = []
    for each, plan in zip(seen, plans, strict=True):
        figures += _figures(each, is_real=plan in FULL)
    first, last = seen[0], seen[-1]
    per_target = (last.rss_kb - first.rss_kb) / (last.sites - first.sites)
    bar = Bar(6, 3) if plans == FULL else None
    figures.append(Figure(name="memory per added target", unit="KiB", values=(per_target,), bar=bar))
    notes = ["CPU: one value per window of steady state; everything else is of all of it.", *map(_note, seen, plans)]
    return Part(title="b. daemon", figures=tuple(figures), notes=tuple(notes))


def _note(each: Seen, plan: Plan) -> str:
    said = (
        f"{plan.sites} sites every {plan.cadence} s: {plan.windows} windows of {plan.window:g} s, "
        f"{plan.settling:g} s after the first answer; servers' core {each.servers:.0%} busy, "
        f"{each.others:.0%} of the daemon's core used by others"
    )
    looked = "no check but the visit" if plan.program == VISITS else "every check"
    when = "all the time" if plan.scraped else "only afterwards, and the lag is read off the record, to a second"
    return f"{said}; {looked}; scraped {when}"


def _figures(each: Seen, *, is_real: bool) -> Iterator[Figure]:
    is_small, is_large = (is_real and each.sites == size for size in (SMALL, LARGE))
    size = f"{each.sites:,} sites".replace(",", " ")
    percent = tuple(100 * share for share in each.cpu)
    yield Figure(name=f"{size}: CPU", unit="% of a core", values=percent, bar=Bar(3, 1.5) if is_small else None)
    yield Figure(name=f"{size}: CPU per visit", unit="ms", values=(each.per_visit,))
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
