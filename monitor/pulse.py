"""The daemon's pulse, as the service manager feels it: a beat only when the watch has really gone on."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Protocol

import structlog

from monitor.catalogue import state_text
from monitor.latest import Latest
from monitor.model import State
from monitor.net.vantage import Vantage
from monitor.supervisor import Supervisor
from monitor.vitals import Vitals
from monitor.web.rows import spelled

UNATTENDED = timedelta(seconds=30)
"""How often the status is brought up to date when nobody waits for a beat."""

log = structlog.get_logger(__name__)


class Moving(Protocol):
    """What can tell whether it still does its work."""

    def moved(self) -> bool:
        """Whether it has, since this was asked last."""


class Pulse:
    """Beats for *supervisor* while the scheduler moves."""

    def __init__(
        self, supervisor: Supervisor, scheduler: Moving, latest: Latest, vitals: Vitals, vantage: Vantage
    ) -> None:
        """Tell *supervisor* of the others."""
        self.every = supervisor.beat_every or UNATTENDED
        """How often `beat` is to be awaited."""
        self._supervisor = supervisor
        self._scheduler = scheduler
        self._latest = latest
        self._vitals = vitals
        self._vantage = vantage

    def ready(self) -> None:
        """The daemon watches: at the start, and again after a reload."""
        self._supervisor.ready(self.status())

    async def beat(self) -> None:
        """
        Say that the watch goes on; when it does not, withhold the beat and say so.

        Awaited by the scheduler's own clock: when that stands, or the event loop does, there is no beat either.
        """
        if self._scheduler.moved():
            self._supervisor.alive(self.status())
            return
        log.error("scheduler.stuck", running=self._vitals.running, waiting=self._vitals.waiting)
        self._supervisor.say("penjadwal tidak bergerak: tidak satu pun kunjungan selesai pada waktunya")

    def status(self) -> str:
        """One line for `systemctl status` (Indonesian): what is watched, how it is, what is wrong with us."""
        entries = self._latest.entries()
        counts = Counter(entry.state for entry in entries)
        states = ", ".join(f"{counts[state]} {state_text(state).lower()}" for state in State if counts[state])
        problems = self._vitals.inventory_problems
        parts = [
            f"memantau {spelled(entry.target for entry in entries)}",
            states,
            "" if self._connected() else "titik pantau terputus",
            f"inventaris baru ditolak, yang lama dipakai: {problems[0]}" if problems else "",
        ]
        return "; ".join(filter(None, parts))

    def _connected(self) -> bool:
        view = self._vantage.current
        return view is None or view.connected is not False
