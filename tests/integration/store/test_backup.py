"""Copies that were really taken, put back, and refused: on both databases, with the real tools."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from monitor.access.people import RESTORED, Deed, Via
from monitor.model import State
from monitor.store import Store, StoreError, backup
from monitor.store.place import parse
from monitor.store.schema import HEAD
from monitor.vitals import Vitals
from tests.integration.store.records import EXPIRED, RULES, after, moved, opened, record
from tests.servers import Postgres

DEED = Deed(
    at=datetime(2026, 11, 24, 5, tzinfo=UTC), actor="rina", via=Via.LOCAL, address="", deed=RESTORED, about="x.db"
)


def noted(sha256: str) -> Deed:
    assert len(sha256) == 64
    return DEED


async def some(store: Store) -> None:
    store.put(opened(EXPIRED("a")))
    store.put(moved(State.DOWN, after(60), "site.down"))
    store.put(record(after(120), facts={"nilai": 1}))
    await store.flush()


async def test_a_copy_taken_while_it_is_written_brings_everything_back(
    store: Store, url: str, vitals: Vitals, tmp_path: Path
) -> None:
    await some(store)
    before = dict(await store.counts()) | {"audit": 1}  # that it was put back
    file = tmp_path / "cadangan"
    size = backup.backup(url, file)
    store.put(record(after(180)))
    await store.flush()
    with pytest.raises(StoreError, match="sedang dipakai daemon lain"):
        backup.restore(url, file, noted, force=True)
    await store.close()

    assert size == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]  # noqa: PTH208
    with pytest.raises(StoreError, match="--force"):
        backup.restore(url, file, noted)
    assert backup.restore(url, file, noted, force=True)
    again = Store.open(url, vitals, RULES)
    assert await again.counts() == before
    (told,), total = await again.audit()
    assert (replace(told, number=0), total) == (DEED, 1), "the trail says that it was put back"
    again.put(opened(EXPIRED("b"), after(200)))
    await again.flush()
    assert [item.id for item in await again.findings()] == [2, 1]  # numbers go on
    await again.close()
    assert backup.check(url).flaws == ()


async def test_a_copy_is_put_into_a_database_that_is_empty(
    store: Store, url: str, vitals: Vitals, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await some(store)
    before = dict(await store.counts()) | {"audit": 1}  # that it was put back
    backup.backup(url, tmp_path / "cadangan", compress=True)
    other, drop = _empty(url, tmp_path, request)
    try:
        backup.restore(other, tmp_path / "cadangan", noted)
        opened_there = Store.open(other, vitals, RULES)
        assert await opened_there.counts() == before
        await opened_there.close()
    finally:
        drop()


async def test_what_was_looked_at_is_what_is_put_back_whatever_gets_its_name_meanwhile(
    store: Store, url: str, vitals: Vitals, tmp_path: Path
) -> None:
    file, other = tmp_path / "cadangan", tmp_path / "lain"
    backup.backup(url, other)
    await some(store)
    backup.backup(url, file)
    before, digest = dict(await store.counts()) | {"audit": 1}, hashlib.sha256(file.read_bytes()).hexdigest()
    await store.close()

    def swapped(sha256: str) -> Deed:
        other.replace(file)
        return replace(DEED, about=sha256)

    backup.restore(url, file, swapped, force=True)
    again = Store.open(url, vitals, RULES)
    (told,), _total = await again.audit()
    assert (await again.counts(), told.about) == (before, digest)
    await again.close()


def _empty(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, Any]:
    if parse(url).path is not None:
        return f"sqlite:///{tmp_path}/lain/monitor.db", lambda: None
    server: Postgres = request.getfixturevalue("postgres")
    made = server.create()
    return made, lambda: server.drop(made)


async def test_no_copy_replaces_another(store: Store, url: str, tmp_path: Path) -> None:
    file = tmp_path / "cadangan"
    file.write_text("yang lama")
    with pytest.raises(StoreError, match="sudah ada"):
        backup.backup(url, file)
    assert file.read_text() == "yang lama"


async def test_what_is_no_backup_is_refused_before_anything_is_touched(
    store: Store, url: str, tmp_path: Path, vitals: Vitals
) -> None:
    await some(store)
    before = await store.counts()
    await store.close()
    strange = tmp_path / "aneh"
    for content in (b"", b"PK\3\4 bukan", b"\x1f\x8bbukan gzip", gzip.compress(b"bukan")):
        strange.write_bytes(content)
        with pytest.raises(StoreError):
            backup.restore(url, strange, noted, force=True)
    with pytest.raises(StoreError, match="tidak dapat dibaca"):
        backup.restore(url, tmp_path / "tidak-ada", noted, force=True)
    again = Store.open(url, vitals, RULES)
    assert await again.counts() == before
    await again.close()


async def test_a_damaged_copy_leaves_the_record_as_it_is(
    store: Store, url: str, tmp_path: Path, vitals: Vitals
) -> None:
    await some(store)
    before = await store.counts()
    file = tmp_path / "cadangan"
    backup.backup(url, file)
    await store.close()
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])

    with pytest.raises(StoreError):
        backup.restore(url, file, noted, force=True)
    again = Store.open(url, vitals, RULES)
    assert await again.counts() == before
    await again.close()


async def test_a_copy_of_the_other_kind_is_refused(store: Store, url: str, tmp_path: Path) -> None:
    file = tmp_path / "cadangan"
    is_sqlite = parse(url).path is not None
    file.write_bytes(b"PGDMP" if is_sqlite else b"SQLite format 3\0")
    with pytest.raises(StoreError, match="jenis lain"):
        backup.restore(url, file, noted)


async def test_a_sound_record_is_said_to_be_sound(store: Store, url: str) -> None:
    await some(store)
    found = backup.check(url)
    assert (found.flaws, found.revision, found.rows) == ((), HEAD, 3)
    assert found.size > 0


async def test_numbers_that_would_come_again_are_found(store: Store, url: str) -> None:
    await some(store)
    await store.close()
    path = parse(url).path
    if path is not None:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'finding'")
        connection.close()
    else:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute("INSERT INTO transition SELECT 7, target_id, at, state, cause FROM transition LIMIT 1")
    (flaw,) = backup.check(url).flaws
    assert "mundur" in flaw


async def test_a_reference_to_nothing_is_found(tmp_path: Path, vitals: Vitals) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    await Store.open(url, vitals, RULES).close()
    with sqlite3.connect(tmp_path / "monitor.db") as connection:
        connection.execute("INSERT INTO change (finding_id, turn, at) VALUES (5, 1, 0)")
    connection.close()
    (flaw,) = backup.check(url).flaws
    assert flaw.startswith("change nomor 1 menunjuk baris finding")


async def test_a_damaged_file_is_found(tmp_path: Path, vitals: Vitals) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    await Store.open(url, vitals, RULES).close()
    path = tmp_path / "monitor.db"
    content = bytearray(path.read_bytes())
    content[8 * 4096 : 12 * 4096] = os.urandom(4 * 4096)
    path.write_bytes(content)
    try:
        flaws = backup.check(url).flaws
    except StoreError as error:
        flaws = (error.message,)
    assert any("rusak" in flaw for flaw in flaws)


async def test_upgrade_says_what_it_did_and_refuses_while_a_daemon_is_at_work(url: str, vitals: Vitals) -> None:
    assert backup.upgrade(url) == (None, HEAD)
    assert backup.upgrade(url) == (HEAD, HEAD)
    held = Store.open(url, vitals, RULES)
    with pytest.raises(StoreError, match="daemon lain"):
        backup.upgrade(url)
    await held.close()


@pytest.mark.servers("postgres")
async def test_the_password_is_on_no_command_line_and_in_no_message(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vitals: Vitals
) -> None:
    url = postgres.create()
    await Store.open(url, vitals, RULES).close()
    real, seen = tmp_path / "bin", tmp_path / "argv"
    real.mkdir()
    program = shutil.which("pg_dump")
    spy = real / "pg_dump"
    spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" "$PGPASSWORD" >> {seen}\nexec {program} "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{real}:{os.environ['PATH']}")
    backup.backup(url, tmp_path / "cadangan")
    assert Postgres.PASSWORD not in seen.read_text()
    assert "--format=custom" in seen.read_text()

    wrong = url.replace(Postgres.PASSWORD, "salah-sekali")
    with pytest.raises(StoreError) as refused:
        backup.backup(wrong, tmp_path / "lain")
    assert "salah-sekali" not in str(refused.value)
    assert not (tmp_path / "lain").exists()
    postgres.drop(url)
