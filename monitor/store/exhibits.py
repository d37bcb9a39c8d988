"""Exhibits: what was received, kept as it was, each body once, until retention takes it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, delete, insert, or_, select

from monitor.model import Exhibit
from monitor.store import codec
from monitor.store.engine import upsert
from monitor.store.schema import check_kind, exhibit, exhibit_body, finding, target
from monitor.store.stored import StoredExhibit

LEVEL = 6
"""Of zlib: pages shrink to a fifth, at some 30 ms a megabyte in the thread that writes."""
HEAD_LIMIT = 65_536
"""Characters of a head as JSON; the fields that no longer fit are left out."""


def require_fit(exhibits: Iterable[Exhibit]) -> None:
    """Raise `TypeError` or `ValueError` when one cannot be recorded."""
    for item in exhibits:
        codec.to_ms(item.at)
        _head(item)
        if not isinstance(item.body, bytes):
            raise TypeError("the body of an exhibit is bytes")


def write(
    connection: Connection, target_id: int, check_id: int, finding_id: int | None, exhibits: Iterable[Exhibit]
) -> None:
    """The rows of *exhibits*, which prove the finding of *finding_id*."""
    for item in exhibits:
        row = {
            "target_id": target_id,
            "check_id": check_id,
            "finding_id": finding_id,
            "label": codec.text(item.label),
            "url": codec.plain(item.url),
            "at": codec.to_ms(item.at),
            "media_type": codec.text(item.media_type),
            "status": item.status,
            "head": _head(item),
            "digest": _keep(connection, item.body),
            "capped": item.capped,
        }
        connection.execute(insert(exhibit), row)


def _keep(connection: Connection, body: bytes) -> bytes:
    """The digest of *body*, which is compressed only when it is not there yet."""
    digest = hashlib.sha256(body).digest()
    if connection.scalar(select(exhibit_body.c.size).where(exhibit_body.c.digest == digest)) is None:
        row = {"digest": digest, "size": len(body), "body": zlib.compress(body, LEVEL)}
        connection.execute(upsert(connection, exhibit_body).values(row).on_conflict_do_nothing())
    return digest


def _head(item: Exhibit) -> str:
    fields: list[tuple[str, str]] = []
    room = HEAD_LIMIT - len("[]")
    for name, value in item.head:
        room -= len(codec.to_json((name, value))) + len(",")
        if room < 0:
            break
        fields.append((name, value))
    return codec.to_json(fields)


def add(
    connection: Connection,
    target_id: int,
    check_id: int,
    at: int,
    exhibits: Iterable[Exhibit],
    *,
    grave: Collection[str],
) -> None:
    """The rows of *exhibits*, which prove the gravest finding open at *at* (ms); codes in *grave* come first."""
    write(connection, target_id, check_id, connection.scalar(_gravest(target_id, check_id, at, grave)), exhibits)


def _gravest(target_id: int, check_id: int, at: int, grave: Collection[str]) -> Select[Any]:
    return (
        select(finding.c.id)
        .where(
            finding.c.target_id == target_id,
            finding.c.check_id == check_id,
            finding.c.opened_at <= at,
            or_(finding.c.resolved_at.is_(None), finding.c.resolved_at > at),
        )
        .order_by(case((finding.c.code.in_(grave), 0), else_=1), finding.c.severity.desc(), finding.c.id)
        .limit(1)
    )


def listed(
    connection: Connection, kode: str, limit: int, since: datetime | None, until: datetime | None
) -> tuple[StoredExhibit, ...]:
    """The newest *limit* of *kode*, newest first; of all times, or from *since* on and up to and including *until*."""
    wanted = _without_bodies().where(target.c.kode == kode).order_by(exhibit.c.id.desc()).limit(limit)
    if since is not None:
        wanted = wanted.where(exhibit.c.at >= codec.to_ms(since))
    if until is not None:
        wanted = wanted.where(exhibit.c.at <= codec.to_ms(until))
    return tuple(map(stored, connection.execute(wanted)))


def one(connection: Connection, number: int) -> tuple[StoredExhibit, tuple[tuple[str, str], ...], bytes] | None:
    """The exhibit *number* with its head and body; None when there is none."""
    row = connection.execute(
        _without_bodies().add_columns(exhibit.c.head, exhibit_body.c.body).where(exhibit.c.id == number)
    ).one_or_none()
    if row is None:
        return None
    head = tuple((name, value) for name, value in codec.list_of(row.head))
    return stored(row), head, zlib.decompress(row.body)


def drop(connection: Connection, before: int, limit: int) -> int:
    """How many of the oldest exhibits from before *before* (ms) were dropped: at most *limit*, with their bodies."""
    oldest = (
        select(exhibit.c.id, exhibit.c.digest)
        .where(exhibit.c.at < before)
        .order_by(exhibit.c.at, exhibit.c.id)
        .limit(limit)
    )
    rows = connection.execute(oldest).all()
    if rows:
        _delete(connection, [(row.id, row.digest) for row in rows])
    return len(rows)


def _delete(connection: Connection, rows: Sequence[tuple[int, bytes]]) -> None:
    """The exhibits of these numbers, and those of these bodies that no other one shows."""
    connection.execute(delete(exhibit).where(exhibit.c.id == bindparam("number")), [{"number": row[0]} for row in rows])
    used = select(exhibit.c.id).where(exhibit.c.digest == exhibit_body.c.digest).exists()
    unused = delete(exhibit_body).where(exhibit_body.c.digest == bindparam("shown"), ~used)
    connection.execute(unused, [{"shown": digest} for digest in {row[1] for row in rows}])


def _without_bodies() -> Select[Any]:
    """Everything but heads and bodies, which may be large."""
    tables = exhibit.join(target).join(check_kind).join(exhibit_body)
    columns = [column for column in exhibit.c if column is not exhibit.c.head]
    return select(*columns, exhibit_body.c.size, target.c.kode, check_kind.c.slug).select_from(tables)


def stored(row: Any) -> StoredExhibit:
    """The exhibit in *row*, which has the kode of its target, the check, and the size of its body as well."""
    return StoredExhibit(
        id=row.id,
        kode=row.kode,
        check=row.slug,
        finding=row.finding_id,
        label=row.label,
        url=row.url,
        at=codec.from_ms(row.at),
        media_type=row.media_type,
        status=row.status,
        size=row.size,
        digest=row.digest.hex(),
        capped=row.capped,
    )
