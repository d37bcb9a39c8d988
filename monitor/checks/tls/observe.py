"""One look at a site's TLS: a handshake, the offers, the revocation lists, CAA – one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor import domains
from monitor.checks.base import Context
from monitor.checks.tls.facts import NOT_VERIFIED, Caa, Facts
from monitor.model import Target
from monitor.net.certificates import certificate, matches
from monitor.net.crl import Crls
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.handshake import Handshake, shake
from monitor.net.links import link
from monitor.net.request import prebuilt, take_apart
from monitor.net.revocation import Chain, Inquiry
from monitor.net.tls_facts import Offered, Probe, Seen, Staple, Version
from monitor.net.tls_scan import Scan

FIRST = 15.0
"""Seconds for the handshake."""
SHARE = 0.7
"""Of the whole time, what may be spent on the site itself; the rest is for what others say."""
MAX_CLIMB = 8
"""Names asked for CAA."""


async def observe(target: Target, ctx: Context, *, within: timedelta, crls: Crls) -> Facts:
    """What *target*'s TLS offers. Raises `ExchangeFailed` when nothing there speaks TLS, or nobody is there."""
    errand = take_apart(prebuilt(target.url.partition("#")[0]), "")
    host, port = errand.host, errand.port
    began = asyncio.get_running_loop().time()
    span = within.total_seconds()
    shaken = await shake(ctx.net.http, host, port, began + min(FIRST, SHARE * span), fresh=ctx.fresh)
    scan = Scan(ctx.net.http.dialer, host, port, began + SHARE * span)
    offered = _merged(await scan.run(), shaken)
    if not offered.accepted(*Version):
        raise ExchangeFailed(shaken.failure or _speechless(shaken))
    served = _served(shaken, scan)
    inquiry = Inquiry(ctx.net.http, crls, began + span)
    return replace(
        _facts(host, shaken, offered, served),
        staple=_staple(scan, shaken, inquiry),
        revocations=await inquiry.about(Chain(served, shaken.verified)),
        caa=await climb(host, served, ctx, began + span),
    )


def _speechless(shaken: Handshake) -> Failure:
    return Failure(Phase.TLS, FailureKind.TLS_PROTOCOL, "no version accepted", shaken.address)


def _merged(offered: Offered, shaken: Handshake) -> Offered:
    """What came to a handshake is accepted, whatever was said to an offer of ours."""
    session = shaken.session
    if session is None or session.version not in tuple(Version):
        return offered
    agreed = Version(session.version)
    if offered.version(agreed) is Seen.YES:
        return offered
    return replace(offered, versions={**offered.versions, agreed: Probe(Seen.YES, session.cipher)})


def _served(shaken: Handshake, scan: Scan) -> tuple[bytes, ...]:
    """The chain as served; of a server too old for us, that of the flight which came in the clear."""
    if shaken.session is not None and shaken.session.chain:
        return tuple(each.der for each in shaken.session.chain)
    return scan.flight.chain if scan.flight is not None else ()


def _facts(host: str, shaken: Handshake, offered: Offered, served: Sequence[bytes]) -> Facts:
    session = shaken.session
    return Facts(
        host=host,
        address=shaken.address,
        offered=offered,
        chain=tuple(map(link, served)),
        verify_code=NOT_VERIFIED if session is None else session.verify_code,
        is_public=shaken.is_public,
    )


def _staple(scan: Scan, shaken: Handshake, inquiry: Inquiry) -> Staple:
    flight = scan.flight
    if flight is None or not flight.done or not flight.chain:
        return Staple()
    if not flight.staple:
        return Staple(seen=Seen.NO)
    return inquiry.stapled(flight.staple, Chain(flight.chain, shaken.verified))


@dataclass(frozen=True, slots=True)
class _Climb:
    names: tuple[str, ...]
    is_wildcard: bool


async def climb(host: str, served: Sequence[bytes], ctx: Context, deadline: float) -> Caa:
    """The CAA records for *host*: its own, or the nearest above it (RFC 8659 §3)."""
    way = _way(host, served)
    for name in way.names:
        try:
            answer = await ctx.net.resolver.query(name, "CAA", deadline=deadline, fresh=ctx.fresh)
        except ExchangeFailed as failed:
            return Caa(at=name, is_wildcard=way.is_wildcard, reason=failed.failure.kind)
        if answer.records:
            return Caa(seen=Seen.YES, at=name, records=tuple(sorted(answer.texts)), is_wildcard=way.is_wildcard)
    if not way.names:
        return Caa(reason="bukan nama di bawah domain terdaftar")
    return Caa(seen=Seen.NO, at=way.names[-1], is_wildcard=way.is_wildcard)


def _way(host: str, served: Sequence[bytes]) -> _Climb:
    """
    The names from *host* up to its registrable domain.

    Under a wildcard it is the name below the star that was issued for, so that the climb starts there.
    """
    top = domains.registrable(host)
    names = certificate(served[0]).names if served else ()
    is_wildcard = bool(served) and host not in names and matches(certificate(served[0]), host)
    start = host.partition(".")[2] if is_wildcard else host
    if not top or not (start == top or start.endswith(f".{top}")):
        return _Climb((), is_wildcard)
    labels = start.removesuffix(top).rstrip(".").split(".") if start != top else []
    way = tuple(".".join((*labels[index:], top)) for index in range(len(labels) + 1))
    return _Climb(way[-MAX_CLIMB:], is_wildcard)
