"""What the network showed: plain frozen values, no opinions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.errors import Unreachable


class Phase(StrEnum):
    """Where in an exchange something happened, in order; blackbox_exporter's words where it has one."""

    DNS = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    TTFB = "processing"
    """From the request sent to the first byte of the answer."""
    TRANSFER = "transfer"


class FailureKind(StrEnum):
    """What happened there. Closed: the catalogue has an Indonesian text for each."""

    NAME_NOT_FOUND = "name-not-found"
    """NXDOMAIN: only a name server's own word."""
    NO_ADDRESS = "no-address"
    """The name exists and has neither A nor AAAA."""
    SERVFAIL = "servfail"
    DNS_REFUSED = "dns-refused"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    RESET = "reset"
    CLOSED = "closed"
    """Ended in an orderly way before an answer, or before the whole of it."""
    UNREACHABLE = "unreachable"
    """A router said that the host or its network cannot be reached."""
    NO_ROUTE = "no-route"
    """Ours: this machine has no route to such an address (no IPv6, say)."""
    BUSY = "busy"
    """Ours: no seat at this address in time."""
    FORBIDDEN_ADDRESS = "forbidden-address"
    """The address policy refuses the resolved address; nothing was sent."""
    TLS_PROTOCOL = "tls-protocol"
    """No TLS version or cipher in common, not even an outdated one."""
    TLS_ERROR = "tls-error"
    MALFORMED = "malformed"
    """The answer is not HTTP."""
    HEADERS_TOO_LARGE = "headers-too-large"
    BAD_URL = "bad-url"
    """The URL to visit (a redirect's target, say) cannot be used."""


OURS = frozenset({FailureKind.NO_ROUTE, FailureKind.BUSY})
"""Failures that say nothing about the target."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an exchange did not come to an answer: phase, kind, and the library's own words as evidence."""

    phase: Phase
    kind: FailureKind
    detail: str = ""
    address: str | None = None
    """The last address tried, as `192.0.2.1` or `2001:db8::1`; None before there was one."""


@dataclass(frozen=True, slots=True)
class Phases:
    """Durations in microseconds, timed where they happen; zero where there was no such phase."""

    dns: int = 0
    connect: int = 0
    tls: int = 0
    """Both handshakes, when the first did not verify."""
    ttfb: int = 0
    transfer: int = 0

    @property
    def total(self) -> int:
        """Their sum: the time the target took, without our own waiting for a seat."""
        return self.dns + self.connect + self.tls + self.ttfb + self.transfer


NO_PHASES = Phases()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """An X.509 certificate as served (RFC 5280). Parsed once per SHA-256 and shared."""

    sha256: str
    """Of the DER, lower-case hex."""
    subject: str
    """RFC 4514."""
    issuer: str
    serial: str
    """Lower-case hex."""
    not_before: datetime
    """UTC."""
    not_after: datetime
    """UTC."""
    names: tuple[str, ...]
    """dNSName and iPAddress of the subjectAltName, lower case, as served (`*.example.go.id` stays)."""
    self_issued: bool
    """Subject and issuer are the same name."""
    has_issuer_url: bool
    """authorityInfoAccess names where the issuer's certificate can be fetched (RFC 5280 §4.2.2.1)."""
    key: str
    """E.g. `RSA 2048`, `EC secp256r1`."""
    signature: str
    """E.g. `sha256WithRSAEncryption`."""
    der: bytes

    @property
    def dated(self) -> bool:
        """Whether its dates could be read; if not, both are the same instant of long ago, and say nothing."""
        return self.not_before != self.not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSession:
    """What the handshake showed; `verify_code` 0 means that the chain and the name verified."""

    version: str
    """As OpenSSL says it: `TLSv1.3`, `TLSv1`…"""
    cipher: str
    chain: tuple[Certificate, ...]
    """As served, leaf first; read in a second, unverified pass when the first did not verify."""
    verify_code: int = 0
    """OpenSSL's X509_V_ERR_… of the verified pass; the name and the dates are judged from the certificate itself."""
    verify_message: str = ""
    legacy: bool = False
    """True when only an outdated protocol or cipher, refused by today's browsers, came to a handshake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The facts of one request and its answer; `response.extensions["exchange"]` carries it."""

    address: str
    http_version: str
    """`1.0` or `1.1`."""
    phases: Phases
    tls: TlsSession | None = None
    wire: int = 0
    """Bytes received after the handshake, before decoding."""
    capped: bool = False
    """True when the body was longer than the caps and the rest was not read."""


class ExchangeFailed(Unreachable):
    """An exchange that did not come to an answer; carries what was learnt on the way."""

    def __init__(self, failure: Failure, phases: Phases = NO_PHASES, tls: TlsSession | None = None) -> None:
        """Keep *failure*, the *phases* so far and the handshake, if there was one."""
        self.failure = failure
        self.phases = phases
        self.tls = tls
        super().__init__(f"{failure.phase}: {failure.kind} {failure.detail}".rstrip())
