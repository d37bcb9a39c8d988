"""
What a day's seal covers, row by row, in canonical form.

Only what is never changed again is covered. Tables of events are; of a table whose rows live on, the part that stays
as it was: how a target first stood in the inventory, how a finding ended, how maintenance was planned.

A numbered row belongs to the first seal of a day that does not end before the row's own instant, among those made
when the row was there: what is recorded late, of a day that was sealed already, is covered by the next seal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Select, bindparam, func, or_, select

from monitor.model import Turn
from monitor.seal import days
from monitor.seal.canonical import Leaf, Table, leaf_of, line
from monitor.seal.days import instant
from monitor.seal.sealed import Sealed
from monitor.store import codec
from monitor.store.schema import (
    asset_change,
    asset_judgement,
    audit,
    cadence,
    change,
    check_kind,
    exhibit,
    facts,
    finding,
    frozen_month,
    incident_event,
    maintenance,
    mark,
    sample,
    seal_key,
    target,
    target_change,
    transition,
)


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the record that a seal covers."""

    since: int | None
    """ms; where the day begins. None: everything before `until`."""
    until: int
    """ms; the first instant after the day."""
    before: Mapping[str, int]
    """Table → the highest row number that the seal before knew of."""
    upto: Mapping[str, int] | None = None
    """Table → the highest row number that this one knows of; None: whatever is there."""

    @classmethod
    def to_seal(cls, day: date, previous: Sealed | None) -> Span:
        """What the seal of *day*, which follows *previous*, is to cover."""
        since = None if previous is None else codec.to_ms(days.start_of(day))
        return cls(since, codec.to_ms(days.end_of(day)), {} if previous is None else previous.marks)

    @classmethod
    def of(cls, sealed: Sealed, previous: Sealed | None) -> Span:
        """What *sealed*, which follows *previous*, covers."""
        since = codec.ms_or_none(sealed.since)
        return cls(since, codec.to_ms(sealed.until), {} if previous is None else previous.marks, sealed.marks)


Lines = Iterator[tuple[Leaf, bytes]]
"""A leaf and the lines it was made of."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A table of rows with a number and an instant."""

    name: str
    number: Column[int]
    at: Column[int]
    tables: FromClause
    columns: tuple[ColumnElement[Any], ...]
    """Besides number and instant; their names are the row's."""
    label: Callable[[Any], object]
    line: Callable[[Any], tuple[object, ...]]
    """What of a row is sealed, after its number and instant."""

    def read(self, connection: Connection, span: Span) -> Lines:
        """The rows of *span*, in the order of their numbers."""
        for row in self.rows(connection, span):
            at = instant(row.at_)
            text = line([row.number_, at, *self.line(row)])
            yield leaf_of(row.number_, self.label(row), at, (text,)), text

    def rows(self, connection: Connection, span: Span) -> Iterator[Any]:
        """The same, as the database has them: `number_`, `at_`, and what the line is made of."""
        for wanted in self._wanted(connection, span):
            yield from connection.execute(wanted)

    def _wanted(self, connection: Connection, span: Span) -> tuple[Select[Any], ...]:
        """What came late for an earlier seal or early for this one's predecessor; then what is new since."""
        upto, before = self.upto(connection, span), span.before.get(self.name, 0)
        rows = select(self.number.label("number_"), self.at.label("at_"), *self.columns).select_from(self.tables)
        rows = rows.order_by(self.number)
        rows = rows.where(self.number <= upto, self.at < span.until)
        if span.since is None or before == 0:
            return (rows,)
        return rows.where(self.number <= before, self.at >= span.since), rows.where(self.number > before)

    def upto(self, connection: Connection, span: Span) -> int:
        """The highest row number that the seal of *span* knows of."""
        if span.upto is not None:
            return span.upto.get(self.name, 0)
        return max(int(connection.scalar(select(func.max(self.number))) or 0), span.before.get(self.name, 0))


def _kode(row: Any) -> object:
    return row.kode


