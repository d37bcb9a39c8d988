"""The register goes on where the log ends, and logs what is declared and seen differently, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from monitor.assets import AssetChange, Source
from monitor.assets.candidates import Sighting
from monitor.assets.changes import Known
from monitor.assets.declared import Declaration
from monitor.errors import InventoryError
from monitor.latest import Latest
from monitor.model import CheckResult, Outcome, Target
from monitor.registrar import Registrar
from tests.unit.assets.making import DOMAIN, NOW, after, target, website
from tests.unit.web.regency import WEBSITE


@dataclass(slots=True)
class Log:
    """What the store keeps of the register."""

    known: dict[str, dict[tuple[str, Source], str]] = field(default_factory=dict)
    seen: list[Sighting] = field(default_factory=list)
    changes: list[AssetChange] = field(default_factory=list)
    calls: int = 0

    async def assets_known(self) -> Known:
        return {kode: dict(said) for kode, said in self.known.items()}

    async def asset_sightings(self) -> Sequence[Sighting]:
        return tuple(self.seen)

    async def put_assets(self, changes: Sequence[AssetChange], sightings: Sequence[Sighting] = ()) -> None:
        self.calls += 1
        self.changes.extend(changes)
        for change in changes:
            self.known.setdefault(change.kode, {})[change.field, change.source] = change.after or ""
        self.seen.extend(sightings)


def declaration(status: str, line: int = 2) -> Declaration:
    return Declaration(
        kode="OPD-009", cells={"lokasi": "Ruang server", "status_siklus_hidup": status}, file="aset.csv", line=line
    )


def watched(*targets: Target, minutes: float = 0, location: str | None = None) -> Latest:
    """The targets, the first of which was visited, and answered with a redirect to *location*."""
    result = Latest()
    result.settle(targets)
    entry = result.entries()[0]
    facts = website()
    if location is not None:
        facts["hops"][0] |= {"status": 302, "location": location}
    run: CheckResult[object] = CheckResult(
        target=entry.target, check=WEBSITE, started=after(minutes), duration=timedelta(seconds=1),
        outcome=Outcome.OBSERVED, facts=object(),
    )  # fmt: skip
    entry.seen[WEBSITE], entry.remembered[WEBSITE] = run, facts
    return result


async def test_what_is_declared_is_logged_once_over_a_restart_too() -> None:
    log = Log()
    declared = {"OPD-009": declaration("operasional")}
    await (await Registrar.open(log)).settle([target()], declared, NOW)
    first = {kode: dict(said) for kode, said in log.known.items()}
    assert first["OPD-009"]["lokasi", Source.DECLARED] == "Ruang server"

    again = await Registrar.open(log)
    log.changes.clear()
    await again.settle([target()], declared, after(5))
    assert log.changes == []
    moved = {"OPD-009": replace(declared["OPD-009"], cells={**declared["OPD-009"].cells, "lokasi": "Awan"})}
    await again.settle([target()], moved, after(10))
    assert [(item.field, item.before, item.after) for item in log.changes] == [("lokasi", "Ruang server", "Awan")]


async def test_a_life_that_skips_a_step_is_refused_and_nothing_is_logged() -> None:
    log = Log()
    registrar = await Registrar.open(log)
    await registrar.settle([target()], {"OPD-009": declaration("operasional")}, NOW)

    with pytest.raises(InventoryError, match=r"aset\.csv:7:status_siklus_hidup"):
        registrar.require_fit({"OPD-009": declaration("rencana", line=7)})
    registrar.require_fit({"OPD-009": declaration("nonaktif")})
    assert log.calls == 1


async def test_what_is_seen_is_logged_with_the_first_beat_and_not_again() -> None:
    log = Log()
    registrar = await Registrar.open(log)
    await registrar.settle([target()], {}, NOW)

    await registrar.beat(watched(target()), after(1))
    seen = {name: value for (name, source), value in log.known["OPD-009"].items() if source is Source.OBSERVED}
    assert seen["perangkat_lunak"]
    calls, known = log.calls, {kode: dict(said) for kode, said in log.known.items()}
    await registrar.beat(watched(target(), minutes=11), after(11))

    assert (log.calls, log.known) == (calls + 1, known)


async def test_hosts_that_come_up_without_being_listed_are_proposed_and_those_listed_are_not() -> None:
    log = Log()
    registrar = await Registrar.open(log)
    await registrar.settle([target(), DOMAIN], {}, NOW)

    await registrar.beat(watched(target(), location="https://baru.purbalinggakab.go.id/"), after(1))
    assert [(item.host, item.kode) for item in log.seen] == [("baru.purbalinggakab.go.id", "OPD-009")]

    listed = target("OPD-030", url="https://baru.purbalinggakab.go.id/")
    other = Log(seen=[])
    fresh = await Registrar.open(other)
    await fresh.settle([target(), DOMAIN, listed], {}, NOW)
    await fresh.beat(watched(target(), location="https://baru.purbalinggakab.go.id/"), after(1))
    assert other.seen == []
