"""The composition root: from settings to a running daemon, and back down in order."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from monitor import alarms, inventory, keeping, monthly
from monitor.access import keys, local
from monitor.alarms import Alarms
from monitor.assets.declared import Declaration
from monitor.availability import CADENCES_UNOBSERVED
from monitor.checks import build
from monitor.checks.base import Check
from monitor.doorkeeper import Doorkeeper, lacks_people
from monitor.errors import ConfigError, DaemonFailed, InventoryError, Problem, reason_of
from monitor.ground import CLOCK, now, policy_of, rules_of, seal_place
from monitor.keeping import Keeper
from monitor.latest import Latest
from monitor.model import Again, Target
from monitor.monthly import Monthly
from monitor.net import Network, open_network
from monitor.pipeline import Pipeline
from monitor.places import local_place
from monitor.pulse import Pulse
from monitor.reach import COUNTED, Reach
from monitor.registrar import Registrar
from monitor.runner import Runner
from monitor.scheduler import Scheduler
from monitor.settings import Settings
from monitor.store import Store, StoreError
from monitor.supervisor import Supervisor
from monitor.vitals import Vitals
from monitor.web.app import View
from monitor.web.server import Server
from monitor.witness import Witness

WATCH_EVERY = timedelta(seconds=2)
"""How often the inventory's files are looked at for a change."""

