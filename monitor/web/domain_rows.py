"""One line of the list of domains: who serves it, until when it is registered, whether mail goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor import ends
from monitor.checks.base import Check
from monitor.checks.registration.facts import Listing, Registration
from monitor.checks.zone.facts import Delegated
from monitor.latest import Entry
from monitor.net.dnssec import Security
from monitor.web.rows import Row, row
from monitor.words import days_left

REGISTRATION = "registration"
ZONE = "zone"


class Post(StrEnum):
    """Whether the county counts on mail to a domain."""

    EXPECTED = "ada"
    """Listed addresses are under it."""
    NONE = "tidak ada"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRow:
    """A domain as the board lists it."""

    row: Row
    servers: tuple[str, ...]
    """Names of its name servers, by its zone or else by the registry; empty when nobody has seen them."""
    security: Security | None
    """What signatures make of it; None when nobody has looked."""
    until: datetime | None
    """The end of its registration; None when unknown."""
    days: int | None
    """Whole days to `until`."""
    is_unregistered: bool
    """The registry says that there is no such domain."""
    post: Post


def domain_row(entry: Entry, now: datetime, checks: Sequence[Check[Any]] = ()) -> DomainRow:
    """The line of the domain *entry* at *now*; *checks* are those there are."""
    found, zone = registration(entry), delegation(entry)
    until = ends.registration(entry)
    return DomainRow(
        row=row(entry, now, checks),
        servers=_servers(zone, found),
        security=None if zone is None else zone.security,
        until=until,
        days=None if until is None else days_left(until, now),
        is_unregistered=found is not None and found.listing is Listing.ABSENT,
        post=Post.EXPECTED if entry.target.mail else Post.NONE,
    )


def registration(entry: Entry) -> Registration | None:
    """What the registry last said of *entry*."""
    result = entry.seen.get(REGISTRATION)
    return result.facts if result is not None and isinstance(result.facts, Registration) else None


def delegation(entry: Entry) -> Delegated | None:
    """What the parent and the name servers of *entry* last said."""
    result = entry.seen.get(ZONE)
    return result.facts if result is not None and isinstance(result.facts, Delegated) else None


def _servers(zone: Delegated | None, found: Registration | None) -> tuple[str, ...]:
    if zone is not None:
        return zone.listed or zone.delegated
    return found.record.name_servers if found is not None else ()
