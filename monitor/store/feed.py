"""The feed of changes, in the order they were recorded, and how far each of its readers has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from monitor.model import Kind
from monitor.store import codec
from monitor.store.engine import upsert
from monitor.store.queries import Rules, findings_where, stored_finding
from monitor.store.schema import change, check_kind, feed_cursor, finding, target
from monitor.store.stored import StoredChange, StoredFinding


def changes_since(connection: Connection, rules: Rules, change_id: int, limit: int) -> tuple[StoredChange, ...]:
    """The first *limit* changes recorded after *change_id*, in the order they were recorded."""
    tables = change.join(finding).join(target).join(check_kind)
    columns = (
        *finding.c,
        target.c.kode,
        target.c.kind,
        target.c.name,
        target.c.url,
        check_kind.c.slug,
        change.c.id.label("change_id"),
        change.c.turn,
        change.c.at,
    )
    wanted = select(*columns).select_from(tables).where(change.c.id > change_id).order_by(change.c.id).limit(limit)
    return tuple(_stored_change(row, rules) for row in connection.execute(wanted))


def _stored_change(row: Any, rules: Rules) -> StoredChange:
    return StoredChange(
        id=row.change_id,
        at=codec.from_ms(row.at),
        turn=codec.TURN_OF[row.turn],
        finding=stored_finding(row, rules),
        kind=Kind(row.kind),
        name=row.name,
        url=row.url,
    )


def position(connection: Connection, name: str) -> int:
    """The last change that the reader *name* has dealt with; 0: none yet."""
    found = connection.scalar(select(feed_cursor.c.change_id).where(feed_cursor.c.name == codec.text(name)))
    return int(found or 0)


def set_position(connection: Connection, name: str, change_id: int) -> None:
    """The reader *name* has dealt with everything up to *change_id*."""
    statement = upsert(connection, feed_cursor).values(name=codec.text(name), change_id=change_id)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"change_id": statement.excluded.change_id})
    )


def closed_since(connection: Connection, rules: Rules, at: datetime, limit: int) -> tuple[StoredFinding, ...]:
    """The latest *limit* findings resolved at *at* or later, latest first."""
    column = finding.c.resolved_at
    return findings_where(connection, rules, column >= codec.to_ms(at), (column.desc(), finding.c.id.desc()), limit)
