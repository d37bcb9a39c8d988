"""The MTA-STS record, and the policy behind it: fetched over HTTPS that verifies, without following redirects."""

from __future__ import annotations

import asyncio

import httpx

from monitor.checks.mail.facts import MtaSts, PolicyFault, PolicyFile, Trouble
from monitor.checks.mail.looks.asking import Asker
from monitor.net.facts import Exchange, ExchangeFailed, FailureKind
from monitor.net.http import prebuilt

PATIENCE = 10.0
"""Seconds for the policy."""
LARGEST = 64 * 1024
"""Bytes of a policy (RFC 8461 §3.2 suggests this limit)."""
_OK, _NOT_FOUND, _GONE = 200, 404, 410
_LONGEST = 200
"""Characters of evidence."""
_NOT_THERE = frozenset({FailureKind.NAME_NOT_FOUND, FailureKind.NO_ADDRESS})


async def mta_sts(asker: Asker, domain: str) -> MtaSts:
    """What *domain* says of encryption towards its mail servers (RFC 8461 §3)."""
    texts = await asker.versioned(f"_mta-sts.{domain}", "v=STSv1")
    return MtaSts(texts=texts, policy=await _policy(asker, domain))


async def _policy(asker: Asker, domain: str) -> PolicyFile | Trouble:
    request = prebuilt(f"https://mta-sts.{domain}/.well-known/mta-sts.txt")
    deadline = min(asker.deadline, asyncio.get_running_loop().time() + PATIENCE)
    request.extensions = {"deadline": deadline, "fresh": asker.ctx.fresh}
    try:
        response = await asker.ctx.net.http.handle_async_request(request)
    except ExchangeFailed as failed:
        return PolicyFile(fault=PolicyFault.ABSENT) if failed.failure.kind in _NOT_THERE else Trouble.of(failed)
    return _read(response)


def _read(response: httpx.Response) -> PolicyFile:
    """The policy in *response*, or why a sender would not take it (RFC 8461 §3.2, §3.3)."""
    fault, detail = _fault(response)
    return (
        PolicyFile(fault=fault, detail=detail) if fault else PolicyFile(text=response.content.decode(errors="replace"))
    )


def _fault(response: httpx.Response) -> tuple[PolicyFault, str]:
    """(what is wrong, the evidence); the first that a sender would notice."""
    exchange: Exchange = response.extensions["exchange"]
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    status = str(response.status_code)
    verified = exchange.tls is not None and exchange.tls.verify_code == 0
    faults = (
        (not verified, PolicyFault.CERTIFICATE, exchange.tls.verify_message if exchange.tls else ""),
        (response.is_redirect, PolicyFault.REDIRECT, response.headers.get("location", "")),
        (response.status_code in {_NOT_FOUND, _GONE}, PolicyFault.ABSENT, status),
        (response.status_code != _OK, PolicyFault.STATUS, status),
        (exchange.capped or len(response.content) > LARGEST, PolicyFault.SIZE, str(len(response.content))),
        (kind != "text/plain", PolicyFault.TYPE, kind),
    )
    return next(((fault, detail[:_LONGEST]) for wrong, fault, detail in faults if wrong), (PolicyFault.NONE, ""))
