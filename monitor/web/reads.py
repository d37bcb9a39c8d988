"""What the web asks of the store and the vantage, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor import metrics
from monitor.model import Finding, Measure, Outcome, State, Target, Transition


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
