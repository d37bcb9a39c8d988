"""The unmodified daemon as a child process, pointed at a lab."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from tests import forking
from tests.forking import Forked
from tests.lab import pointers
from tests.lab.addresses import bound

ROOT = Path(__file__).parents[2]
INSTALLED = Path(sys.executable).parent / "monitor"
"""What the package's entry point is called."""
PATIENCE = 120.0
NOBODY = "127.0.0.1:9"
"""Where commands find no daemon: at the shipped port there may be somebody else's, such as the demo."""


@dataclass(frozen=True)
class Daemon:
    """A running daemon: its process, its board, and what it says."""

    process: Forked | subprocess.Popen[bytes]
    url: str
    log: Path

    async def get(self, path: str) -> Any:
        """The JSON at *path*; None while the daemon does not answer or refuses."""
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                response = await client.get(self.url + path)
        except httpx.TransportError:
            return None
        return response.json() if response.is_success else None

    async def until(self, path: str, truth: Callable[[Any], bool]) -> Any:
        """The JSON at *path* as soon as *truth* holds of it; fails with what the daemon said when it never does."""
        seen: Any = None
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    seen = await self.get(path)
                    if seen is not None and truth(seen):
                        return seen
                    if self.process.poll() is not None:
                        break
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pass
        raise AssertionError(f"never came true at {path}: {str(seen)[:2000]}\n{self.said()[-3000:]}")

    async def state(self, kode: str, state: str) -> Any:
        """The target *kode* as soon as it is in *state*."""
        return await self.until(f"/api/v1/targets/{kode}", lambda target: target["state"] == state)

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(encoding="utf-8")

    async def end(self, number: signal.Signals) -> int:
        """The exit code after signal *number*."""
        self.process.send_signal(number)
        return await asyncio.wait_for(asyncio.to_thread(self.process.wait), PATIENCE)


def configure(folder: Path, settings: dict[str, Any]) -> Path:
    """A settings file in *folder*: its own database, a hurried cadence, and *settings*."""
    values = {
        "database": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "inventory": {"directory": str(ROOT / "inventory")},
        "web": {"listen": NOBODY},
        "runner": {"looks": ["100ms", "200ms"]},
        **settings,
        "checks": {"website": {"every": "2s", "timeout": "5s"}, **settings.get("checks", {})},
    }
    path = folder / "monitor.toml"
    path.write_text(pointers.toml(values), encoding="utf-8")
    return path


def _installed(*words: str, **where: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([INSTALLED, *words], cwd=ROOT, **where)


@asynccontextmanager
async def running(
    config: Path, environment: Mapping[str, str] = MappingProxyType({}), *, installed: bool = False
) -> AsyncIterator[Daemon]:
    """
    The daemon by *config* and *environment*, on a port of its own; killed at the end if it still runs.

    It is forked (see `tests.forking`), or, for those who want to know, started as it is *installed*.
    """
    with bound("127.0.0.1", 0) as sock:
        listen = f"127.0.0.1:{sock.getsockname()[1]}"
    log = config.with_suffix(".log")
    words, env = ("--config", str(config), "serve"), {**os.environ, "MONITOR_WEB__LISTEN": listen, **environment}
    with log.open("ab") as output:
        start = _installed if installed else partial(forking.fork, "monitor")
        process = start(*words, env=env, stdout=output, stderr=output)
    daemon = Daemon(process, f"http://{listen}", log)
    try:
        await daemon.until("/readyz", lambda _answer: True)
        yield daemon
    finally:
        process.kill()
        process.wait()
