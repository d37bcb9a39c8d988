"""The board's web server, inside the daemon's own event loop."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import uvicorn

from monitor.errors import ConfigError, Problem, reason_of
from monitor.settings import Web
from monitor.web.app import View, build
from monitor.web.templating import prepare

REMEDIES: Mapping[int, str] = {
    errno.EADDRINUSE: (
        "hentikan proses yang memakainya, atau pilih port lain dengan MONITOR_WEB__LISTEN=127.0.0.1:PORT"
    ),
    errno.EADDRNOTAVAIL: "pakai alamat mesin ini sendiri, misalnya MONITOR_WEB__LISTEN=127.0.0.1:8620",
    errno.EACCES: "pilih port 1024 atau lebih, misalnya MONITOR_WEB__LISTEN=127.0.0.1:8620",
}
"""Why an address cannot be listened on → how to mend that."""


class _Quiet(uvicorn.Server):
    """Signals belong to the daemon."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Server:
    """An async context manager: serving while inside, its port closed after. `ended` tells when serving stops."""

    def __init__(self, view: View, settings: Web) -> None:
        """
        Serve *view* where *settings* say; nothing is bound before entering.

        Every page is made ready now, which commands that ask the API on the record itself have no need of.
        """
        prepare()
        self._settings = settings
        self._uvicorn = _Quiet(
            uvicorn.Config(
                build(view),
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=3,
                limit_concurrency=200,
            )
        )
        self.url = ""
        self.ended: asyncio.Future[None]

    async def __aenter__(self) -> Self:
        """Bind and serve; raises `ConfigError` when the address cannot be had."""
        listener = _bind(self._settings)
        host, port = listener.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.ended = asyncio.ensure_future(self._uvicorn.serve(sockets=[listener]))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let answers under way finish, for three seconds."""
        self._uvicorn.should_exit = True
        await asyncio.wait([self.ended])


def _bind(settings: Web) -> socket.socket:
    host, port = settings.address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        why = f"{settings.listen} tidak dapat dipakai ({reason_of(error)})"
        remedy = REMEDIES.get(error.errno or 0, REMEDIES[errno.EADDRINUSE])
        raise ConfigError([Problem("web.listen", why, remedy)]) from error
