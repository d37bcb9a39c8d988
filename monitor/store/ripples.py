"""Ripples as rows: incidents with their members and timelines, parcels, maintenance, marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from monitor.incident import Event, FindingKey, Incident, Mark, Member, Parcel, ParcelState, Ripples, Window
from monitor.store import codec
from monitor.store.engine import upsert
from monitor.store.registry import Ids
from monitor.store.schema import (
    check_kind,
    finding,
    incident,
    incident_event,
    incident_finding,
    maintenance,
    mark,
    memory,
    outbox,
    target,
)

Row = dict[str, Any]
Key = tuple[str, str, str, str, int]
"""A finding's kode, check, code, subject and opening (ms), as its row says them."""


@dataclass(frozen=True, slots=True)
class Case:
    """An incident: its row, and its members, which are encoded only when they are written."""

    row: Row
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Wave:
    """Ripples, encoded: what JSON cannot say was refused before anything was handed to the writer."""

    cases: tuple[Case, ...]
    events: tuple[Row, ...]
    parcels: tuple[Row, ...]
    windows: tuple[Row, ...]
    marks: tuple[tuple[Key, Row], ...]
    forget: tuple[tuple[str, str], ...]

    def of_incidents(self) -> Mapping[int, Case]:
        """Number → the incident as the last one of that number says it."""
        return {case.row["number"]: case for case in self.cases}

    def about_incidents(self) -> set[int]:
        """The numbers of the incidents that its events speak of."""
        return {event["incident"] for event in self.events}


def wave_of(ripples: Ripples) -> Wave:
    """*ripples*, encoded. Raises `TypeError` or `ValueError` for what cannot be recorded."""
    return Wave(
        cases=tuple(map(_case, ripples.incidents)),
        events=tuple(map(_event, ripples.events)),
        parcels=tuple(map(_parcel, ripples.parcels)),
        windows=tuple(map(_window, ripples.windows)),
        marks=tuple((key_of(item.key), _mark(item)) for item in ripples.marks),
        forget=ripples.forget,
    )


def key_of(key: FindingKey) -> Key:
    """*key* as rows say it."""
    return key.kode, key.check, codec.text(key.code), codec.text(key.subject), codec.to_ms(key.opened)


def _case(item: Incident) -> Case:
    row = {
        "number": item.number,
        "cause_kind": item.cause.kind.value,
        "cause_value": codec.plain(item.cause.value),
        "audience": item.audience.value,
        "severity": codec.SEVERITIES[item.severity],
        "opened_at": codec.to_ms(item.opened),
        "resolved_at": codec.ms_or_none(item.resolved),
        "told_at": codec.ms_or_none(item.told),
        "notices": item.notices,
        "channels": codec.to_json(item.channels),
        "acknowledged_at": codec.ms_or_none(item.acknowledged),
        "acknowledged_by": codec.plain(item.acknowledged_by),
        "assignee": codec.plain(item.assignee),
        "flaps": item.flaps,
        "held_until": codec.ms_or_none(item.held_until),
    }
    if any(at is not None and at.tzinfo is None for member in item.members for at in (member.joined, member.left)):
        raise TypeError(f"{item.name}: a member's instant has no zone")
    return Case(row, item.members)


def _member(item: Member, position: int) -> Row:
    return {
        "position": position,
        "severity": codec.SEVERITIES[item.severity],
        "joined_at": codec.to_ms(item.joined),
        "left_at": codec.ms_or_none(item.left),
        "state": None if item.state is None else codec.STATES[item.state],
        "causes": codec.to_json([[cause.kind.value, cause.value] for cause in item.causes]),
        "address": codec.plain(item.address),
    }


def _event(item: Event) -> Row:
    return {
        "incident": item.number,
        "at": codec.to_ms(item.at),
        "kind": item.kind.value,
        "actor": codec.plain(item.actor),
        "text": codec.plain(item.text),
        "kodes": codec.to_json(item.kodes),
    }


def _parcel(item: Parcel) -> Row:
    if (item.settled is None) is not (item.state is ParcelState.WAITING):
        raise ValueError(f"{item.key}: a parcel is settled, or it waits")
    return {
        "key": codec.text(item.key),
        "channel": codec.text(item.channel),
        "kind": item.kind.value,
        "order_key": codec.text(item.order),
        "incident": item.incident,
        "created_at": codec.to_ms(item.created),
        "due_at": codec.to_ms(item.due),
        "body": None if item.body is None else codec.to_json(item.body),
        "attempts": item.attempts,
        "error": codec.plain(item.error),
        "state": codec.PARCEL_STATES[item.state],
        "settled_at": codec.ms_or_none(item.settled),
    }


