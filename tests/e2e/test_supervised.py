"""The daemon under a service manager: what it is told of the start, the watch, a reload and the end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor import inventory
from tests import forking
from tests.e2e.daemon import ROOT, configure, running
from tests.lab import Lab, Scenario

SITES = tuple(target for target in inventory.load(ROOT / "inventory") if target.active)[:6]
PATIENCE = 120.0


class Manager:
    """Hears what systemd would hear."""

    def __init__(self, sock: socket.socket, path: Path) -> None:
        self._sock = sock
        self.path = path
        self.heard: list[dict[str, str]] = []

    async def until(self, name: str, value: str = "1") -> dict[str, str]:
        """The next message that says *name* is *value*."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            while True:
                message = (await loop.sock_recv(self._sock, 65536)).decode()
                self.heard.append(dict(line.split("=", 1) for line in message.split("\n")))
                if self.heard[-1].get(name) == value:
                    return self.heard[-1]

    def waiting(self) -> list[str]:
        """What has come and was not asked for yet."""
        found = []
        while True:
            try:
                found.append(self._sock.recv(65536).decode())
            except BlockingIOError:
                return found


@contextmanager
def managing(path: Path) -> Iterator[Manager]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        sock.settimeout(0)
        yield Manager(sock, path)


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    inventory.dump(SITES, tmp_path / "inventory")
    async with Lab(SITES, Scenario(ttl=1), tmp_path / "lab") as lab:
        yield lab


@pytest.fixture
def config(lab: Lab, tmp_path: Path) -> Path:
    return configure(tmp_path, {**lab.settings(), "inventory": {"directory": str(tmp_path / "inventory")}})


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    with managing(tmp_path / "notify") as manager:
        yield manager


async def test_start_watch_reload_and_end_are_told(config: Path, manager: Manager, tmp_path: Path) -> None:
    told = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "1500000"}
    async with running(config, told) as daemon:
        ready = await manager.until("READY")
        await manager.until("WATCHDOG")
        daemon.process.send_signal(signal.SIGHUP)
        reloading = await manager.until("RELOADING")
        again = await manager.until("READY")
        (tmp_path / "inventory" / "opd.csv").write_text("salah\n", encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        await manager.until("RELOADING")
        refused = await manager.until("READY")
        code = await daemon.end(signal.SIGTERM)
        await manager.until("STOPPING")

    assert code == 0
    assert ready["STATUS"].startswith("memantau ")
    assert int(reloading["MONOTONIC_USEC"]) > 0
    assert "inventaris baru ditolak" not in again["STATUS"]
    assert "inventaris baru ditolak, yang lama dipakai: " in refused["STATUS"]


@pytest.mark.parametrize(
    ("setting", "value", "code", "status"),
    [
        pytest.param("MONITOR_WEB__LISTEN", "8620", 2, "tidak dijalankan: MONITOR_WEB__LISTEN: ", id="settings"),
        pytest.param("MONITOR_WEB__LISTEN", "0.0.0.0:80", 2, "tidak dijalankan: MONITOR_WEB__LISTEN: ", id="open"),
        pytest.param("MONITOR_DATABASE__URL", "sqlite:////proc/x/monitor.db", 1, "gagal: ", id="record"),
    ],
)
async def test_why_it_did_not_start_is_told(
    config: Path, manager: Manager, *, setting: str, value: str, code: int, status: str
) -> None:
    env = {**os.environ, "NOTIFY_SOCKET": str(manager.path), setting: value}
    ended = await forking.run("monitor", "--config", str(config), "serve", patience=PATIENCE, env=env)
    told = manager.waiting()

    assert ended.code == code
    assert len(told) == 1
    assert told[0].startswith(f"STATUS={status}")
    assert "READY" not in told[0]
