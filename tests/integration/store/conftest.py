"""Every test of the store runs on both databases."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from monitor.store.engine import writing
from monitor.store.migrate import upgrade
from monitor.store.place import parse
from monitor.vitals import Vitals
from tests.integration.store.records import NOON, RULES, target
from tests.servers import Postgres

BOTH = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.servers("postgres")),
)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that does not exist yet, or is empty; for tests that want a `store`, one that is migrated already."""
    ready = "store" in request.fixturenames
    if request.param == "sqlite":
        if ready:
            shutil.copytree(request.getfixturevalue("sqlite_template"), tmp_path / "record")
        yield f"sqlite:///{tmp_path}/record/monitor.db"
        return
    server = request.getfixturevalue("postgres")
    made = server.create(request.getfixturevalue("postgres_template")) if ready else server.create()
    yield made
    server.drop(made)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database."""
    folder = tmp_path_factory.mktemp("template") / "record"
    _migrate(f"sqlite:///{folder}/monitor.db")
    return folder


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated database."""
    made = postgres.create()
    _migrate(made)
    return made.rpartition("/")[2]


def _migrate(url: str) -> None:
    place = parse(url)
    with writing(place).connect() as connection:
        upgrade(connection, place.name)


@pytest.fixture
def vitals() -> Vitals:
    return Vitals(started=NOON)


@pytest.fixture
async def store(url: str, vitals: Vitals) -> AsyncIterator[Store]:
    """An open store that knows DESA-001 and DESA-002."""
    opened = Store.open(url, vitals, RULES)
    await opened.sync([target("DESA-001"), target("DESA-002")], NOON)
    yield opened
    await opened.close()