TICK = timedelta(seconds=1)
"""How often time itself may have consequences: reminders, the end of maintenance, a vantage lost or back."""
DIGESTS = timedelta(seconds=30)
"""How often it is asked whether a digest is due."""
ASSETS = timedelta(minutes=2)
"""How often the asset register looks at what the checks have seen; until the first time it knows of no site at all."""
PRUNE = timedelta(minutes=10)
"""How often evidence past its time is let go."""
VANTAGE_BEAT = timedelta(seconds=5)
"""How often a lost vantage is asked again; one that is there is asked as the settings say."""
MAX_PROBLEMS = 20
"""Of a refused inventory, told on the board and in the log."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

log = structlog.get_logger(__name__)


Declarations = Mapping[str, Declaration]


def _read(settings: Settings) -> tuple[tuple[Target, ...], Declarations]:
    """The inventory with the domains behind it, and what is declared of assets besides. Raises `InventoryError`."""
    directory = settings.inventory.directory
    targets = inventory.with_domains(inventory.load(directory))
    return targets, inventory.load_declarations(directory, targets)


async def _open_door(settings: Settings, store: Store, stack: AsyncExitStack) -> Doorkeeper:
    """Who lets people in. Raises `ConfigError` when a board that others reach would have nobody to let in."""
    secret, place = keys.fresh(), local_place(settings)
    door = await Doorkeeper.open(settings, store, now, secret)
    stack.push_async_callback(door.close)
    if lacks_people(settings, door.accounts):
        remedy = (
            "buat akun dulu dengan `monitor account add NAMA --role operator`, "
            'pakai [login] mode = "proxy" dengan proxies, atau pilih sendiri mode = "none"'
        )
        raise ConfigError([Problem("web.listen", f"{settings.web.listen} terbuka bagi mesin lain tanpa login", remedy)])
    try:
        await asyncio.to_thread(local.write, place, secret)
    except OSError as error:
        remedy = "kosongkan ruang, beri akun layanan hak tulis atas foldernya, atau sebutkan [login] local_token"
        # Not a wrong setting: a full disk has room again some day, and then it must start by itself.
        raise DaemonFailed(f"{place} tidak dapat ditulis ({reason_of(error)}) – {remedy}") from error
    if not door.is_required and (settings.web.names or not settings.web.is_loopback):
        log.warning("login.none", listen=settings.web.listen)
    return door


def _told(error: InventoryError) -> tuple[str, ...]:
    """The problems as lines; a thoroughly wrong file has one per row, and nobody reads more than a few."""
    lines = tuple(map(str, error.problems))
    rest = len(lines) - MAX_PROBLEMS
    return (*lines[:MAX_PROBLEMS], f"… dan {rest} masalah lain") if rest > 0 else lines


@dataclass(slots=True)
class Daemon:
    """The wired daemon. `targets` are replaced on a reload; everything else lives as long as the process."""

    settings: Settings
    checks: tuple[Check[Any], ...]
    targets: tuple[Target, ...]
    latest: Latest
    vitals: Vitals
    store: Store
    net: Network
    runner: Runner
    pipeline: Pipeline
    scheduler: Scheduler
    alarms: Alarms
    reach: Reach
    registrar: Registrar
    keeper: Keeper
    monthly: Monthly
    pulse: Pulse
    door: Doorkeeper
    fingerprint: object = None
    """Of the inventory's files as they were when last read; None asks for another reading."""
    changed: object = None
    """Their fingerprint when a change was first noticed."""
    ages: dict[tuple[str, str], timedelta] = field(default_factory=dict)
    """(kode, check) → how long before this start it was last looked at."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def resume(self) -> None:
        """Take up what the record knows: the inventory's rows, open findings, states, evidence."""
        self.latest.settle(self.targets)
        await self.store.sync(self.targets, now())
        known, samples = await self.store.load(), await self.store.last_samples()
        alarms.resume(self.alarms.book, known, now())
        self.pipeline.resume(known, now())
        self._narrow()
        if not samples:
            return
        at, last = now(), max(samples.values())
        seen = await self.store.last_samples(observed=True)
        self.ages = {pair: at - began for pair, began in seen.items()}
        away = at - last
        for entry in self.latest.entries():
            cadence = max(
                (check.every for check in self.checks if check.vital and check.applies(entry.target)), default=away
            )
            if away > cadence * CADENCES_UNOBSERVED:
                self.pipeline.lose_sight(entry, last, "pemantau tidak berjalan")

    def _narrow(self) -> None:
        for entry in self.latest.entries():
            self.pipeline.narrow(entry, self.checks, now())

    async def reload(self) -> None:
        """Read the inventory again; one with errors is refused and the last good one stays in use."""
        await self._reload()
        self.pulse.ready()

    async def _reload(self) -> None:
        directory = self.settings.inventory.directory
        self.fingerprint = inventory.fingerprint(directory)
        try:
            targets, declarations = await asyncio.to_thread(_read, self.settings)
            self.registrar.require_fit(declarations)
        except InventoryError as error:
            self.vitals.inventory_problems = _told(error)
            log.warning("inventory.refused", problems=list(self.vitals.inventory_problems), kept=len(self.targets))
            return
        changes = inventory.diff(self.targets, targets)
        self.targets = targets
        self.runner.policy = policy_of(self.settings, targets)
        for entry in self.latest.settle(targets):
            self.pipeline.retire(entry, now())
        self._narrow()
        await self.store.sync(targets, now())
        await self.registrar.settle(targets, declarations, now())
        self.scheduler.settle(self.checks, targets)
        self.vitals.inventory_problems = ()
        self.vitals.inventory_loaded = now()
        log.info(
            "inventory.loaded",
            targets=len(targets),
            added=len(changes.added),
            retired=len(changes.retired),
            changed=len(changes.changed),
        )

    def forget_inventory(self) -> None:
        """Have the inventory read again at the next beat, changed or not."""
        self.fingerprint = None

    async def watch_inventory(self) -> None:
        """Reload when the inventory's files have changed, and not before nobody is writing them any more."""
        found = inventory.fingerprint(self.settings.inventory.directory)
        if found == self.fingerprint:
            return
        settled, self.changed = found == self.changed or self.fingerprint is None, found
        if settled:
            await self.reload()

    async def watch_vantage(self) -> None:
        """The slow beat: know that we are cut off even while nothing else fails, and soon when we are back."""
        view = self.net.vantage.current
        lost = view is not None and view.connected is False
        await self.net.vantage.look(max_age=timedelta(0) if lost else self.settings.vantage.every)

    async def register(self) -> None:
        """Bring the asset register up to what is known now."""
        await self.registrar.beat(self.latest, now())

    async def prune(self) -> None:
        """Let go of evidence that has been kept for as long as the settings say, a little at a time."""
        await self.store.drop_exhibits(now() - self.settings.evidence.keep)

    async def keep(self) -> None:
        """Roll up the hours that closed, seal the days that are over."""
        await self.keeper.beat(now())

    async def measure(self) -> None:
        """Reckon the availability of the month so far."""
        await self.keeper.measure(self.latest, now())

    async def stamp(self) -> None:
        """Have the newest seal witnessed outside."""
        await self.keeper.stamp(now())

    async def let_go(self) -> None:
        """Drop from the record what has been kept for long enough."""
        await self.keeper.prune(now())

    async def run(self, server: Server) -> None:
        """Look, until told to stop or unable to go on; raises what made it unable."""
        self.scheduler.settle(self.checks, self.targets, self.ages)
        self.scheduler.every("vantage", min(VANTAGE_BEAT, self.settings.vantage.every), self.watch_vantage)
        self.scheduler.every("inventory", WATCH_EVERY, self.watch_inventory)
        self.scheduler.every("incidents", TICK, self.alarms.tick)
        self.scheduler.every("digests", DIGESTS, self.alarms.write)
        self.scheduler.every("evidence", PRUNE, self.prune)
        self.scheduler.every("assets", ASSETS, self.register)
        self.scheduler.every("record", keeping.BEAT, self.keep)
        self.scheduler.every("availability", keeping.MEASURE, self.measure, at_once=True)
        self.scheduler.every("stamps", keeping.STAMPS, self.stamp)
        self.scheduler.every("retention", keeping.PRUNE, self.let_go)
        self.scheduler.every("months", monthly.BEAT, self.monthly.beat)
        self.scheduler.every("outbox", COUNTED, self.reach.count)
        self.scheduler.every("pulse", self.pulse.every, self.pulse.beat)
        self.scheduler.start()
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            ending: set[asyncio.Future[Any]] = {
                stop, self.scheduler.failed, self.store.failed, self.alarms.failed, server.ended,
            }  # fmt: skip
            done, _pending = await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
            for future in done - {stop}:
                _explain(future)
        finally:
            stop.cancel()
            await self.scheduler.stop()


