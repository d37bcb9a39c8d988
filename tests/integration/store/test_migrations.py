"""The migrations build exactly the schema that the code works with: wholly, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from monitor.incident import Ripples
from monitor.model import OpenFinding, State
from monitor.store import Store, StoreError
from monitor.store.engine import writing
from monitor.store.migrate import revision
from monitor.store.place import parse
from monitor.store.schema import HEAD, metadata
from monitor.store.upgrade import configured
from monitor.vitals import Vitals
from tests.integration.store import values
from tests.integration.store.records import DOWN, NOON, RULES, after, record


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
    assert "WHERE settled_at IS NULL" in " ".join(migrated["ix_outbox_due"])


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


FIRST = (
    (
        "INSERT INTO target (id, kode, kind, name, url, owner, criticality, active, source, verification, note,"
        " first_seen) VALUES (1, 'DESA-001', 'desa', 'A', 'https://a/', '', 'sedang', {true}, '', 'ok', '', 0)"
    ),
    "INSERT INTO check_kind (id, slug) VALUES (1, 'website')",
    "INSERT INTO sample VALUES (1, 1, {seconds}, 2, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7)",
    (
        "INSERT INTO finding (id, target_id, check_id, code, subject, severity, opened_at, detail)"
        " VALUES (5, 1, 1, 'site.down', '', 3, {seconds}000, '{{}}')"
    ),
    "INSERT INTO change (id, finding_id, turn, at) VALUES (9, 5, 1, {seconds}000)",
    "INSERT INTO transition (target_id, at, state, cause) VALUES (1, {seconds}000, 2, 'site.down')",
)
"""What a daemon of the first schema left behind."""


def _of_the_first_schema(url: str) -> None:
    with writing(parse(url)).begin() as connection:
        command.upgrade(configured(connection), "0001")
        true = "1" if url.startswith("sqlite") else "true"
        for statement in FIRST:
            connection.exec_driver_sql(statement.format(true=true, seconds=int(NOON.timestamp())))


async def test_a_record_of_the_first_schema_goes_on_with_everything_in_it(url: str, vitals: Vitals) -> None:
    _of_the_first_schema(url)
    store = Store.open(url, vitals, RULES)

    known = await store.load()
    assert known.open == {"DESA-001": (OpenFinding("website", DOWN(), NOON),)}
    assert known.transitions["DESA-001"].state is State.DOWN
    assert (known.incidents, known.next_incident, known.memory) == ((), 1, {})
    assert [item.id for item in await store.changes_since(0)] == [9]
    assert len(await store.samples("DESA-001", "website", NOON, after(1))) == 1
    item = values.incident(1, values.member(DOWN()))
    store.put(record(after(60), memory={"a": 1}), Ripples((item,)))
    await store.flush()
    assert await store.incident(1) == item
    await store.close()


async def test_a_record_of_the_first_schema_is_not_read_before_it_is_migrated(url: str, vitals: Vitals) -> None:
    _of_the_first_schema(url)

    with pytest.raises(StoreError, match="0001"):
        Store.open(url, vitals, read_only=True)


async def test_a_second_migration_that_was_interrupted_leaves_the_first(
    url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    _of_the_first_schema(url)
    real = op.create_table

    def interrupted(name: str, *args: object, **kwargs: object) -> None:
        if name == "feed_cursor":
            raise KeyboardInterrupt
        real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_table", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Store.open(url, vitals)
    monkeypatch.undo()

    with writing(parse(url)).begin() as connection:
        assert revision(connection) == "0001"
        assert not inspect(connection).has_table("outbox")
    await Store.open(url, vitals).close()


def test_a_database_somebody_else_filled_is_refused_untouched(url: str, vitals: Vitals) -> None:
    engine = writing(parse(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE target (id INTEGER)")

    with pytest.raises(StoreError, match="target"):
        Store.open(url, vitals)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == ["target"]
