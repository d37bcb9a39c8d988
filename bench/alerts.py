"""Part f: from a fault to the message about it, and from its end to the message about that. Part g: kill -9."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from bench import machine, regency, scrape
from bench.children import Trouble, last_words, python, running, wait_until
from bench.figures import Bar, Figure, Part
from monitor.incident import Incident
from monitor.model import Target
from monitor.store import Store
from monitor.vitals import Vitals
from tests.e2e.receiver import Got, Receiver, channel, receiving
from tests.integration.crash.killing import Plan as Killing
from tests.integration.crash.killing import carry_out
from tests.integration.crash.script import RULES
from tests.integration.store.records import NOON
from tests.lab.addresses import bound
from tests.lab.faults import Fault, FaultName, PageName
from tests.lab.lab import Lab
from tests.lab.loops import factory
from tests.lab.pointers import toml
from tests.lab.scenario import Rule, Scenario

SITES = 218
BAR = Bar(90, 80)
"""Seconds, of the 95th percentile: what was promised, and what we would like."""
_SEED = 20261124
_PATIENCE = 420.0
"""Seconds after which a message counts as lost."""

FAULTS: Mapping[str, Fault] = {
    "refused": Fault(FaultName.REFUSED),
    "reset": Fault(FaultName.HANDSHAKE_RESET),
    "silent": Fault(FaultName.BLACK_HOLED),
    "503": Fault(FaultName.STATUS, status=503),
    "wrong certificate": Fault(FaultName.WRONG_HOST),
    "gambling": Fault(FaultName.PAGE, page=PageName.GAMBLING),
    "servfail": Fault(FaultName.SERVFAIL),
}
LANE = "servfail"
"""One after the other, on names below the county's domain: all domains of the lab have the same name servers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to break, and when."""

    faults: int
    lane: int
    """How many of them are `LANE`'s."""
    spread: float
    """Seconds in which the others begin, at random moments."""
    settling: float
    """Seconds from ready to the first fault: the first round is over."""
    dwell: float
    """Seconds at most that a fault goes on after its message."""
    cadence: str = "60s"
    """As shipped."""


FULL = Plan(faults=200, lane=5, spread=330, settling=75, dwell=30)
QUICK = Plan(faults=14, lane=1, spread=4, settling=4, dwell=2, cadence="4s")


@dataclass(frozen=True, slots=True)
class Case:
    """One fault, and when people heard; instants are `time.time()`."""

    kode: str
    name: str
    began: float
    opened: Got | None
    ended: float
    resolved: Got | None


def measure(folder: Path, plan: Plan) -> Part:
    """Everything about messages."""
    folder.mkdir()
    _ours, servers = machine.cores()
    with machine.on_core(servers), asyncio.Runner(loop_factory=factory()) as runner:
        cases = runner.run(_watched(folder, plan))
        incidents = runner.run(_incidents(folder / "monitor.db"))
    return _part(plan, cases, incidents)


@dataclass(frozen=True, slots=True)
class Rig:
    """What a fault needs to be played."""

    lab: Lab
    told: Receiver
    dice: random.Random
    plan: Plan


async def _watched(folder: Path, plan: Plan) -> list[Case]:
    targets = regency.sites(SITES)
    dice = random.Random(_SEED)
    victims = _victims(targets, plan, dice)
    async with _town(folder, targets, victims, plan) as (lab, told):
        await asyncio.sleep(plan.settling)
        rig = Rig(lab, told, dice, plan)
        lane = [kode for kode, name in victims.items() if name == LANE]
        others = {kode: name for kode, name in victims.items() if name != LANE}
        alone = [_broken(rig, kode, name, dice.random() * plan.spread) for kode, name in others.items()]
        first, *found = await asyncio.gather(_lane(rig, lane), *map(_listed, alone))
    return [*first, *(case for cases in found for case in cases)]


async def _listed(one: Awaitable[Case]) -> list[Case]:
    return [await one]


def _serves(url: str) -> bool:
    try:
        scrape.fetch(url, "healthz")
    except (URLError, ConnectionError):
        return False
    return True


def _victims(targets: Sequence[Target], plan: Plan, dice: random.Random) -> dict[str, str]:
    """kode → the fault that it will have: as many of each kind, but for `LANE`."""
    county = [target.kode for target in targets if target.host.endswith(f".{regency.OWN}")]
    lane = dict.fromkeys(dice.sample(county, plan.lane), LANE)
    others = dice.sample([target.kode for target in targets if target.kode not in lane], plan.faults - plan.lane)
    mixed = [name for name in FAULTS if name != LANE]
    return lane | {kode: mixed[number % len(mixed)] for number, kode in enumerate(others)}


