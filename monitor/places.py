"""What lies beside the record, found without opening it: a command that asks the daemon needs no database driver."""

from __future__ import annotations

from pathlib import Path

from monitor.access import local
from monitor.folders import sqlite_file
from monitor.settings import Settings


def local_place(settings: Settings) -> Path:
    """The file by which commands on this machine may act through the daemon."""
    return settings.login.local_token or local.default_path(sqlite_file(settings.database.url.get_secret_value()))
