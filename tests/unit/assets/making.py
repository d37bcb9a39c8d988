"""Made-up evidence and entries for tests of the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.assets import Said, Sheet, Source
from monitor.model import Criticality, Kind, Target

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
HOST = "dinkominfo.purbalinggakab.go.id"
END = "2027-01-24T08:05:00+07:00"


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def target(kode: str = "OPD-009", **values: Any) -> Target:
    values = {"kind": Kind.OPD, "name": "Dinkominfo", "url": f"https://{HOST}/", **values}
    return Target(kode=kode, **values)


DOMAIN = target(
    "purbalinggakab.go.id",
    kind=Kind.DOMAIN,
    name="purbalinggakab.go.id",
    url="dns://purbalinggakab.go.id",
    criticality=Criticality.HIGH,
)
VILLAGE = target("DESA-046", kind=Kind.DESA, name="Desa Onje", url="https://onje.desa.id/")


@dataclass
class Seen:
    started: datetime


@dataclass
class Entry:
    target: Target
    seen: dict[str, Seen] = field(default_factory=dict)
    remembered: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def entry(of: Target | None = None, at: datetime | None = NOW, **facts: Any) -> Entry:
    """What is known of a target: the evidence of each check, seen at *at* or (None) before this start."""
    seen = {} if at is None else {check: Seen(at) for check in facts}
    return Entry(of or target(), seen, dict(facts))


def names(*addresses: str, **values: Any) -> dict[str, Any]:
    voice = {"server": "ns1", "word": "records", "addresses": sorted(addresses), "aliases": []}
    return {"host": HOST, "voices": [voice], "resolved": {"failure": "", "addresses": []}, "service": "", **values}


def website(**values: Any) -> dict[str, Any]:
    hop = {
        "url": f"https://{HOST}/",
        "status": 200,
        "location": None,
        "headers": [["server", "nginx/1.18.0"], ["x-powered-by", "PHP/8.1.2"]],
        "tls": {"chain": ["ab12", "cd34"]},
    }
    content = {"software": [["OpenSID", "23.05"]], "challenge": False, "placeholder": None, "services": []}
    leaf = {"issuer": "CN=R11,O=Let's Encrypt,C=US", "not_after": END, "names": [HOST]}
    facts: dict[str, Any] = {"hops": [hop], "content": content, "certificates": {"ab12": leaf}}
    return facts | values


def mail(*hosts: str) -> dict[str, Any]:
    return {"exchangers": {"records": [[10, host] for host in hosts], "exists": True}}


def sheet(of: Target | None = None, *, retired: datetime | None = None, **said: Any) -> Sheet:
    """An asset; each field by (declared, observed), empty for neither."""
    both: dict[Source, dict[str, Said]] = {source: {} for source in Source}
    for name, values in said.items():
        for source, value in zip((Source.DECLARED, Source.OBSERVED), values, strict=True):
            if value:
                both[source][name] = Said(value, NOW, NOW)
    return Sheet(
        target=of or target(),
        first_seen=NOW,
        retired=retired,
        declared=both[Source.DECLARED],
        observed=both[Source.OBSERVED],
    )
