"""What the web asks of the store and the vantage, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from monitor import metrics
from monitor.assets import AssetChange
from monitor.availability import Figures, Response, Tally
from monitor.incident import Event, FindingKey, Incident, Mark, Parcel, ParcelState, Window
from monitor.model import Audience, Finding, Measure, Outcome, State, Target, Transition
from monitor.store.stored import FrozenMonth, StoredStamp


class Sample(Protocol):
    """One run as the record keeps it."""

    @property
    def at(self) -> datetime: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def state(self) -> State: ...
    @property
    def measure(self) -> Measure: ...


class Past(Protocol):
    """A finding's life: still open when `resolved` is None."""

    @property
    def finding(self) -> Finding: ...
    @property
    def opened(self) -> datetime: ...
    @property
    def resolved(self) -> datetime | None: ...


class Retired(Protocol):
    """A target that left the inventory; its history stays."""

    @property
    def target(self) -> Target: ...
    @property
    def retired(self) -> datetime | None: ...


class Records(Protocol):
    """The record, read."""

    async def transitions(self, kode: str, since: datetime) -> Sequence[Transition]:
        """The one in force then and every later one, oldest first."""

    async def samples(self, kode: str, check: str, since: datetime, until: datetime, limit: int) -> Sequence[Sample]:
        """Oldest first; when there are more than *limit*, the newest."""

    async def findings(self, kode: str | None = None, *, open_only: bool = False, limit: int = ...) -> Sequence[Past]:
        """The newest *limit*, newest first."""

    async def retired(self) -> Sequence[Retired]:
        """All of them."""

    async def incidents(
        self,
        *,
        open_only: bool = False,
        kode: str | None = None,
        audience: Audience | None = None,
        limit: int = ...,
        offset: int = ...,
    ) -> tuple[Sequence[Incident], int]:
        """Newest first, and how many there are in all."""

    async def incident(self, number: int) -> Incident | None:
        """None when there is none."""

    async def timeline(self, number: int) -> Sequence[Event]:
        """Oldest first."""

    async def windows(self, *, all: bool = False) -> Sequence[Window]:  # noqa: A002 - the store's word
        """Maintenance that nobody ended, or all."""

    async def outbox(
        self,
        state: ParcelState | None = None,
        channel: str | None = None,
        limit: int = ...,
        offset: int = ...,
        *,
        key: str | None = None,
    ) -> Sequence[Parcel]:
        """Newest first; the one of *key*, or all."""

    async def parcels_of(self, keys: Sequence[str]) -> Sequence[Parcel]:
        """Those with *keys*, newest first; keys of none are left out."""

    async def outbox_counts(self) -> Mapping[tuple[str, ParcelState], int]:
        """(channel, state) → how many."""

    async def marks(self, of: str | FindingKey) -> Sequence[Mark]:
        """What people did about the findings of a kode, or one finding; oldest first."""

    async def exhibits(
        self, kode: str, limit: int = ..., *, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[Kept]:
        """What was kept as proof, of all times or from *since* to *until*, newest first, without its bulk."""

    async def feed_position(self, name: str) -> int:
        """The last change that the reader *name* has dealt with."""

    async def changes_since(self, change_id: int, limit: int = ...) -> Sequence[Changed]:
        """The first *limit* after *change_id*, in the order recorded."""

    async def frozen(self, month: str | None = None) -> Sequence[FrozenMonth]:
        """What was handed out about *month*, or about all, oldest first."""

    async def first_day(self) -> date | None:
        """The day (WIB) on which the record begins; None while it is empty."""

    async def stamp_over(self, head: str) -> StoredStamp | None:
        """The first time-stamp over the seal with that *head* (64 hex digits), or over a later one, which covers it."""

    async def freeze(self, month: str, digest: str, at: datetime, *, bundle: str = "", reason: str = "") -> FrozenMonth:
        """Note that *month* was handed out. Raises `AlreadyFrozen`, or another `ValueError` (Indonesian)."""

    async def availability(
        self, kode: str | None, since: datetime, until: datetime, *, now: datetime | None = None
    ) -> Mapping[str, Figures]:
        """Kode → the figures of [*since*, *until*), of one target or all that were ever looked at."""

    async def is_observed(self, since: datetime, until: datetime) -> bool:
        """Whether any look of [*since*, *until*) saw a site."""

    async def response_times(self, kode: str | None, since: datetime, until: datetime) -> Mapping[str, Response]:
        """Kode → median and 95th percentile of the answers in [*since*, *until*)."""

    async def days(
        self, kode: str | None, first: date, last: date, *, now: datetime | None = None
    ) -> Mapping[str, Mapping[date, Tally]]:
        """Kode → day (WIB) → its seconds by state, of *first* up to and including *last*."""

    async def asset_changes(
        self, since: datetime, until: datetime, kode: str | None = None, limit: int = ...
    ) -> Sequence[AssetChange]:
        """Oldest first; the newest *limit*."""

    async def exhibit(self, number: int) -> tuple[Kept, tuple[tuple[str, str], ...], bytes] | None:
        """An exhibit, its header fields, its body."""


class Changed(Protocol):
    """A change as the record keeps it."""

    @property
    def at(self) -> datetime: ...


class Kept(Protocol):
    """An exhibit without its bulk."""

    @property
    def id(self) -> int: ...
    @property
    def kode(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def media_type(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def digest(self) -> str: ...
    @property
    def capped(self) -> bool: ...


class Sentinel(metrics.Sentinel, Protocol):
    """One witness of our own network."""

    @property
    def detail(self) -> str: ...


class Connection(Protocol):
    """What the vantage last saw of our own network."""

    @property
    def at(self) -> datetime: ...
    @property
    def connected(self) -> bool | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def sentinels(self) -> Sequence[Sentinel]: ...


class Vantage(Protocol):
    """Where `Connection` is read."""

    @property
    def current(self) -> Connection | None:
        """None before the first look."""

    @property
    def since(self) -> datetime | None:
        """Since when it has been connected, or not."""
