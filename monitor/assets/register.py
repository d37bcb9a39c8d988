"""The register's memory: what each asset is by the log, and what has to be logged now. Pure but for its own state."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from monitor.assets import observed as fields
from monitor.assets.changes import AssetChange, Known, Source
from monitor.assets.declared import BY_FILE, BY_SETTINGS, COLUMNS, Declaration
from monitor.assets.lifecycle import Status, fault, status_of
from monitor.assets.observed import Entry, Observation, canonical, declared_end, looks_of, members, observe
from monitor.errors import Problem
from monitor.model import Target

STATUS = "status_siklus_hidup"
REGISTRATION = "registration"

BY_ROW = frozenset(COLUMNS)
"""What is declared by the inventory's rows and by those of `aset.csv`."""


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
"""Looks that are remembered of one field; as many as there are within the longest window, and more."""


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
        looks, changes = looks_of(entry), []
        for name, seen in observe(entry.target.host, looks).items():
            since = _held(account, name, seen, at)
            if since is not None:
                change = _observed(kode, name, account, _shown(account, name, seen), at=at, since=min(since, at))
                changes.append(_change(account, change))
        if REGISTRATION in looks:
            end = {fields.DOMAIN_END: declared_end(looks[REGISTRATION].facts)}
            changes += self._declare(kode, end, at, only=frozenset(end), actor=BY_SETTINGS)
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

    def _declare(
        self,
        kode: str,
        wanted: Mapping[str, str | None],
        at: datetime,
        *,
        only: frozenset[str] = BY_ROW,
        actor: str = BY_FILE,
    ) -> Iterator[AssetChange]:
        """What *actor* declares differently, as far as the fields *only* go."""
        account = self._accounts.setdefault(kode, _Account())
        for name in sorted(only):
            before, after = account.said.get((name, Source.DECLARED)), wanted.get(name) or None
            if before != after:
                change = AssetChange(
                    at=at,
                    kode=kode,
                    field=name,
                    before=before,
                    after=after,
                    source=Source.DECLARED,
                    actor=actor,
                    since=at,
                )
                yield _change(account, change)


def _observed(kode: str, name: str, account: _Account, value: str, *, at: datetime, since: datetime) -> AssetChange:
    before = account.said.get((name, Source.OBSERVED))
    return AssetChange(
        at=at, kode=kode, field=name, before=before, after=value or None, source=Source.OBSERVED, since=since
    )


def _declared(target: Target, declaration: Declaration | None) -> dict[str, str]:
    cells = dict(declaration.cells) if declaration else {}
    status = cells.get(STATUS) or (Status.IN_USE.value if target.active else "")
    return {**cells, STATUS: status} if status else cells


def _change(account: _Account, change: AssetChange) -> AssetChange:
    """*change*, taken into *account*."""
    key = (change.field, change.source)
    if change.after is None:
        account.said.pop(key, None)
    else:
        account.said[key] = change.after
    if change.source is Source.OBSERVED:
        account.pending.pop(change.field, None)
    return change


def _held(account: _Account, name: str, seen: Observation, now: datetime) -> datetime | None:
    """Since when a new value of *name* has been seen, once it counts as changed; None while it does not."""
    if seen.at is not None:
        _note(account, name, seen.value, seen.at)
    value, known = _shown(account, name, seen), account.said.get((name, Source.OBSERVED), "")
    if value == known:
        account.pending.pop(name, None)
        return None
    if not known:
        return seen.at or now
    if seen.at is None:
        return None  # nobody has looked since this start
    return _waited(account, name, value, seen.at)


def _waited(account: _Account, name: str, value: str, at: datetime) -> datetime | None:
    pending = account.pending.get(name)
    if pending is None or pending.value != value:
        pending = account.pending[name] = _Pending(value, at, at)
    pending.last = max(pending.last, at)
    return pending.first if pending.last - pending.first >= HOLDS[name].steady else None


def _note(account: _Account, name: str, value: str, at: datetime) -> None:
    """Remember what was seen within the window of *name*."""
    window = HOLDS[name].window
    if not window:
        return
    recent = account.recent.setdefault(name, deque(maxlen=_MOST_LOOKS))
    if not recent or recent[-1][0] < at:
        recent.append((at, value))
    while recent and at - recent[0][0] > window:
        recent.popleft()


def _shown(account: _Account, name: str, seen: Observation) -> str:
    """What *seen* comes to together with what was seen just before it."""
    recent = account.recent.get(name)
    if not recent:
        return seen.value
    return canonical([member for _at, value in recent for member in members(value)])
