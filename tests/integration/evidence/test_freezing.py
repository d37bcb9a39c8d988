"""A month is noted through the daemon that holds the record."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor import alarms, settings
from monitor.access import local
from monitor.cli import app, evidence
from monitor.desk import Desk
from monitor.doorkeeper import Doorkeeper
from monitor.errors import UsageError
from monitor.latest import Latest
from monitor.seal import keyfile
from monitor.store import FrozenMonth, Store
from monitor.vitals import Vitals
from monitor.web.view import View
from tests.integration.evidence.conftest import NOW, RULES
from tests.integration.web.serving import served
from tests.unit.web import record

RUN = CliRunner()
SECRET = "rahasia-terminal"  # noqa: S105 – of a test


@pytest.fixture
def held(october_in_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The record, held by a daemon that serves its API an hour after the month."""
    shutil.copytree(october_in_sqlite, tmp_path / "record")
    file = tmp_path / "record" / "monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE__URL", f"sqlite:///{file}")
    monkeypatch.setattr(evidence, "now", lambda: NOW)
    keyfile.create(file.parent / keyfile.NAME)
    store = Store.open(f"sqlite:///{file}", Vitals(started=NOW), RULES)
    latest, chosen = Latest(), settings.load()
    local.write(file.parent / local.NAME, SECRET)
    view = View(
        latest=latest,
        vitals=Vitals(started=NOW),
        store=store,
        door=asyncio.run(Doorkeeper.open(chosen, store, lambda: NOW, SECRET)),
        vantage=record.Vantage(),
        settings=chosen,
        desk=Desk(alarms.open_book(chosen, latest, lambda: NOW), store, lambda: NOW, lambda: None),
        now=lambda: NOW,
    )
    try:
        with served(view) as url:
            monkeypatch.setenv("MONITOR_WEB__LISTEN", url.removeprefix("http://"))
            yield file
    finally:
        asyncio.run(store.close())


def export(*more: str) -> Result:
    return RUN.invoke(app, ["evidence", "export", "--month", "2026-10", *more], catch_exceptions=False)


def noted(file: Path) -> list[tuple[str, str]]:
    """(digest of the bundle, reason) of every edition."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT hex(bundle), reason FROM frozen_month ORDER BY id").fetchall()
    return [(bundle.lower(), reason) for bundle, reason in rows]


def test_it_is_noted_through_the_daemon_and_again_only_with_a_reason(held: Path) -> None:
    first = export()
    digest = first.output.splitlines()[1].removeprefix("SHA-256 ")
    assert "BELUM dibekukan" not in first.output
    assert noted(held) == [(digest, "")]

    assert export().output.splitlines()[1] == f"SHA-256 {digest}"
    assert noted(held) == [(digest, "")], "the same again is the same"

    with closing(sqlite3.connect(held)) as connection, connection:
        connection.execute("UPDATE mark SET actor = 'orang lain'")
    with pytest.raises(UsageError, match="sudah dibekukan dengan angka lain"):  # exit code 2
        export()
    assert noted(held) == [(digest, "")]

    again = export("--alasan", "nama petugas  salah catat")
    restated = again.output.splitlines()[1].removeprefix("SHA-256 ")
    assert "Edisi 2: nama petugas salah catat" in again.output
    assert noted(held) == [(digest, ""), (restated, "nama petugas salah catat")]
    bundles = sorted(path.name for path in (held.parent / "bukti").iterdir())
    assert bundles == [
        "bukti-audit-infrastruktur-2026-10-edisi-2.zip",
        "bukti-audit-infrastruktur-2026-10.zip",
    ], "what was handed out before is kept"


def test_an_empty_month_is_noted_through_the_daemon_only_when_somebody_says_so(held: Path) -> None:
    refused = RUN.invoke(app, ["evidence", "export", "--month", "2026-08"], catch_exceptions=False)
    assert (refused.exit_code, noted(held)) == (3, [])

    made = RUN.invoke(app, ["evidence", "export", "--month", "2026-08", "--kosong"], catch_exceptions=False)
    assert "BELUM dibekukan" not in made.output
    assert [reason for _bundle, reason in noted(held)] == [""]


def test_what_the_daemon_refuses_is_said(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, asked = Store.frozen, list[str | None]()

    async def late(self: Store, month: str | None = None) -> tuple[FrozenMonth, ...]:
        """Nobody had handed it out when the export began."""
        asked.append(month)
        return () if len(asked) == 1 else await known(self, month)

    with closing(sqlite3.connect(held)) as connection, connection:
        row = ("2026-10", 0, bytes(32), bytes(32), "")
        connection.execute("INSERT INTO frozen_month (month, at, digest, bundle, reason) VALUES (?, ?, ?, ?, ?)", row)
    monkeypatch.setattr(Store, "frozen", late)
    made = export()

    assert made.exit_code == 3
    assert "Bulan BELUM dibekukan" in made.output
    assert "sudah dibekukan; menyatakannya lagi harus dengan alasan" in made.output
