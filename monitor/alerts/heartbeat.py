"""A sign of life to somebody outside: who does not hear from us for a while raises the alarm (a dead man's switch)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from monitor.alerts.beat import Standing
from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.channels.web import Web, is_success, refusal
from monitor.settings import Alerts, Net

TIMEOUT = timedelta(seconds=10)


class Heartbeat:
    """Asks the address while all is well, and the address with `/fail` while it is not, as Healthchecks has it."""

    def __init__(self, web: Web, url: SecretStr, every: timedelta, healthy: Callable[[], bool]) -> None:
        """Ask *url* over *web* every *every*; *healthy* tells which."""
        self._web = web
        self._well = url
        self._ill = SecretStr(failing(url.get_secret_value()))
        self._every = every.total_seconds()
        self._healthy = healthy
        self.standing = Standing("heartbeat")

    async def run(self) -> None:
        """Beat until cancelled. Raises only what *healthy* raises: a switch that is held down by a bug is none."""
        while True:
            await self.beat()
            await asyncio.sleep(self._every)

    async def beat(self) -> None:
        """One sign of life; what goes wrong is told once, without the address, and tried again at the next beat."""
        url = self._well if self._healthy() else self._ill
        try:
            answer = await self._web.ask("GET", url.get_secret_value())
        except Undelivered as failure:
            self.standing.failed(failure.reason)
            return
        if is_success(answer):
            self.standing.ok()
        else:
            self.standing.failed(refusal(answer).reason)


def failing(url: str) -> str:
    """*url* with `/fail` at the end of its path."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def heartbeat(settings: Alerts, net: Net, healthy: Callable[[], bool]) -> Heartbeat | None:
    """The heartbeat by *settings*; None when they name no address."""
    if not settings.heartbeat_url.get_secret_value():
        return None
    return Heartbeat(Web(net, TIMEOUT), settings.heartbeat_url, settings.heartbeat_every, healthy)
