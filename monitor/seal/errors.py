"""What can go wrong with the seal itself."""

from __future__ import annotations

from monitor.errors import MonitorError, Problem, UsageError


class BadSeal(MonitorError):
    """Something that claims to be a seal, a key or a time-stamp and is none; the message (Indonesian) says why."""


class KeyProblem(UsageError):
    """The key to sign with cannot be used: where it is, what is wrong, and how to mend it (Indonesian)."""

    def __init__(self, where: object, message: str, remedy: str) -> None:
        """One problem."""
        super().__init__([Problem(str(where), message, remedy)])
