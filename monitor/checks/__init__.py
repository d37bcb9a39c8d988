"""Every check there is: a new one is a module and a line in `ALL`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.checks.base import Check
from monitor.checks.cloaking import cloaking
from monitor.checks.freshness import freshness
from monitor.checks.mail import mail
from monitor.checks.names import names
from monitor.checks.registration import registration
from monitor.checks.security_txt import security_txt
from monitor.checks.tls import tls
from monitor.checks.transport import transport
from monitor.checks.website import website
from monitor.checks.zone import zone
from monitor.settings import Checks

ALL: tuple[Callable[[Any], Check[Any]], ...] = (
    website,
    transport,
    tls,
    names,
    zone,
    registration,
    security_txt,
    mail,
    cloaking,
    freshness,
)
"""Factories, each named after its table under `[checks]`, whose settings it takes."""


def build(settings: Checks) -> tuple[Check[Any], ...]:
    """Every check, set up as *settings* say."""
    return tuple(factory(getattr(settings, factory.__name__)) for factory in ALL)


__all__ = ["ALL", "build"]
