"""Which name servers to ask, and in which order."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.settings import split_address

RESOLV_CONF = Path("/etc/resolv.conf")
MOST = 3
"""Name servers of resolv.conf that count (MAXNS in resolv.conf(5))."""


@dataclass(frozen=True, slots=True)
class Server:
    """A name server, ready for `socket.connect`."""

    name: str
    """`192.0.2.1:53`, `[2001:db8::1]:53`: as the evidence names it."""
    family: socket.AddressFamily
    address: tuple[Any, ...]

    @classmethod
    def parse(cls, value: str) -> Server:
        """The server written as `address` or `address:port`. Raises `ValueError`."""
        host, port = split_address(value, default_port=53)
        try:
            # Numeric only, so it never asks anybody; it knows the scope of `fe80::1%eth0`.
            found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)
        except OSError as error:
            raise ValueError(f"{value!r} bukan alamat IP") from error
        family, _type, _proto, _canonical, address = found[0]
        return cls(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", family, address)


class Servers:
    """The name servers of the settings, or else those of resolv.conf as it is now."""

    def __init__(self, configured: Sequence[str], resolv_conf: Path = RESOLV_CONF) -> None:
        """Raises `ValueError` when one of *configured* is not an address."""
        self._path = None if configured else resolv_conf
        self._read: tuple[int, int, int] | None = None
        self._servers = tuple(map(Server.parse, configured))
        self._preferred = ""

    def current(self) -> tuple[Server, ...]:
        """Whom to ask, in order: who answered last comes first, so that a dead one costs its time-out once."""
        if self._path is not None:
            self._refresh(self._path)
        return tuple(sorted(self._servers, key=lambda server: server.name != self._preferred))

    def prefer(self, name: str) -> None:
        """Ask *name* first from now on."""
        self._preferred = name

    def _refresh(self, path: Path) -> None:
        try:
            stat = path.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if version == self._read:
                return
            found = tuple(_parse_all(path.read_text(encoding="utf-8", errors="replace").splitlines()))
        except OSError:
            return
        self._read = version
        # A file caught half written names nobody: the last good list is better than none.
        self._servers = found or self._servers


def _parse_all(lines: Iterable[str]) -> Iterator[Server]:
    left = MOST
    for line in lines:
        words = line.split()
        if left and len(words) > 1 and words[0] == "nameserver":
            try:
                yield Server.parse(words[1])
            except ValueError:
                continue
            left -= 1
