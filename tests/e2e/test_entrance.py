"""The unmodified daemon where it asks who somebody is, and where it refuses to start because nobody could say."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.e2e.daemon import configure, running
from tests.e2e.test_commands import TARGETS, monitor
from tests.lab import Lab, Scenario

PASSWORD = "kuda putih di alun-alun"  # noqa: S105 – of a test


async def test_a_board_for_others_does_not_start_without_anybody_who_could_sign_in(tmp_path: Path) -> None:
    config = configure(tmp_path, {})

    ended = await monitor("serve", config=config, MONITOR_WEB__LISTEN="0.0.0.0:0")

    assert ended.code == 2
    assert "MONITOR_WEB__LISTEN: 0.0.0.0:0 terbuka bagi mesin lain tanpa login" in ended.err
    assert "monitor account add" in ended.err
    assert "Traceback" not in ended.err


async def test_people_sign_in_to_the_daemon_and_commands_go_on_working(tmp_path: Path) -> None:
    async with Lab(TARGETS, Scenario(ttl=1), tmp_path / "lab") as lab:
        config = configure(tmp_path, {**lab.settings(), "login": {"mode": "required"}})
        made = await add("ani", "operator", config)
        async with running(config) as daemon, httpx.AsyncClient(trust_env=False, base_url=daemon.url) as browser:
            listen = {"MONITOR_WEB__LISTEN": daemon.url.removeprefix("http://")}
            nobody = await browser.get("/api/v1/status")
            listed = await monitor("account", "list", config=config, **listen)
            incidents = await monitor("incident", "list", config=config, **listen)
            entered = await browser.post("/masuk", data={"nama": "ani", "sandi": PASSWORD, "ke": "/kesehatan"})
            page = await browser.get("/kesehatan")
            await monitor("account", "disable", "ani", config=config, **listen)
            after = await browser.get("/kesehatan")
            trail = await monitor("account", "audit", config=config, **listen)
            said = daemon.said()

    assert made == 0
    assert nobody.status_code == 401
    assert (listed.code, incidents.code) == (0, 0), listed.err + incidents.err
    assert "operator" in listed.out
    assert (entered.status_code, page.status_code, after.status_code) == (303, 200, 303)
    told = " ".join(trail.out.split())
    assert [
        deed in told for deed in ("menambah akun ani dengan peran operator", "masuk", "menonaktifkan akun ani")
    ] == [True] * 3
    assert PASSWORD not in said
    assert browser.cookies["sesi"] not in said


async def add(name: str, role: str, config: Path) -> int:
    """The exit code of adding an account, whose password is `PASSWORD`."""
    words = ("account", "add", name, "--role", role, "--stdin")
    ended = await monitor(*words, config=config, stdin=f"{PASSWORD}\n", MONITOR_WEB__LISTEN="127.0.0.1:9")
    return ended.code
