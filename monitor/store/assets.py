"""The asset register as rows: its log, the state of every asset at any time, and hosts that are not listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from monitor.assets import (
    ATTACKS,
    AssetChange,
    Candidate,
    Judgement,
    Said,
    Sheet,
    Sighting,
    Source,
    Stand,
    Way,
    candidates_of,
    hostile_hosts,
)
from monitor.assets.changes import Known
from monitor.assets.declared import BY_FILE
from monitor.model import Criticality, Kind, Target, Verification
from monitor.store import codec, queries
from monitor.store.engine import upsert
from monitor.store.registry import Ids, target_of
from monitor.store.schema import asset_change, asset_judgement, asset_sighting, target, target_change

COLUMNS: Mapping[str, str] = {
    "kind": "jenis",
    "name": "nama",
    "url": "url_resmi",
    "mail": "surel",
    "owner": "pemilik",
    "criticality": "nilai_kritikalitas",
    "active": "aktif",
    "source": "sumber",
    "verification": "verifikasi",
    "suggested_url": "url_usulan",
    "note": "catatan",
    "retired_at": "keluar_dari_inventaris",
}
"""Field of a target → the register's name for it."""


def write(connection: Connection, ids: Ids, changes: Sequence[AssetChange], sightings: Sequence[Sighting]) -> None:
    """The rows of *changes* and *sightings*, whose targets are known."""
    if changes:
        connection.execute(insert(asset_change), [_change_row(ids, change) for change in changes])
    for sighting in sightings:
        _sight(connection, ids, sighting)


def _change_row(ids: Ids, change: AssetChange) -> dict[str, Any]:
    return {
        "at": codec.to_ms(change.at),
        "target_id": ids.targets[change.kode],
        "field": change.field,
        "before": None if change.before is None else codec.plain(change.before),
        "after": None if change.after is None else codec.plain(change.after),
        "source": change.source.value,
        "actor": codec.plain(change.actor),
        "since": codec.to_ms(change.since),
    }


def _sight(connection: Connection, ids: Ids, sighting: Sighting) -> None:
    row = {
        "host": codec.text(sighting.host),
        "target_id": ids.targets[sighting.kode],
        "way": sighting.way.value,
        "first_at": codec.to_ms(sighting.first),
        "last_at": codec.to_ms(sighting.last),
        "days": sighting.days,
        "detail": codec.text(sighting.detail),
    }
    statement = upsert(connection, asset_sighting)
    newer = {name: statement.excluded[name] for name in ("last_at", "days", "detail")}
    connection.execute(
        statement.values(row).on_conflict_do_update(index_elements=["host", "target_id", "way"], set_=newer)
    )


def judge(connection: Connection, item: Judgement) -> None:
    """The row of a decision."""
    row = {
        "at": codec.to_ms(item.at),
        "host": codec.text(item.host),
        "stand": item.stand.value,
        "actor": codec.plain(item.actor),
        "reason": codec.plain(item.reason),
    }
    connection.execute(insert(asset_judgement), row)


def known(connection: Connection) -> Known:
    """What every asset is by the log: kode → (field, source) → value."""
    found: dict[str, dict[tuple[str, Source], str]] = {}
    for row in connection.execute(_latest(None)):
        if row.after is not None:
            found.setdefault(row.kode, {})[row.field, Source(row.source)] = row.after
    return found


def _latest(at: datetime | None) -> Select[Any]:
    """The last row of every field of every asset, by *at*."""
    log = asset_change.c
    newest = select(func.max(log.id)).group_by(log.target_id, log.field, log.source)
    if at is not None:
        newest = newest.where(log.at <= codec.to_ms(at))
    return _changes().where(log.id.in_(newest))


def _changes() -> Select[Any]:
    return select(asset_change, target.c.kode).select_from(asset_change.join(target))


def sheets(connection: Connection, at: datetime | None) -> tuple[Sheet, ...]:
    """Every asset that was ever listed, as it is now or was at *at*, by the order of listing."""
    said: dict[str, dict[Source, dict[str, Said]]] = {}
    for row in connection.execute(_latest(at)):
        if row.after is not None:
            by_source = said.setdefault(row.kode, {source: {} for source in Source})
            by_source[Source(row.source)][row.field] = Said(row.after, codec.from_ms(row.at), codec.from_ms(row.since))
    return tuple(_filled_in(sheet, said.get(sheet.target.kode)) for sheet in _listed(connection, at))


def _filled_in(sheet: Sheet, said: Mapping[Source, Mapping[str, Said]] | None) -> Sheet:
    if said is None:
        return sheet
    return replace(sheet, declared=said[Source.DECLARED], observed=said[Source.OBSERVED])


def _listed(connection: Connection, at: datetime | None) -> Iterator[Sheet]:
    wanted = select(target).order_by(target.c.id)
    if at is not None:
        wanted = wanted.where(target.c.first_seen <= codec.to_ms(at))
    undone = _undone(connection, at) if at is not None else {}
    for row in connection.execute(wanted):
        before = undone.get(row.id, {})
        left = _instant(before["retired_at"]) if "retired_at" in before else codec.from_ms_or_none(row.retired_at)
        yield Sheet(target=_rewound(target_of(row), before), first_seen=codec.from_ms(row.first_seen), retired=left)


