"""The questions that a store answers, each in one snapshot, on a thread that cannot write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from monitor.incident import Event, FindingKey, Incident, Mark, Parcel, ParcelState, Window
from monitor.model import Audience, Rule, Transition
from monitor.store import cases, exhibits, feed, parcels, queries
from monitor.store.reader import Reader
from monitor.store.stored import (
    Remembered,
    StoredChange,
    StoredExhibit,
    StoredFacts,
    StoredFinding,
    StoredSample,
    StoredTarget,
    TargetChange,
)

RECENT = timedelta(hours=24)
"""For how long a resolved incident may come back under its number."""


class Asking:
    """The part of a `Store` that only reads. Every question may raise `StoreError`; instants come back in UTC."""

    def __init__(self, reader: Reader, rules: Mapping[str, Rule]) -> None:
        """Ask *reader*; *rules* (code → rule) bring findings back to life."""
        self._reader = reader
        self._rules = rules

    async def load(self, *, now: datetime | None = None, recent: timedelta = RECENT) -> Remembered:
        """What a daemon needs to go on where the last one stopped, with the incidents resolved within *recent*."""
        since = (now or datetime.now(UTC)) - recent
        return await self._reader.ask(queries.load, self._rules, since)

    async def transitions(self, kode: str, since: datetime) -> tuple[Transition, ...]:
        """What the state of *kode* was from *since* on: the transition in force then, and every later one."""
        return await self._reader.ask(queries.transitions, kode, since)

    async def samples(
        self, kode: str, check: str, since: datetime, until: datetime, limit: int = 10_000
    ) -> tuple[StoredSample, ...]:
        """The samples of [*since*, *until*), oldest first; when there are more than *limit*, the newest ones."""
        return await self._reader.ask(queries.samples, kode, check, since, until, limit=limit)

    async def findings(
        self, kode: str | None = None, *, open_only: bool = False, limit: int = 1_000
    ) -> tuple[StoredFinding, ...]:
        """Findings of *kode*, or of all, newest first."""
        return await self._reader.ask(queries.findings, self._rules, kode, open_only=open_only, limit=limit)

    async def incident_findings(self, number: int) -> tuple[StoredFinding, ...]:
        """The findings that were ever in the incident *number*, in the order of joining."""
        return await self._reader.ask(queries.incident_findings, self._rules, number)

    async def findings_opened_since(self, at: datetime, limit: int = 1_000) -> tuple[StoredFinding, ...]:
        """The findings opened at *at* or later, resolved meanwhile or not, latest first."""
        return await self._reader.ask(feed.opened_since, self._rules, at, limit)

    async def findings_closed_since(self, at: datetime, limit: int = 1_000) -> tuple[StoredFinding, ...]:
        """The findings resolved at *at* or later, latest first."""
        return await self._reader.ask(feed.closed_since, self._rules, at, limit)

    async def changes_since(self, change_id: int, limit: int = 100) -> tuple[StoredChange, ...]:
        """The first *limit* changes recorded after *change_id* (0: from the first), in the order they were recorded."""
        return await self._reader.ask(feed.changes_since, self._rules, change_id, limit)

    async def feed_position(self, name: str) -> int:
        """The last change that the reader *name* has dealt with; 0: none yet."""
        return await self._reader.ask(feed.position, name)

    async def facts(self, kode: str, check: str) -> StoredFacts | None:
        """The newest evidence; None when there is none."""
        return next(iter(await self.facts_history(kode, check, limit=1)), None)

    async def facts_history(self, kode: str, check: str, limit: int = 100) -> tuple[StoredFacts, ...]:
        """The evidence each time it differed, newest first."""
        return await self._reader.ask(queries.facts_history, kode, check, limit)

    async def last_samples(self, *, observed: bool = False) -> Mapping[tuple[str, str], datetime]:
        """(kode, check) → when its latest run began (UTC); with *observed*, the latest that saw something."""
        return await self._reader.ask(queries.last_samples, observed=observed)

    async def last_sample_at(self) -> datetime | None:
        """When the latest run of all began (UTC); None in an empty record."""
        return max((await self.last_samples()).values(), default=None)

    async def retired(self) -> tuple[StoredTarget, ...]:
        """Targets that left the inventory, by kode."""
        return await self._reader.ask(queries.retired)

    async def target_changes(self, kode: str) -> tuple[TargetChange, ...]:
        """What was declared differently of *kode* over time, oldest first."""
        return await self._reader.ask(queries.target_changes, kode)

    async def counts(self) -> Mapping[str, int]:
        """Table → rows."""
        return await self._reader.ask(queries.counts)

    async def incidents(
        self,
        *,
        open_only: bool = False,
        kode: str | None = None,
        audience: Audience | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[tuple[Incident, ...], int]:
        """
        Incidents, newest first, and how many there are without *limit* and *offset*.

        Of *open_only*, those that are held are part; *kode* asks for those it was ever in.
        """
        return await self._reader.ask(
            cases.incidents, open_only=open_only, kode=kode, audience=audience, limit=limit, offset=offset
        )

    async def incident(self, number: int) -> Incident | None:
        """The incident *number*; None when there is none."""
        return await self._reader.ask(cases.one, number)

    async def timeline(self, number: int) -> tuple[Event, ...]:
        """What happened to the incident *number*, in the order it was recorded."""
        return await self._reader.ask(cases.timeline, number)

    async def windows(self, *, all: bool = False) -> tuple[Window, ...]:  # noqa: A002 - reads as it is meant
        """Maintenance that nobody ended, or *all* there ever was, by number."""
        return await self._reader.ask(cases.windows, ended_too=all)

    async def marks(self, of: str | FindingKey) -> tuple[Mark, ...]:
        """What people did about the findings of a kode, or about one finding, oldest first."""
        return await self._reader.ask(cases.marks, of)

    async def waiting(self, channels: Iterable[str]) -> datetime | None:
        """When the next parcel of *channels* can be claimed, which may be past; None when none waits."""
        return await self._reader.ask(parcels.waiting, tuple(channels))

    async def outbox(
        self, state: ParcelState | None = None, channel: str | None = None, limit: int = 100, offset: int = 0
    ) -> tuple[Parcel, ...]:
        """Parcels in *state* and of *channel*, or all, newest first."""
        return await self._reader.ask(parcels.listed, state, channel, limit, offset)

    async def outbox_counts(self) -> Mapping[tuple[str, ParcelState], int]:
        """(channel, state) → how many parcels; those of which there are none are left out."""
        return await self._reader.ask(parcels.counts)

    async def exhibits(self, kode: str, limit: int = 100) -> tuple[StoredExhibit, ...]:
        """What was kept of *kode* as proof, newest first, without heads and bodies."""
        return await self._reader.ask(exhibits.listed, kode, limit)

    async def exhibit(self, number: int) -> tuple[StoredExhibit, tuple[tuple[str, str], ...], bytes] | None:
        """The exhibit *number*, its head and its body; None when there is none."""
        return await self._reader.ask(exhibits.one, number)
