"""Accounts and tokens from a terminal: on the record itself, and through a daemon that asks who somebody is."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from monitor.access import keys, local
from monitor.doorkeeper import Doorkeeper
from monitor.settings import Settings, load
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.cli.typed import Run
from tests.integration.web.serving import served
from tests.unit.web import record

PASSWORD = "kuda putih di alun-alun"  # noqa: S105 – of a test


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def own() -> dict[str, object]:
    return {"login": {"mode": "required"}}


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is asked for a password by `--stdin` hears one."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 5))


@contextmanager
def daemon(settings: Settings) -> Iterator[str]:
    """A board on the record of *settings*, where the settings say, with its file for commands."""
    secret = keys.fresh()
    store = Store.open(settings.database.url.get_secret_value(), Vitals(started=now()))
    door = asyncio.run(Doorkeeper.open(settings, store, now, secret))
    local.write(Path(settings.database.url.get_secret_value().removeprefix("sqlite:///")).parent / local.NAME, secret)
    try:
        with served(replace(record.view(settings=settings, now=now), store=store, door=door)) as url:
            yield url
    finally:
        asyncio.run(door.close())
        asyncio.run(store.close())


@pytest.mark.usefixtures("typed")
def test_accounts_without_a_daemon(run: Run, config: Path) -> None:
    made = run("account", "add", "Ani", "--role", "csirt", "--stdin")
    again = run("account", "add", "ani", "--role", "viewer", "--stdin")
    changed = [run("account", "role", "ani", "auditor"), run("account", "disable", "ani")]
    listed = json.loads(run("account", "list", "--json").out)
    shown = run("account", "list")
    removed = run("account", "remove", "ani")
    trail = json.loads(run("account", "audit", "--json").out)

    assert (made.code, made.out) == (0, "Akun ani dibuat dengan peran csirt.\n")
    assert again.code == 2
    assert "akun ani sudah ada" in again.err
    assert [ended.code for ended in changed] == [0, 0]
    assert [(item["name"], item["role"], bool(item["disabled"])) for item in listed] == [("ani", "auditor", True)]
    assert "nonaktif sejak" in shown.out
    assert removed.code == 0
    about = ["hapus ani", "nonaktifkan ani", "peran auditor ani", "tambah ani (csirt)"]
    assert [item["about"] for item in trail["items"]] == about
    assert {item["via"] for item in trail["items"]} == {"terminal"}
    assert all(item["actor"] for item in trail["items"])
    content = b"".join(path.read_bytes() for path in config.parent.glob("monitor.db*"))
    assert PASSWORD.encode() not in content


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A terminal; the questions that were asked on it, to which nobody answers."""
    asked: list[str] = []

    def prompt(question: str, **_more: object) -> str:
        asked.append(question)
        return PASSWORD

    monkeypatch.setattr("monitor.cli.accounts.typer.prompt", prompt)
    monkeypatch.setattr("monitor.cli.accounts._has_terminal", lambda: True)
    return asked


def test_a_person_at_a_terminal_is_asked_twice(run: Run, silent: list[str]) -> None:
    made = run("account", "add", "ani", "--role", "csirt")

    assert (made.code, made.out) == (0, "Akun ani dibuat dengan peran csirt.\n")
    assert silent == ["Kata sandi", "Sekali lagi"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ["add", "ani", "--role", "viewer"],
            "ani: akun ani sudah ada – ganti perannya dengan `monitor account role ani`",
            id="there is one",
        ),
        pytest.param(["add", "Ani ", "--role", "viewer"], "ani: akun ani sudah ada", id="however it is written"),
        pytest.param(
            ["passwd", "budi"],
            "budi: akun ini tidak ada – lihat `monitor account list`, atau buat dengan `monitor account add budi`",
            id="there is none",
        ),
        pytest.param(["add", "A B!", "--role", "viewer"], "NAMA: nama 'A B!' tidak dapat dipakai", id="no name"),
        pytest.param(["passwd", "a/b"], "NAMA: nama 'a/b' tidak dapat dipakai", id="no name either"),
        pytest.param(["passwd", ""], "NAMA: nama '' tidak dapat dipakai", id="nothing"),
        pytest.param(["add", "budi", "--role", "raja"], "--role: 'raja' tidak dikenal", id="no role"),
    ],
)
def test_what_cannot_be_is_said_before_a_password_is_asked_for(
    run: Run, silent: list[str], words: list[str], said: str
) -> None:
    run("account", "add", "ani", "--role", "csirt")
    silent.clear()
    ended = run("account", *words)

    assert (ended.code, ended.out, silent) == (2, "", [])
    assert said in ended.err


