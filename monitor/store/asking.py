"""The questions that a store answers, each in one snapshot, on a thread that cannot write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from monitor.access.people import Deed
from monitor.assets import Asset, AssetChange, Candidate, Sheet, Sighting, assets_of
from monitor.assets.changes import Known
from monitor.availability import Figures, Hour, Outage, Response, Spell, Tally
from monitor.incident import Event, FindingKey, Incident, Mark, Parcel, ParcelState, Window
from monitor.model import Audience, Kind, Rule, Transition
from monitor.seal.canonical import Leaf, Table
from monitor.seal.chain import SealRow
from monitor.seal.flaws import Flaw
from monitor.seal.keys import Keyring
from monitor.seal.sealed import Sealed
from monitor.store import access as entrance
from monitor.store import assets as register
from monitor.store import (
    cases,
    codec,
    coherence,
    exhibits,
    feed,
    measured,
    months,
    parcels,
    queries,
    sealing,
    seals,
    told,
)
from monitor.store.access import Access
from monitor.store.reader import Reader
from monitor.store.stored import (
    FrozenMonth,
    Remembered,
    StoredChange,
    StoredExhibit,
    StoredFacts,
    StoredFinding,
    StoredSample,
    StoredStamp,
    StoredTarget,
    TargetChange,
)
from monitor.store.told import Told

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
        self,
        state: ParcelState | None = None,
        channel: str | None = None,
        limit: int = 100,
        offset: int = 0,
        *,
        key: str | None = None,
    ) -> tuple[Parcel, ...]:
        """Parcels in *state*, of *channel* and of *key*, or all, newest first."""
        return await self._reader.ask(parcels.listed, state, channel, limit, offset, key=key)

    async def parcels_of(self, keys: Sequence[str]) -> tuple[Parcel, ...]:
        """The parcels with *keys*, of which there are a few hundred at most, newest first; others are left out."""
        return await self._reader.ask(parcels.named, tuple(keys))

    async def last_digest(self, audience: str, before: datetime) -> datetime | None:
        """When the last digest for *audience* (`noc`, `owner`) was made before *before*, of those not given up."""
        return await self._reader.ask(parcels.last_digest, audience, codec.to_ms(before))

    async def outbox_counts(self) -> Mapping[tuple[str, ParcelState], int]:
        """(channel, state) → how many parcels; those of which there are none are left out."""
        return await self._reader.ask(parcels.counts)

    async def exhibits(
        self, kode: str, limit: int = 100, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[StoredExhibit, ...]:
        """
        What was kept of *kode* as proof, newest first, without heads and bodies: the newest *limit*.

        Of all times, or from *since* on and up to and including *until*.
        """
        return await self._reader.ask(exhibits.listed, kode, limit, since, until)

    async def exhibit(self, number: int) -> tuple[StoredExhibit, tuple[tuple[str, str], ...], bytes] | None:
        """The exhibit *number*, its head and its body; None when there is none."""
        return await self._reader.ask(exhibits.one, number)

    async def asset_sheets(self, at: datetime | None = None) -> tuple[Sheet, ...]:
        """What the record holds of every asset that was ever listed, as it is now or was at *at*."""
        return await self._reader.ask(register.sheets, at)

    async def assets(
        self, *, at: datetime | None = None, goals: Mapping[Kind, Decimal] | None = None
    ) -> tuple[Asset, ...]:
        """
        Every asset that was ever listed, as it is now or was at *at*; those that left the inventory are `dihapus`.

        *goals*: the availability (percent) that is aimed at where none is declared, by jenis.
        """
        return assets_of(await self.asset_sheets(at), goals)

    async def asset_changes(
        self, since: datetime, until: datetime, kode: str | None = None, limit: int = 100_000
    ) -> tuple[AssetChange, ...]:
        """What changed in [*since*, *until*), declared or observed, oldest first; the newest *limit*."""
        return await self._reader.ask(register.changes, since, until, kode, limit)

    async def assets_known(self) -> Known:
        """What every asset is by the log: what a `Register` goes on from."""
        return await self._reader.ask(register.known)

    async def asset_sightings(self) -> tuple[Sighting, ...]:
        """Every host that ever came up without being listed: what a `Scout` goes on from."""
        return await self._reader.ask(register.sightings)

    async def asset_candidates(self) -> tuple[Candidate, ...]:
        """
        Those hosts with what was decided about them, the latest seen first.

        Without those that are listed by now, and those to which a finding says that a hijacked page led.
        """
        return (await self.asset_candidacy())[0]

    async def asset_candidacy(self) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """The same, and the hosts that are left out only because a finding says that a hijacked page led there."""
        return await self._reader.ask(register.candidacy)

    async def seals(self, since: date | None = None, until: date | None = None) -> tuple[Sealed, ...]:
        """The sealed days from *since* up to and including *until*, in the order of the chain. Raises `BadSeal`."""
        return await self._reader.ask(seals.seals, since, until)

    async def seal_rows(self) -> tuple[SealRow, ...]:
        """Every row of the chain as it is, in order, whether it can be read or not: for verifying."""
        return await self._reader.ask(seals.rows)

    async def last_seal(self) -> Sealed | None:
        """The newest; None before the first. Raises `BadSeal`."""
        return await self._reader.ask(seals.last)

    async def sealed_until(self) -> datetime | None:
        """The first instant of which samples may still be taken (UTC); None before the first seal."""
        return codec.from_ms_or_none(await self._reader.ask(seals.sealed_until) or None)

    async def seal_leaves(self, day: date) -> Mapping[str, tuple[Leaf, ...]]:
        """Table → the leaves *day* was sealed with; empty when it is not sealed. Raises `BadSeal`."""
        return await self._reader.ask(seals.leaves, day)

    async def seal_keys(self) -> Keyring:
        """All public keys, oldest first. Raises `BadSeal`."""
        return await self._reader.ask(seals.keys)

    async def seal_stamps(self, height: int | None = None) -> tuple[StoredStamp, ...]:
        """The time-stamps over the seal at *height*, or over all, oldest first."""
        return await self._reader.ask(seals.stamps, height)

    async def stamp_over(self, head: str) -> StoredStamp | None:
        """The first time-stamp over the seal with that *head* (64 hex digits), or over a later one, which covers it."""
        return await self._reader.ask(seals.stamp_over, head)

    async def has_stamp(self, height: int) -> bool:
        """Whether the seal at *height* was stamped."""
        return bool(await self.seal_stamps(height))

    async def first_day(self) -> date | None:
        """The day (WIB) on which the record begins; None while it is empty."""
        return await self._reader.ask(seals.first_day)

    async def day_tables(self, day: date, previous: Sealed | None) -> Mapping[str, Table]:
        """What *day*, which follows *previous*, has of each covered table, as it is to be sealed."""
        return await self._reader.ask(sealing.tables, sealing.Span.to_seal(day, previous))

    async def sealed_tables(self, sealed: Sealed, previous: Sealed | None) -> Mapping[str, Table]:
        """What the rows that *sealed* covers are now, for each of its tables that this program knows."""
        names = [name for name in sealed.tables if name in sealing.COVERED]
        return await self._reader.ask(sealing.tables, sealing.Span.of(sealed, previous), names)

    async def day_rows(self, sealed: Sealed, previous: Sealed | None) -> AsyncIterator[tuple[str, Leaf, bytes]]:
        """
        Table, leaf and lines of everything that *sealed* covers and that is still there, in canonical form.

        The lines of a leaf hash to its digest. A table at a time is in memory but for samples: of those, one target.
        """
        span = sealing.Span.of(sealed, previous)
        for name in sealed.tables:
            for part in await self._reader.ask(sealing.parts, name):
                for leaf, lines in await self._reader.ask(sealing.lines, span, name, part):
                    yield name, leaf, lines

    async def let_go(self) -> tuple[datetime, datetime]:
        """The instants (UTC) before which samples, and everything else, were let go by retention."""
        samples, rest = await self._reader.ask(seals.let_go)
        return codec.from_ms(samples * 1000), codec.from_ms(rest * 1000)

    async def bodies_flaws(self, sealed: Sealed, previous: Sealed | None) -> tuple[Flaw, ...]:
        """What of the evidence that *sealed* covers is no longer what its digest says."""
        return await self._reader.ask(coherence.bodies, sealing.Span.of(sealed, previous))

    async def record_flaws(self) -> tuple[Flaw, ...]:
        """Where rows that live on say something else than the events they came from."""
        return await self._reader.ask(coherence.flaws)

    async def availability(
        self, kode: str | None, since: datetime, until: datetime, *, now: datetime | None = None
    ) -> Mapping[str, Figures]:
        """
        Kode → the figures of [*since*, *until*), of *kode* or of every target that was ever looked at.

        Of what lies after *now* nothing counts; the figures are exact, whatever was rolled up or pruned.
        """
        return await self._reader.ask(measured.availability, kode, since, until, now or datetime.now(UTC))

    async def observed(self) -> tuple[datetime, datetime] | None:
        """The first and the last look ever that saw a site (UTC), whatever was pruned; None when nobody saw any."""
        return await self._reader.ask(measured.observed, datetime.now(UTC))

    async def is_observed(self, since: datetime, until: datetime) -> bool:
        """Whether any look of [*since*, *until*) saw a site, listed still or not; a month without one is empty."""
        return await self._reader.ask(measured.is_observed, since, until)

    async def outages(
        self, kode: str | None, since: datetime, until: datetime, *, now: datetime | None = None
    ) -> Mapping[str, tuple[Outage, ...]]:
        """Kode → the outages of [*since*, *until*) by their start; targets that had none are left out."""
        found = await self.availability(kode, since, until, now=now)
        return {each: item.outages for each, item in found.items() if item.outages}

    async def spells(
        self, kode: str, since: datetime, until: datetime, *, now: datetime | None = None
    ) -> tuple[Spell, ...]:
        """What state *kode* was in within [*since*, *until*), in order; what is no part of figures is left out."""
        return await self._reader.ask(measured.spells_of, kode, since, until, now or datetime.now(UTC))

    async def days(
        self, kode: str | None, first: date, last: date, *, now: datetime | None = None
    ) -> Mapping[str, Mapping[date, Tally]]:
        """
        Kode → day (WIB) → its seconds by state, of *first* up to and including *last*.

        Days that are no part of figures are left out; of what lies after *now* nothing counts.
        """
        return await self._reader.ask(measured.days, kode, first, last, now or datetime.now(UTC))

    async def response_times(self, kode: str | None, since: datetime, until: datetime) -> Mapping[str, Response]:
        """
        Kode → median and 95th percentile of how long answers took in [*since*, *until*), within 2.5 %.

        Where samples were pruned, an hour that lies only partly within the window is left out.
        """
        return await self._reader.ask(measured.response_times, kode, since, until)

    async def hourly(self, kode: str, since: datetime, until: datetime) -> tuple[Hour, ...]:
        """The rolled-up hours of *kode* that begin within [*since*, *until*), oldest first."""
        return await self._reader.ask(measured.hourly, kode, since, until)

    async def frozen(self, month: str | None = None) -> tuple[FrozenMonth, ...]:
        """What was handed out about *month* (`2026-10`), or about all, oldest first: the last of a month holds."""
        return await self._reader.ask(months.listed, month)

    async def rolled_until(self) -> datetime | None:
        """The instant (UTC) to which every target that is watched is rolled up; None when none is."""
        return await self._reader.ask(told.rolled_until)

    async def told(self, since: datetime, until: datetime) -> Told:
        """What the record says of [*since*, *until*), as it was at the end: for a report."""
        return await self._reader.ask(told.told, self._rules, since, until)

    async def access(self) -> Access:
        """Accounts, sessions and API tokens."""
        return await self._reader.ask(entrance.load)

    async def audit(
        self, limit: int = 100, offset: int = 0, *, actor: str | None = None, deed: str | None = None
    ) -> tuple[tuple[Deed, ...], int]:
        """What was done, newest first, by *actor* and of the kind *deed* where they are given; and how much it is."""
        return await self._reader.ask(entrance.deeds, limit, offset, actor, deed)
