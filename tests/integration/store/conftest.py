"""Every test of the store runs on both databases."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.lending import Lender, migrate
from tests.integration.store.records import NOON, RULES, target
from tests.servers import Postgres

BOTH = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.servers("postgres")),
)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that does not exist yet, or is empty; where `migrated` (or `store`) is wanted too, one with tables."""
    ready = "migrated" in request.fixturenames
    if request.param == "sqlite":
        if ready:
            shutil.copytree(request.getfixturevalue("sqlite_template"), tmp_path / "record")
        yield f"sqlite:///{tmp_path}/record/monitor.db"
    elif ready:
        lender = request.getfixturevalue("lender")
        lent = lender.lend()
        yield lent
        lender.take_back(lent)
    else:
        yield request.getfixturevalue("postgres_url")


@pytest.fixture
def migrated() -> None:
    """For tests that do not care how a database gets its tables: they are there already, and cost nothing."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database."""
    folder = tmp_path_factory.mktemp("template") / "record"
    migrate(f"sqlite:///{folder}/monitor.db")
    return folder


@pytest.fixture(scope="session")
def lender(postgres: Postgres) -> Lender:
    """Lends migrated databases of this worker's PostgreSQL."""
    return Lender(postgres)


@pytest.fixture
def vitals() -> Vitals:
    return Vitals(started=NOON)


@pytest.fixture
async def store(migrated: None, url: str, vitals: Vitals) -> AsyncIterator[Store]:
    """An open store that knows DESA-001 and DESA-002."""
    opened = Store.open(url, vitals, RULES)
    await opened.sync([target("DESA-001"), target("DESA-002")], NOON)
    yield opened
    await opened.close()
