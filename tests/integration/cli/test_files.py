"""What is no file of the kind that a command needs: named, with the reason and the remedy, and exit code 2."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.supervisor import Supervisor
from tests.integration.cli.typed import Run, runner

ENGLISH = re.compile(
    r"\b(No such|Is a|Not a|Permission|directory|file or|Errno|already|in use|error|denied|Traceback)\b"
)
URL = "https://x.desa.id/"
NOTHING = "berkas atau folder itu tidak ada"


@pytest.fixture
def run_by(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], Run]:
    """Runs commands by other settings."""
    return lambda config: runner(monkeypatch, capsys, config)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an empty file, a binary one, and a folder."""
    place = tmp_path / "berkas"
    (place / "folder").mkdir(parents=True)
    (place / "kosong").write_bytes(b"")
    (place / "biner").write_bytes(bytes(range(256)) * 40)
    return place


FILES = [
    pytest.param(["inspect", "page", "{}/tidak-ada", "--url", URL], f"tidak-ada: tidak dapat dibaca ({NOTHING})"),
    pytest.param(["inspect", "page", "{}/folder", "--url", URL], "folder: tidak dapat dibaca (itu folder"),
    pytest.param(["inspect", "page", "{}/kosong", "--url", URL], "kosong: berkasnya kosong"),
    pytest.param(["inspect", "page", "{}/biner", "--url", URL], "biner: bukan halaman HTML"),
    pytest.param(["inventory", "validate", "{}/tidak-ada"], "tidak-ada: folder inventaris tidak ada"),
    pytest.param(["inventory", "validate", "{}/biner"], "biner: folder inventaris tidak ada"),
    pytest.param(["inventory", "diff", "{}/folder"], "folder/opd.csv: berkas tidak ada"),
    pytest.param(["evidence", "verify", "{}/tidak-ada"], f"tidak-ada: tidak dapat dibaca ({NOTHING})"),
    pytest.param(["evidence", "verify", "{}/folder"], "folder: bukan berkas – sebut berkas ZIP-nya"),
    pytest.param(["evidence", "verify", "{}/" + "x" * 300], "tidak dapat dibaca (nama terlalu panjang)"),
    pytest.param(["evidence", "export", "--month", "2026-10", "--out", "{}/biner"], "biner adalah nama berkas"),
    pytest.param(["db", "restore", "{}/tidak-ada"], f"tidak-ada tidak dapat dibaca ({NOTHING})"),
    pytest.param(["db", "restore", "{}/folder"], "folder tidak dapat dibaca (itu folder, bukan berkas)"),
    pytest.param(["db", "restore", "{}/biner"], "biner bukan cadangan catatan"),
    pytest.param(["assets", "export", "{}/x.pdf"], "x.pdf: akhiran '.pdf' tidak dikenal"),
    pytest.param(["inventory", "show", "X-1"], "kode 'X-1' tidak ada – "),
]


@pytest.mark.parametrize(
    ("words", "said"), FILES, ids=lambda value: " ".join(value)[-60:] if isinstance(value, list) else ""
)
def test_what_cannot_be_used_is_named_with_the_remedy(run: Run, place: Path, words: list[str], said: str) -> None:
    ended = run(*(word.format(place) for word in words))

    assert (ended.code, ended.out) == (2, ""), ended
    assert said in ended.err
    assert " – " in ended.err or "; " in ended.err
    assert not ENGLISH.search(ended.err), ended.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("tidak-ada", f"tidak-ada: tidak dapat dibaca ({NOTHING}) – periksa nama dan hak akses", id="none"),
        pytest.param("folder", "folder: tidak dapat dibaca (itu folder, bukan berkas)", id="a folder"),
        pytest.param("biner", "biner: tidak dapat dibaca (bukan teks UTF-8)", id="binary"),
    ],
)
@pytest.mark.parametrize("words", [["status"], ["serve"], ["incident", "list"], ["config", "check"], ["db", "check"]])
def test_settings_that_cannot_be_read(
    run_by: Callable[[Path], Run], place: Path, name: str, said: str, words: list[str]
) -> None:
    ended = run_by(place / name)(*words)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert not ENGLISH.search(ended.err)


@pytest.mark.parametrize(
    ("database", "said"),
    [
        pytest.param("tidak-ada", "tidak-ada belum ada – jalankan `monitor serve` dahulu, atau sebut", id="none"),
        pytest.param("folder", "folder bukan berkas – arahkan [database] url ke sebuah berkas", id="a folder"),
        pytest.param("biner", "biner bukan basis data SQLite – arahkan [database] url ke berkas lain", id="binary"),
        pytest.param("biner/x", "biner/x belum ada – ", id="under a file"),
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["incident", "list"],
        ["account", "list"],
        ["alerts", "outbox"],
        ["assets", "list"],
        ["seal", "verify"],
    ],
)
def test_a_record_that_cannot_be_read(run: Run, place: Path, database: str, said: str, words: list[str]) -> None:
    config = place.parent / "monitor.toml"
    config.write_text(config.read_text().replace(str(config.parent / "monitor.db"), str(place / database)))
    ended = run(*words)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert not ENGLISH.search(ended.err)
    assert not (place / "tidak-ada").exists(), "reading begins no record"


def test_a_port_that_is_taken_is_named_with_the_remedy(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.cli.serve.log.configure", lambda _settings: None)
    monkeypatch.setattr("monitor.cli.serve.Supervisor.of", lambda _environment: Supervisor())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = "{}:{}".format(*taken.getsockname())
        config.write_text(config.read_text().replace("127.0.0.1:9", listen))
        ended = run("serve")

    assert ended.code == 2, ended
    assert (
        f"{config}:8 web.listen: {listen} tidak dapat dipakai (sudah dipakai proses lain) – hentikan proses yang"
        in ended.err
    )
    assert "MONITOR_WEB__LISTEN=" in ended.err
    assert not ENGLISH.search(ended.err)
