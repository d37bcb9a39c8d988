"""The address plan: who shares a machine with whom, all of it inside 127.16.0.0/12 (and ::1)."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from zlib import crc32

from monitor.model import Kind, Target

NETWORKS = ("127.16.0.0/12", "::1/128")
"""All that the lab listens on; settings allow these and nothing else, so 127.0.0.1 stays forbidden."""

WATCHTOWER = "127.16.0.1"
"""The sentinels. Bound first of all, so that two labs at a time can never come to the same ports."""
NAME_SERVER = "127.16.0.53"
"""Whom a daemon asks; asked without recursion, it is the registries' server."""
AUTHORITIES = ("127.22.0.53", "127.23.0.53")
"""The two servers of every zone below the registries, in networks of their own."""
REGISTRY = "127.16.0.43"
DATA_CENTRE = ("127.17.0.1", "127.17.0.2", "127.17.0.3")
"""The county's own machines."""
SHARED_HOST = "127.18.0.1"
"""One machine that carries some 85 village sites."""
HOSTERS = tuple(f"127.19.0.{number}" for number in range(1, 13))
"""Where the other villages are."""
ELSEWHERE = ("127.20.0.1", "127.20.0.2", "127.20.0.3")
"""Services outside the county's domain."""
WORLD = "127.21.0.1"
"""Names that are nobody's in the county, where hijacked sites lead."""
LOOPBACK_V6 = "::1"

SCHEMES = ("http", "https")

_VILLAGES, _ON_SHARED_HOST = 133, 85
_ATTEMPTS = 50

Socket = socket.socket


def home(target: Target) -> str:
    """Where *target* lives while it behaves; the same every time."""
    lot = crc32(target.host.encode())
    if target.kind is Kind.DESA:
        return SHARED_HOST if lot % _VILLAGES < _ON_SHARED_HOST else HOSTERS[lot % len(HOSTERS)]
    if target.kind is Kind.LAYANAN and not target.host.endswith(".purbalinggakab.go.id"):
        return ELSEWHERE[lot % len(ELSEWHERE)]
    return DATA_CENTRE[lot % len(DATA_CENTRE)]


def dedicated() -> Iterator[str]:
    """Addresses for sites whose fault needs a machine of their own."""
    for number in range(1, 1 << 16):
        yield f"127.{24 + (number >> 14)}.{number >> 8 & 0x3F}.{number & 0xFF}"


def has_ipv6() -> bool:
    """Whether this machine has ::1."""
    try:
        bound(LOOPBACK_V6, 0).close()
    except OSError:
        return False
    return True


def bound(address: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> Socket:
    """A non-blocking socket bound there, not yet listening. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, kind)
    try:
        if kind is socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Inherited by what is accepted: the second small write must not wait for a delayed acknowledgement.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(0)
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock


def bound_together(addresses: Sequence[str]) -> dict[str, dict[str, Socket]]:
    """scheme → address → socket: each scheme on one port of the kernel's choice. Raises `OSError`."""
    with ExitStack() as stack:
        bound = {scheme: _on_one_port(stack, addresses) for scheme in SCHEMES}
        stack.pop_all()
    return bound


def _on_one_port(outer: ExitStack, addresses: Sequence[str]) -> dict[str, Socket]:
    for _attempt in range(_ATTEMPTS):
        with ExitStack() as stack, suppress(_Taken):
            first = stack.enter_context(bound(addresses[0], 0))
            port = first.getsockname()[1]
            others = {address: stack.enter_context(_bound_or_taken(address, port)) for address in addresses[1:]}
            outer.push(stack.pop_all())
            return {addresses[0]: first, **others}
    raise OSError(errno.EADDRINUSE, "no port is free on every address of the lab")


def bound_on_one_port(places: Sequence[str]) -> dict[str, Socket]:
    """address → socket, on one port of the kernel's choice. Raises `OSError`."""
    with ExitStack() as stack:
        bound = _on_one_port(stack, places)
        stack.pop_all()
    return bound


def bound_free(pool: Iterator[str], ports: Mapping[str, int]) -> tuple[str, dict[str, Socket]]:
    """The next address of *pool* where all *ports* (by scheme) are free, and its sockets by scheme."""
    for address in pool:
        with ExitStack() as stack, suppress(_Taken):
            socks = {scheme: stack.enter_context(_bound_or_taken(address, port)) for scheme, port in ports.items()}
            stack.pop_all()
            return address, socks
    raise OSError(errno.EADDRNOTAVAIL, "the lab has no more addresses")


def bound_for_names() -> dict[str, tuple[Socket, Socket]]:
    """Address → (TCP, UDP) of each name server, all on one port. Raises `OSError`."""
    for _attempt in range(_ATTEMPTS):
        with ExitStack() as stack, suppress(_Taken):
            port = 0
            servers: dict[str, tuple[Socket, Socket]] = {}
            for address in (NAME_SERVER, *AUTHORITIES):
                tcp = stack.enter_context(_bound_or_taken(address, port))
                port = tcp.getsockname()[1]
                servers[address] = tcp, stack.enter_context(_bound_or_taken(address, port, socket.SOCK_DGRAM))
            stack.pop_all()
            return servers
    raise OSError(errno.EADDRINUSE, "no port is free for the name servers")


class _Taken(Exception):
    """Somebody else has the port: try another."""


def _bound_or_taken(address: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> Socket:
    try:
        return bound(address, port, kind)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _Taken from error
        raise
