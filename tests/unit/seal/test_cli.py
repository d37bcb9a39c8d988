"""`monitor seal`, typed on a record that is there."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli import app
from monitor.errors import UsageError
from monitor.seal import KeyProblem, Sealer, keyfile
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.records import RULES, record
from tests.integration.store.records import target as listed

Typed = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    (tmp_path / "monitor.toml").write_text(f'[database]\nurl = "sqlite:///{tmp_path}/monitor.db"\n')

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["-c", str(tmp_path / "monitor.toml"), "seal", *words])

    return run


@pytest.fixture
async def heads(tmp_path: Path) -> list[str]:
    """The heads of a record of two days; the second ended yesterday."""
    now = datetime.now(UTC)
    began = now - timedelta(days=2)
    store = Store.open(f"sqlite:///{tmp_path}/monitor.db", Vitals(started=now), RULES)
    await store.sync([listed("DESA-001")], began)
    store.put(record(began))
    await store.flush()
    made = await Sealer(store, keyfile.place_of(tmp_path / "seal-key.pem", {})).seal_due(now)
    await store.close()
    return [sealed.head for sealed in made]


def _meddle(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "monitor.db")) as connection, connection:
        connection.execute("UPDATE sample SET status = 500")


def test_a_good_record_is_said_to_be(typed: Typed, heads: list[str]) -> None:
    result = typed("verify", "--head", heads[0], "--head", heads[-1][:16])

    assert result.exit_code == 0, result.output
    assert "UTUH" in result.output
    assert heads[-1] in result.output


def test_a_changed_one_is_told_and_exits_with_1(typed: Typed, heads: list[str], tmp_path: Path) -> None:
    _meddle(tmp_path)

    result = typed("verify")

    assert result.exit_code == 1
    assert "sampel DESA-001 diubah" in result.output
    assert "TIDAK UTUH: 1 hal berbeda" in result.output


@pytest.fixture
async def unsealed(tmp_path: Path) -> None:
    """A record of which nothing has been sealed yet."""
    await Store.open(f"sqlite:///{tmp_path}/monitor.db", Vitals(started=datetime.now(UTC)), RULES).close()


@pytest.mark.usefixtures("unsealed")
def test_where_nothing_is_sealed_nothing_is_said_to_be_in_order(typed: Typed) -> None:
    result, as_json = typed("verify"), typed("verify", "--json")

    assert (result.exit_code, as_json.exit_code) == (3, 3)
    assert "TIDAK DIPERIKSA: belum ada hari yang disegel" in result.output
    assert "UTUH" not in result.output
    assert json.loads(as_json.output)["good"] is None


def test_nor_where_no_sealed_day_was_asked_for(typed: Typed, heads: list[str]) -> None:
    result, as_json = typed("verify", "--since", "2999-01-01"), typed("verify", "--since", "2999-01-01", "--json")

    assert (result.exit_code, as_json.exit_code) == (3, 3)
    assert "TIDAK DIPERIKSA: pada hari-hari itu tidak ada yang disegel" in result.output
    assert json.loads(as_json.output)["good"] is None


@pytest.mark.usefixtures("unsealed")
def test_what_is_wrong_comes_before_what_could_not_be_compared(typed: Typed) -> None:
    result = typed("verify", "--head", "ab" * 32)

    assert result.exit_code == 1
    assert "TIDAK UTUH" in result.output


def test_the_last_day_comes_after_the_first(typed: Typed) -> None:
    refused = typed("verify", "--since", "2026-11-02", "--until", "2026-11-01").exception

    assert isinstance(refused, UsageError)
    assert str(refused) == "--until: lebih awal dari --since – tukar keduanya"


def test_the_code_for_that_is_in_the_help(typed: Typed) -> None:
    assert "3 tidak ada yang dapat diperiksa" in " ".join(typed("verify", "--help").output.split())


def test_scripts_get_json(typed: Typed, heads: list[str], tmp_path: Path) -> None:
    _meddle(tmp_path)

    result = typed("verify", "--json")

    said = json.loads(result.output)
    assert (said["good"], said["last"]["head"]) == (False, heads[-1])
    assert [(flaw["table"], flaw["what"], flaw["label"]) for flaw in said["flaws"]] == [
        ("sample", "changed", "DESA-001")
    ]


def test_a_head_that_is_not_there_is_told(typed: Typed, heads: list[str]) -> None:
    result = typed("verify", "--head", "ab" * 32)

    assert result.exit_code == 1
    assert "rantai dipotong, diganti" in result.output


def test_what_is_no_head_is_refused(typed: Typed, heads: list[str]) -> None:
    assert isinstance(typed("verify", "--head", "xyz").exception, UsageError)


def test_another_key_than_the_one_beside_the_record_is_told(typed: Typed, heads: list[str], tmp_path: Path) -> None:
    (tmp_path / "seal-key.pem").unlink()
    keyfile.create(tmp_path / "seal-key.pem")

    result = typed("verify")

    assert result.exit_code == 1
    assert "tidak ada dalam catatan" in result.output


def test_how_far_it_is_sealed(typed: Typed, heads: list[str], tmp_path: Path) -> None:
    said = json.loads(typed("status", "--json").output)

    assert said["last"]["head"] == heads[-1]
    assert said["last"]["height"] == len(heads)
    assert heads[-1] in typed("status").output


def test_keys_are_listed_and_exported(typed: Typed, heads: list[str], tmp_path: Path) -> None:
    known = keyfile.read(tmp_path / "seal-key.pem").key_id

    assert known in typed("keys").output
    assert re.match(rf"# kunci {known}\n-----BEGIN PUBLIC KEY-----\n", typed("keys", "--pem").output)
    assert json.loads(typed("keys", "--json").output)[0]["key"] == known


def test_a_new_key_is_laid_beside_the_old_one_once(typed: Typed, heads: list[str], tmp_path: Path) -> None:
    assert "siap di" in typed("rotate").output
    made = (tmp_path / "seal-key-next.pem").read_bytes()

    again = typed("rotate")
    assert again.exit_code == 0
    assert re.search(r" sudah siap di \S+/seal-key-next\.pem sejak \d\d-\d\d-\d{4} \d\d:\d\d; berlaku ", again.output)
    assert (tmp_path / "seal-key-next.pem").read_bytes() == made


def test_a_key_that_we_may_not_even_look_for_is_not_said_to_be_missing(
    typed: Typed, heads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "lstat", closed)

    refused = typed("rotate").exception
    assert isinstance(refused, KeyProblem)
    assert "tidak dapat dicari (hak akses tidak cukup) – jalankan dengan akun layanan" in str(refused)


def test_a_lost_key_is_replaced_and_verifying_says_so(typed: Typed, heads: list[str], tmp_path: Path) -> None:
    (tmp_path / "seal-key.pem").unlink()

    assert "tanpa pengesahan: diska rusak" in typed("rotate", "--hilang", "diska rusak").output

    result = typed("verify")
    assert result.exit_code == 0
    assert "menggantikan kunci yang hilang" in result.output
    with closing(sqlite3.connect(next(tmp_path.rglob("*.db")))) as connection:
        ((via, deed, about),) = connection.execute("SELECT via, deed, about FROM audit").fetchall()
    assert (via, deed) == ("terminal", "ganti-kunci-segel")
    assert about.endswith(": diska rusak")
