"""Figures from the record: availability, response times and hours, for one target or for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from monitor.availability import Figures, Hour, Response, Responses, Spell, Tally, daily, figures, spells
from monitor.availability.calendar import day_of, day_start
from monitor.availability.history import instant
from monitor.model import Kind
from monitor.store import codec
from monitor.store.histories import (
    ANSWERED,
    FOREVER,
    HOUR,
    SPENT,
    Ground,
    Watched,
    among,
    first_seen,
    histories,
    last_seen,
    looks,
    parts,
    watched,
)
from monitor.store.schema import rolled, rollup_day, rollup_hour, sample, target

_EPOCH = date(1970, 1, 1)


def availability(
    connection: Connection, kode: str | None, since: datetime, until: datetime, now: datetime, *, raw: bool = False
) -> dict[str, Figures]:
    """Kode → the figures of [*since*, *until*), of one target or all that were ever looked at."""
    ground = Ground(connection, now)
    low, high = _second(since), _second(until)
    known = histories(ground, watched(ground, kode), low, high, raw=raw)
    return {each: figures(history, low, high) for each, history in known.items()}


def observed(connection: Connection, now: datetime) -> tuple[datetime, datetime] | None:
    """The first and the last look ever that saw a site, whatever was pruned since; None when nobody ever saw one."""
    ground = Ground(connection, now)
    spans = [span for each in _sites(ground) if (span := _seen(ground, each)) is not None]
    if not spans:
        return None
    return instant(min(first for first, _last in spans)), instant(max(last for _first, last in spans))


def _sites(ground: Ground) -> list[Watched]:
    return [each for each in watched(ground) if each.kind is not Kind.DOMAIN]


def _seen(ground: Ground, each: Watched) -> tuple[int, int] | None:
    """The first and the last second in which a target was seen."""
    first = first_seen(ground, each) if each.rolled is None else each.rolled.begin
    if first is None:
        return None
    return first, last_seen(ground, each, FOREVER) or (each.rolled.seen if each.rolled else first)


def is_observed(connection: Connection, since: datetime, until: datetime) -> bool:
    """Whether any look of [*since*, *until*) saw a site: by the hours that lie within, and the samples that remain."""
    ground = Ground(connection, until)
    within = _second(since), _second(until)
    return any(_is_observed(connection, each, *within) for each in _sites(ground))


def _is_observed(connection: Connection, each: Watched, low: int, high: int) -> bool:
    hours = (rollup_hour.c.hour >= -(-low // HOUR), rollup_hour.c.hour < high // HOUR, rollup_hour.c.looks > 0)
    rolled_up = select(rollup_hour.c.hour).where(rollup_hour.c.target_id == each.id, *hours)
    raw = select(sample.c.at).where(*looks(each), sample.c.at >= low, sample.c.at < high)
    return any(connection.scalar(wanted.limit(1)) is not None for wanted in (rolled_up, raw))


def spells_of(connection: Connection, kode: str, since: datetime, until: datetime, now: datetime) -> tuple[Spell, ...]:
    """The states of *kode* in [*since*, *until*), in order."""
    ground = Ground(connection, now)
    low, high = _second(since), _second(until)
    known = histories(ground, watched(ground, kode), low, high)
    return spells(known[kode], low, high) if kode in known else ()


def days(
    connection: Connection, kode: str | None, first: date, last: date, now: datetime
) -> dict[str, dict[date, Tally]]:
    """Kode → day of WIB → its seconds by state: of *first* up to and including *last*, those that count at all."""
    ground = Ground(connection, now)
    low, high = (first - _EPOCH).days, (last - _EPOCH).days + 1
    known = histories(ground, watched(ground, kode), day_start(low), day_start(high))
    return {
        each: {_EPOCH + timedelta(days=day): tally for day, tally in daily(history, low, high).items()}
        for each, history in known.items()
    }


def response_times(connection: Connection, kode: str | None, since: datetime, until: datetime) -> dict[str, Response]:
    """Kode → how long answers of [*since*, *until*) took: from rollups, and from samples where there are none yet."""
    ground = Ground(connection, until)
    who = watched(ground, kode)
    low, high = _second(since), _second(until)
    found = {each.id: Responses() for each in who}
    plans = {each.id: _plan(each, low, high) for each in who}
    for target_id, body in _packed(connection, plans):
        found[target_id].add_packed(body)
    for each in who:
        for begin, end in plans[each.id].rest:
            found[each.id] += Responses(connection.scalars(_answers(each, begin, end)))
    return {each.kode: found[each.id].summary() for each in who}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the answers of a window are to be read: whole days, hours beside them, and what no rollup covers."""

    days: range
    hours: tuple[range, range]
    rest: tuple[tuple[int, int], ...]


