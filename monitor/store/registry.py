"""The targets of the inventory as rows: declared, changed, retired, come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from monitor.model import Criticality, Kind, Target, Verification
from monitor.store import codec
from monitor.store.schema import check_kind, incident, target, target_change

DECLARED = (
    "kind",
    "name",
    "url",
    "mail",
    "owner",
    "criticality",
    "active",
    "source",
    "verification",
    "suggested_url",
    "note",
)
"""The fields of a `Target`, besides its kode, that the inventory declares."""


class Ids:
    """The numbers of targets, checks and incidents; kept in memory by the one writer."""

    def __init__(self, connection: Connection) -> None:
        """Read what is known so far."""
        self.targets: dict[str, int] = {
            row.kode: row.id for row in connection.execute(select(target.c.kode, target.c.id))
        }
        self._checks: dict[str, int] = {
            row.slug: row.id for row in connection.execute(select(check_kind.c.slug, check_kind.c.id))
        }

        self.incidents: set[int] = set(connection.scalars(select(incident.c.number)))

    def check(self, connection: Connection, slug: str) -> int:
        """The number of the check *slug*, given now when it has none."""
        number = self._checks.get(slug)
        if number is None:
            number = self._checks[slug] = int(
                connection.execute(insert(check_kind).values(slug=slug).returning(check_kind.c.id)).scalar_one()
            )
        return number


def declared(item: Target) -> dict[str, Any]:
    """The columns of *item* that the inventory decides."""
    values = {name: getattr(item, name) for name in DECLARED}
    return {name: codec.plain(value) if isinstance(value, str) else value for name, value in values.items()}


def target_of(row: Any) -> Target:
    """The target in a row of `target`."""
    values = {name: getattr(row, name) for name in DECLARED}
    values["kind"] = Kind(row.kind)
    values["criticality"] = Criticality(row.criticality)
    values["verification"] = Verification(row.verification)
    return Target(kode=row.kode, **values)


def sync(connection: Connection, ids: Ids, targets: Sequence[Target], now: datetime) -> None:
    """Make the rows say what *targets* say; whatever differs goes into the log of changes."""
    at = codec.to_ms(now)
    known = {row.kode: row for row in connection.execute(select(target))}
    listed = {item.kode: item for item in targets}
    for kode, item in listed.items():
        row = known.get(kode)
        if row is None:
            _add(connection, ids, item, at)
        else:
            _amend(connection, row, declared(item) | {"retired_at": None}, at)
    for kode, row in known.items():
        if kode not in listed and row.retired_at is None:
            _amend(connection, row, {"retired_at": at}, at)


def _add(connection: Connection, ids: Ids, item: Target, at: int) -> None:
    values = {"kode": item.kode, **declared(item), "first_seen": at}
    ids.targets[item.kode] = connection.execute(insert(target).values(values).returning(target.c.id)).scalar_one()


def _amend(connection: Connection, row: Any, values: Mapping[str, Any], at: int) -> None:
    """Update *row* where *values* differ, and log every difference."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not different:
        return
    connection.execute(update(target).where(target.c.id == row.id).values(different))
    connection.execute(insert(target_change), list(_log(row, different, at)))


def _log(row: Any, different: Mapping[str, Any], at: int) -> Iterable[dict[str, Any]]:
    for name, value in different.items():
        before, after = _said(name, getattr(row, name)), _said(name, value)
        yield {"at": at, "target_id": row.id, "field": name, "before": before, "after": after}


def _said(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "retired_at":
        return codec.from_ms(value).isoformat()
    return {True: "ya", False: "tidak"}[value] if isinstance(value, bool) else str(value)
