"""`python -m tests.lab` and the demo as people run them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.settings import Settings
from tests.lab import demo, loops

one_loop = pytest.mark.asyncio(loop_factories=["asyncio"])
"""These start a process of their own, which has its own loop."""

ROOT = Path(__file__).parents[3]
INVENTORY = ROOT / "inventory"


@asynccontextmanager
async def standing(*options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.lab", "--inventory", str(INVENTORY), *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@one_loop
async def test_it_stands_until_it_is_interrupted_and_follows_its_file(tmp_path: Path) -> None:
    scenario, settings = tmp_path / "scenario.toml", tmp_path / "monitor.toml"
    scenario.write_text("")
    async with (
        asyncio.timeout(30),
        standing("--scenario", str(scenario), "--settings-out", str(settings)) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"The lab is up" in await process.stdout.readline()
        Settings(**tomllib.loads(settings.read_text()))
        for number, (text, said) in enumerate(
            (
                ('[[fault]]\nsite = "DESA-046"\nfault = "refused"\n', b"is being played"),
                ('[[fault]]\nsite = "DESA-999"\nfault = "refused"\n', b"not played: not in the inventory: DESA-999"),
            )
        ):
            scenario.write_text(text)
            os.utime(scenario, ns=(number, number))
            assert said in await process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


@one_loop
async def test_a_wrong_scenario_is_told_in_one_line(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text("ttll = 5")
    async with asyncio.timeout(30), standing("--scenario", str(scenario)) as process:
        _out, told = await process.communicate()
    assert (process.returncode, told.decode()) == (2, f"{scenario}: unknown key 'ttll'\n")


def test_the_demo_fails_with_the_daemons_own_words_when_there_is_no_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "python"
    stub.write_text("#!/bin/sh\necho setelan rusak >&2\nexit 2\n")
    stub.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stub))
    with pytest.raises(demo.NotReady, match=r"kode keluar 2[^$]*setelan rusak"):
        loops.run(demo.demonstrate(60, tmp_path))
