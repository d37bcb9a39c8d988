"""Opening the record: by one daemon, on the right schema, and with words an operator can act on."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.store import Store, StoreError
from monitor.store.engine import writing
from monitor.store.place import parse
from monitor.vitals import Vitals
from tests.integration.store.records import DOWN as DOWN_RULE
from tests.integration.store.records import NOON, RULES, opened, target


def refusal(url: str, vitals: Vitals, *, read_only: bool = False) -> StoreError:
    with pytest.raises(StoreError) as caught:
        Store.open(url, vitals, read_only=read_only)
    return caught.value


async def test_what_was_recorded_is_there_when_opened_again(url: str, vitals: Vitals) -> None:
    store = Store.open(url, vitals, RULES)
    await store.sync([target()], NOON)
    store.put(opened(DOWN_RULE()))
    await store.close()

    store = Store.open(url, vitals, RULES)
    assert list((await store.load()).open) == ["DESA-001"]
    store.put(opened(DOWN_RULE("again")))
    await store.close()


async def test_two_daemons_never_write_one_record(
    store: Store, url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.lock._PATIENCE", "10ms")

    assert "sedang dipakai daemon lain" in refusal(url, vitals).message


async def test_the_lock_is_free_after_closing(store: Store, url: str, vitals: Vitals) -> None:
    await store.close()

    await Store.open(url, vitals).close()


async def test_a_record_can_be_read_while_a_daemon_writes(store: Store, url: str, vitals: Vitals) -> None:
    reading = Store.open(url, vitals, RULES, read_only=True)
    store.put(opened(DOWN_RULE()))
    await store.flush()

    assert len(await reading.findings()) == 1
    assert not reading.failed.done()
    await reading.close()


async def test_a_reading_store_cannot_write(store: Store, url: str, vitals: Vitals) -> None:
    reading = Store.open(url, vitals, read_only=True)

    with pytest.raises(RuntimeError, match="read-only"):
        reading.put(opened(DOWN_RULE()))
    with pytest.raises(StoreError):
        await reading._reader.ask(lambda connection: connection.execute(text("DELETE FROM target")))
    await reading.close()


async def test_a_record_at_rest_can_be_read(store: Store, url: str, vitals: Vitals) -> None:
    await store.close()

    reading = Store.open(url, vitals, read_only=True)
    assert (await reading.counts())["target"] == 2
    await reading.close()


async def test_reading_makes_no_database(url: str, vitals: Vitals) -> None:
    error = refusal(url, vitals, read_only=True)

    assert "monitor serve" in error.remedy
    if url.startswith("sqlite"):
        assert not Path(url.removeprefix("sqlite:///")).parent.exists()


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_database_of_newer_code_is_refused_untouched(
    store: Store,
    url: str,
    vitals: Vitals,
    read_only: bool,  # noqa: FBT001
) -> None:
    await store.close()
    engine = writing(parse(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert "9999" in refusal(url, vitals, read_only=read_only).message
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


async def test_the_folder_and_the_file_are_for_their_owner_alone(tmp_path: Path, vitals: Vitals) -> None:
    await Store.open(f"sqlite:///{tmp_path}/a/b/monitor.db", vitals).close()

    modes = {path: stat.S_IMODE((tmp_path / path).stat().st_mode) for path in ("a", "a/b", "a/b/monitor.db")}
    assert modes == {"a": 0o700, "a/b": 0o700, "a/b/monitor.db": 0o600}


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path, vitals: Vitals) -> None:
    tmp_path.chmod(0o755)
    asyncio.run(Store.open(f"sqlite:///{tmp_path}/monitor.db", vitals).close())

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


async def test_a_relative_file_is_found_after_the_working_directory_changed(
    tmp_path: Path, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.open("sqlite:///var/monitor #.db", vitals)
    monkeypatch.chdir("/")

    with store._reader._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM target").scalar() == 0
    await store.close()
    assert (tmp_path / "var/monitor #.db").exists()


def test_sqlite_survives_a_power_cut_by_its_settings(tmp_path: Path, vitals: Vitals) -> None:
    with writing(parse(f"sqlite:///{tmp_path}/monitor.db")).connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_file_that_is_no_database_is_named(tmp_path: Path, vitals: Vitals) -> None:
    (tmp_path / "monitor.db").write_text("ini bukan basis data\n" * 100)

    error = refusal(f"sqlite:///{tmp_path}/monitor.db", vitals)

    assert error.message == f"{tmp_path}/monitor.db bukan basis data SQLite"
    assert (tmp_path / "monitor.db").read_text().startswith("ini bukan")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path, vitals: Vitals) -> None:
    assert str(tmp_path) in refusal(f"sqlite:///{tmp_path}", vitals).message


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path, vitals: Vitals) -> None:
    (tmp_path / "file").touch()

    assert "tidak dapat dibuat" in refusal(f"sqlite:///{tmp_path}/file/monitor.db", vitals).message


def test_a_database_held_by_another_program_is_said_to_be_locked(
    tmp_path: Path, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.engine._BUSY_SECONDS", 0)
    other = sqlite3.connect(tmp_path / "monitor.db")
    other.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (a); BEGIN IMMEDIATE")

    error = refusal(f"sqlite:///{tmp_path}/monitor.db", vitals)
    other.close()

    assert "terkunci program lain" in error.message


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists():
        pytest.skip("setpriv is missing: apt-get install util-linux")
    code = (
        "import sys; from datetime import UTC, datetime; from monitor.store import Store, StoreError\n"
        "from monitor.vitals import Vitals\n"
        "try: Store.open(sys.argv[1], Vitals(started=datetime.now(UTC)))\n"
        "except StoreError as error: print(error.message)\n"
    )
    tmp_path.chmod(0o500)
    # Root writes anywhere, unless it leaves its capabilities behind.
    less = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*less, sys.executable, "-c", code, f"sqlite:///{tmp_path}/monitor.db"],
        capture_output=True,
        text=True,
        check=True,
    )
    tmp_path.chmod(0o700)

    assert "tidak dapat dibuat atau ditulis (hak akses tidak cukup)" in done.stdout


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_an_absent_postgresql_is_named_without_its_password(vitals: Vitals) -> None:
    port = closed_port()

    error = refusal(f"postgresql://akun:kata-sandi@127.0.0.1:{port}/catatan", vitals)

    assert f"127.0.0.1:{port}/catatan" in error.message
    assert "tidak dapat dihubungi" in error.message
    assert "kata-sandi" not in "".join(traceback.format_exception(error))


@pytest.mark.servers("postgres")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("rahasia-uji", "keliru-sekali", id="a wrong password"),
        pytest.param("test_", "tiada_", id="no such database"),
    ],
)
def test_what_postgresql_says_is_told_without_its_password(
    postgres_url: str, vitals: Vitals, old: str, new: str
) -> None:
    error = refusal(postgres_url.replace(old, new), vitals)

    said = "".join(traceback.format_exception(error))
    assert "127.0.0.1" in error.message
    assert "rahasia-uji" not in said
    assert "keliru-sekali" not in said
