"""What is wrong with one cell of a row, by its column."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.inventory.cells import Fault, text_faults
from monitor.inventory.columns import Column


def cell_faults(column: Column, text: str | None) -> Iterable[Fault]:
    """Everything wrong with *text* in *column*; nothing with a cell whose column the file lacks (None)."""
    if text is None:
        return ()
    if not text:
        return [Fault(f"{column.name} kosong", f"isi kolom {column.name}")] if column.required else ()
    return [*text_faults(text, limit=column.limit, multiline=column.multiline)] or column.faults(text)
