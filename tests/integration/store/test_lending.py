"""A database that is lent again is as good as a new one."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from monitor.store.schema import metadata
from tests.integration.store.lending import Lender
from tests.servers import Postgres

pytestmark = pytest.mark.servers("postgres")
TARGET = (
    "INSERT INTO target (kode, kind, name, url, owner, criticality, active, source, verification, note, first_seen)"
    " VALUES ('X', 'opd', 'X', 'https://x.id/', '', '', true, '', '', '', 1) RETURNING id"
)


@pytest.fixture
def lender(postgres: Postgres) -> Iterator[Lender]:
    """One of its own, so that it has lent nothing yet."""
    own = Lender(postgres)
    yield own
    for url in own._ready:
        postgres.drop(url)


def test_no_row_and_no_number_is_left_of_whoever_had_it_before(lender: Lender) -> None:
    url = lender.lend()
    with psycopg.connect(url) as connection:
        assert connection.execute(TARGET).fetchone() == (1,)
        connection.commit()
        connection.execute(TARGET.replace("'X'", "'Y'", 1))
        connection.rollback()  # the number is used up all the same
    lender.take_back(url)

    assert lender.lend() == url
    with psycopg.connect(url) as connection:
        counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in metadata.tables}  # noqa: S608
        assert counts == dict.fromkeys(metadata.tables, (0,))
        assert connection.execute(TARGET).fetchone() == (1,)
    lender.take_back(url)


def test_whoever_is_still_connected_is_cut_off(lender: Lender) -> None:
    url = lender.lend()
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        connection.execute(TARGET)

        lender.take_back(url)

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert lender.lend() == url
    lender.take_back(url)


@pytest.mark.parametrize(
    "act",
    [
        "DROP TABLE outbox",
        "DROP TABLE alembic_version",
        "CREATE TABLE more (id integer)",
        "CREATE SCHEMA more",
        "ALTER TABLE target ADD COLUMN more integer",
        "ALTER TABLE target ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE target ALTER COLUMN name SET DEFAULT 'x'",
        "ALTER TABLE target DROP CONSTRAINT uq_target_kode",
        "CREATE INDEX more ON target (name)",
        "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE RULE more AS ON DELETE TO target DO INSTEAD NOTHING",
        "UPDATE alembic_version SET version_num = '0001'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database()); END $$",
    ],
)
def test_what_somebody_altered_is_not_lent_again(lender: Lender, act: str) -> None:
    url = lender.lend()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(act.encode())

    lender.take_back(url)

    assert lender.lend() != url
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)
