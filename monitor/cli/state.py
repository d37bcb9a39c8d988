"""What every command shares."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import Problem, UsageError, reason_of

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.settings import Settings

WIDE = 10_000
"""Columns where nothing needs to be folded: a file or a pipe."""


def console() -> Console:
    """Standard output: as wide as the terminal, and without any folding when it is none."""
    from rich.console import Console  # noqa: PLC0415 – help and versions are said without it

    plain = Console(highlight=False)
    return plain if plain.is_terminal or "COLUMNS" in os.environ else Console(highlight=False, width=WIDE)


def require_file(path: Path, instead: str = "sebut berkasnya, bukan foldernya") -> None:
    """Raise `UsageError` unless *path* is a file that can be reached; *instead* of a folder is what to do."""
    remedy = "periksa nama dan hak akses"
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise UsageError([Problem(str(path), f"tidak dapat dibaca ({reason_of(error)})", remedy)]) from error
    if not is_file:
        raise UsageError([Problem(str(path), "bukan berkas", instead)])


@dataclass(frozen=True, slots=True)
class State:
    """The options given before the command."""

    config: Path | None = None

    def settings(self) -> Settings:
        """The settings these options name. Raises `ConfigError`."""
        from monitor import settings  # noqa: PLC0415 – help needs no settings, and they take a while to load

        return settings.load(self.config)