def _of_target(table: Any) -> FromClause:
    joined: FromClause = table.outerjoin(target, target.c.id == table.c.target_id)
    return joined


def _of_check(table: Any) -> FromClause:
    joined: FromClause = _of_target(table).outerjoin(check_kind, check_kind.c.id == table.c.check_id)
    return joined


def _of_finding(table: Any) -> FromClause:
    joined: FromClause = (
        table.outerjoin(finding, finding.c.id == table.c.finding_id)
        .outerjoin(target, target.c.id == finding.c.target_id)
        .outerjoin(check_kind, check_kind.c.id == finding.c.check_id)
    )
    return joined


_FINDING = (
    finding.c.id.label("finding_"),
    target.c.kode,
    check_kind.c.slug,
    finding.c.code,
    finding.c.subject,
    finding.c.opened_at,
)
_END = (finding.c.severity, finding.c.detail, finding.c.resolved_at)
# Outer joins throughout: a row whose finding or target somebody removed is still there to be told apart.


def _finding(row: Any) -> tuple[object, ...]:
    return row.finding_, row.kode, row.slug, row.code, row.subject, instant(row.opened_at)


def _named(table: Mapping[int, Any], number: Any) -> object:
    """The word that *number* stands for; a number that stands for nothing, as it is."""
    return table.get(number, number) if isinstance(number, int) else number


def _change(row: Any) -> tuple[object, ...]:
    """An opening seals that there was one; a resolution also how the finding ended, for its row never changes after."""
    turn = _named(codec.TURN_OF, row.turn)
    end = (_named(codec.SEVERITY_OF, row.severity), row.detail, instant(row.resolved_at))
    return turn, *_finding(row), *(end if turn is Turn.RESOLVED else ())


def _mark(row: Any) -> tuple[object, ...]:
    return *_finding(row), row.verb, row.actor, row.text, instant(row.until)


def _transition(row: Any) -> tuple[object, ...]:
    return row.kode, _named(codec.STATE_OF, row.state), row.cause


def _event(row: Any) -> tuple[object, ...]:
    return row.incident, row.kind, row.actor, row.text, row.kodes


