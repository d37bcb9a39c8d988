"""What needs somebody, line by line: a site, or the many that one cause has brought into the same plight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.incident import CauseKind, Incident
from monitor.model import Kind, Target
from monitor.web.rows import STATE_RANK, Row, spelled

CROWD = 3
"""From so many sites on, one cause is one line: else the outage of one server hides every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plight:
    """One line of what needs somebody."""

    rows: Sequence[Row]
    """The most pressing first; more than one only when they share a cause."""
    incident: Incident | None = None
    """What has gathered many; None for one, and for a site with the domain that is its own."""

    @property
    def row(self) -> Row:
        """The most pressing."""
        return self.rows[0]

    @property
    def total(self) -> int:
        """How many targets it stands for."""
        return len(self.rows)

    @property
    def beside(self) -> Sequence[Row]:
        """Of a site with its own domain: the one that does not give the line its name; else empty."""
        return () if self.incident else self.rows[1:]

    @property
    def spelled(self) -> str:
        """How many of what: `85 situs`, `2 situs · 1 domain`."""
        return spelled(row.target for row in self.rows)

    @property
    def since(self) -> datetime | None:
        """Since when the first of them is in it; None when nobody knows."""
        return min((row.lasting for row in self.rows if row.lasting), default=None)

    @property
    def said(self) -> str:
        """What is wrong with most of them, in a few words; empty when no finding says."""
        return Counter(row.said for row in self.rows).most_common(1)[0][0]


def plights(rows: Iterable[Row], incidents: Iterable[Incident]) -> list[Plight]:
    """
    *rows* in their order; those of one open incident with a shared cause together, where the first of them stands.

    Together are from `CROWD` on all, and a site with the domain that is its own: to whoever mends it, it is one name.
    Only what the incident is about is told for many at once: a site in it of which something else is to be told – that
    it has been hijacked as well – keeps a line of its own.
    """
    rows = tuple(rows)
    shared = _shared(incidents)
    crowds: dict[int, list[Row]] = {}
    for row in rows:
        incident = shared.get((row.target.kode, row.concern))
        if incident is not None:
            crowds.setdefault(incident.number, []).append(row)
    found: dict[str, Plight] = {}
    for row in rows:
        incident = shared.get((row.target.kode, row.concern))
        crowd = crowds[incident.number] if incident is not None else ()
        if incident is not None and len(crowd) >= CROWD:
            found.setdefault(incident.name, Plight(rows=tuple(crowd), incident=incident))
        elif incident is not None and _is_one_name(crowd):
            found.setdefault(incident.name, Plight(rows=sorted(crowd, key=_fronting)))
        else:
            found[row.target.kode] = Plight(rows=(row,))
    return list(found.values())


def _is_one_name(crowd: Sequence[Row]) -> bool:
    """Whether it is a site and the domain that is its own, and not one that it shares with others."""
    kinds = {row.target.kind is Kind.DOMAIN for row in crowd}
    return len(kinds) > 1 and len({_name(row.target) for row in crowd}) == 1


def _name(target: Target) -> str:
    return target.host.removeprefix("www.")


def _fronting(row: Row) -> tuple[int, bool]:
    """Sorts the worse state first, for the line shows it; the site before its domain, for people know it by that."""
    return STATE_RANK[row.state], row.target.kind is Kind.DOMAIN


def _shared(incidents: Iterable[Incident]) -> Mapping[tuple[str, str], Incident]:
    """The incident with a shared cause that an open finding, by its kode and code, is in."""
    return {
        (member.key.kode, member.key.code): incident
        for incident in incidents
        if incident.cause.kind is not CauseKind.SITE
        for member in incident.current
    }
