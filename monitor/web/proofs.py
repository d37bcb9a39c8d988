"""What was kept as proof of an incident: the exhibits of its sites from the time in which it was open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.incident import Incident
from monitor.web.reads import Kept, Records

SITES = 20
"""Of an incident, that are asked for what was kept of them."""
EACH = 100
"""Of one site, the newest of that time."""
SHOWN = 20
AROUND = timedelta(minutes=5)
"""Kept so long before the opening or after the end, it is still of the incident: a picture takes its time."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Exhibits of an incident."""

    shown: Sequence[Kept]
    """The newest first."""
    total: int
    """How many there are of the sites that were asked for, of each at most `EACH`."""
    unasked: int
    """Sites of the incident that were not asked for."""

    @property
    def more(self) -> int:
        """How many are not shown; the pages of the sites have them."""
        return self.total - len(self.shown)


async def proofs(incident: Incident, store: Records, now: datetime) -> Proofs:
    """What *store* has kept of the sites of *incident* while it was open."""
    since, until = incident.opened - AROUND, (incident.resolved or now) + AROUND
    asked = incident.kodes[:SITES]
    kept = [item for kode in asked for item in await store.exhibits(kode, EACH, since=since, until=until)]
    kept.sort(key=lambda item: (item.at, item.id), reverse=True)
    return Proofs(kept[:SHOWN], len(kept), len(incident.kodes) - len(asked))
