"""Where files lie that nobody chose a place for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote


def sqlite_file(url: str) -> Path | None:
    """The file of the SQLite database that *url* names, found without SQLAlchemy; None for another database."""
    scheme, separator, rest = url.partition(":///")
    file = unquote(rest.partition("?")[0])
    is_file = separator and scheme.partition("+")[0] == "sqlite" and file not in {"", ":memory:"}
    return Path(file).absolute() if is_file else None


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