@asynccontextmanager
async def _town(
    folder: Path, targets: Sequence[Target], victims: Mapping[str, str], plan: Plan
) -> AsyncIterator[tuple[Lab, Receiver]]:
    """The lab and whom the daemon beside it tells, while it watches."""
    regency.write(folder / "inventory", tuple(targets))
    # A fault of a machine needs one of its own from the beginning: nobody is to be met where they were a TTL ago.
    scenario = Scenario(tuple(Rule(kode, FAULTS[name], start=math.inf) for kode, name in victims.items()))
    homes = {target.host: f"127.29.{number >> 7}.{number % 128 + 1}" for number, target in enumerate(targets)}
    town = Lab(targets, scenario, folder / "lab", plan=lambda target: homes[target.host])
    async with town as lab, receiving() as told:
        url, config = _configure(folder, lab, told, plan)
        core, _servers = machine.cores()
        log = folder / "daemon.log"
        with running(python("monitor", "--config", config, "serve"), core, log) as child:
            await asyncio.to_thread(wait_until, lambda: _serves(url), child, log)
            yield lab, told
            if child.poll() is not None:
                raise Trouble(f"the daemon went away: {last_words(log)}")


def _configure(folder: Path, lab: Lab, told: Receiver, plan: Plan) -> tuple[str, Path]:
    """(board's address, settings file): as shipped, but for where things are and how much a minute may be told."""
    with bound("127.0.0.1", 0) as sock:
        listen = f"127.0.0.1:{sock.getsockname()[1]}"
    pointed = lab.settings()
    website = {"every": plan.cadence}
    values = {
        **pointed,
        "database": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "inventory": {"directory": str(folder / "inventory")},
        "web": {"listen": listen},
        "checks": {**pointed["checks"], "website": website},
        "alerts": {"channels": {name: channel(told, name, per_minute=600) for name in ("noc", "csirt")}},
    }
    config = folder / "monitor.toml"
    config.write_text(toml(values), encoding="utf-8")
    return f"http://{listen}", config


async def _lane(rig: Rig, kodes: Iterable[str]) -> list[Case]:
    return [await _broken(rig, kode, LANE, rig.dice.random() * 5) for kode in kodes]


async def _broken(rig: Rig, kode: str, name: str, wait: float) -> Case:
    """Break *kode* after *wait* seconds, mend it some time after people heard, and note when they hear of that."""
    lab, told, dwell = rig.lab, rig.told, rig.dice.random() * rig.plan.dwell
    await asyncio.sleep(wait)
    began = time.time()
    lab.set(kode, FAULTS[name])
    opened = await _heard(told, lambda one: one.at >= began and one.kind == "gangguan" and _is_about(one, kode))
    await asyncio.sleep(dwell)
    ended = time.time()
    lab.clear(kode)
    number = opened.incident if opened else 0
    resolved = await _heard(told, lambda one: one.kind == "pulih" and one.incident == number) if opened else None
    return Case(kode, name, began, opened, ended, resolved)


def _is_about(one: Got, kode: str) -> bool:
    return any(site["kode"] == kode for site in one.body["sites"])


async def _heard(told: Receiver, fits: Callable[[Got], bool]) -> Got | None:
    """The first message that fits; None when it does not come."""
    try:
        await told.until(lambda: any(map(fits, told.got)), _PATIENCE)
    except AssertionError:
        return None
    return next(filter(fits, told.got))


async def _incidents(database: Path) -> tuple[Incident, ...]:
    store = Store.open(f"sqlite:///{database}", Vitals(started=NOON), RULES, read_only=True)
    try:
        found, _total = await store.incidents(limit=10_000)
    finally:
        await store.close()
    return found


