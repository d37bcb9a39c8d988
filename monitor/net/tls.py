"""TLS over a wire, and what the handshake showed, whether or not it verified."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any, Protocol

from monitor.net.certificates import certificate, matches
from monitor.net.errors import Mishap, is_mismatch
from monitor.net.facts import FailureKind, Phase, TlsSession
from monitor.net.progress import Progress
from monitor.net.trust import Trust
from monitor.net.wire import Wire

RECORD = 16 * 1024
"""The most plaintext a TLS record carries (RFC 8446 §5.1)."""
MAX_CHAIN = 16
"""Certificates of a chain that are kept."""


class TlsStream:
    """
    TLS driven by hand between two memory BIOs.

    The client's last flight and the request leave in one segment, a failed handshake is told apart to the byte, and
    it is the same under every event loop.
    """

    __slots__ = ("_incoming", "_outgoing", "_tls", "_wire")

    def __init__(self, wire: Wire, context: ssl.SSLContext, host: str) -> None:
        """Speak over *wire* to *host*: a name is sent as SNI, an address is only compared (RFC 6066 §3)."""
        self._wire = wire
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    async def handshake(self) -> None:
        """Shake hands; the last flight waits for the first `send`. Raises `ssl.SSLError`, `OSError`, `Mishap`."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                if not await self._more():
                    raise Closed from None
            except ssl.SSLError:
                self._wire.farewell(self._outgoing.read())  # the alert: their log shall say why
                raise
            else:
                return

    async def send(self, data: bytes) -> None:
        """Hand *data* to the peer."""
        self._tls.write(data)
        await self._wire.send(self._outgoing.read())

    async def receive(self) -> bytes:
        """The next plaintext; empty at the end, announced or not."""
        while True:
            try:
                return self._tls.read(RECORD)
            except ssl.SSLWantReadError:
                if not await self._more():
                    return b""
            except ssl.SSLZeroReturnError:
                return b""

    async def _more(self) -> bool:
        """Send what waits, take in what comes; False at the end."""
        if self._outgoing.pending:
            await self._wire.send(self._outgoing.read())
        data = await self._wire.receive()
        self._incoming.write(data)
        return bool(data)

    def verified_chain(self) -> tuple[bytes, ...]:
        """The DER of each certificate of the chain that verified, the anchor last; empty when none did."""
        return tuple(verified_chain(self._tls)[:MAX_CHAIN])

    def session(self, verdict: Verdict, trust: Trust) -> TlsSession:
        """What the finished handshake showed, beside the *verdict* of the passes before."""
        cipher = self._tls.cipher()
        version, name = self._tls.version() or "", cipher[0] if cipher else ""
        return TlsSession(
            version=version,
            cipher=name,
            chain=tuple(certificate(der) for der in served_chain(self._tls)[:MAX_CHAIN]),
            verify_code=verdict.code,
            verify_message=verdict.message,
            legacy=not trust.is_modern(version, name) if verdict.legacy is None else verdict.legacy,
        )


def served_chain(tls: ssl.SSLObject) -> list[bytes]:
    """The DER of each certificate the server sent, leaf first; public only since CPython 3.13."""
    peer: Any = tls
    if hasattr(peer, "get_unverified_chain"):
        return list(peer.get_unverified_chain())
    return [each.public_bytes(_DER) for each in peer._sslobj.get_unverified_chain() or ()]  # noqa: SLF001


def verified_chain(tls: ssl.SSLObject) -> list[bytes]:
    """The DER of each certificate of the chain that verified; public only since CPython 3.13."""
    peer: Any = tls
    if hasattr(peer, "get_verified_chain"):
        return list(peer.get_verified_chain())
    return [each.public_bytes(_DER) for each in peer._sslobj.get_verified_chain() or ()]  # noqa: SLF001


_DER = 2
"""`_ssl.ENCODING_DER`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the passes of a handshake have told so far."""

    code: int = 0
    message: str = ""
    legacy: bool | None = False
    """None: the server hung up without a word, so that only what it agrees to afterwards can tell."""


class Passable(Protocol):
    """A connection that can be had again for another pass: a `Line`, or one that talks its way to the handshake."""

    @property
    def wire(self) -> Wire:
        """Where the handshake is to take place now."""

    async def redial(self, progress: Progress) -> None:
        """Get to the same point on a new connection."""


async def secure(line: Passable, host: str, trust: Trust, progress: Progress) -> TlsStream:
    """
    TLS to *host* on *line*, by as many passes as it takes to see page and chain.

    What browsers offer first; everything outdated when nothing was in common, which some servers say by hanging up;
    unverified when the certificate did not verify. Each pass is a new connection. Raises `Mishap`, `ssl.SSLError`,
    `OSError`.
    """
    context, verdict = trust.strict, Verdict()
    while True:
        progress.start(Phase.TLS)
        stream = TlsStream(line.wire, context, host.removesuffix("."))
        try:
            await stream.handshake()
        except ssl.SSLCertVerificationError as error:
            context, verdict = trust.permissive, Verdict(error.verify_code, error.verify_message, verdict.legacy)
        except (ssl.SSLError, ConnectionError, Closed) as error:
            if context is not trust.strict or not _may_be_outdated(error):
                raise
            context, verdict = trust.outdated, Verdict(legacy=True if isinstance(error, ssl.SSLError) else None)
        else:
            progress.tls = stream.session(verdict, trust)
            return stream
        await line.redial(progress)


def _may_be_outdated(error: Exception) -> bool:
    return is_mismatch(error) if isinstance(error, ssl.SSLError) else True


class Closed(Mishap):
    """The peer closed the connection during the handshake."""

    def __init__(self) -> None:
        super().__init__(FailureKind.CLOSED, "closed during the handshake")


__all__ = ["TlsStream", "Verdict", "matches", "secure", "served_chain"]
