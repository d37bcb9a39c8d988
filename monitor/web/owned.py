"""Whose addresses may be followed: the county's own. Those of any others are shown broken, so that nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.alerts import evidence
from monitor.alerts.situation import Situation
from monitor.assets import observed
from monitor.domains import Domains, registrable
from monitor.latest import Latest


def own_hosts(situation: Situation, latest: Latest) -> frozenset[str]:
    """
    Names, lower case, that are the county's together with all that is below them.

    The sites of *situation*, the county's domains, and whoever serves the names and the mail of these sites now –
    unless a finding leads there, or below the same domain: who took a domain over serves its names himself.
    """
    targets = [entry.target for entry in latest.entries()]
    domains = Domains.of([*targets, *latest.idle])
    ours = domains.own | domains.villages | {target.host for target in situation.targets.values()}
    shown = {host for noted in situation.findings for host in evidence.hosts(noted.finding)}
    strange = {_whole(host) for host in shown} - {_whole(host) for host in ours}
    served = {host for host in _served(situation, latest) if _whole(host) not in strange}
    return frozenset(ours | served) - {""}


def _served(situation: Situation, latest: Latest) -> Iterator[str]:
    """Name servers and mail servers of the domains behind the sites, as last seen."""
    for domain in {registrable(host) for host in _hosts(situation)}:
        entry = latest.get(domain)
        seen = observed.observe(domain, observed.looks_of(entry)) if entry is not None else {}
        for name in (observed.NAME_SERVERS, observed.MAIL_SERVERS):
            yield from observed.members(seen[name].value) if name in seen else ()


def _hosts(situation: Situation) -> Iterable[str]:
    """Of the sites, and of their addresses for mail."""
    for target in situation.targets.values():
        yield target.host
        yield (target.mail or "").rpartition("@")[2]


def _whole(host: str) -> str:
    """The registrable domain of *host*, or the host itself where it has none: an address, a name of one label."""
    return registrable(host) or host
