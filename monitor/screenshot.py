"""A picture of a page as a visitor sees it, taken by Chromium behind a fence, without scripts unless asked for."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import structlog

from monitor.devtools import browsing
from monitor.model import Exhibit
from monitor.net.dial import Dialer
from monitor.net.fence import Fence
from monitor.settings import Evidence

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Looked for on the PATH, in this order."""
LABEL = "tangkapan-layar"
PATIENCE = 40.0
"""Seconds for one picture, the browser's start included."""
SETTLING = 10.0
"""Seconds a page gets to load before it is taken as it is."""
MAX_PICTURE = 4 * 1024 * 1024
SIZE = (1280, 1600)
"""Pixels; where it matters, a hijacked page shows in the upper part."""

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-webrtc",
    "--no-first-run",
    "--hide-scrollbars",
    "--incognito",
    # It only looks: a page whose certificate does not verify is worth a picture, too.
    "--ignore-certificate-errors",
    # Whatever the browser wants, addresses of this machine included, goes through the fence.
    "--proxy-bypass-list=<-loopback>",
    f"--window-size={SIZE[0]},{SIZE[1]}",
)

log = structlog.get_logger(__name__)


def find(settings: Evidence) -> Path | None:
    """The browser to use; None when pictures are not wanted, or none is installed."""
    if settings.screenshots == "off":
        return None
    if settings.browser is not None:
        return settings.browser if os.access(settings.browser, os.X_OK) else None
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return Path(found) if found else None


class Camera:
    """Takes one picture at a time."""

    def __init__(self, browser: Path, dialer: Dialer, now: Callable[[], datetime], *, scripts: bool = False) -> None:
        """Use *browser*, connect by *dialer* alone; pages run scripts only with *scripts*."""
        self._browser = browser
        self._dialer = dialer
        self._now = now
        self._scripts = scripts
        self._turn = asyncio.Semaphore(1)

    async def take(self, url: str) -> Exhibit | None:
        """A PNG of the page at *url*; None, with a line in the log, when there is none to be had."""
        async with self._turn:
            try:
                picture = await self._picture(url)
            except (TimeoutError, OSError) as error:
                log.warning("screenshot.failed", url=url, reason=str(error) or type(error).__name__)
                return None
        if not picture:
            log.warning("screenshot.failed", url=url, reason="the browser made no picture")
            return None
        return Exhibit(label=LABEL, url=url, at=self._now(), media_type="image/png", body=picture)

    async def _picture(self, url: str) -> bytes:
        loop, port = asyncio.get_running_loop(), urlsplit(url).port
        with TemporaryDirectory(prefix="monitor-screenshot-", ignore_cleanup_errors=True) as folder:
            async with Fence(self._dialer, loop.time() + PATIENCE, frozenset({port} if port else ())) as fence:
                command = self._command(fence.address, Path(folder))
                return await asyncio.to_thread(_look, command, Path(folder), url, scripts=self._scripts)

    def _command(self, proxy: str, folder: Path) -> list[str]:
        return [
            str(self._browser),
            *_FLAGS,
            *(() if os.geteuid() else ("--no-sandbox",)),  # Chromium has none for root
            f"--proxy-server=http://{proxy}",
            f"--user-data-dir={folder / 'profile'}",
        ]


def _look(command: list[str], home: Path, url: str, *, scripts: bool) -> bytes:
    """The picture; blocks, at most `PATIENCE`."""
    with browsing(command, home, time.monotonic() + PATIENCE) as page:
        page.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        page.call("Page.setDownloadBehavior", behavior="deny")
        page.open(url, within=SETTLING)
        picture = page.picture(SIZE)
    return picture if len(picture) <= MAX_PICTURE else b""
