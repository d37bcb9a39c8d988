"""Rollups by hour and day: built for closed hours only, bit by bit, and again when something comes late."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Table, cast, delete, func, insert, select

from monitor.availability import Responses, Tally, tallies
from monitor.availability.calendar import day_of, day_start
from monitor.store.engine import upsert
from monitor.store.histories import (
    HOUR,
    SPENT,
    Ground,
    Rolled,
    Watched,
    first_seen,
    histories,
    last_seen,
    looks,
    read_watched,
    sample_gaps,
    sight,
    targets_and_progress,
)
from monitor.store.schema import (
    cadence,
    gap,
    maintenance,
    rolled,
    rollup_day,
    rollup_hour,
    rollup_mark,
    sample,
    target,
    transition,
)

SETTLING = 120
"""Seconds that a run and its record may take; an hour is closed when they, and the longest interval, have passed."""
BOX = 0.02
"""Seconds after which a transaction of the roll-up begins nothing more."""
_CHUNK = 12
"""Hours of one target built at a time."""
_AT_ONCE = 50
"""Targets looked up per transaction."""

_TALLY = Tally._fields
_SUMS = (*_TALLY, "looks")


@dataclass(frozen=True, slots=True)
class Progress:
    """What one transaction of the roll-up did."""

    hours: int
    """Hours of targets that were built."""
    is_done: bool
    """Whether nothing is left to do for now."""


def set_cadences(connection: Connection, check_id: int, seconds: int, at: int) -> None:
    """From the second *at* on, the vital check *check_id* looks every *seconds*; noted when that is news."""
    known = select(cadence.c.seconds).where(cadence.c.check_id == check_id).order_by(cadence.c.at.desc()).limit(1)
    if connection.scalar(known) == seconds:
        return
    statement = upsert(connection, cadence).values(check_id=check_id, at=at, seconds=seconds)
    newer = {"seconds": statement.excluded.seconds}
    connection.execute(statement.on_conflict_do_update(index_elements=["check_id", "at"], set_=newer))


def advance(connection: Connection, now: datetime, clock: Callable[[], float] = time.monotonic) -> Progress:
    """
    Build what is due, for `BOX` seconds: first take notice of what came late, then hour by hour, the oldest first.

    Whatever is built again comes out the same, so that a crash in between costs nothing.
    """
    until, hours = clock() + BOX, 0
    ground = Ground(connection, now)
    if not _take_notice(ground, lambda: clock() >= until):
        return Progress(0, is_done=False)
    closed = _closed(ground)
    due = _due(ground, closed)
    for each in due:
        hours += _build(ground, each, closed)
        if clock() >= until:
            return Progress(hours, is_done=False)
    return Progress(hours, is_done=not due)


def _closed(ground: Ground) -> int:
    """The first hour that is not over and settled: looks that began in it may still be on their way."""
    longest = max((ground.limits(check_id)[1] for check_id in ground.vital), default=0)
    return (ground.now - longest - SETTLING) // HOUR


def _due(ground: Ground, closed: int) -> list[Watched]:
    """Those that rollups lag behind with, the furthest behind first; before them, those that never had any."""
    everyone = targets_and_progress()
    fresh = read_watched(ground, everyone.where(rolled.c.target_id.is_(None)))
    begun = [replace(each, rolled=_beginning(ground, each)) for each in fresh]
    behind = everyone.where(rolled.c.until_hour < closed).order_by(rolled.c.until_hour).limit(_AT_ONCE)
    new = [each for each in begun if each.rolled is not None and each.rolled.until < closed]
    return [*new, *read_watched(ground, behind)]


def _beginning(ground: Ground, each: Watched) -> Rolled | None:
    first = first_seen(ground, each)
    return None if first is None else Rolled(first // HOUR, first, first)


def _build(ground: Ground, each: Watched, closed: int) -> int:
    """The next hours of a target, at most `_CHUNK`; how many."""
    done = each.rolled
    if done is None:
        return 0
    first, last = done.until, min(closed, done.until + _CHUNK)
    _write_gaps(ground, each, done.seen, last * HOUR)
    _write_hours(ground, each, first, last)
    for day in range(day_of(first * HOUR), day_of(last * HOUR - 1) + 1):
        _write_day(ground.connection, each.id, day)
    seen = last_seen(ground, each, last * HOUR) or done.seen
    _put(ground.connection, each.id, Rolled(last, done.begin, max(seen, done.seen)))
    return last - first


def _write_gaps(ground: Ground, each: Watched, seen: int, until: int) -> None:
    """The gaps from the observation *seen* on that begin before *until* and have ended."""
    end = sight(ground, each, until)
    rows = [(each.id, *span) for span in sample_gaps(ground, each, seen, until) if span[1] < end]
    if rows:
        statement = upsert(ground.connection, gap)
        same = {"end_at": statement.excluded.end_at}
        statement = statement.on_conflict_do_update(index_elements=["target_id", "start_at"], set_=same)
        ground.connection.execute(statement, [dict(zip(gap.c.keys(), row, strict=True)) for row in rows])


def _write_hours(ground: Ground, each: Watched, first: int, last: int) -> None:
    history = histories(ground, [each], first * HOUR, last * HOUR)[each.kode]
    spent = tallies(history, first, last)
    counted = {hour: _Counted() for hour in spent}
    wanted = select(sample.c.at, sample.c.status, SPENT).where(
        *looks(each), sample.c.at >= first * HOUR, sample.c.at < last * HOUR
    )
    for at, status, micros in ground.connection.execute(wanted):
        counts = counted.setdefault(at // HOUR, _Counted())
        counts.looks += 1
        if status > 0:
            counts.answers.append(micros)
    rows = [
        _row(each.id, "hour", hour, (*spent.get(hour, Tally()), counts.looks), Responses(counts.answers).pack())
        for hour, counts in sorted(counted.items())
    ]
    of = (rollup_hour.c.target_id == each.id, rollup_hour.c.hour >= first, rollup_hour.c.hour < last)
    _replace(ground.connection, rollup_hour, of, rows)


@dataclass(slots=True)
class _Counted:
    """The observations of an hour."""

    looks: int = 0
    answers: list[int] = field(default_factory=list)


def _write_day(connection: Connection, target_id: int, day: int) -> None:
    """The sum of what is rolled up of *day*."""
    first, last = day_start(day) // HOUR, day_start(day + 1) // HOUR
    of = (rollup_hour.c.target_id == target_id, rollup_hour.c.hour >= first, rollup_hour.c.hour < last)
    answers, totals = Responses(), [0] * len(_SUMS)
    rows = connection.execute(
        select(*(rollup_hour.c[name] for name in _SUMS), rollup_hour.c.responses).where(*of)
    ).all()
    for *numbers, body in rows:
        totals = [total + number for total, number in zip(totals, numbers, strict=True)]
        answers.add_packed(body)
    wanted = [_row(target_id, "day", day, totals, answers.pack())] if rows else []
    _replace(connection, rollup_day, (rollup_day.c.target_id == target_id, rollup_day.c.day == day), wanted)


def _row(target_id: int, unit: str, number: int, sums: Sequence[int], responses: bytes | None) -> dict[str, Any]:
    columns = dict(zip(_SUMS, sums, strict=True))
    return {"target_id": target_id, unit: number, **columns, "responses": responses}


def _replace(
    connection: Connection, table: Table, of: Sequence[ColumnElement[bool]], rows: Sequence[Mapping[str, Any]]
) -> None:
    connection.execute(delete(table).where(*of))
    if rows:
        connection.execute(insert(table), rows)


def _put(connection: Connection, target_id: int, done: Rolled) -> None:
    statement = upsert(connection, rolled)
    values = {"until_hour": done.until, "begin_at": done.begin, "seen_at": done.seen}
    statement = statement.values(target_id=target_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["target_id"], set_=values))


# What came late


def _take_notice(ground: Ground, is_late: Callable[[], bool]) -> bool:
    """
    Have built again what changed after it was built; False when time ran out before all of it was noticed.

    A restart says since when nobody looked, a fault is dated to its first look, maintenance is entered when it has
    begun already, and a clock is set back.
    """
    connection = ground.connection
    for name, late in (("transition", _late_steps), ("maintenance", _late_windows)):
        newest = _newest(connection, name)
        mark = get_mark(connection, name)
        for target_id, hour in late(ground, mark) if newest > mark else ():
            _rewind(ground, target_id, hour)
            if is_late():
                return False
        if newest > mark:
            set_mark(connection, name, newest)
    for target_id, hour in _ahead(ground):
        _rewind(ground, target_id, hour)
        if is_late():
            return False
    return True


def _newest(connection: Connection, name: str) -> int:
    column = transition.c.id if name == "transition" else maintenance.c.number
    return connection.scalar(select(func.max(column))) or 0


def _late_steps(ground: Ground, mark: int) -> list[tuple[int, int]]:
    """(target, hour) of the steps recorded after *mark* that are dated into hours built already."""
    start = func.min(transition.c.at).label("start")
    wanted = (
        select(transition.c.target_id, start)
        .join_from(transition, rolled, rolled.c.target_id == transition.c.target_id)
        .where(
            transition.c.id > mark,
            transition.c.at < cast(rolled.c.until_hour, BigInteger) * (HOUR * 1000),
            _can_rewind(ground),
        )
        .group_by(transition.c.target_id)
    )
    return [(row.target_id, row.start // (HOUR * 1000)) for row in ground.connection.execute(wanted)]


def _late_windows(ground: Ground, mark: int) -> list[tuple[int, int]]:
    """(target, hour) of everybody, when maintenance entered after *mark* began in an hour built already."""
    started = select(func.min(maintenance.c.start_at)).where(maintenance.c.number > mark)
    hour = (ground.connection.scalar(started) or 0) // (HOUR * 1000)
    return _beyond(ground, hour)


def _ahead(ground: Ground) -> list[tuple[int, int]]:
    """(target, hour) of those built further than the clock says it is: it was set back."""
    return _beyond(ground, ground.now // HOUR)


def _beyond(ground: Ground, hour: int) -> list[tuple[int, int]]:
    wanted = select(rolled.c.target_id).where(rolled.c.until_hour > hour, _can_rewind(ground))
    return [(target_id, hour) for target_id in ground.connection.scalars(wanted)]


def _can_rewind(ground: Ground) -> ColumnElement[bool]:
    return rolled.c.until_hour > get_mark(ground.connection, PRUNED)


def _rewind(ground: Ground, target_id: int, hour: int) -> None:
    """Have the hours of a target built again from *hour* on, as far back as its samples are there."""
    connection = ground.connection
    (each,) = read_watched(ground, targets_and_progress().where(target.c.id == target_id))
    done = each.rolled
    hour = max(hour, get_mark(connection, PRUNED), done.begin // HOUR if done else 0)
    if done is None or done.until <= hour:
        return
    seen = _seen_before(ground, each, done, hour * HOUR)
    connection.execute(delete(gap).where(gap.c.target_id == target_id, gap.c.start_at >= seen))
    _put(connection, target_id, Rolled(hour, done.begin, seen))


def _seen_before(ground: Ground, each: Watched, done: Rolled, at: int) -> int:
    """The last observation before *at*: by the samples, by the gap that it began, or by what was known."""
    began = select(func.max(gap.c.start_at)).where(gap.c.target_id == each.id, gap.c.start_at < at)
    known = (last_seen(ground, each, at), ground.connection.scalar(began), done.seen if done.seen < at else None)
    return max((seen for seen in known if seen is not None), default=done.begin)


PRUNED = "pruned"
"""The mark that says of which hour the oldest samples are: those of the hours before it are gone."""


def get_mark(connection: Connection, name: str) -> int:
    """What was noted under *name*; 0 when nothing was."""
    value: int | None = connection.scalar(select(rollup_mark.c.value).where(rollup_mark.c.name == name))
    return value or 0


def set_mark(connection: Connection, name: str, value: int) -> None:
    """Note *value* under *name*."""
    statement = upsert(connection, rollup_mark).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
