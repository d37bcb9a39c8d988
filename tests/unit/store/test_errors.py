"""What drivers report, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError

from monitor.errors import MonitorError
from monitor.store.errors import OTHER, POSTGRESQL, SQLITE, StoreError, explain, explained


def of_sqlite(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("kata driver")
    error.sqlite_errorname = name
    return error


def wrapped(error: Exception) -> DBAPIError:
    kind = OperationalError if isinstance(error, sqlite3.OperationalError | psycopg.OperationalError) else DBAPIError
    return kind("SELECT :rahasia", {"rahasia": "isi-temuan"}, error, hide_parameters=True)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(of_sqlite("SQLITE_FULL"), "penuh", id="disk full"),
        pytest.param(of_sqlite("SQLITE_IOERR_WRITE"), "gagal dibaca atau ditulis", id="an I/O error"),
        pytest.param(of_sqlite("SQLITE_READONLY_DIRECTORY"), "tidak dapat ditulis", id="a read-only folder"),
        pytest.param(of_sqlite("SQLITE_CORRUPT_INDEX"), "rusak", id="corrupt"),
        pytest.param(of_sqlite("SQLITE_BUSY_SNAPSHOT"), "terkunci", id="busy"),
        pytest.param(sqlite3.ProgrammingError("x"), "menolak perintah", id="no code at all"),
        pytest.param(pg.DiskFull("x"), "penuh", id="PostgreSQL: disk full"),
        pytest.param(pg.InvalidPassword("x"), "menolak akun", id="PostgreSQL: password"),
        pytest.param(pg.AdminShutdown("x"), "sedang berhenti", id="PostgreSQL: shutdown"),
        pytest.param(pg.LockNotAvailable("x"), "daemon lain", id="PostgreSQL: lock"),
        pytest.param(pg.UndefinedTable("x"), "menolak perintah", id="PostgreSQL: anything else"),
        pytest.param(psycopg.OperationalError("connection refused"), "tidak dapat dihubungi", id="PostgreSQL: gone"),
        pytest.param(psycopg.ProgrammingError("x"), "menolak perintah", id="PostgreSQL: a bug"),
    ],
)
def test_an_error_of_a_driver_is_told_in_words(error: Exception, words: str) -> None:
    told = explain(wrapped(error), "tempat")

    assert words in told.message
    assert "tempat" in told.message
    assert told.remedy


def test_an_error_of_sqlalchemy_itself_is_told_too() -> None:
    with pytest.raises(StoreError, match="menolak perintah"), explained("tempat"):
        raise InvalidRequestError("x")


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), explained("tempat"):
        raise KeyError("x")


@pytest.mark.parametrize("table", [SQLITE, POSTGRESQL, {"": OTHER}], ids=["sqlite", "postgresql", "other"])
def test_every_text_has_its_place_and_a_remedy(table: Mapping[str, tuple[str, str]]) -> None:
    for message, remedy in table.values():
        assert "tempat" in message.format(place="tempat", words="kata")
        assert remedy


def test_an_endless_message_is_cut_to_one_line() -> None:
    told = explain(wrapped(sqlite3.OperationalError("a\nb" * 1000)), "tempat")

    assert "\n" not in told.message
    assert len(told.message) < 500


def test_a_store_error_carries_message_and_remedy() -> None:
    error = StoreError("rusak", "perbaiki")

    assert isinstance(error, MonitorError)
    assert (error.message, error.remedy, str(error)) == ("rusak", "perbaiki", "rusak – perbaiki")
