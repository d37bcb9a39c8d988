"""The inventory: what the county answers for, kept as CSV that a person edits and a machine refuses when wrong."""

from monitor.inventory.columns import COLUMNS, FILES, cells_of
from monitor.inventory.declared import load_declarations
from monitor.inventory.derived import with_domains
from monitor.inventory.diff import Changed, Edit, InventoryDiff, diff
from monitor.inventory.validate import load
from monitor.inventory.watch import fingerprint
from monitor.inventory.write import dump, render

__all__ = [
    "COLUMNS",
    "FILES",
    "Changed",
    "Edit",
    "InventoryDiff",
    "cells_of",
    "diff",
    "dump",
    "fingerprint",
    "load",
    "load_declarations",
    "render",
    "with_domains",
]
