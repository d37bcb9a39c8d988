"""When what is watched ends: certificates and registrations, as last seen, be it before an outage or a restart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from monitor.checks.registration.facts import Registration
from monitor.checks.website.visit import Visit
from monitor.latest import Entry

WEBSITE = "website"
TLS = "tls"
REGISTRATION = "registration"


def site_certificate(entry: Entry) -> datetime | None:
    """The earliest end among the sites' own (leaf) certificates last met; verified or not."""
    return min((chain[0] for chain in _chains(entry)), default=None)


def any_certificate(entry: Entry) -> datetime | None:
    """The earliest end among all certificates last met, those of the authorities too; verified or not."""
    return min((end for chain in _chains(entry) for end in chain), default=None)


def registration(entry: Entry) -> datetime | None:
    """The end of the registration of the domain *entry*; None when nobody has said it."""
    result = entry.seen.get(REGISTRATION)
    if result is not None and isinstance(result.facts, Registration):
        return result.facts.end[0] if result.facts.end else None
    kept = entry.remembered.get(REGISTRATION, {})
    record = kept.get("record") or {}
    return next(_instants((record.get("expires"), record.get("registrar_expires"), kept.get("declared"))), None)


def _chains(entry: Entry) -> list[list[datetime]]:
    """
    The ends of each chain last met, leaf first: by the last visit that saw one, or else by what was stored.

    A site that is down shows none, and what is stored of its visits then is that it is down; what a look at its TLS
    stored stays, since such a look has facts only when there was a handshake.
    """
    result = entry.seen.get(WEBSITE)
    seen = _of_visit(result.facts) if result is not None and isinstance(result.facts, Visit) else []
    return seen or _of_evidence(entry.remembered.get(WEBSITE, {})) or _of_look(entry.remembered.get(TLS, {}))


def _of_visit(visit: Visit) -> list[list[datetime]]:
    sessions = (hop.tls for hop in visit.hops if hop.tls and hop.tls.chain)
    return [[certificate.not_after for certificate in session.chain] for session in sessions]


def _of_evidence(kept: Mapping[str, Any]) -> list[list[datetime]]:
    certificates = kept.get("certificates") or {}
    chains = [(hop.get("tls") or {}).get("chain") or () for hop in kept.get("hops") or ()]
    return _known([certificates.get(each, {}).get("not_after") for each in chain] for chain in chains)


def _of_look(kept: Mapping[str, Any]) -> list[list[datetime]]:
    return _known([[link.get("not_after") for link in kept.get("chain") or ()]])


def _known(chains: Iterable[Iterable[str | None]]) -> list[list[datetime]]:
    return [ends for chain in chains if (ends := list(_instants(chain)))]


def _instants(texts: Iterable[str | None]) -> Iterator[datetime]:
    return (datetime.fromisoformat(text) for text in texts if text)
