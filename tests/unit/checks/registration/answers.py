"""RDAP answers and their facts, made up for tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.checks.registration.facts import Listing, Record, Registration
from monitor.model import Kind, Target

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
DOMAIN = "onje.desa.id"


def domain_target(name: str = DOMAIN) -> Target:
    return Target(kode=name, kind=Kind.DOMAIN, name=name, url=f"dns://{name}")


def event(action: str, date: Any) -> dict[str, Any]:
    return {"eventAction": action, "eventDate": date}


def rdap(**values: Any) -> bytes:
    """A domain's answer as registries give it, with *values* on top."""
    return json.dumps(
        {
            "rdapConformance": ["rdap_level_0"],
            "objectClassName": "domain",
            "ldhName": DOMAIN,
            "status": ["client transfer prohibited"],
            "events": [event("expiration", "2027-06-30T23:59:59Z")],
            **values,
        }
    ).encode()


def found(**values: Any) -> Registration:
    """A domain that the registry lists, with a *record* of these values."""
    record = Record(**{"statuses": frozenset(), **values})
    return Registration(listing=Listing.FOUND, server="rdap.example.id", record=record)
