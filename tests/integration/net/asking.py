"""Asking a misbehaving name server through the real resolver."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from monitor.net.dns import Resolver
from monitor.settings import Dns
from tests.integration.net.nameserver import SOA, Answering, says

A = "www.example. 60 IN A 192.0.2.1"
AAAA = "www.example. 60 IN AAAA 2001:db8::1"
PATIENT = 5.0
HASTY = 0.3


@contextlib.asynccontextmanager
async def resolver(
    *nameservers: str, patience: float = PATIENT, resolv_conf: Path | None = None
) -> AsyncIterator[Resolver]:
    settings = Dns(nameservers=nameservers, timeout=timedelta(seconds=patience))
    opened = Resolver(settings, resolv_conf=resolv_conf) if resolv_conf else Resolver(settings)
    try:
        yield opened
    finally:
        await opened.aclose()


def soon(seconds: float = PATIENT) -> float:
    return asyncio.get_running_loop().time() + seconds


def by_type(**answering: Answering) -> Answering:
    """Answers by record type; NODATA for the others."""
    return lambda query: answering.get(query.question[0].rdtype.name, says(authority=[SOA]))(query)


def by_name(**answering: Answering) -> Answering:
    """Answers by the name's first label."""
    return lambda query: answering[query.question[0].name.labels[0].decode()](query)


WELL = by_type(A=says(A), AAAA=says(AAAA))
