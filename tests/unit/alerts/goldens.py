"""
Messages as people get them, kept as files and read by people.

`REWRITE_GOLDEN=1` writes them anew: read the difference as the person who is woken up by it.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, said: str) -> None:
    """*said* is what the file *name* holds."""
    file = FOLDER / name
    if os.environ.get("REWRITE_GOLDEN"):
        file.write_text(said, encoding="utf-8", newline="\n")
    assert said == file.read_text(encoding="utf-8")
