from __future__ import annotations

from collections import Counter

import pytest

from monitor.evidence import regulation
from monitor.evidence.data import RegulationTable, Status
from monitor.model import State
from tests.unit.evidence import fake


@pytest.fixture(scope="module")
def tables() -> dict[str, RegulationTable]:
    return {table.key: table for table in fake.month().regulation}


@pytest.mark.parametrize(
    ("key", "numbers", "rows"),
    [
        ("website-opd", 29, 30),
        ("email-opd", 28, 28),
        ("website-kecamatan", 18, 18),
        ("email-kecamatan", 18, 18),
        ("website-kelurahan", 15, 15),
        ("website-desa", 133, 133),
        ("website-puskesmas", 22, 22),
        ("email-puskesmas", 22, 22),
    ],
)
def test_every_row_of_the_regulation_is_there(
    tables: dict[str, RegulationTable], key: str, numbers: int, rows: int
) -> None:
    found = [row.number for row in tables[key].rows]
    assert len(found) == rows
    assert sorted(set(found)) == list(range(1, numbers + 1))
    assert found == sorted(found)


def test_all_sites_and_all_addresses_are_told_once(tables: dict[str, RegulationTable]) -> None:
    sites = [row.value for key, table in tables.items() if key.startswith("website") for row in table.rows]
    mail = [row.value for key, table in tables.items() if key.startswith("email") for row in table.rows]
    assert len(set(sites)) == len(sites) == 218
    assert len(set(mail)) == len(mail) == 68


def test_villages_are_named_as_the_regulation_does(tables: dict[str, RegulationTable]) -> None:
    rows = tables["website-desa"].rows
    assert (rows[0].name, rows[0].value) == ("Sinduraja", "https://sinduraja.desa.id/")
    assert Counter(row.name for row in rows)["Karanggedang"] == 2


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.UP, Status.ACTIVE),
        (State.DEGRADED, Status.ACTIVE),
        (State.DOWN, Status.INACTIVE),
        (State.UNOBSERVED, Status.UNOBSERVED),
    ],
)
def test_status_is_what_was_measured(state: State, status: Status) -> None:
    assert regulation.STATUS_OF[state] is status


def test_a_mail_domain_nobody_knows_is_unobserved() -> None:
    tables = regulation.tables(fake.month().sites, (), {})
    assert {row.status for table in tables if table.key.startswith("email") for row in table.rows} == {
        Status.UNOBSERVED
    }


def test_doubtful_addresses_say_so(tables: dict[str, RegulationTable]) -> None:
    doubtful = [row for row in tables["website-kelurahan"].rows if "perlu diverifikasi" in row.note]
    assert len(doubtful) == 5


def test_the_service_the_regulation_wants_moved_is_known() -> None:
    moves = regulation.moves()
    assert moves["LYN-017"].mandated
    assert set(moves) <= {target.kode for target in fake.listed()}
