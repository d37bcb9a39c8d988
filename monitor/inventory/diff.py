"""What changed between two inventories, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from monitor.inventory.columns import cells_of
from monitor.model import Target


class Edit(NamedTuple):
    """One cell that is no longer what it was."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A target that is in both inventories, and differs."""

    old: Target
    new: Target

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The cells that differ, in column order."""
        before, after = cells_of(self.old), cells_of(self.new)
        return tuple(Edit(name, before[name], after[name]) for name in before if before[name] != after[name])


@dataclass(frozen=True, slots=True)
class InventoryDiff:
    """What one inventory has and the other has not; a target is known by its kode."""

    added: tuple[Target, ...] = ()
    retired: tuple[Target, ...] = ()
    """No longer listed: never visited again, its history stays."""
    changed: tuple[Changed, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.retired or self.changed)

    @property
    def recoded(self) -> tuple[Changed, ...]:
        """Sites that kept their address and lost their kode, and with it their history."""
        before = {target.url: target for target in self.retired}
        return tuple(Changed(before[target.url], target) for target in self.added if target.url in before)


def diff(old: Iterable[Target], new: Iterable[Target]) -> InventoryDiff:
    """What it takes to come from *old* to *new*; order alone is no change."""
    before = {target.kode: target for target in old}
    after = {target.kode: target for target in new}
    return InventoryDiff(
        added=tuple(target for kode, target in after.items() if kode not in before),
        retired=tuple(target for kode, target in before.items() if kode not in after),
        changed=tuple(
            Changed(before[kode], target) for kode, target in after.items() if before.get(kode, target) != target
        ),
    )