def _explain(ended: asyncio.Future[Any]) -> None:
    """Raise for what ended by itself while nobody asked it to."""
    try:
        ended.result()
    except StoreError as error:
        raise DaemonFailed(str(error)) from error
    raise DaemonFailed("papan pantau berhenti sendiri")


OURSELVES = (sys.executable, "-m", "monitor")
"""How this program is started once more."""


async def serve(
    settings: Settings,
    announce: Callable[[str, Sequence[Target]], None],
    supervisor: Supervisor,
    command: Sequence[str] = OURSELVES,
) -> None:
    """
    Run the daemon until SIGTERM or SIGINT; SIGHUP reloads the inventory.

    *announce* gets the board's address and what is watched; *supervisor* is told of the start, reloads, the watch
    going on, and the end; *command* starts this program with the same settings.

    Raises `UsageError` for bad settings or inventory, `StoreError` when the record cannot be used, `DaemonFailed` when
    it can no longer be written.
    """
    async with AsyncExitStack() as stack:
        daemon = await _wire(settings, stack, supervisor, command)
        view = View(
            latest=daemon.latest,
            vitals=daemon.vitals,
            store=daemon.store,
            vantage=daemon.net.vantage,
            checks=daemon.checks,
            settings=settings,
            desk=daemon.alarms.desk,
            teller=daemon.alarms.teller,
            reach=daemon.reach,
            door=daemon.door,
            now=now,
        )
        server = await stack.enter_async_context(Server(view, settings.web))
        _on_signals(daemon, supervisor)
        await daemon.net.vantage.look(max_age=timedelta(0))
        announce(server.url, daemon.targets)
        daemon.pulse.ready()
        log.info("daemon.started", board=server.url, watched=len(daemon.latest.entries()))
        try:
            await daemon.run(server)
        finally:
            supervisor.stopping()
            log.info("daemon.stopping")


async def _wire(settings: Settings, stack: AsyncExitStack, supervisor: Supervisor, command: Sequence[str]) -> Daemon:
    fingerprint = inventory.fingerprint(settings.inventory.directory)
    targets, declarations = _read(settings)
    checks = build(settings.checks)
    vitals = Vitals(started=now(), inventory_loaded=now())
    store = Store.open(settings.database.url.get_secret_value(), vitals, rules_of(checks))
    stack.push_async_callback(store.close)
    door = await _open_door(settings, store, stack)
    if closed := await store.sealed_until():
        CLOCK.not_before(closed)
    net = open_network(settings.dns, settings.net, settings.vantage)
    stack.push_async_callback(net.aclose)
    latest, runner = Latest(), Runner(net, policy_of(settings, targets), now)
    told = alarms.open_alarms(
        settings,
        store,
        latest,
        net,
        now,
        known_since=LONG_AGO if await store.last_sample_at() else vitals.started,
        healthy=partial(_goes_on, vitals, settings),
    )
    witness = await stack.enter_async_context(Witness(settings.evidence, net.http.dialer, store, now))
    reach = Reach(
        settings.alerts,
        store,
        lines=told.dispatcher.lines,
        standings=told.standings,
        camera=witness,
    )
    await reach.count()

    def hasten(name: str, kode: str) -> None:
        scheduler.hasten(name, kode)

    pipeline = Pipeline(latest, store, vitals, told.book, tell=told.nudge, witness=witness.called, hasten=hasten)

    async def look(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        entry = latest.get(target.kode)
        known = entry.ledger.open if entry else ()
        memory = entry.memory.get(check.name) if entry else None
        return pipeline.take(check, await runner.run(check, target, fresh=fresh, known=known, memory=memory))

    scheduler = Scheduler(look, vitals, width=settings.runner.width, looks=settings.runner.looks)
    daemon = Daemon(
        settings, checks, targets, latest, vitals, store, net, runner, pipeline, scheduler, told, reach,
        await Registrar.open(store), Keeper(settings, store, vitals, seal_place(settings)),
        Monthly(store, vitals, now, command, wanted=settings.evidence.automatic),
        Pulse(supervisor, scheduler, latest, vitals, net.vantage),
        door,
        fingerprint=fingerprint,
    )  # fmt: skip
    stack.push_async_callback(daemon.monthly.aclose)
    daemon.registrar.require_fit(declarations)
    await daemon.resume()
    await daemon.registrar.settle(targets, declarations, now())
    await daemon.keeper.begin(checks, now())
    await stack.enter_async_context(told)
    return daemon


def _goes_on(vitals: Vitals, settings: Settings) -> bool:
    """Whether runs still end: what hangs, or has nothing to do, is not well."""
    longest = CADENCES_UNOBSERVED * settings.checks.website.every + settings.checks.website.timeout
    return now() - (vitals.taken or vitals.started) <= longest


def _on_signals(daemon: Daemon, supervisor: Supervisor) -> None:
    loop = asyncio.get_running_loop()

    def again() -> None:
        supervisor.reloading()
        daemon.forget_inventory()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, daemon.stopping.set)
    loop.add_signal_handler(signal.SIGHUP, again)
