"""The migrations build exactly the schema that the code works with: wholly, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from monitor.store import Store, StoreError
from monitor.store.engine import writing
from monitor.store.place import parse
from monitor.store.schema import HEAD, metadata
from monitor.store.upgrade import configured
from monitor.vitals import Vitals


async def test_migrations_and_tables_do_not_differ(store: Store, url: str) -> None:
    with writing(parse(url)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, metadata) == []


async def test_on_sqlite_they_do_not_differ_in_what_comparing_overlooks(tmp_path: Path, vitals: Vitals) -> None:
    await Store.open(f"sqlite:///{tmp_path}/migrated.db", vitals).close()
    engine = create_engine(f"sqlite:///{tmp_path}/created.db")
    metadata.create_all(engine)
    engine.dispose()

    created = _statements(tmp_path / "created.db")
    migrated = _statements(tmp_path / "migrated.db")

    assert migrated.pop("alembic_version")
    assert migrated == created
    assert "WITHOUT ROWID" in " ".join(migrated["sample"])
    assert "AUTOINCREMENT" in " ".join(migrated["change"])
    assert "WHERE resolved_at IS NULL" in " ".join(migrated["uq_finding_open"])


def _statements(path: Path) -> dict[str, list[str]]:
    """Name → the parts of its CREATE, in any order."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
    engine.dispose()
    return {name: sorted(part.strip(" ,\t\n)") for part in sql.splitlines() if part.strip()) for name, sql in rows}


def test_the_code_works_with_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(configured()).get_heads() == [HEAD]


async def test_there_is_no_way_back(store: Store, url: str) -> None:
    await store.close()
    engine = writing(parse(url))

    with pytest.raises(NotImplementedError, match="forward only"), engine.begin() as connection:
        command.downgrade(configured(connection), "base")
    with engine.begin() as connection:
        assert inspect(connection).has_table("sample")


async def test_a_migration_that_was_interrupted_leaves_nothing(
    url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = op.create_index

    def interrupted(name: str, *args: object, **kwargs: object) -> None:
        if name == "ix_facts_target_id_check_id_id":
            raise KeyboardInterrupt
        real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_index", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Store.open(url, vitals)
    monkeypatch.undo()

    with writing(parse(url)).begin() as connection:
        assert inspect(connection).get_table_names() == []
    await Store.open(url, vitals).close()


def test_a_database_somebody_else_filled_is_refused_untouched(url: str, vitals: Vitals) -> None:
    engine = writing(parse(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE target (id INTEGER)")

    with pytest.raises(StoreError, match="target"):
        Store.open(url, vitals)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == ["target"]
