"""One handshake as a browser makes it, without a request: the chain that was served, and the one that verified."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from monitor.net.errors import Mishap, diagnose
from monitor.net.facts import Failure, Phase, TlsSession
from monitor.net.http import ProbeTransport
from monitor.net.progress import Progress
from monitor.net.tls import secure


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What came of it."""

    address: str
    session: TlsSession | None = None
    """None when it did not come to an end, for `failure`."""
    failure: Failure | None = None
    verified: tuple[bytes, ...] = ()
    """DER of the chain that verified, leaf first, anchor last."""
    is_public: bool = False
    """The anchor is one that the system trusts, not one that the settings add."""


async def shake(transport: ProbeTransport, host: str, port: int, deadline: float, *, fresh: bool) -> Handshake:
    """
    The handshake with *host*, verified or not, or how it failed.

    Raises `ExchangeFailed` when there was nobody to shake hands with.
    """
    progress = Progress(deadline)
    try:
        return await _shaken(transport, host, port, progress, fresh=fresh)
    except Mishap as mishap:
        failed = progress.failed(mishap)
    except OSError as error:
        failed = progress.failed(diagnose(error))
    if progress.phase is not Phase.TLS:
        raise failed
    return Handshake(address=progress.address or "", failure=failed.failure)


async def _shaken(transport: ProbeTransport, host: str, port: int, progress: Progress, *, fresh: bool) -> Handshake:
    line = await transport.dialer.dial(host, port, progress, fresh=fresh)
    try:
        async with asyncio.timeout_at(progress.deadline):
            stream = await secure(line, host, transport.trust, progress)
    finally:
        line.hang_up()
    session = progress.tls
    verified = stream.verified_chain() if session is not None and session.verify_code == 0 else ()
    is_public = bool(verified) and verified[-1] not in transport.trust.own
    return Handshake(address=line.address, session=session, verified=verified, is_public=is_public)
