"""Keeps the asset register in step: with the inventory when it is read, with what the checks see now and then."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self

from monitor.assets import AssetChange, Register, Scout
from monitor.assets.candidates import Sighting
from monitor.assets.changes import Known
from monitor.assets.declared import Declaration
from monitor.errors import InventoryError
from monitor.latest import Latest
from monitor.model import Target


class Records(Protocol):
    """The part of a `Store` that a registrar needs."""

    async def assets_known(self) -> Known:
        """What every asset is by the log."""

    async def asset_sightings(self) -> Sequence[Sighting]:
        """Every host that came up without being listed."""

    async def put_assets(self, changes: Sequence[AssetChange], sightings: Sequence[Sighting] = ()) -> None:
        """Append to the log, and renew the sightings."""


class Registrar:
    """Made by `open`; on the event loop, for one writer."""

    def __init__(self, store: Records, register: Register, scout: Scout) -> None:
        """Use `open`."""
        self._store = store
        self._register = register
        self._scout = scout

    @classmethod
    async def open(cls, store: Records) -> Self:
        """Go on where the log ends."""
        return cls(store, Register(await store.assets_known()), Scout(await store.asset_sightings()))

    def require_fit(self, declarations: Mapping[str, Declaration]) -> None:
        """Raise `InventoryError` when *declarations* would have an asset skip a step of its life."""
        if refused := self._register.refusals(declarations.values()):
            raise InventoryError(refused)

    async def settle(self, targets: Collection[Target], declarations: Mapping[str, Declaration], at: datetime) -> None:
        """The inventory was read, and the store knows its rows: log what is declared differently."""
        self._scout.settle(targets)
        await self._store.put_assets(self._register.settle(targets, declarations, at))

    async def beat(self, latest: Latest, at: datetime) -> None:
        """Log what has been seen differently for long enough, and who came up without being listed."""
        entries = latest.entries()
        changes = [change for entry in entries for change in self._register.update(entry, at)]
        sightings = [sighting for entry in entries for sighting in self._scout.update(entry, at)]
        await self._store.put_assets(changes, sightings)