def _window(item: Window) -> Row:
    return {
        "number": item.number,
        "scope": item.scope.value,
        "value": codec.plain(item.value),
        "start_at": codec.to_ms(item.start),
        "length": codec.span_to_ms(item.length),
        "rule": codec.plain(item.rule),
        "reason": codec.plain(item.reason),
        "actor": codec.plain(item.actor),
        "created_at": codec.to_ms(item.created),
        "ended_at": codec.ms_or_none(item.ended),
    }


def _mark(item: Mark) -> Row:
    return {
        "verb": item.verb.value,
        "actor": codec.plain(item.actor),
        "at": codec.to_ms(item.at),
        "text": codec.plain(item.text),
        "until": codec.ms_or_none(item.until),
    }


def write(connection: Connection, ids: Ids, wave: Wave) -> None:
    """
    The rows of *wave* but for members, after those of the findings it speaks of.

    A mark on a finding that was never recorded has nothing to hold on to and is left out.
    """
    for case in wave.cases:
        _replace(connection, incident, case.row)
    _append(connection, incident_event, wave.events)
    for row in wave.parcels:
        connection.execute(upsert(connection, outbox).values(row).on_conflict_do_nothing(index_elements=["key"]))
    for row in wave.windows:
        _replace(connection, maintenance, row)
    _write_marks(connection, wave.marks)
    for kode, check in wave.forget:
        _forget(connection, ids.targets.get(kode), ids.check(connection, check))


def _replace(connection: Connection, table: Table, row: Row) -> None:
    statement = upsert(connection, table).values(row)
    key = [column.name for column in table.primary_key]
    newer = {name: statement.excluded[name] for name in row if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=newer))


def _append(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    if rows := list(rows):
        connection.execute(insert(table), rows)


def write_members(connection: Connection, case: Case) -> None:
    """
    The rows of the members of *case*: only what differs, for an incident of eighty sites changes one at a time.

    A member whose finding was never recorded is left out.
    """
    number = case.row["number"]
    known = _members(connection, number)
    members = {key_of(member.key): _member(member, position) for position, member in enumerate(case.members)}
    for key in known.keys() - members.keys():
        _leave_out(connection, number, known[key].finding_id)
    for key, row in members.items():
        found = known.get(key)
        if found is not None and all(getattr(found, name) == value for name, value in row.items()):
            continue
        finding_id = finding_id_of(connection, key) if found is None else found.finding_id
        if finding_id is not None:
            _replace(connection, incident_finding, {"incident": number, "finding_id": finding_id, **row})


def _leave_out(connection: Connection, number: int, finding_id: int) -> None:
    """Of who moved to another incident no row stays behind."""
    table = incident_finding.c
    connection.execute(delete(incident_finding).where(table.incident == number, table.finding_id == finding_id))


def _members(connection: Connection, number: int) -> dict[Key, Any]:
    tables = incident_finding.join(finding).join(target).join(check_kind)
    columns = (target.c.kode, check_kind.c.slug, finding.c.code, finding.c.subject, finding.c.opened_at)
    wanted = select(incident_finding, *columns).select_from(tables).where(incident_finding.c.incident == number)
    return {(row.kode, row.slug, row.code, row.subject, row.opened_at): row for row in connection.execute(wanted).all()}


def finding_id_of(connection: Connection, key: Key) -> int | None:
    """The number of the finding of *key*; None when it was never recorded."""
    kode, check, code, subject, opened = key
    wanted = (
        select(finding.c.id)
        .select_from(finding.join(target).join(check_kind))
        .where(
            target.c.kode == kode,
            check_kind.c.slug == check,
            finding.c.code == code,
            finding.c.subject == subject,
            finding.c.opened_at == opened,
        )
        .order_by(finding.c.id.desc())
        .limit(1)
    )
    number: int | None = connection.scalar(wanted)
    return number


def _write_marks(connection: Connection, marks: Iterable[tuple[Key, Row]]) -> None:
    for key, row in marks:
        finding_id = finding_id_of(connection, key)
        if finding_id is not None:
            connection.execute(insert(mark), {"finding_id": finding_id, **row})


def _forget(connection: Connection, target_id: int | None, check_id: int) -> None:
    connection.execute(delete(memory).where(memory.c.target_id == target_id, memory.c.check_id == check_id))
