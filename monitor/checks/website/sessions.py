"""The TLS sessions of a visit that the county, or another government body, answers for."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.checks.website.visit import Visit
from monitor.domains import Domains, host_of, registrable
from monitor.model import Target
from monitor.net.facts import TlsSession


def sessions(target: Target, visit: Visit, domains: Domains) -> Iterator[tuple[str, TlsSession]]:
    """(host, session) once per host, the first seen; strangers' hosts are theirs to mend."""
    own = host_of(target.url)
    seen: set[str] = set()
    for hop in visit.hops:
        host = host_of(hop.url)
        if hop.tls is not None and host not in seen and _is_ours(host, own, domains):
            seen.add(host)
            yield host, hop.tls


def _is_ours(host: str, own: str, domains: Domains) -> bool:
    if host == own:
        return True
    shared = registrable(host)
    return (shared != "" and shared == registrable(own)) or domains.standing(host).is_government
