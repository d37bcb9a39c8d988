"""What a record carries besides its sample – findings, a transition, evidence, memory – and how it becomes rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from monitor.model import Audience, Change, Exhibit, Finding, Record, Transition, Turn
from monitor.store import codec, exhibits
from monitor.store.engine import upsert
from monitor.store.registry import Ids
from monitor.store.schema import change, fact_body, facts, finding, memory, still_open, transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A finding that opened, was resolved, or (no `turn`) changed while open."""

    turn: Turn | None
    check: str
    code: str
    subject: str
    severity: int
    detail: str
    at: int = 0
    opened: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Rare, and already encoded: what JSON cannot say was refused before anything was handed to the writer."""

    kode: str
    events: tuple[Event, ...] = ()
    transition: Transition | None = None
    check: str = ""
    at: int = 0
    document: str | None = None
    """Canonical JSON of the facts."""
    memory: str | None = None
    """Canonical JSON of what the check has learned."""
    exhibits: tuple[Exhibit, ...] = ()
    proved: Event | None = None
    """The opening that the exhibits prove: the gravest."""

    @property
    def urgent(self) -> bool:
        """Whether people may be told of it: then it is written at once."""
        return bool(self.events) or self.transition is not None


def news_of(record: Record) -> News | None:
    """What *record* carries besides its sample; None when nothing. Raises when JSON cannot say it."""
    if not _has_news(record):
        return None
    exhibits.require_fit(record.exhibits)
    return News(
        kode=record.kode,
        events=tuple(_events(record)),
        transition=record.transition,
        check=record.check,
        at=codec.to_ms(record.at),
        document=None if record.facts is None else codec.to_json(record.facts),
        memory=None if record.memory is None else codec.to_json(record.memory),
        exhibits=record.exhibits,
        proved=_gravest_opening(record) if record.exhibits else None,
    )


def _has_news(record: Record) -> bool:
    return bool(
        record.changes
        or record.amended
        or record.transition is not None
        or record.facts is not None
        or record.memory is not None
        or record.exhibits
    )


def news_of_changes(kode: str, changes: Iterable[Change], transition: Transition | None) -> News:
    """What happened to a target without anybody looking at it."""
    return News(kode=kode, events=tuple(map(_changed, changes)), transition=transition)


def _gravest_opening(record: Record) -> Event | None:
    """What the CSIRT must see comes first; of the equally grave, the first."""
    opened = [item for item in record.changes if item.turn is Turn.OPENED]
    return _changed(max(opened, key=_gravity)) if opened else None


def _gravity(item: Change) -> tuple[bool, int]:
    return item.finding.rule.audience is Audience.CSIRT, item.finding.severity.rank


def _events(record: Record) -> Iterator[Event]:
    yield from map(_changed, record.changes)
    for item in record.amended:
        yield Event(turn=None, check=item.check, **_columns(item.finding))


def _changed(item: Change) -> Event:
    at, opened = codec.to_ms(item.at), codec.to_ms(item.opened)
    return Event(turn=item.turn, check=item.check, at=at, opened=opened, **_columns(item.finding))


def _columns(item: Finding) -> dict[str, Any]:
    return {
        "code": codec.text(item.code),
        "subject": codec.text(item.subject),
        "severity": codec.SEVERITIES[item.severity],
        "detail": codec.to_json(item.detail),
    }


def write(connection: Connection, ids: Ids, news: News) -> None:
    """The rows of *news*. What is already so stays so: nothing is doubled, nothing fails."""
    target_id = ids.targets[news.kode]
    for event in news.events:
        _write_event(connection, target_id, ids.check(connection, event.check), event)
    if news.transition is not None:
        _write_transition(connection, target_id, news.transition)
    if news.document is not None:
        _write_facts(connection, target_id, ids.check(connection, news.check), news.at, news.document)
    if news.memory is not None:
        _write_memory(connection, target_id, ids.check(connection, news.check), news.at, news.memory)
    if news.exhibits:
        number = None if news.proved is None else _open_number(connection, ids, target_id, news.proved)
        exhibits.write(connection, target_id, ids.check(connection, news.check), number, news.exhibits)


def _write_event(connection: Connection, target_id: int, check_id: int, event: Event) -> None:
    key = {"target_id": target_id, "check_id": check_id, "code": event.code, "subject": event.subject}
    if event.turn is Turn.OPENED:
        number = _open(connection, key, event)
    elif event.turn is Turn.RESOLVED:
        number = _set(connection, key, {"resolved_at": event.at, "severity": event.severity, "detail": event.detail})
    else:
        _set(connection, key, {"severity": event.severity, "detail": event.detail})
        return
    if number is not None:
        row = {"finding_id": number, "turn": codec.TURNS[event.turn], "at": event.at}
        connection.execute(insert(change), row)


def _open(connection: Connection, key: Mapping[str, Any], event: Event) -> int | None:
    """The number of the finding opened; None when it was open already."""
    values = {**key, "severity": event.severity, "opened_at": event.opened, "detail": event.detail}
    statement = upsert(connection, finding).values(values).on_conflict_do_nothing()
    number: int | None = connection.scalar(statement.returning(finding.c.id))
    return number


def _set(connection: Connection, key: Mapping[str, Any], values: Mapping[str, Any]) -> int | None:
    """The number of the open finding of *key*, now with *values*; None when it is not open."""
    same: ColumnElement[bool] = and_(still_open, *(finding.c[name] == value for name, value in key.items()))
    number: int | None = connection.scalar(update(finding).where(same).values(values).returning(finding.c.id))
    return number


def _open_number(connection: Connection, ids: Ids, target_id: int, event: Event) -> int | None:
    """The number of the open finding that *event* is about; None when it is not open."""
    wanted = select(finding.c.id).where(
        still_open,
        finding.c.target_id == target_id,
        finding.c.check_id == ids.check(connection, event.check),
        finding.c.code == event.code,
        finding.c.subject == event.subject,
    )
    number: int | None = connection.scalar(wanted)
    return number


def _write_transition(connection: Connection, target_id: int, item: Transition) -> None:
    row = {
        "target_id": target_id,
        "at": codec.to_ms(item.at),
        "state": codec.STATES[item.state],
        "cause": codec.text(item.cause),
    }
    connection.execute(insert(transition), row)


def _write_facts(connection: Connection, target_id: int, check_id: int, at: int, document: str) -> None:
    digest = codec.digest(document)
    of = and_(facts.c.target_id == target_id, facts.c.check_id == check_id)
    if connection.scalar(select(facts.c.digest).where(of).order_by(facts.c.id.desc()).limit(1)) == digest:
        return
    body = {"digest": digest, "body": codec.pack(document)}
    connection.execute(upsert(connection, fact_body).values(body).on_conflict_do_nothing())
    connection.execute(insert(facts), {"target_id": target_id, "check_id": check_id, "at": at, "digest": digest})


def _write_memory(connection: Connection, target_id: int, check_id: int, at: int, document: str) -> None:
    statement = upsert(connection, memory)
    row = {"target_id": target_id, "check_id": check_id, "at": at, "body": document}
    newer = {"at": statement.excluded.at, "body": statement.excluded.body}
    connection.execute(
        statement.values(row).on_conflict_do_update(index_elements=["target_id", "check_id"], set_=newer)
    )
