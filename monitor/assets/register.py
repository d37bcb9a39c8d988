"""The register's memory: what each asset is by the log, and what has to be logged now. Pure but for its own state."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from monitor.assets import observed as fields
from monitor.assets.changes import AssetChange, Known, Source
from monitor.assets.declared import BY_FILE, Declaration
from monitor.assets.lifecycle import Status, fault, status_of
from monitor.assets.observed import Entry, Observation, canonical, looks_of, members, observe
from monitor.errors import Problem
from monitor.model import Target

STATUS = "status_siklus_hidup"


@dataclass(frozen=True, slots=True)
class Hold:
    """When a value that was seen counts as changed."""

    steady: timedelta = timedelta(0)
    """Seen, and seen again at least this much later, without anything else in between."""
    window: timedelta = timedelta(0)
    """What was seen within this time is one set: a name server that takes turns shows a part each time."""


HOLDS: Mapping[str, Hold] = {
    fields.ADDRESSES: Hold(timedelta(hours=3), timedelta(hours=2)),
    fields.HOSTING: Hold(timedelta(hours=3)),
    fields.NAME_SERVERS: Hold(timedelta(hours=1)),
    fields.MAIL_SERVERS: Hold(timedelta(hours=1)),
    fields.ISSUER: Hold(timedelta(hours=2)),
    fields.FINGERPRINT: Hold(timedelta(hours=2)),
    fields.CERTIFICATE_END: Hold(timedelta(hours=2)),
    fields.SOFTWARE: Hold(timedelta(hours=2)),
    fields.VERSIONS: Hold(timedelta(hours=2)),
    fields.DOMAIN_END: Hold(),
}
"""
Servers of one site may differ (certificates, versions), and what flaps never holds: it is not logged at all.

A registry speaks once a day and does not flap. What was never known before is taken at once.
"""
_MOST_LOOKS = 64


class Watched(Entry, Protocol):
    """What is known right now about a target, and which it is."""

    @property
    def target(self) -> Target: ...


@dataclass(slots=True)
class _Pending:
    """Another value than the register's, not yet held for long enough."""

    value: str
    first: datetime
    last: datetime


@dataclass(slots=True)
class _Account:
    """What is known of one asset."""

    said: dict[tuple[str, Source], str] = field(default_factory=dict)
    pending: dict[str, _Pending] = field(default_factory=dict)
    recent: dict[str, deque[tuple[datetime, str]]] = field(default_factory=dict)


class Register:
    """
    What the log says of every asset, to log nothing twice.

    What waits to be confirmed lives in memory only: a restart puts a change off, and never doubles one.
    """

    def __init__(self, known: Known | None = None) -> None:
        """Go on from what the log says: kode → (field, source) → value."""
        self._accounts = {kode: _Account(dict(said)) for kode, said in (known or {}).items()}

    def settle(
        self, targets: Iterable[Target], declarations: Mapping[str, Declaration], at: datetime
    ) -> tuple[AssetChange, ...]:
        """What is declared differently now (UTC *at*), after the inventory was read; what left it is disposed of."""
        listed = {target.kode: target for target in targets}
        changes: list[AssetChange] = []
        for kode, target in listed.items():
            changes += self._declare(kode, _declared(target, declarations.get(kode)), at)
        for kode in self._accounts.keys() - listed.keys():
            said = self._accounts[kode].said
            kept = {name: value for (name, source), value in said.items() if source is Source.DECLARED}
            changes += self._declare(kode, {**kept, STATUS: Status.REMOVED.value}, at)
        return tuple(changes)

    def update(self, entry: Watched, at: datetime) -> tuple[AssetChange, ...]:
        """What the checks have seen differently of *entry*'s target for long enough, at *at* (UTC)."""
        kode = entry.target.kode
        account = self._accounts.setdefault(kode, _Account())
        changes = []
        for name, seen in observe(entry.target.host, looks_of(entry)).items():
            since = _held(account, name, seen)
            if since is not None:
                value = _shown(account, name, seen)
                changes.append(_change(account, kode, name, value, Source.OBSERVED, at, min(since, at)))
        return tuple(changes)

    def refusals(self, declarations: Iterable[Declaration]) -> tuple[Problem, ...]:
        """What is wrong with *declarations* in the light of what the assets are now: steps that skip a process."""
        return tuple(self._refused(declarations))

    def _refused(self, declarations: Iterable[Declaration]) -> Iterator[Problem]:
        for declaration in declarations:
            account = self._accounts.get(declaration.kode)
            before = status_of(account.said.get((STATUS, Source.DECLARED))) if account else None
            reason = fault(before, status_of(declaration.cells.get(STATUS)))
            if reason:
                remedy = "catat setiap tahap berurutan, atau kembalikan nilainya"
                yield Problem(declaration.place(STATUS), reason, remedy)

    def _declare(self, kode: str, wanted: Mapping[str, str], at: datetime) -> Iterator[AssetChange]:
        account = self._accounts.setdefault(kode, _Account())
        before = {name for name, source in account.said if source is Source.DECLARED}
        for name in (*wanted, *sorted(before - wanted.keys())):
            value = wanted.get(name, "")
            if account.said.get((name, Source.DECLARED), "") != value:
                yield _change(account, kode, name, value, Source.DECLARED, at, at)


def _declared(target: Target, declaration: Declaration | None) -> dict[str, str]:
    cells = dict(declaration.cells) if declaration else {}
    status = cells.get(STATUS) or (Status.IN_USE.value if target.active else "")
    return {**cells, STATUS: status} if status else cells


def _change(
    account: _Account, kode: str, name: str, value: str, source: Source, at: datetime, since: datetime
) -> AssetChange:
    before = account.said.get((name, source), "")
    if value:
        account.said[name, source] = value
    else:
        account.said.pop((name, source), None)
    account.pending.pop(name, None)
    actor = BY_FILE if source is Source.DECLARED else ""
    return AssetChange(
        at=at, kode=kode, field=name, before=before or None, after=value or None, source=source, actor=actor, since=since
    )


def _held(account: _Account, name: str, seen: Observation) -> datetime | None:
    """Since when a new value of *name* was seen, once it counts as changed; None while it does not."""
    if seen.at is not None:
        _note(account, name, seen.value, seen.at)
    value, known = _shown(account, name, seen), account.said.get((name, Source.OBSERVED), "")
    if value == known:
        account.pending.pop(name, None)
        return None
    if not known:
        return seen.at or _LONG_AGO_IS_NOW
    if seen.at is None:
        return None  # not looked at since this start
    return _waited(account, name, value, seen.at)
