"""A record of October 2026: three sites watched once a minute, and everything a report tells of."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import year
from monitor.evidence.data import Method
from monitor.evidence.record import Brief
from monitor.incident import Cause, CauseKind, Event, EventKind, FindingKey, Incident, Mark, Member, Ripples, Verb
from monitor.model import (
    Audience,
    Change,
    Exhibit,
    Finding,
    Kind,
    Outcome,
    Record,
    Rule,
    Severity,
    State,
    Target,
    Turn,
)
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.conftest import BOTH
from tests.servers import Postgres
from tests.unit.evidence import fake

SINCE, UNTIL = fake.SINCE, fake.UNTIL
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = UNTIL + HOUR
SLOT = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
SLOW = Rule("site.slow", Severity.LOW, Audience.NOC)
RULES = {rule.code: rule for rule in (SLOT, SLOW)}
BRIEF = Brief(method=Method(targets=fake.TARGETS), settings="5e" * 32)
SITES = tuple(target for target in fake.listed() if target.kode in {"OPD-001", "DESA-001", "LYN-017"})
DOMAIN = Target(kode="sinduraja.desa.id", kind=Kind.DOMAIN, name="sinduraja.desa.id", url="https://sinduraja.desa.id/")
TARGETS = (*SITES, DOMAIN)


def change(finding: Finding, turn: Turn, at: datetime, opened: datetime, kode: str = "DESA-001") -> Record:
    item = Change(kode=kode, check="website", finding=finding, turn=turn, at=at, opened=opened)
    return look(at, kode, changes=(item,))


def look(at: datetime, kode: str = "DESA-001", check: str = "website", **fields: Any) -> Record:
    values: dict[str, Any] = {"outcome": Outcome.OBSERVED, "state": State.UP, "duration": timedelta(milliseconds=9)}
    return Record(kode=kode, check=check, at=at, **values | fields)


def key(finding: Finding, opened: datetime, kode: str = "DESA-001") -> FindingKey:
    return FindingKey(kode=kode, check="website", code=finding.code, subject=finding.subject, opened=opened)


FOUND = SLOT("beranda", excerpt="=SLOT gacor")
FOUND_AT = SINCE + 9 * DAY + HOUR
CERTIFICATE = {
    "subject": "CN=sinduraja.desa.id",
    "issuer": "R11",
    "not_before": "2026-09-01T00:00:00+00:00",
    "not_after": "2026-11-20T00:00:00+00:00",
}
VISIT = {
    "hops": [{"tls": {"version": "TLSv1.3", "chain": ["ab"], "verify_code": 0, "verify_message": ""}}],
    "certificates": {"ab": CERTIFICATE},
}


def _incident() -> Ripples:
    member = Member(key=key(FOUND, FOUND_AT), severity=Severity.CRITICAL, joined=FOUND_AT)
    return Ripples(
        incidents=(
            Incident(
                number=1,
                cause=Cause(CauseKind.SITE, "DESA-001"),
                audience=Audience.CSIRT,
                severity=Severity.CRITICAL,
                opened=FOUND_AT,
                members=(member,),
                acknowledged=FOUND_AT + HOUR,
                acknowledged_by="Budi",
            ),
        ),
        events=(
            Event(number=1, at=FOUND_AT, kind=EventKind.OPENED),
            Event(number=1, at=FOUND_AT + HOUR, kind=EventKind.ACKNOWLEDGED, actor="Budi"),
            Event(number=1, at=UNTIL + HOUR, kind=EventKind.NOTED, actor="Budi", text="sesudah bulan"),
        ),
        marks=(
            Mark(key=key(FOUND, FOUND_AT), verb=Verb.ACKNOWLEDGE, actor="Budi", at=FOUND_AT + HOUR, text="ditangani"),
            Mark(key=key(FOUND, FOUND_AT), verb=Verb.NOTE, actor="Budi", at=UNTIL + HOUR, text="sesudah bulan"),
        ),
    )


def _fill(store: Store) -> None:
    page = Exhibit(label="googlebot", url="https://sinduraja.desa.id/", at=FOUND_AT, media_type="text/html", body=b"x")
    opened = change(FOUND, Turn.OPENED, FOUND_AT, FOUND_AT)
    store.put(Record(**{name: getattr(opened, name) for name in opened.__slots__} | {"exhibits": (page,)}))
    store.put(look(SINCE + DAY, facts=VISIT))
    store.put(
        look(SINCE + 2 * DAY, DOMAIN.kode, "registration", facts={"record": {"expires": "2027-01-01T00:00:00+00:00"}})
    )
    slow = SLOW()
    store.put(change(slow, Turn.OPENED, SINCE - DAY, SINCE - DAY, "OPD-001"))
    store.put(change(slow, Turn.RESOLVED, SINCE + DAY, SINCE - DAY, "OPD-001"))
    store.put_ripples(_incident())
    store.put(change(FOUND, Turn.RESOLVED, UNTIL + 2 * HOUR, FOUND_AT))


async def _build(where: str) -> None:
    year.generate(where, SITES, SINCE - 2 * DAY, UNTIL + 3 * HOUR, seed=3)
    opened = Store.open(where, Vitals(started=NOW), RULES)
    await opened.sync(TARGETS, SINCE - 2 * DAY)
    await opened.set_cadences({"website": timedelta(seconds=60)}, SINCE - 2 * DAY)
    _fill(opened)
    await opened.flush()
    while await opened.roll_up(UNTIL + 3 * HOUR, limit=5_000):
        pass
    await opened.close()


@pytest.fixture(scope="session")
def october_in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the record."""
    folder = tmp_path_factory.mktemp("october") / "record"
    asyncio.run(_build(f"sqlite:///{folder}/monitor.db"))
    return folder


@pytest.fixture(scope="session")
def october_in_postgres(postgres: Postgres) -> str:
    """The name of a database with the record."""
    made = postgres.create()
    asyncio.run(_build(made))
    return made.rpartition("/")[2]


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A copy of the record."""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("october_in_sqlite"), tmp_path / "record")
        yield f"sqlite:///{tmp_path}/record/monitor.db"
        return
    server = request.getfixturevalue("postgres")
    made = server.create(request.getfixturevalue("october_in_postgres"))
    yield made
    server.drop(made)


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """October and a little of the days around it."""
    opened = Store.open(url, Vitals(started=NOW), RULES)
    await opened.sync(TARGETS, NOW)
    yield opened
    await opened.close()


@pytest.fixture
def early() -> datetime:
    """An instant within the month."""
    return datetime(2026, 10, 20, 3, 4, 5, tzinfo=UTC)
