"""One migrated PostgreSQL database that test after test has to itself: to create one takes ten times as long."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from monitor.store.engine import writing
from monitor.store.migrate import upgrade
from monitor.store.place import parse
from tests.servers import Postgres

_SHAPE = """
SELECT string_agg(said, E'\n' ORDER BY said) FROM (
    SELECT concat_ws(' ', oid::regclass, relkind, reloptions, relowner) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
            (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class::regclass::text !~ '^(pg_|information_schema)'
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT setconfig::text FROM pg_db_role_setting
    UNION ALL SELECT version_num FROM alembic_version
) AS known (said)
"""
"""All of a database but its rows, as text: what a migration made, and what a test could have made of it."""
_VERSION = "alembic_version"


def migrate(url: str) -> None:
    """Bring the database at *url* to today's schema."""
    place = parse(url)
    with writing(place).connect() as connection:
        upgrade(connection, place.name)


@dataclass(slots=True)
class Lender:
    """Lends a migrated, empty database to one test at a time, and makes another when somebody altered its schema."""

    server: Postgres
    _ready: list[str] = field(default_factory=list)
    _shape: str = ""

    def lend(self) -> str:
        """The URL of a migrated database without a row, to which nobody is connected."""
        if self._ready:
            return self._ready.pop()
        url = self.server.create()
        migrate(url)
        with psycopg.connect(url) as connection:
            self._shape = _shape(connection)
        return url

    def take_back(self, url: str) -> None:
        """Make it as it was lent: nobody is connected, every table is empty, numbers begin at 1."""
        self.server.disconnect(url)
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                same = _shape(connection) == self._shape
                if same:
                    _empty(connection)
        except psycopg.Error:  # so much was altered that not even the question is understood
            same = False
        if same:
            self._ready.append(url)
        else:
            self.server.drop(url)


def _shape(connection: psycopg.Connection) -> str:
    row = connection.execute(_SHAPE).fetchone()
    assert row
    return str(row[0])


def _empty(connection: psycopg.Connection) -> None:
    """Take all rows of the tables that have any, and set back every number that was given out."""
    names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    tables = [sql.Identifier(name) for name in names if name != _VERSION]
    asked = [sql.SQL("EXISTS (SELECT FROM {})").format(table) for table in tables]
    filled = connection.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(asked))).fetchone()
    assert filled
    full = [table for table, some in zip(tables, filled, strict=True) if some]
    if full:
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(full)))
    connection.execute(
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences"
        " WHERE last_value IS NOT NULL"
    )
