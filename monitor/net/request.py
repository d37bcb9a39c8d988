"""What a visitor asks: requests ready to be sent, and a request taken apart for the wire."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import h11
import httpx

import monitor
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase

PREBUILT = 1024
"""Requests kept ready: plenty for a regency; beyond, building one anew is cheaper than the memory of keeping it."""
MAX_TARGET = 8 * 1024
"""Bytes of path and query that are still sent (RFC 9110 §4.1 asks for 8,000)."""
MAX_LABEL, MAX_NAME = 63, 253
MAX_PORT = 65535

HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "id",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
"""Of every visit, beside Host and User-Agent; only codings that `body` undoes."""

_PORTS = {"http": 80, "https": 443}
_METHODS = frozenset({"GET", "HEAD"})


def user_agent(contact_url: str) -> str:
    """Who we are, and whom an administrator may ask."""
    return f"monitor/{monitor.__version__} (+{contact_url})"


class _Prebuilt(httpx.Request):
    """A request that nobody changes, with what it was taken apart into, by agent."""

    errands: dict[str, Errand]


@lru_cache(PREBUILT)
def prebuilt(url: str) -> httpx.Request:
    """
    The GET of *url* as every visit sends it; the transport adds its User-Agent.

    Shared by all who ask: give it new `extensions` right before sending, and change nothing else. Raises
    `ExchangeFailed` (`BAD_URL`) when there is nothing to connect to.
    """
    try:
        request = _Prebuilt("GET", url, headers=HEADERS)
    except (httpx.InvalidURL, ValueError) as error:
        raise _bad_url(str(error)) from error
    request.errands = {"": take_apart(request, "")}
    return request


@dataclass(frozen=True, slots=True)
class Errand:
    """A request, taken apart into where to go and what to say."""

    host: str
    """Name in A-labels, or address without brackets."""
    port: int
    tls: bool
    question: h11.Request


def take_apart(request: httpx.Request, agent: str) -> Errand:
    """
    The errand of *request*, said as *agent*; raises `ExchangeFailed` (`BAD_URL`).

    A request that names an agent of its own says that first and *agent* after it (RFC 9110 §10.1.5): whoever finds us
    in a log can always ask us.
    """
    known: dict[str, Errand] = getattr(request, "errands", {})
    return known.get(agent) or known.setdefault(agent, _taken_apart(request, agent))


def _taken_apart(request: httpx.Request, agent: str) -> Errand:
    if request.method not in _METHODS:
        raise ValueError(f"a visitor does not send {request.method}")
    url = request.url
    host, target = url.raw_host.decode("ascii"), url.raw_path
    port = url.port if url.port is not None else _PORTS.get(url.scheme, 0)
    if url.scheme not in _PORTS or not 0 < port <= MAX_PORT:
        raise _bad_url("not an http or https URL with a usable port")
    if not _is_host(host):
        raise _bad_url(f"not a host: {host[:80]!r}")
    if len(target) > MAX_TARGET:
        raise _bad_url(f"longer than {MAX_TARGET} bytes")
    return Errand(host, port, url.scheme == "https", _question(request, target, agent))


def _question(request: httpx.Request, target: bytes, agent: str) -> h11.Request:
    named = [value for name, value in request.headers.raw if name.lower() == b"user-agent"]
    headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"user-agent"]
    headers.append((b"User-Agent", b" ".join([*named, agent.encode("latin-1", "replace")]).strip()))
    try:
        return h11.Request(method=request.method, target=target, headers=headers)
    except h11.LocalProtocolError as error:
        raise _bad_url(str(error)) from error


def _is_host(host: str) -> bool:
    """Whether *host* can be looked up and sent as SNI (RFC 1035 §2.3.4), or is an address without a zone."""
    if ":" in host:
        return "%" not in host  # a zone is a matter of this machine, not of a URL (RFC 9844)
    name = host.removesuffix(".")
    return len(name) <= MAX_NAME and all(0 < len(label) <= MAX_LABEL for label in name.split("."))


def _bad_url(detail: str) -> ExchangeFailed:
    return ExchangeFailed(Failure(Phase.DNS, FailureKind.BAD_URL, detail[:200]))
