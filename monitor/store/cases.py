"""Questions about incidents, their timelines, maintenance, and what people did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, or_, select

from monitor.incident import (
    Cause,
    CauseKind,
    Event,
    EventKind,
    FindingKey,
    Incident,
    Mark,
    Member,
    Scope,
    Verb,
    Window,
)
from monitor.model import Audience
from monitor.store import codec
from monitor.store.ripples import finding_id_of, key_of
from monitor.store.schema import (
    check_kind,
    finding,
    incident,
    incident_event,
    incident_finding,
    maintenance,
    mark,
    still_open,
    target,
)

FINDING_KEY = (target.c.kode, check_kind.c.slug, finding.c.code, finding.c.subject, finding.c.opened_at)


def recent(connection: Connection, since: datetime) -> tuple[Incident, ...]:
    """The incidents that are open or held, and those resolved at *since* or later, by number."""
    wanted = or_(incident.c.resolved_at.is_(None), incident.c.resolved_at >= codec.to_ms(since))
    return _incidents(connection, select(incident.c.number).where(wanted))[::-1]


def incidents(
    connection: Connection,
    *,
    open_only: bool,
    kode: str | None,
    audience: Audience | None,
    limit: int,
    offset: int,
) -> tuple[tuple[Incident, ...], int]:
    """The incidents wanted, newest first, from *offset* on and at most *limit*; and how many there are in all."""
    wanted = select(incident.c.number)
    if open_only:
        wanted = wanted.where(incident.c.resolved_at.is_(None))
    if audience is not None:
        wanted = wanted.where(incident.c.audience == audience.value)
    if kode is not None:
        wanted = wanted.where(incident.c.number.in_(_with(kode)))
    total = connection.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = wanted.order_by(incident.c.number.desc()).limit(limit).offset(offset)
    return _incidents(connection, page), total


def _with(kode: str) -> Select[Any]:
    """The numbers of the incidents that *kode* was ever in."""
    tables = incident_finding.join(finding).join(target)
    return select(incident_finding.c.incident).select_from(tables).where(target.c.kode == kode)


def one(connection: Connection, number: int) -> Incident | None:
    """The incident *number*; None when there is none."""
    return next(iter(_incidents(connection, select(incident.c.number).where(incident.c.number == number))), None)


def _incidents(connection: Connection, numbers: Select[Any]) -> tuple[Incident, ...]:
    """Those of *numbers* with all their members, newest first."""
    chosen = numbers.subquery()
    members: dict[int, list[Member]] = {}
    for row in connection.execute(_members().join(chosen, chosen.c.number == incident_finding.c.incident)):
        members.setdefault(row.incident, []).append(_member_of(row))
    rows = connection.execute(
        select(incident).join(chosen, chosen.c.number == incident.c.number).order_by(incident.c.number.desc())
    )
    return tuple(_incident_of(row, tuple(members.get(row.number, ()))) for row in rows)


def _members() -> Select[Any]:
    tables = incident_finding.join(finding).join(target).join(check_kind)
    columns = (*FINDING_KEY, *(column for column in incident_finding.c if column.name != "finding_id"))
    return select(*columns).select_from(tables).order_by(incident_finding.c.incident, incident_finding.c.position)


def chosen(connection: Connection, numbers: Select[Any]) -> tuple[Incident, ...]:
    """The incidents whose numbers *numbers* selects, with all their members, newest first."""
    return _incidents(connection, numbers)


def timeline(connection: Connection, number: int) -> tuple[Event, ...]:
    """What happened to the incident *number*, in the order it was recorded."""
    return events(connection, incident_event.c.incident == number)


def events(connection: Connection, wanted: ColumnElement[bool]) -> tuple[Event, ...]:
    """The lines of timelines that are *wanted*, in the order they were recorded."""
    rows = connection.execute(select(incident_event).where(wanted).order_by(incident_event.c.id))
    return tuple(map(_event_of, rows))


def windows(connection: Connection, *, ended_too: bool) -> tuple[Window, ...]:
    """The windows nobody ended, or all, by number."""
    wanted = select(maintenance).order_by(maintenance.c.number)
    if not ended_too:
        wanted = wanted.where(maintenance.c.ended_at.is_(None))
    return tuple(map(_window_of, connection.execute(wanted)))


def marks(connection: Connection, of: str | FindingKey) -> tuple[Mark, ...]:
    """What people did about the findings of a kode, or about one finding, oldest first."""
    if isinstance(of, str):
        return _marks(connection, target.c.kode == of)
    return _marks(connection, mark.c.finding_id == finding_id_of(connection, key_of(of)))


def marks_of_open(connection: Connection) -> tuple[Mark, ...]:
    """What people did about the findings that are open, oldest first."""
    return _marks(connection, still_open)


def _marks(connection: Connection, wanted: ColumnElement[bool]) -> tuple[Mark, ...]:
    return tuple(map(_mark_of, connection.execute(_marked().where(wanted).order_by(mark.c.id))))


def _marked() -> Select[Any]:
    tables = mark.join(finding).join(target).join(check_kind)
    columns = (mark.c.verb, mark.c.actor, mark.c.at, mark.c.text, mark.c.until)
    return select(*FINDING_KEY, *columns).select_from(tables)


def marks_on(connection: Connection, wanted: ColumnElement[bool]) -> tuple[tuple[int, Mark], ...]:
    """(Number of the finding, mark) of those that are *wanted*, oldest first."""
    rows = connection.execute(_marked().add_columns(mark.c.finding_id).where(wanted).order_by(mark.c.id))
    return tuple((row.finding_id, _mark_of(row)) for row in rows)


def next_number(connection: Connection, column: Column[int]) -> int:
    """One more than the highest in *column*: numbers are never given twice, for nothing is deleted."""
    return int(connection.scalar(select(func.max(column))) or 0) + 1


def _key_of(row: Any) -> FindingKey:
    return FindingKey(
        kode=row.kode, check=row.slug, code=row.code, subject=row.subject, opened=codec.from_ms(row.opened_at)
    )


def _member_of(row: Any) -> Member:
    return Member(
        key=_key_of(row),
        severity=codec.SEVERITY_OF[row.severity],
        joined=codec.from_ms(row.joined_at),
        left=codec.from_ms_or_none(row.left_at),
        state=None if row.state is None else codec.STATE_OF[row.state],
        causes=tuple(Cause(CauseKind(kind), value) for kind, value in codec.list_of(row.causes)),
        address=row.address,
    )


def _incident_of(row: Any, members: tuple[Member, ...]) -> Incident:
    return Incident(
        number=row.number,
        cause=Cause(CauseKind(row.cause_kind), row.cause_value),
        audience=Audience(row.audience),
        severity=codec.SEVERITY_OF[row.severity],
        opened=codec.from_ms(row.opened_at),
        resolved=codec.from_ms_or_none(row.resolved_at),
        members=members,
        told=codec.from_ms_or_none(row.told_at),
        notices=row.notices,
        channels=tuple(codec.list_of(row.channels)),
        acknowledged=codec.from_ms_or_none(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by,
        assignee=row.assignee,
        flaps=row.flaps,
        held_until=codec.from_ms_or_none(row.held_until),
    )


def _event_of(row: Any) -> Event:
    return Event(
        number=row.incident,
        at=codec.from_ms(row.at),
        kind=EventKind(row.kind),
        actor=row.actor,
        text=row.text,
        kodes=tuple(codec.list_of(row.kodes)),
    )


def _window_of(row: Any) -> Window:
    return Window(
        number=row.number,
        scope=Scope(row.scope),
        value=row.value,
        start=codec.from_ms(row.start_at),
        length=timedelta(milliseconds=row.length),
        rule=row.rule,
        reason=row.reason,
        actor=row.actor,
        created=codec.from_ms(row.created_at),
        ended=codec.from_ms_or_none(row.ended_at),
    )


def _mark_of(row: Any) -> Mark:
    return Mark(
        key=_key_of(row),
        verb=Verb(row.verb),
        actor=row.actor,
        at=codec.from_ms(row.at),
        text=row.text,
        until=codec.from_ms_or_none(row.until),
    )
