"""Alembic at work on one open connection."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from monitor.store.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"


def configured(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our migrations, working on *connection*."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def run(connection: Connection, found: str | None, place: str) -> None:
    """Every migration from *found* on, inside the transaction that *connection* is in."""
    config = configured(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"{place} ditulis oleh versi yang lebih baru (skema {found})",
            "pasang kembali versi yang lebih baru itu, atau pulihkan cadangan dari sebelum pembaruan",
        )
    command.upgrade(config, "head")