def _undone(connection: Connection, at: datetime) -> dict[int, dict[str, str | None]]:
    """What every field that was declared anew after *at* was before the first time: target's id → field → text."""
    found: dict[int, dict[str, str | None]] = {}
    later = select(target_change).where(target_change.c.at > codec.to_ms(at)).order_by(target_change.c.id)
    for row in connection.execute(later):
        found.setdefault(row.target_id, {}).setdefault(row.field, row.before)
    return found


def _rewound(item: Target, before: Mapping[str, str | None]) -> Target:
    """*item* with what its fields were *before*."""
    made: dict[str, Any] = {
        name: _MADE.get(name, _same)(value) for name, value in before.items() if name != "retired_at"
    }
    return replace(item, **made) if made else item


def _same(value: str | None) -> str | None:
    return value


def _filled(value: str | None) -> str:
    return value or ""


_MADE: Mapping[str, Any] = {
    "kind": Kind,
    "criticality": Criticality,
    "verification": Verification,
    "active": "ya".__eq__,
    "owner": _filled,
    "source": _filled,
    "note": _filled,
}
"""How the log's text becomes the field again."""


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def changes(
    connection: Connection, since: datetime, until: datetime, kode: str | None, limit: int
) -> tuple[AssetChange, ...]:
    """The newest *limit* changes of [*since*, *until*), oldest first, with those of the inventory's own columns."""
    of: list[ColumnElement[bool]] = [] if kode is None else [target.c.kode == kode]
    bounds = (codec.to_ms(since), codec.to_ms(until))
    both = chain(_own(connection, bounds, of, limit), _inventoried(connection, bounds, of, limit))
    found = sorted(both, key=lambda change: (change.at, change.kode))
    return tuple(found[-limit:])


def _own(
    connection: Connection, bounds: tuple[int, int], of: Iterable[ColumnElement[bool]], limit: int
) -> Iterator[AssetChange]:
    log = asset_change.c
    wanted = _changes().where(log.at >= bounds[0], log.at < bounds[1], *of)
    rows = connection.execute(wanted.order_by(log.id.desc()).limit(limit)).all()
    return map(_change_of, reversed(rows))


def _inventoried(
    connection: Connection, bounds: tuple[int, int], of: Iterable[ColumnElement[bool]], limit: int
) -> Iterator[AssetChange]:
    log = target_change.c
    tables = target_change.join(target)
    wanted = select(target_change, target.c.kode).select_from(tables).where(log.at >= bounds[0], log.at < bounds[1])
    rows = connection.execute(wanted.where(*of).order_by(log.id.desc()).limit(limit)).all()
    return map(_inventory_change, reversed(rows))


def _change_of(row: Any) -> AssetChange:
    return AssetChange(
        at=codec.from_ms(row.at),
        kode=row.kode,
        field=row.field,
        before=row.before,
        after=row.after,
        source=Source(row.source),
        actor=row.actor,
        since=codec.from_ms(row.since),
    )


def _inventory_change(row: Any) -> AssetChange:
    at = codec.from_ms(row.at)
    return AssetChange(
        at=at,
        kode=row.kode,
        field=COLUMNS.get(row.field, row.field),
        before=row.before or None,
        after=row.after or None,
        source=Source.DECLARED,
        actor=BY_FILE,
        since=at,
    )


def sightings(connection: Connection) -> tuple[Sighting, ...]:
    """Every host that came up, by host."""
    tables = asset_sighting.join(target)
    wanted = select(asset_sighting, target.c.kode).select_from(tables)
    rows = connection.execute(wanted.order_by(asset_sighting.c.host, target.c.kode, asset_sighting.c.way))
    return tuple(
        Sighting(
            host=row.host,
            kode=row.kode,
            way=Way(row.way),
            first=codec.from_ms(row.first_at),
            last=codec.from_ms(row.last_at),
            days=row.days,
            detail=row.detail,
        )
        for row in rows
    )


def judgements(connection: Connection) -> tuple[Judgement, ...]:
    """Every decision, in the order they were recorded."""
    rows = connection.execute(select(asset_judgement).order_by(asset_judgement.c.id))
    return tuple(
        Judgement(host=row.host, at=codec.from_ms(row.at), stand=Stand(row.stand), actor=row.actor, reason=row.reason)
        for row in rows
    )


def listed_hosts(connection: Connection) -> tuple[str, ...]:
    """The hosts that the inventory has now."""
    rows = connection.execute(select(target).where(target.c.retired_at.is_(None)))
    return tuple(target_of(row).host for row in rows)


def candidacy(connection: Connection) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """
    The hosts that are not listed, the latest seen first; and those left out for where a hijacked page led.

    Reckoned here, off the event loop: it grows with every attack that was ever found.
    """
    seen, said, listed = sightings(connection), judgements(connection), listed_hosts(connection)
    fit = candidates_of(seen, said, listed, hostile_hosts(queries.details(connection, ATTACKS), listed))
    left = {item.host for item in fit}
    return fit, tuple(item.host for item in candidates_of(seen, said, listed) if item.host not in left)
