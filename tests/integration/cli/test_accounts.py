"""Accounts and tokens from a terminal: on the record itself, and through a daemon that asks who somebody is."""

from __future__ import annotations

import asyncio
import io
import json
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
from tests.integration.cli.typed import Run, runner
from tests.integration.web.serving import served
from tests.lab import pointers
from tests.unit.web import record

ROOT = Path(__file__).parents[3]
PASSWORD = "kuda putih di alun-alun"  # noqa: S105 – of a test


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.toml"
    values: dict[str, object] = {
        "database": {"url": f"sqlite:///{tmp_path / 'monitor.db'}"},
        "inventory": {"directory": str(ROOT / "inventory")},
        "web": {"listen": "127.0.0.1:9"},
        "login": {"mode": "required"},
    }
    path.write_text(pointers.toml(values))
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], config: Path) -> Run:
    return runner(monkeypatch, capsys, config)


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


@pytest.mark.parametrize(("password", "why"), [("pendek", "12 sampai 256"), ("a" * 30, "seragam")])
def test_a_bad_password_makes_no_account(run: Run, monkeypatch: pytest.MonkeyPatch, password: str, why: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    ended = run("account", "add", "ani", "--role", "viewer", "--stdin")

    assert ended.code == 2
    assert why in ended.err
    assert password not in ended.err + ended.out
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