def _hex(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _facts(row: Any) -> tuple[object, ...]:
    return row.kode, row.slug, _hex(row.digest)


def _exhibit(row: Any) -> tuple[object, ...]:
    seen = (row.label, row.url, row.media_type, row.status, row.head, _hex(row.digest), row.capped)
    return row.kode, row.slug, row.finding_id, *seen


def _target_change(row: Any) -> tuple[object, ...]:
    return row.kode, row.field, row.before, row.after


def _key(row: Any) -> tuple[object, ...]:
    return row.key_id, row.statement, row.signer, _hex(row.signature)


def _window(row: Any) -> tuple[object, ...]:
    return row.scope, row.value, instant(row.start_at), row.length, row.rule, row.reason, row.actor


def _asset_change(row: Any) -> tuple[object, ...]:
    return row.kode, row.field, row.before, row.after, row.source, row.actor, instant(row.since)


def _asset_judgement(row: Any) -> tuple[object, ...]:
    return row.host, row.stand, row.actor, row.reason


def _audit(row: Any) -> tuple[object, ...]:
    return row.actor, row.via, row.address, row.deed, row.about


def _frozen_month(row: Any) -> tuple[object, ...]:
    return row.month, _hex(row.digest), _hex(row.bundle), row.reason


def _numbered(
    table: Any,
    joined: FromClause,
    said: Callable[[Any], tuple[object, ...]],
    *more: ColumnElement[Any],
    at: str = "at",
    label: Callable[[Any], object] = _kode,
) -> Numbered:
    (number,) = table.primary_key
    own = tuple(column for column in table.c if column is not number and column.name != at)
    return Numbered(table.name, number, table.c[at], joined, (*own, *more), label, said)


@dataclass(frozen=True, slots=True)
class Births:
    """
    How targets first stood in the inventory.

    Told from their rows as they are now and the first change of each field, so that neither can be altered unseen.
    """

    name: str = "target"

    def read(self, connection: Connection, span: Span) -> Lines:
        """The targets of *span*, by number."""
        first = _first_changes(connection)
        for row in connection.execute(self._wanted(connection, span)):
            at = instant(row.first_seen)
            told = [(name, first.get((row.id, name), said(name, getattr(row, name)))) for name in BORN_WITH]
            text = line([row.kode, at, *(value for _name, value in told)])
            yield leaf_of(row.id, row.kode, at, (text,)), text

    def _wanted(self, connection: Connection, span: Span) -> Select[Any]:
        upto, before = self.upto(connection, span), span.before.get(self.name, 0)
        wanted = select(target).where(target.c.id <= upto, target.c.first_seen < span.until).order_by(target.c.id)
        if span.since is None or before == 0:
            return wanted
        return wanted.where(or_(target.c.id > before, target.c.first_seen >= span.since))

    def upto(self, connection: Connection, span: Span) -> int:
        """The highest number that the seal of *span* knows of."""
        if span.upto is not None:
            return span.upto.get(self.name, 0)
        return max(int(connection.scalar(select(func.max(target.c.id))) or 0), span.before.get(self.name, 0))


BORN_WITH = (
    "kind", "name", "url", "mail", "owner", "criticality", "active", "source", "verification", "suggested_url", "note",
    "retired_at",
)  # fmt: skip
"""The declared fields that version 1 of the seal knows, in its order; never changed, whatever a target gains later."""


def _first_changes(connection: Connection) -> Mapping[tuple[int, str], str | None]:
    """(target, field) → what the field said before it ever changed."""
    wanted = select(target_change.c.target_id, target_change.c.field, target_change.c.before)
    rows = connection.execute(wanted.order_by(target_change.c.id.desc()))
    return {(row.target_id, row.field): row.before for row in rows}


def said(name: str, value: object) -> object:
    """*value* as `target_change` says it."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if name == "retired_at" and isinstance(value, int):
        return codec.from_ms(value).isoformat()
    return value


@dataclass(frozen=True, slots=True)
class Timed:
    """What is recorded the moment it happens, and so can be told by its instant alone."""

    name: str
    tables: FromClause
    at: Column[int]
    unit: int
    """Of `at`, in ms."""
    columns: tuple[ColumnElement[Any], ...]
    """The first says whom it is about."""
    is_repeated: bool
    """Whether that may happen to the same more than once."""

    def read(self, connection: Connection, span: Span) -> Lines:
        """The rows of *span*, in the order of their lines."""
        wanted = select(self.at, *self.columns).select_from(self.tables)
        wanted = wanted.where(self.at < span.until // self.unit)
        if span.since is not None:
            wanted = wanted.where(self.at >= span.since // self.unit)
        found = []
        for at_, *values in connection.execute(wanted):
            at = instant(at_ * self.unit if isinstance(at_, int) else at_)
            found.append((line([at, *values]), at, values[0]))
        for text, at, key in sorted(found):
            yield leaf_of(f"{key} {at}" if self.is_repeated else key, key, at, (text,)), text

    def upto(self, connection: Connection, span: Span) -> int:
        """None has a number of its own."""
        return 0


@dataclass(frozen=True, slots=True)
class Samples:
    """Every run, a leaf for each target: by check, then by instant."""

    name: str = "sample"
    only: str | None = None
    """Of this kode alone; None: of all."""

    def read(self, connection: Connection, span: Span) -> Lines:
        """The samples that began in *span*, target by target in the order of their kode."""
        checks = sorted((row.slug, row.id) for row in connection.execute(select(check_kind)))
        since = 0 if span.since is None else span.since // 1000
        wanted = _KODES if self.only is None else _KODES.where(target.c.kode == self.only)
        for kode, number in sorted((row.kode, row.id) for row in connection.execute(wanted)):
            lines: list[bytes] = []
            for slug, check in checks:
                times = {"target": number, "check": check, "since": since, "until": span.until // 1000}
                lines += (_sample(slug, row) for row in connection.execute(_SAMPLES, times))
            if lines:
                yield leaf_of(kode, kode, "", lines), b"".join(lines)

    def upto(self, connection: Connection, span: Span) -> int:
        """Samples have no numbers; none is taken for a day that is closed."""
        return 0


_KODES = select(target.c.kode, target.c.id)
_SAMPLES = (
    select(*(column for column in sample.c if column.name not in {"target_id", "check_id"}))
    .where(
        sample.c.target_id == bindparam("target"),
        sample.c.check_id == bindparam("check"),
        sample.c.at >= bindparam("since"),
        sample.c.at < bindparam("until"),
    )
    .order_by(sample.c.at)
)


def _sample(slug: str, row: Any) -> bytes:
    at, state, outcome, *numbers = row
    return line([slug, at, _named(codec.STATE_OF, state), _named(codec.OUTCOME_OF, outcome), *numbers])


_CADENCE = (check_kind.c.slug, cadence.c.seconds)

Covered = Numbered | Births | Timed | Samples

COVERED: Mapping[str, Covered] = {
    each.name: each
    for each in (
        Samples(),
        _numbered(change, _of_finding(change), _change, *_FINDING, *_END),
        _numbered(transition, _of_target(transition), _transition, target.c.kode),
        _numbered(mark, _of_finding(mark), _mark, *_FINDING),
        _numbered(incident_event, incident_event, _event, label=lambda row: f"INS-{row.incident}"),
        _numbered(maintenance, maintenance, _window, at="created_at", label=lambda row: row.value),
        Timed("maintenance_end", maintenance, maintenance.c.ended_at, 1, (maintenance.c.number,), is_repeated=False),
        Births(),
        _numbered(target_change, _of_target(target_change), _target_change, target.c.kode),
        _numbered(facts, _of_check(facts), _facts, target.c.kode, check_kind.c.slug),
        _numbered(exhibit, _of_check(exhibit), _exhibit, target.c.kode, check_kind.c.slug),
        _numbered(asset_change, _of_target(asset_change), _asset_change, target.c.kode),
        _numbered(asset_judgement, asset_judgement, _asset_judgement, label=lambda row: row.host),
        _numbered(frozen_month, frozen_month, _frozen_month, label=lambda row: row.month),
        _numbered(audit, audit, _audit, label=lambda row: row.actor),
        Timed("cadence", cadence.join(check_kind), cadence.c.at, 1000, _CADENCE, is_repeated=True),
        _numbered(seal_key, seal_key, _key, label=lambda row: row.key_id),
    )
}  # fmt: skip
"""What a seal made now covers, by the name that its document uses."""


def tables(connection: Connection, span: Span, names: Iterable[str] | None = None) -> Mapping[str, Table]:
    """What *span* has of each table of *names*, or of all that are covered; rows are read one after the other."""
    return {
        name: Table(
            tuple(leaf for leaf, _lines in COVERED[name].read(connection, span)), COVERED[name].upto(connection, span)
        )
        for name in (COVERED if names is None else names)
    }


def parts(connection: Connection, name: str) -> tuple[str | None, ...]:
    """Into what the table *name* is read piece by piece: the kodes that have samples; one piece for the others."""
    if name not in COVERED:
        return ()
    return tuple(sorted(connection.scalars(select(target.c.kode)))) if isinstance(COVERED[name], Samples) else (None,)


def lines(connection: Connection, span: Span, name: str, part: str | None) -> tuple[tuple[Leaf, bytes], ...]:
    """The leaves of *part* of the table *name* in *span*, each with the lines it was made of."""
    covered = COVERED[name]
    found = covered.read(connection, span) if part is None else Samples(only=part).read(connection, span)
    return tuple(found)


def numbered(name: str) -> Numbered:
    """The covered table *name*, whose rows have numbers. Raises `KeyError`."""
    found = COVERED[name]
    if not isinstance(found, Numbered):
        raise KeyError(name)
    return found
