"""What a target shares with others, as last seen: by it, findings on many targets become one incident."""

from __future__ import annotations

from monitor.checks.website.visit import Visit
from monitor.checks.zone.facts import Delegated
from monitor.domains import registrable
from monitor.incidents.causes import Features
from monitor.latest import Entry, Latest
from monitor.model import Kind
from monitor.net.facts import Certificate

WEBSITE = "website"
ZONE = "zone"


def features_of(latest: Latest, entry: Entry) -> Features:
    """Where *entry*'s target was last met, under which domain and certificate, and who answers for its name."""
    domain = entry.target.host if entry.target.kind is Kind.DOMAIN else registrable(entry.target.host)
    visit = _visit(entry)
    leaf = _leaf(visit)
    return Features(
        address=_address(visit),
        name_servers=_name_servers(latest.get(domain) if domain else None),
        domain=domain,
        certificate=leaf.sha256 if leaf else "",
        issuer=leaf.issuer if leaf else "",
    )


def _visit(entry: Entry) -> Visit | None:
    result = entry.seen.get(WEBSITE)
    return result.facts if result is not None and isinstance(result.facts, Visit) else None


def _address(visit: Visit | None) -> str:
    """Of the site itself, not of where it sends its visitors."""
    if visit is None:
        return ""
    return visit.hops[0].address or (visit.failure.address if visit.failure and len(visit.hops) == 1 else "") or ""


def _leaf(visit: Visit | None) -> Certificate | None:
    session = visit.hops[0].tls if visit is not None else None
    return session.chain[0] if session is not None and session.chain else None


def _name_servers(domain: Entry | None) -> tuple[str, ...]:
    result = domain.seen.get(ZONE) if domain is not None else None
    return result.facts.servers if result is not None and isinstance(result.facts, Delegated) else ()
