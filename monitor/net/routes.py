"""Where a host and port are really looked for, as the `connect_to` setting says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.errors import ConfigError, Problem

ANY = "*"
MAX_PORT = 65535


class Routes:
    """The `connect_to` setting, parsed once: the most exact rule for a host and port wins."""

    def __init__(self, connect_to: Mapping[str, str]) -> None:
        """Raises `ConfigError` with every rule that cannot be read."""
        self._rules: dict[tuple[str, str], tuple[str, int | None]] = {}
        problems = []
        for source, target in connect_to.items():
            try:
                self._rules[_source(source)] = _target(target)
            except ValueError as error:
                problems.append(_problem(source, target, error))
        if problems:
            raise ConfigError(problems)

    def route(self, host: str, port: int) -> tuple[str | None, int]:
        """The address to use instead of a look-up (None: look *host* up), and the port to connect to."""
        if self._rules:
            for key in _keys(host, port):
                if key in self._rules:
                    address, replaced = self._rules[key]
                    return address or None, port if replaced is None else replaced
        return None, port


def _keys(host: str, port: int) -> Iterator[tuple[str, str]]:
    yield host, str(port)
    yield host, ANY
    yield ANY, str(port)
    yield ANY, ANY


def _source(text: str) -> tuple[str, str]:
    host, port = _halves(text)
    if not host or not port:
        raise ValueError("tulis host:port, dengan * untuk sembarang")
    if port != ANY:
        port = str(_port(port))
    return host if host == ANY else _host(host), port


def _target(text: str) -> tuple[str, int | None]:
    address, port = _halves(text)
    return str(ip_address(address)) if address else "", _port(port) if port else None


def _halves(text: str) -> tuple[str, str]:
    """Both sides of the colon before the port; an IPv6 address must be in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or ("]" in port):
        raise ValueError("kurang titik dua di depan port")
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1], port
    if ":" in host:
        raise ValueError("alamat IPv6 ditulis dalam kurung siku")
    return host, port


def _host(text: str) -> str:
    """*text* as a URL's host would be compared: lower case, A-labels, addresses in their shortest form."""
    try:
        return str(ip_address(text))
    except ValueError:
        host = urlsplit(f"//{text}").hostname or ""
        return host.encode("idna").decode("ascii")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_PORT):
        raise ValueError(f"port {text!r} tidak dikenal")
    return int(text)


def _problem(source: str, target: str, error: ValueError) -> Problem:
    return Problem(
        f"net.connect_to {source!r}",
        f"{target!r} tidak dapat dipakai ({error})",
        'tulis seperti "contoh.go.id:443" = "192.0.2.1:8443"',
    )
