"""What the record needs from time to time: hours rolled up, days sealed and stamped, the old let go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.channels.web import Web, is_success, refusal
from monitor.availability import month_name, parse_month
from monitor.checks.base import Check
from monitor.latest import Latest
from monitor.seal import BadSeal, KeyProblem, Sealed, Sealer
from monitor.seal.keyfile import Place
from monitor.seal.stamp import roots_in, stamp_last
from monitor.seal.witness import labels
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals

BEAT = timedelta(minutes=1)
"""How often hours are rolled up and days sealed, when there are any."""
STAMPS = timedelta(minutes=15)
"""How often an authority is asked for a stamp that is still missing."""
PRUNE = timedelta(hours=1)
MEASURE = timedelta(minutes=5)
"""How often the availability of the month is reckoned, for `/metrics`: never while a scrape waits."""
_REPLY = "application/timestamp-reply"

log = structlog.get_logger(__name__)


class Keeper:
    """
    On the event loop, beside the watch.

    What is wrong with a key, a seal or an authority is shown in the vitals and tried again: it never ends the watch.
    """

    def __init__(self, settings: Settings, store: Store, vitals: Vitals, place: Place) -> None:
        """Seal with the key at *place*. Raises `ConfigError` for a bad CA file."""
        self._settings = settings
        self._store = store
        self._vitals = vitals
        self._sealer = Sealer(store, place)
        self._web = Web(settings.net, settings.seal.tsa_timeout)

    async def begin(self, checks: Iterable[Check[Any]], at: datetime) -> None:
        """Note how often the vital checks look from now on, and how far the record is sealed."""
        await self._store.set_cadences({check.name: check.every for check in checks if check.vital}, at)
        try:
            sealed = await self._store.last_seal()
        except BadSeal as error:
            self._failed(str(error))
        else:
            self._show(sealed)

    async def beat(self, at: datetime) -> None:
        """Roll up what has closed, and seal what is over."""
        await self._store.roll_up(at)
        try:
            made = await self._sealer.seal_due(at)
        except (BadSeal, KeyProblem) as error:
            self._failed(str(error))
            return
        self._vitals.seal_problem = ""
        for sealed in made:
            log.info("record.sealed", day=sealed.day.isoformat(), height=sealed.height, head=sealed.head)
        self._show(made[-1] if made else None)

    async def measure(self, latest: Latest, at: datetime) -> None:
        """Reckon the availability of the month so far, of all targets."""
        since, until = parse_month(month_name(at))
        latest.month = await self._store.availability(None, since, until, now=at)

    async def stamp(self, at: datetime) -> None:
        """Have the newest head stamped by the authority of the settings, if there is one."""
        seal = self._settings.seal
        if not seal.tsa_url or seal.tsa_ca is None:
            return
        try:
            roots = await asyncio.to_thread(roots_in, seal.tsa_ca)
            stamped = await stamp_last(self._store, self._post, seal.tsa_url, roots, at)
        except (BadSeal, KeyProblem, Undelivered) as error:
            log.warning("seal.not_stamped", reason=str(error))
            self._vitals.stamp_problem = str(error)
            return
        self._vitals.stamp_problem = ""
        if stamped is not None:
            log.info("seal.stamped")

    async def prune(self, at: datetime) -> None:
        """Let go of what has been kept for as long as the settings say; nothing that no seal covers."""
        record = self._settings.record
        gone = await self._store.prune(at, samples=record.samples, keep=record.keep)
        if any(gone.values()):
            log.info("record.pruned", **{table: rows for table, rows in gone.items() if rows})

    async def _post(self, url: str, body: bytes, media_type: str) -> bytes:
        headers = {"Content-Type": media_type, "Accept": _REPLY}
        answer = await self._web.ask("POST", url, content=body, headers=headers)
        if not is_success(answer):
            raise refusal(answer)
        return answer.body

    def _show(self, sealed: Sealed | None) -> None:
        if sealed is not None:
            vitals = self._vitals
            vitals.seal, vitals.seal_height, vitals.seal_until = labels(sealed), sealed.height, sealed.until

    def _failed(self, reason: str) -> None:
        if reason != self._vitals.seal_problem:
            log.error("seal.failed", reason=reason)
        self._vitals.seal_problem = reason
