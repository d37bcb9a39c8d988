"""From what is known to what is said: the messages of incidents and digests, composed when they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from monitor.alerts.compose import compose
from monitor.alerts.kept import from_json
from monitor.alerts.message import Message
from monitor.alerts.situation import Noted, Situation
from monitor.errors import MonitorError
from monitor.findings import LOOKS
from monitor.incident import Event, Incident, NoticeKind, Parcel
from monitor.latest import Entry, Latest
from monitor.model import Finding, Target
from monitor.settings import Alerts


class NothingToTell(MonitorError):
    """A parcel without a message and without an incident."""


class Past(Protocol):
    """A finding's life, as the record keeps it."""

    @property
    def kode(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def finding(self) -> Finding: ...
    @property
    def opened(self) -> datetime: ...
    @property
    def resolved(self) -> datetime | None: ...


class Gone(Protocol):
    """A target that left the inventory."""

    @property
    def target(self) -> Target: ...


class Records(Protocol):
    """The part of a store that telling needs."""

    async def incident(self, number: int) -> Incident | None: ...
    async def timeline(self, number: int) -> tuple[Event, ...]: ...
    async def incident_findings(self, number: int) -> Sequence[Past]: ...
    async def retired(self) -> Sequence[Gone]: ...


class Teller:
    """Composes messages from the record, and from what is known right now."""

    def __init__(
        self,
        store: Records,
        latest: Latest,
        connected: Callable[[], bool | None],
        settings: Alerts,
        now: Callable[[], datetime],
    ) -> None:
        """*connected*: what the sentinels say of our own network."""
        self._store = store
        self._latest = latest
        self._connected = connected
        self._settings = settings
        self._now = now

    async def compose(self, parcel: Parcel) -> Message:
        """The message of *parcel*, as things are now. Raises `NothingToTell`, or what the store raises."""
        if parcel.body is not None:
            return from_json(parcel.body)
        incident = await self._store.incident(parcel.incident) if parcel.incident is not None else None
        if incident is None:
            raise NothingToTell(f"{parcel.key} is about no incident")
        return compose(await self.situation(incident, parcel.kind, parcel.key), self._settings)

    async def situation(self, incident: Incident, kind: NoticeKind = NoticeKind.OPENED, key: str = "") -> Situation:
        """All that there is to say of *incident*."""
        past = await self._store.incident_findings(incident.number)
        kodes = incident.kodes
        return Situation(
            incident=incident,
            key=key,
            kind=kind,
            now=self._now(),
            findings=tuple(self._noted(item) for item in past),
            targets={target.kode: target for target in await self._targets(kodes)},
            states={entry.target.kode: (entry.state, entry.since) for entry in self._entries(kodes) if entry.since},
            gone=frozenset(kode for kode in kodes if self._latest.get(kode) is None),
            timeline=await self._store.timeline(incident.number),
            vantage_connected=self._connected(),
            looks=LOOKS,
        )

    def _noted(self, item: Past) -> Noted:
        """As last seen: what is open may have got worse since it was written."""
        finding, entry = item.finding, self._latest.get(item.kode)
        known = entry.ledger.open.get((item.check, *finding.key)) if entry and item.resolved is None else None
        if known is not None and known.opened == item.opened:
            finding = known.finding
        return Noted(kode=item.kode, check=item.check, finding=finding, opened=item.opened, resolved=item.resolved)

    def _entries(self, kodes: Iterable[str]) -> Iterable[Entry]:
        return filter(None, map(self._latest.get, kodes))

    async def _targets(self, kodes: Sequence[str]) -> list[Target]:
        found = [entry.target for entry in self._entries(kodes)]
        if len(found) < len(kodes):  # somebody left the inventory since
            found.extend(gone.target for gone in await self._store.retired() if gone.target.kode in kodes)
        return found
