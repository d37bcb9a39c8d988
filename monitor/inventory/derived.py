"""The domains behind the listed sites and mail addresses: watched like targets, listed by nobody."""

from __future__ import annotations

from collections.abc import Iterable

from monitor import domains
from monitor.model import Criticality, Kind, Target

OWN = "Pemerintah Kabupaten Purbalingga"
MANY = 2
"""Sites of several owners under one domain: the domain is the county's."""


def with_domains(targets: Iterable[Target]) -> tuple[Target, ...]:
    """
    *targets*, and behind them one `Kind.DOMAIN` target for each registrable domain of an active government site.

    Its kode and name are the domain, its URL is `dns://domain`. Its mail is `postmaster@domain` (RFC 5321 §4.5.1) when
    listed addresses are under it, else None. The order is that of first appearance.
    """
    listed = tuple(targets)
    standing = domains.Domains.of(listed)
    sites: dict[str, list[Target]] = {}
    mail = set()
    for target in listed:
        if target.active and (name := domains.registrable(target.host)) in standing.own | standing.villages:
            sites.setdefault(name, []).append(target)
        if target.active and target.mail and (name := domains.registrable(target.mail.rpartition("@")[2])):
            sites.setdefault(name, [])
            mail.add(name)
    return (*listed, *(_target(name, owners, has_mail=name in mail) for name, owners in sites.items()))


def _target(name: str, sites: list[Target], *, has_mail: bool) -> Target:
    return Target(
        kode=name,
        kind=Kind.DOMAIN,
        name=name,
        url=f"dns://{name}",
        mail=f"postmaster@{name}" if has_mail else None,
        owner=sites[0].owner if 0 < len(sites) < MANY else OWN,
        criticality=Criticality.HIGH if has_mail else Criticality.MEDIUM,
        source="diturunkan dari inventaris",
    )