def _plan(each: Watched, low: int, high: int) -> _Plan:
    first = -(-low // HOUR)
    last = max(first, min(high // HOUR, each.rolled.until if each.rolled else 0))
    days = range(_first_whole_day(first), day_of(last * HOUR))
    rest = tuple(span for span in ((low, min(first * HOUR, high)), (last * HOUR, high)) if span[0] < span[1])
    if not days:
        return _Plan(range(0), (range(first, last), range(0)), rest)
    edges = (day_start(days.start) // HOUR, day_start(days.stop) // HOUR)
    return _Plan(days, (range(first, edges[0]), range(edges[1], last)), rest)


def _first_whole_day(hour: int) -> int:
    day = day_of(hour * HOUR)
    return day if day_start(day) == hour * HOUR else day + 1


def _packed(connection: Connection, plans: Mapping[int, _Plan]) -> Iterator[tuple[int, bytes]]:
    """(target, histogram) of the days and hours in *plans*."""
    days = {target_id: (plan.days,) for target_id, plan in plans.items()}
    yield from _read(connection, rollup_day, rollup_day.c.day, days)
    yield from _read(connection, rollup_hour, rollup_hour.c.hour, {key: plan.hours for key, plan in plans.items()})


def _read(
    connection: Connection, table: Table, unit: ColumnElement[int], wanted: Mapping[int, Sequence[range]]
) -> Iterator[tuple[int, bytes]]:
    """The histograms of *table* in the ranges *wanted* of each target: nearly always the same ones."""
    alike: dict[range, list[int]] = {}
    for target_id, spans in wanted.items():
        for span in filter(None, spans):
            alike.setdefault(span, []).append(target_id)
    for span, ids in alike.items():
        for part in parts(ids):
            of = (among(table.c.target_id, part), unit >= span.start, unit < span.stop, table.c.responses.is_not(None))
            rows = connection.execute(select(table.c.target_id, table.c.responses).where(*of))
            yield from ((row.target_id, row.responses) for row in rows)


def _answers(each: Watched, begin: int, end: int) -> Any:
    return select(SPENT).where(*looks(each), ANSWERED, sample.c.at >= begin, sample.c.at < end)


def hourly(connection: Connection, kode: str, since: datetime, until: datetime) -> tuple[Hour, ...]:
    """The closed hours of *kode* that begin in [*since*, *until*), oldest first."""
    return tuple(_hour_of(kode, row) for row in connection.execute(_hours_of(kode, since, until)))


def _hours_of(kode: str, since: datetime, until: datetime) -> Any:
    first, last = -(-_second(since) // HOUR), -(-_second(until) // HOUR)
    tables = rollup_hour.join(target, target.c.id == rollup_hour.c.target_id).join(
        rolled, rolled.c.target_id == target.c.id
    )
    built = rollup_hour.c.hour < rolled.c.until_hour
    of = (target.c.kode == kode, rollup_hour.c.hour >= first, rollup_hour.c.hour < last, built)
    return select(rollup_hour).select_from(tables).where(*of).order_by(rollup_hour.c.hour)


def _hour_of(kode: str, row: Any) -> Hour:
    answers = Responses()
    answers.add_packed(row.responses)
    return Hour(
        kode=kode,
        start=instant(row.hour * HOUR),
        tally=_tally_of(row),
        looks=row.looks,
        response=answers.summary(),
    )


def _tally_of(row: Any) -> Tally:
    return Tally(*(getattr(row, name) for name in Tally._fields))


def _second(at: datetime) -> int:
    return (at - codec.EPOCH) // timedelta(seconds=1)
