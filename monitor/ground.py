"""What the daemon and the commands have in common: the clock, the rules, what judges may consult, where secrets lie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from monitor.checks.base import Check, Policy
from monitor.checks.website import learning
from monitor.clock import Clock
from monitor.domains import Domains
from monitor.model import Rule, Target
from monitor.seal import keyfile
from monitor.settings import Settings
from monitor.store.place import parse

CLOCK = Clock()
now = CLOCK.now
"""The daemon's clock: aware, UTC, never going back."""


def policy_of(settings: Settings, targets: Iterable[Target]) -> Policy:
    """What judges may consult, by the settings and the inventory in use."""
    website = settings.checks.website
    return Policy(
        domains=Domains.of(targets),
        slow=website.slow,
        expiring=website.expiring,
        trusted=frozenset(website.content.trusted_hosts),
        learning=learning(website.content),
    )


def seal_place(settings: Settings) -> keyfile.Place:
    """Where the key is that seals the record."""
    return keyfile.chosen(settings.seal.key, parse(settings.database.url.get_secret_value()).path)


def rules_of(checks: Iterable[Check[Any]]) -> dict[str, Rule]:
    """Every rule of *checks* by code."""
    return {rule.code: rule for check in checks for rule in check.rules}