@pytest.mark.parametrize("words", [["add", "ani", "--role", "viewer"], ["passwd", "budi"]])
def test_without_a_terminal_the_remedy_is_named_and_nothing_is_echoed(
    run: Run, monkeypatch: pytest.MonkeyPatch, config: Path, words: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    run("account", "add", "budi", "--role", "viewer", "--stdin")
    monkeypatch.setattr("monitor.cli.accounts.TERMINAL", str(config.parent / "tidak-ada"))
    ended = run("account", *words)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("kata sandi: tidak ada terminal untuk menanyakannya – jalankan di terminal, atau ")
    assert "--stdin" in ended.err
    assert [item["name"] for item in json.loads(run("account", "list", "--json").out)] == ["budi"]


def test_on_a_terminal_a_password_is_not_seen(config: Path) -> None:
    """A real one, with a process of its own; what it shows is read until the process ends."""
    code = "import sys; from monitor.cli import main; sys.argv[0] = 'monitor'; main()"
    words = [sys.executable, "-c", code, "--config", str(config), "account", "add", "ani", "--role", "viewer"]
    pid, terminal = pty.fork()
    if not pid:
        os.execv(words[0], words)  # noqa: S606 – ourselves
    shown, answered = b"", 0
    with contextlib.suppress(OSError):  # Linux: the other end of the terminal was closed
        while part := os.read(terminal, 4096):
            shown += part
            if shown.count(b"sandi: ") + shown.count(b"lagi: ") > answered:
                answered += 1
                os.write(terminal, PASSWORD.encode() + b"\n")
    os.close(terminal)
    _pid, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == 0, shown
    assert answered == 2
    assert "Akun ani dibuat dengan peran viewer." in shown.decode()
    assert PASSWORD.encode() not in shown


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        pytest.param(io.StringIO(""), "--stdin: masukan baku kosong – alirkan satu baris", id="nothing"),
        pytest.param(None, "--stdin: masukan baku kosong", id="closed"),
        pytest.param(
            io.TextIOWrapper(io.BytesIO(b"\xff\n"), "utf-8"), "--stdin: masukan baku bukan teks UTF-8", id="no text"
        ),
        pytest.param(_Terminal("x"), "--stdin: kata sandi akan tampak di terminal – hilangkan --stdin", id="seen"),
        pytest.param(io.StringIO("a" * 400), "kata sandi: kata sandi harus 12 sampai 256 huruf", id="endless"),
    ],
)
def test_what_standard_input_may_not_be(
    run: Run, monkeypatch: pytest.MonkeyPatch, stdin: io.TextIOBase | None, said: str
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    ended = run("account", "add", "ani", "--role", "viewer", "--stdin")

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["account", "role", "ani", "csirt"], "Peran ani sudah csirt oleh rina sejak ", id="role"),
        pytest.param(["account", "disable", "ani"], "Akun ani sudah ditutup oleh rina sejak ", id="disable"),
        pytest.param(["account", "enable", "ani"], "Akun ani sudah terbuka oleh rina sejak ", id="enable"),
        pytest.param(["account", "remove", "ani"], "Akun ani sudah dihapus oleh rina sejak ", id="remove"),
        pytest.param(["token", "revoke", "siem"], "Token siem sudah dicabut oleh rina sejak ", id="revoke"),
    ],
)
def test_what_was_done_before_is_said_with_by_whom_and_since_when(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.setenv("SUDO_USER", "rina")
    run("account", "add", "ani", "--role", "viewer", "--stdin")
    run("token", "add", "siem", "--scope", "read")
    if "enable" in words:
        run("account", "disable", "ani")
    first = run(*words)
    before = json.loads(run("account", "audit", "--json").out)
    monkeypatch.setenv("SUDO_USER", "budi")
    again = run(*words)

    assert (first.code, again.code) == (0, 0), (first, again)
    assert "sudah" not in first.out
    assert again.out.startswith(said)
    assert again.out.endswith("; tidak ada yang diubah.\n")
    assert json.loads(run("account", "audit", "--json").out) == before


@pytest.mark.usefixtures("typed")
def test_an_account_that_was_open_from_the_beginning_is_open(run: Run) -> None:
    run("account", "add", "ani", "--role", "viewer", "--stdin")

    assert run("account", "enable", "ani").out == "Akun ani sudah terbuka; tidak ada yang diubah.\n"
    assert run("account", "role", "ani", "viewer").out.startswith("Peran ani sudah viewer oleh ")


def test_reading_makes_no_record(run: Run, config: Path) -> None:
    for words in (["account", "list"], ["account", "passwd", "ani"], ["token", "revoke", "siem"]):
        ended = run(*words)

        assert ended.code == 2
        assert "monitor.db belum ada – jalankan `monitor serve` dahulu" in ended.err
    assert not (config.parent / "monitor.db").exists()


@pytest.mark.parametrize(("password", "why"), [("pendek", "12 sampai 256"), ("a" * 30, "seragam")])
def test_a_bad_password_makes_no_account(run: Run, monkeypatch: pytest.MonkeyPatch, password: str, why: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    ended = run("account", "add", "ani", "--role", "viewer", "--stdin")

    assert ended.code == 2
    assert why in ended.err
    assert password not in ended.err + ended.out
    run("token", "add", "siem", "--scope", "read")  # so that there is a record
    assert json.loads(run("account", "list", "--json").out) == []


@pytest.mark.usefixtures("typed")
def test_tokens_are_shown_once_and_open_a_running_board(run: Run, config: Path) -> None:
    run("account", "add", "ani", "--role", "operator", "--stdin")
    made = run("token", "add", "siem", "--scope", "read", "--expires", "90d")
    secret = made.out.strip()
    run("token", "add", "noc", "--scope", "metrics")
    shown = run("token", "list").out
    run("token", "revoke", "noc")
    settings = load(config)
    with daemon(settings) as url, httpx.Client(trust_env=False) as client:
        nobody = client.get(f"{url}/api/v1/status")
        known = client.get(f"{url}/api/v1/status", headers={"authorization": f"Bearer {secret}"})
        admin = client.get(f"{url}/api/v1/accounts", headers={"authorization": f"Bearer {secret}"})
    listed = json.loads(run("token", "list", "--json").out)
    revoked = run("token", "revoke", "siem")

    assert secret.startswith("mtk_")
    assert (nobody.status_code, known.status_code, admin.status_code) == (401, 200, 403)
    assert [(item["name"], item["scopes"]) for item in listed] == [("siem", ["read"])]
    assert listed[0]["expires"] is not None
    assert secret not in json.dumps(listed)
    assert "tanpa batas" in next(line for line in shown.splitlines() if "noc" in line)
    assert "dicabut" not in shown, "it sounds as if it had been"
    assert (revoked.code, json.loads(run("token", "list", "--json").out)) == (0, [])


@pytest.mark.parametrize("expires", ["kemarin", "2020-01-01", "99999999999d"])
def test_a_token_that_cannot_be(run: Run, expires: str) -> None:
    ended = run("token", "add", "siem", "--scope", "read", "--expires", expires)

    assert ended.code == 2
    assert ended.err.strip()


@pytest.mark.usefixtures("typed")
def test_commands_act_through_a_daemon_that_asks_who_they_are(run: Run, config: Path) -> None:
    with daemon(load(config)) as url:
        config.write_text(config.read_text().replace("127.0.0.1:9", url.removeprefix("http://")))
        made = run("account", "add", "ani", "--role", "viewer", "--stdin")
        listed = json.loads(run("account", "list", "--json").out)
        token = config.parent / local.NAME
        mode = token.stat().st_mode & 0o777
        token.write_text("bukan-ini\n")
        refused = run("account", "list")
        token.unlink()
        unknown = run("account", "list")

    assert (made.code, [item["name"] for item in listed]) == (0, ["ani"])
    assert mode == 0o600
    assert (refused.code, unknown.code) == (2, 2)
    assert "bukan daemon dari catatan pada setelan ini" in refused.err
    assert "jalankan sebagai akun layanan atau root" in unknown.err
    assert str(token) in unknown.err
