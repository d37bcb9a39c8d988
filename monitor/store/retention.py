"""What the record lets go of, a little at a time: raw samples after months, the rest after years, nothing too early."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Table, delete, func, select, true

from monitor.model import State
from monitor.store import codec, seals
from monitor.store.histories import HOUR
from monitor.store.rollups import PRUNED, get_mark, set_mark
from monitor.store.schema import (
    change,
    check_kind,
    exhibit,
    fact_body,
    facts,
    finding,
    gap,
    incident,
    incident_event,
    incident_finding,
    mark,
    outbox,
    rolled,
    rollup_day,
    rollup_hour,
    sample,
    target,
    transition,
)

BOX = 0.02
"""Seconds after which a transaction lets go of nothing more."""
_SECONDS = 6 * HOUR
"""How much of one check of a target goes at a time."""
_ROWS = 200
"""How many other rows are looked through at a time."""
_DAY = 86_400
KEPT = "kept"
"""The mark that says from which second on everything but samples is kept (`rollup_mark`)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Before when what goes; seconds since the epoch."""

    samples: int
    """A whole hour: no later than what is rolled up, and sealed."""
    rest: int


def limits(
    connection: Connection, now: datetime, samples: timedelta, keep: timedelta, *, unsealed: bool = False
) -> Limits:
    """
    What may go when samples are kept for *samples* and everything else for *keep*.

    Nothing goes that is not rolled up, and with *unsealed* False nothing that no seal covers.
    """
    built = connection.scalar(select(func.min(rolled.c.until_hour)))
    ends = [_second(now - samples) // HOUR, built or 0]
    rest = _second(now - max(keep, samples))
    if not unsealed:
        sealed = seals.sealed_until(connection) // 1000
        ends.append(sealed // HOUR)
        rest = min(rest, sealed)
    return Limits(max(min(ends), 0) * HOUR, rest)


class Step(Protocol):
    """One little piece of work."""

    def __call__(self, connection: Connection) -> int:
        """How many rows it let go of."""


@dataclass(slots=True)
class Pruner:
    """One walk through the record; `advance` is called, each time in a transaction of its own, until it says so."""

    limits: Limits
    gone: dict[str, int] = field(default_factory=dict)
    """Table → rows that went."""
    _work: Iterator[tuple[str, Step]] | None = None

    def advance(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> bool:
        """Let go of rows for `BOX` seconds; False when nothing is left to do."""
        until = clock() + BOX
        if self._work is None:
            self._work = _work(connection, self.limits)
        for table, step in self._work:
            rows = step(connection)
            if rows:
                self.gone[table] = self.gone.get(table, 0) + rows
            if clock() >= until:
                return True
        return False


def _work(connection: Connection, ends: Limits) -> Iterator[tuple[str, Step]]:
    """Every step there is, in an order that breaks no reference."""
    for name, value in ((PRUNED, ends.samples // HOUR), (KEPT, ends.rest)):
        if value > get_mark(connection, name):
            set_mark(connection, name, value)
    pairs = select(target.c.id, check_kind.c.id.label("check_id")).join_from(
        target, check_kind, target.c.id.is_not(None)
    )
    for target_id, check_id in connection.execute(pairs.order_by(target.c.id, check_kind.c.id)).all():
        yield from _samples(target_id, check_id, ends.samples)
    for target_id in connection.scalars(select(target.c.id).order_by(target.c.id)).all():
        yield from _of_target(target_id, ends.rest)
    yield from _rows(ends.rest * 1000)
    yield from _bodies()


def _repeated(name: str, step: Callable[[Connection], int]) -> Iterator[tuple[str, Step]]:
    """*step* again and again, until it finds nothing."""
    counts: list[int] = []

    def counted(connection: Connection) -> int:
        counts.append(step(connection))
        return counts[-1]

    while not counts or counts[-1]:
        yield name, counted


def _samples(target_id: int, check_id: int, end: int) -> Iterator[tuple[str, Step]]:
    own = (sample.c.target_id == target_id, sample.c.check_id == check_id)

    def oldest(connection: Connection) -> int:
        first = connection.scalar(select(sample.c.at).where(*own, sample.c.at < end).order_by(sample.c.at).limit(1))
        if first is None:
            return 0
        return _gone(connection, sample, *own, sample.c.at < min(first + _SECONDS, end))

    return _repeated("sample", oldest)


def _of_target(target_id: int, end: int) -> Iterator[tuple[str, Step]]:
    """Rollups and gaps; few enough a target to go at once, for every day takes its share."""
    yield from _slices("rollup_hour", rollup_hour, rollup_hour.c.hour, target_id, end // HOUR)
    yield from _slices("rollup_day", rollup_day, rollup_day.c.day, target_id, end // _DAY)
    yield from _slices("gap", gap, gap.c.end_at, target_id, end)


def _slices(name: str, table: Table, unit: Column[int], target_id: int, end: int) -> Iterator[tuple[str, Step]]:
    own = table.c.target_id == target_id

    def oldest(connection: Connection) -> int:
        some = select(unit).where(own, unit < end).order_by(unit).limit(_ROWS)
        found = connection.scalars(some).all()
        return _gone(connection, table, own, unit <= found[-1]) if found else 0

    return _repeated(name, oldest)


def _rows(end: int) -> Iterator[tuple[str, Step]]:
    """Findings with all that hangs on them, incidents, messages, states and evidence from before *end* (ms)."""
    yield from _repeated("finding", lambda connection: _findings(connection, end))
    yield from _repeated("incident", lambda connection: _incidents(connection, end))
    yield from _walk("outbox", outbox, outbox.c.settled_at, end, true())
    yield from _walk("transition", transition, transition.c.at, end, _has_later_step(end))
    yield from _walk("facts", facts, facts.c.at, end, _has_later_facts(end))


def _findings(connection: Connection, end: int) -> int:
    """Resolved findings of which nothing is shown as proof any more."""
    is_shown = select(exhibit.c.id).where(exhibit.c.finding_id == finding.c.id).exists()
    old = (
        select(finding.c.id).where(finding.c.resolved_at < end, ~is_shown).order_by(finding.c.resolved_at).limit(_ROWS)
    )
    ids = connection.scalars(old).all()
    if ids:
        for table in (change, mark, incident_finding):
            connection.execute(delete(table).where(table.c.finding_id.in_(ids)))
        connection.execute(delete(finding).where(finding.c.id.in_(ids)))
    return len(ids)


def _incidents(connection: Connection, end: int) -> int:
    """Resolved incidents none of whose findings is left; the newest stays, for no number is ever given twice."""
    has_member = select(incident_finding.c.incident).where(incident_finding.c.incident == incident.c.number).exists()
    newest = select(func.max(incident.c.number)).scalar_subquery()
    # A note may come after the end: what is younger than the rest is still told by its day's seal as kept.
    noted = select(incident_event.c.id).where(
        incident_event.c.incident == incident.c.number, incident_event.c.at >= end
    )
    old = (
        select(incident.c.number)
        .where(incident.c.resolved_at < end, ~has_member, ~noted.exists(), incident.c.number != newest)
        .order_by(incident.c.number)
        .limit(_ROWS)
    )
    numbers = connection.scalars(old).all()
    if numbers:
        connection.execute(delete(incident_event).where(incident_event.c.incident.in_(numbers)))
        connection.execute(delete(incident).where(incident.c.number.in_(numbers)))
    return len(numbers)


def _has_later_step(end: int) -> ColumnElement[bool]:
    """Whether another step tells what the target was when the time that is kept begins (`histories` needs it)."""
    later = transition.alias("later")
    sighted = later.c.state != codec.STATES[State.UNOBSERVED]
    return _exists(later, later.c.target_id == transition.c.target_id, later.c.id > transition.c.id, sighted, end=end)


def _has_later_facts(end: int) -> ColumnElement[bool]:
    """Whether other evidence was in force by then; the newest stays however old it is."""
    later = facts.alias("later")
    same = (later.c.target_id == facts.c.target_id, later.c.check_id == facts.c.check_id)
    return _exists(later, *same, later.c.id > facts.c.id, end=end)


def _exists(later: FromClause, *which: ColumnElement[bool], end: int) -> ColumnElement[bool]:
    return select(later.c.id).where(*which, later.c.at < end).exists()


def _walk(
    name: str, table: Table, at: Column[int], end: int, may_go: ColumnElement[bool]
) -> Iterator[tuple[str, Step]]:
    """By number, from the oldest on, as long as there is anything old: a scan of the whole would take too long."""
    place, is_over = 0, False

    def some(connection: Connection) -> int:
        nonlocal place, is_over
        wanted = select(table.c.id, at.label("at"), may_go.label("may_go")).where(table.c.id > place)
        rows = connection.execute(wanted.order_by(table.c.id).limit(_ROWS)).all()
        is_over = not any(row.at is not None and row.at < end for row in rows)
        if is_over:
            return 0
        place = rows[-1].id
        ids = [row.id for row in rows if row.may_go and row.at is not None and row.at < end]
        return _gone(connection, table, table.c.id.in_(ids)) if ids else 0

    while not is_over:
        yield name, some


def _bodies() -> Iterator[tuple[str, Step]]:
    """Evidence that no row shows any more."""
    place = b""
    is_over = False

    def some(connection: Connection) -> int:
        nonlocal place, is_over
        is_used = select(facts.c.id).where(facts.c.digest == fact_body.c.digest).exists()
        wanted = select(fact_body.c.digest, is_used.label("is_used")).where(fact_body.c.digest > place)
        rows = connection.execute(wanted.order_by(fact_body.c.digest).limit(_ROWS)).all()
        is_over = not rows
        if not rows:
            return 0
        place = rows[-1].digest
        unused = [row.digest for row in rows if not row.is_used]
        return _gone(connection, fact_body, fact_body.c.digest.in_(unused)) if unused else 0

    while not is_over:
        yield "fact_body", some


def _gone(connection: Connection, table: Table, *which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(*which)).rowcount


def _second(at: datetime) -> int:
    return (at - codec.EPOCH) // timedelta(seconds=1)
