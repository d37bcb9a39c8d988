"""Where files lie that nobody chose a place for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def beside(database: Path | None, environment: Mapping[str, str] | None = None) -> Path:
    """
    The folder of the SQLite *database*; for another one `var`, below the service's own folder where there is one.

    The service manager names that folder in `STATE_DIRECTORY` (systemd.exec(5)), so that a command finds the daemon's
    files wherever it is typed.
    """
    if database is not None:
        return database.parent
    state = (os.environ if environment is None else environment).get("STATE_DIRECTORY", "")
    return Path(state.partition(":")[0]) / "var"
