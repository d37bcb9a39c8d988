"""From targets back to the files they were read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from monitor.inventory.columns import FILES, NAMES, cells_of
from monitor.model import Target


def render(targets: Iterable[Target]) -> str:
    """*targets* as the text of one inventory file: UTF-8 to be, LF, comma."""
    text = io.StringIO()
    writer = csv.DictWriter(text, NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(cells_of, targets))
    return text.getvalue()


def dump(targets: Iterable[Target], directory: Path) -> None:
    """Write every file of the inventory; each is replaced whole, so that a reader never sees half of one."""
    directory.mkdir(parents=True, exist_ok=True)
    everything = tuple(targets)
    for file, kinds in FILES.items():
        text = render(target for target in everything if target.kind in kinds)
        fresh = directory / f".{file}.baru"
        fresh.write_text(text, encoding="utf-8", newline="")
        fresh.replace(directory / file)
