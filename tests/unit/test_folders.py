"""Where files lie that nobody chose a place for."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.access import local
from monitor.evidence import shelf
from monitor.folders import beside, sqlite_file
from monitor.seal import keyfile
from monitor.settings import Settings
from monitor.store.place import parse


@pytest.mark.parametrize(
    ("database", "environment", "folder"),
    [
        ("/srv/data/monitor.db", {}, "/srv/data"),
        ("/srv/data/monitor.db", {"STATE_DIRECTORY": "/var/lib/monitor"}, "/srv/data"),
        (None, {"STATE_DIRECTORY": "/var/lib/monitor"}, "/var/lib/monitor/var"),
        (None, {"STATE_DIRECTORY": "/var/lib/monitor:/var/lib/other"}, "/var/lib/monitor/var"),
        (None, {"STATE_DIRECTORY": ""}, "var"),
        (None, {}, "var"),
    ],
)
def test_files_lie_beside_the_record_or_in_the_folder_of_the_service(
    database: str | None, environment: dict[str, str], folder: str
) -> None:
    assert beside(Path(database) if database else None, environment) == Path(folder)


def test_a_command_finds_the_files_of_the_service_wherever_it_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/monitor")
    settings = Settings.model_validate({"database": {"url": "postgresql://monitor@192.0.2.10/monitor"}})

    assert local.default_path(None) == Path("/var/lib/monitor/var/local-token")
    assert keyfile.default_path(None) == Path("/var/lib/monitor/var/seal-key.pem")
    assert shelf.folder_of(settings) == Path("/var/lib/monitor/var/bukti")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///var/monitor.db",
        "sqlite:////var/lib/monitor/monitor.db",
        "sqlite+pysqlite:////a/b c.db?timeout=3",
        "sqlite:////a/b%20c.db",
        "postgresql://u:p@h/d",
        "postgresql:///d",
    ],
)
def test_the_file_of_a_database_is_found_as_the_store_finds_it(url: str) -> None:
    assert sqlite_file(url) == parse(url).path


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///", "sqlite:///:memory:", "var/monitor.db", "sqlite"])
def test_what_names_no_file_has_none(url: str) -> None:
    assert sqlite_file(url) is None