def measure_kills(folder: Path, kills: int) -> Part:
    """A daemon killed *kills* times. Raises `AssertionError` when it forgets, loses or says twice anything at all."""
    folder.mkdir()
    changes = max(kills, 20) // 2 * 2
    outcome = asyncio.run(carry_out(Killing(kills=kills, changes=changes, seed=_SEED), folder))
    keys, again = {one.key for one in outcome.got}, outcome.tries - len({one.key for one in outcome.got})
    figures = (
        Figure(name="kills", unit="", values=(outcome.lives - 1,)),
        Figure(name="changes", unit="", values=(outcome.record.shelf.changes,)),
        Figure(name="incidents", unit="", values=(len(outcome.record.incidents),)),
        Figure(name="messages, each under one key", unit="", values=(len(keys),)),
        Figure(name="tries beyond the first", unit="", values=(again,)),
        Figure(name="messages lost, out of order, or under two keys", unit="", values=(0,), bar=Bar(0, 0)),
    )
    notes = (
        f"SIGKILL at a random moment of the first quarter of a second of each life; {outcome.seconds:.0f} s in all.",
        "a quarter of all messages met a receiver that failed, hung, or closed, with or without keeping the message.",
        "after each kill the record was compared with what was handed to it: incidents, members, parcels, findings.",
    )
    return Part(title="g. kill -9", figures=figures, notes=notes)


def _part(plan: Plan, cases: Sequence[Case], incidents: Sequence[Incident]) -> Part:
    heard = [case.opened.at - case.began for case in cases if case.opened]
    over = [case.resolved.at - case.ended for case in cases if case.resolved]
    missing = 2 * len(cases) - len(heard) - len(over)
    bar = BAR if plan is FULL else None
    shared = sum(len(item.kodes) > 1 for item in incidents)
    figures = [
        *_spread("fault to message", heard, bar),
        *_spread("recovery to message", over, bar),
        Figure(name="messages that never came", unit="", values=(missing,), bar=Bar(0, 0)),
        Figure(name="incidents of more than one target", unit="", values=(shared,)),
    ]
    return Part(title="f. alerts", figures=tuple(figures), notes=tuple(_notes(plan, cases, incidents)))


def _spread(what: str, seconds: Sequence[float], bar: Bar | None) -> Iterator[Figure]:
    if seconds:
        yield Figure(name=f"{what}: p50", unit="s", values=(quantile(seconds, 0.5),))
        yield Figure(name=f"{what}: p95", unit="s", values=(quantile(seconds, 0.95),), bar=bar)
        yield Figure(name=f"{what}: max", unit="s", values=(max(seconds),))


def _notes(plan: Plan, cases: Sequence[Case], incidents: Sequence[Incident]) -> Iterator[str]:
    kinds = Counter(case.name for case in cases)
    mixed = ", ".join(f"{count} {name}" for name, count in kinds.items())
    yield f"{len(cases)} faults ({mixed}) on {SITES} sites every {plan.cadence}, begun within {plan.spread:g} s."
    yield "a message leaves 5 s after the incident began, as shipped; the receiver is at hand."
    for name in FAULTS:
        mine = [case for case in cases if case.name == name]
        heard = [case.opened.at - case.began for case in mine if case.opened]
        over = [case.resolved.at - case.ended for case in mine if case.resolved]
        if heard and over:
            yield (
                f"{name}: message after {quantile(heard, 0.5):.0f} s (p95 {quantile(heard, 0.95):.0f}, "
                f"max {max(heard):.0f}); its end after {quantile(over, 0.5):.0f} s (p95 {quantile(over, 0.95):.0f}, "
                f"max {max(over):.0f})"
            )
    yield from _phases(cases, {item.number: item for item in incidents})
    for case in cases:
        if case.opened is None or case.resolved is None:
            which = "beginning" if case.opened is None else f"end of INS-{case.opened.incident}"
            yield f"never heard: {case.name} on {case.kode}, its {which}"


def _phases(cases: Sequence[Case], incidents: Mapping[int, Incident]) -> Iterator[str]:
    """Where the time went: waiting for a look, confirming, gathering and sending."""
    parts: dict[str, list[float]] = {}
    for case in cases:
        incident = incidents.get(case.opened.incident) if case.opened else None
        if incident is None or case.opened is None:
            continue
        member = next(each for each in incident.members if each.key.kode == case.kode)
        first, confirmed = member.key.opened.timestamp(), member.joined.timestamp()
        parts.setdefault("first look", []).append(first - case.began)
        parts.setdefault("confirmation", []).append(confirmed - first)
        parts.setdefault("gathering and sending", []).append(case.opened.at - confirmed)
        if case.resolved and incident.resolved:
            parts.setdefault("seen mended", []).append(incident.resolved.timestamp() - case.ended)
            parts.setdefault("sending", []).append(case.resolved.at - incident.resolved.timestamp())
    yield "; ".join(
        f"{name} {quantile(each, 0.5):.1f} s (p95 {quantile(each, 0.95):.1f}, max {max(each):.1f})"
        for name, each in parts.items()
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of *values* that *share* of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
