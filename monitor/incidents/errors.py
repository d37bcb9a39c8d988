"""What a person asked of the book that cannot be; messages are Indonesian and say what is the case instead."""

from __future__ import annotations

from monitor.errors import MonitorError


class NoSuch(MonitorError):
    """There is nothing of that number or key."""


class NoSuchIncident(NoSuch):
    """No incident has the number."""

    def __init__(self, number: int) -> None:
        """Say *number*."""
        super().__init__(f"tidak ada insiden INS-{number}")


class NoSuchWindow(NoSuch):
    """No maintenance window has the number."""

    def __init__(self, number: int) -> None:
        """Say *number*."""
        super().__init__(f"tidak ada jadwal pemeliharaan nomor {number} yang masih berlaku")


class NoSuchFinding(NoSuch):
    """The finding is not open, or never was."""

    def __init__(self, kode: str, code: str) -> None:
        """Say what was looked for."""
        super().__init__(f"{kode} tidak memiliki temuan {code} yang sedang terbuka")


class Senseless(MonitorError):
    """What is there does not let itself be treated like that."""

    def __init__(self, message: str, field: str = "") -> None:
        """*field*: which part of what was asked for is wrong; empty when it is none alone."""
        super().__init__(message)
        self.field = field


class Misplanned(ValueError):
    """Maintenance that covers nothing or is never on (Indonesian)."""

    def __init__(self, message: str, field: str) -> None:
        """*field*: which part of the plan is wrong."""
        super().__init__(message)
        self.field = field
