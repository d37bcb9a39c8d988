"""Every check there is: a new one is a module and a line in `ALL`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.checks.base import Check
from monitor.checks.website import website
from monitor.settings import Checks

ALL: tuple[Callable[[Any], Check[Any]], ...] = (website,)
"""Factories, each named after its table under `[checks]`, whose settings it takes."""


def build(settings: Checks) -> tuple[Check[Any], ...]:
    """Every check, set up as *settings* say."""
    return tuple(factory(getattr(settings, factory.__name__)) for factory in ALL)


__all__ = ["ALL", "build"]
