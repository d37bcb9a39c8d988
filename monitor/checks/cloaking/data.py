"""The numbers and lists of this check that are data, from `data.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From when on something counts; the file says what each is."""

    sitemap_gambling: int
    sitemap_foreign: int
    sitemap_foreign_share: float
    robots_gambling: int
    doorway_new_share: float


@lru_cache(maxsize=1)
def bounds() -> Bounds:
    """The numbers."""
    return Bounds(**data()["bounds"])


@lru_cache(maxsize=1)
def data() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads((files(__package__ or "monitor.checks.cloaking") / "data.toml").read_text(encoding="utf-8"))
