"""Database URLs: understood, or refused without repeating a secret."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from monitor.store import StoreError
from monitor.store.place import parse

SECRET = "kata-sandi"  # noqa: S105 - nobody's


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("sqlite:////var/lib/monitor/monitor.db", "/var/lib/monitor/monitor.db", id="an absolute file"),
        pytest.param("postgresql://monitor:kata-sandi@db.go.id/catatan", "db.go.id:5432/catatan", id="postgresql"),
        pytest.param("postgresql+psycopg://m:kata-sandi@[::1]:6432/catatan", "::1:6432/catatan", id="IPv6 and a port"),
        pytest.param("postgresql:///catatan?host=/run/postgresql", "/run/postgresql:5432/catatan", id="a local socket"),
        pytest.param("postgresql://h/catatan?password=kata-sandi", "h:5432/catatan", id="a password as a parameter"),
        pytest.param("postgresql://m:kata-sandi%40x@h/catatan", "h:5432/catatan", id="an escaped password"),
    ],
)
def test_a_place_is_named_without_its_secrets(url: str, name: str) -> None:
    place = parse(url)

    assert place.name == name
    assert SECRET not in place.name
    assert SECRET not in repr(place)


def test_a_relative_file_is_below_the_working_directory() -> None:
    assert parse("sqlite:///var/monitor.db").path == Path.cwd() / "var/monitor.db"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("monitor.db", id="no scheme"),
        pytest.param("sqlite://", id="in memory, unsaid"),
        pytest.param("sqlite:///:memory:", id="in memory"),
        pytest.param("sqlite://kata-sandi/monitor.db", id="two slashes"),
        pytest.param("mysql://m:kata-sandi@h/d", id="another database"),
        pytest.param("postgresql://m:kata-sandi@h", id="no database"),
        pytest.param("postgresql://monitor:kata-sandi", id="no host, so that the password looks like a port"),
        pytest.param("postgresql://m:x@kata-sandi@h/d", id="an unescaped @ in the password"),
        pytest.param("postgresql://m:x@h:kata-sandi/d", id="no number where the port is"),
    ],
)
def test_an_unusable_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        parse(url)

    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_the_driver_is_ours_to_choose() -> None:
    assert parse("postgresql+asyncpg://m:x@h/d").url.drivername == "postgresql+psycopg"
