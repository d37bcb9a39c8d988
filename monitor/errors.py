"""
What can go wrong on our side, and how it is said.

MonitorError
├── UsageError            a person's input is wrong; every problem at once; exit code 2
│   ├── ConfigError       settings
│   └── InventoryError    inventory rows
├── Refused               the API would not; its word, for a person
├── StoreError            the record cannot be kept or read
├── DaemonFailed          the daemon cannot go on; exit code 1
├── NotApplicable         the question makes no sense for this target
└── Unreachable           the target could not be looked at (`net.errors` has the kinds)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class MonitorError(Exception):
    """Anything this project raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in somebody's input: where, what, and how to mend it (Indonesian)."""

    where: str
    """`file:line:column`, `file [section] key`, or an environment variable's name."""
    message: str
    remedy: str

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.where}: {self.message} – {self.remedy}"


class UsageError(MonitorError):
    """Somebody's input is wrong; carries every problem, never just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep *problems* in the order they were found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ConfigError(UsageError):
    """The settings do not hold together."""


class InventoryError(UsageError):
    """The inventory has wrong rows."""


class NotApplicable(MonitorError):
    """The question makes no sense for this target; nothing is said about it."""


class Unreachable(MonitorError):
    """The target could not be looked at; nothing is closed and nothing is opened."""


class Refused(MonitorError):
    """The API's word, for a person."""


class StoreError(MonitorError):
    """The record cannot be kept or read: what happened, and how to mend it."""

    def __init__(self, message: str, remedy: str) -> None:
        """Keep *message* and *remedy*, both Indonesian."""
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} – {remedy}")


class DaemonFailed(MonitorError):
    """The daemon cannot go on; whoever supervises it starts it again."""
