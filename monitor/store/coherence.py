"""Whether rows that live on – findings, incidents, targets, evidence – agree with the events that are sealed."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from monitor.incident import EventKind
from monitor.model import Turn
from monitor.seal.flaws import Flaw, What
from monitor.store import codec
from monitor.store.schema import (
    change,
    exhibit_body,
    fact_body,
    finding,
    incident,
    incident_event,
    target,
    target_change,
)
from monitor.store.sealing import BORN_WITH, Span, numbered, said

_LARGEST = 256 * 1024 * 1024
"""Bytes that a body may unfold to: more than any that was ever put."""


def flaws(connection: Connection) -> tuple[Flaw, ...]:
    """Every row that says something else than its events, on whatever day."""
    return (*_findings(connection), *_targets(connection), *_incidents(connection))


def _findings(connection: Connection) -> Iterator[Flaw]:
    opening, ending = change.alias("opening"), change.alias("ending")
    tables = (
        finding.outerjoin(target)
        .outerjoin(opening, and_(opening.c.finding_id == finding.c.id, opening.c.turn == codec.TURNS[Turn.OPENED]))
        .outerjoin(ending, and_(ending.c.finding_id == finding.c.id, ending.c.turn == codec.TURNS[Turn.RESOLVED]))
    )
    is_never_opened = opening.c.id.is_(None)
    is_ended_otherwise = finding.c.resolved_at.is_distinct_from(ending.c.at)
    wanted = (
        select(finding.c.id, finding.c.code, target.c.kode, is_never_opened.label("never_opened"))
        .select_from(tables)
        .where(or_(is_never_opened, is_ended_otherwise))
        .order_by(finding.c.id)
    )
    for row in connection.execute(wanted):
        what, why = (What.ADDED, "tanpa catatan pembukaan") if row.never_opened else (What.CHANGED, "waktu tutupnya")
        yield Flaw("finding", what, None, str(row.id), f"{row.kode} {row.code}", why)


def _targets(connection: Connection) -> Iterator[Flaw]:
    """Each change starts where the one before it ended, and the row says what the last one said."""
    last: dict[tuple[int, str], str | None] = {}
    wanted = select(target_change, target.c.kode).outerjoin(target).order_by(target_change.c.id)
    for row in connection.execute(wanted):
        key = (row.target_id, row.field)
        if key in last and last[key] != row.before:
            yield Flaw("target_change", What.CHANGED, None, str(row.id), str(row.kode), f"{row.field} tidak menyambung")
        last[key] = row.after
    for row in connection.execute(select(target).order_by(target.c.id)):
        for name in BORN_WITH:
            if last.get((row.id, name), now := said(name, getattr(row, name))) != now:
                yield Flaw("target", What.CHANGED, None, "", row.kode, f"{name} tanpa catatan perubahan")


def _incidents(connection: Connection) -> Iterator[Flaw]:
    yield from _orphans(connection)
    events = _acts(connection)
    for row in connection.execute(select(incident).order_by(incident.c.number)):
        mine = events.get(row.number, [])
        name = f"INS-{row.number}"
        if not _is_acknowledged_rightly(row, mine):
            yield Flaw("incident", What.CHANGED, None, "", name, "penerimaan tidak cocok dengan lini masanya")
        if row.assignee != next((act.text for act in reversed(mine) if act.kind == EventKind.ASSIGNED), ""):
            yield Flaw("incident", What.CHANGED, None, "", name, "penugasan tidak cocok dengan lini masanya")


def _orphans(connection: Connection) -> Iterator[Flaw]:
    wanted = (
        select(incident_event.c.incident)
        .outerjoin(incident, incident.c.number == incident_event.c.incident)
        .where(incident.c.number.is_(None))
        .distinct()
    )
    for number in sorted(connection.scalars(wanted)):
        yield Flaw("incident", What.REMOVED, None, "", f"INS-{number}", "lini masanya masih ada")


_ACTS = (EventKind.ACKNOWLEDGED, EventKind.WITHDRAWN, EventKind.ASSIGNED, EventKind.REOPENED)


def _acts(connection: Connection) -> dict[int, list[Any]]:
    """Incident → what people did about it as a whole (not about one of its findings), oldest first."""
    is_whole = or_(incident_event.c.kodes == "[]", incident_event.c.kind == EventKind.REOPENED)
    wanted = select(incident_event).where(incident_event.c.kind.in_(_ACTS), is_whole).order_by(incident_event.c.id)
    found: dict[int, list[Any]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.incident, []).append(row)
    return found


def _is_acknowledged_rightly(row: Any, acts: list[Any]) -> bool:
    taken = [act for act in acts if act.kind != EventKind.ASSIGNED]
    if row.acknowledged_at is None:
        return not taken or taken[-1].kind != EventKind.ACKNOWLEDGED
    claimed = (row.acknowledged_at, row.acknowledged_by)
    return any((act.at, act.actor) == claimed for act in taken if act.kind == EventKind.ACKNOWLEDGED)


def bodies(connection: Connection, span: Span) -> tuple[Flaw, ...]:
    """Evidence that *span* covers and whose body is not what its digest says, or is gone while its row is there."""
    return (*_bodies(connection, span, "facts", fact_body), *_bodies(connection, span, "exhibit", exhibit_body))


def _bodies(connection: Connection, span: Span, name: str, kept: Any) -> Iterator[Flaw]:
    for row in numbered(name).rows(connection, span):
        body = connection.scalar(select(kept.c.body).where(kept.c.digest == row.digest))
        if body is None or _digest(body) != row.digest:
            what = What.REMOVED if body is None else What.CHANGED
            yield Flaw(name, what, None, str(row.number_), str(row.kode), "isinya")


def _digest(packed: bytes) -> bytes:
    """SHA-256 of what *packed* unfolds to; empty when it does not."""
    unfolding = zlib.decompressobj()
    try:
        body = unfolding.decompress(packed, _LARGEST)
    except zlib.error:
        return b""
    return hashlib.sha256(body).digest() if unfolding.eof else b""
