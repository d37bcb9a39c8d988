"""The schema brought up to the code's, in one transaction; a database of newer code is refused."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, inspect, text

from monitor.store.errors import StoreError
from monitor.store.schema import HEAD


def revision(connection: Connection) -> str | None:
    """The revision of the database; None before the first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(connection: Connection, place: str) -> None:
    """Bring the database behind *connection* to `HEAD`: wholly, or not at all. Raises `StoreError` when it is newer."""
    with connection.begin():
        found = revision(connection)
        if found == HEAD:
            return
        _alembic()(connection, found, place)


def require_head(connection: Connection, place: str) -> None:
    """Raise `StoreError` unless the database has exactly the schema of this code."""
    found = revision(connection)
    if found is None:
        raise StoreError(f"{place} belum berisi catatan", "jalankan `monitor serve` dahulu")
    if found != HEAD:
        raise StoreError(
            f"{place} berskema {found}, program ini mengenal {HEAD}",
            "pakai program yang versinya sama dengan daemon, atau jalankan ulang daemon yang baru",
        )


def _alembic() -> Callable[[Connection, str | None, str], None]:
    """The part that needs Alembic: imported only when there is something to migrate."""
    from monitor.store.upgrade import run  # noqa: PLC0415 - a daemon at its head spares time and memory

    return run
