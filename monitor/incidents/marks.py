"""What people did about findings that are open: the latest word counts, and all words are kept."""

from __future__ import annotations

from datetime import datetime

from monitor.incident import FindingKey, Mark, Verb


class Marks:
    """Marks by finding, and until when it is dismissed."""

    def __init__(self) -> None:
        """No marks."""
        self._of: dict[FindingKey, list[Mark]] = {}
        self._until: dict[FindingKey, datetime] = {}

    def put(self, mark: Mark) -> None:
        """Take *mark* in; a withdrawal takes back a dismissal and an acknowledgement alike."""
        self._of.setdefault(mark.key, []).append(mark)
        if mark.verb is Verb.DISMISS and mark.until is not None:
            self._until[mark.key] = mark.until
        elif mark.verb is Verb.WITHDRAW:
            self._until.pop(mark.key, None)

    def of(self, key: FindingKey) -> tuple[Mark, ...]:
        """What people did about the finding of *key*, oldest first."""
        return tuple(self._of.get(key, ()))

    def is_dismissed(self, key: FindingKey, at: datetime) -> bool:
        """Whether the finding of *key* counts for nothing at *at*."""
        until = self._until.get(key)
        return until is not None and at < until

    def is_acknowledged(self, key: FindingKey) -> bool:
        """Whether somebody has taken the finding of *key* on."""
        words = (mark.verb for mark in reversed(self._of.get(key, ())))
        return next((verb for verb in words if verb in {Verb.ACKNOWLEDGE, Verb.WITHDRAW}), None) is Verb.ACKNOWLEDGE

    def lift(self, key: FindingKey) -> None:
        """The finding of *key* is not dismissed any more."""
        self._until.pop(key, None)

    def expired(self, at: datetime) -> list[FindingKey]:
        """What is dismissed only until *at* or before, by its end: never by how it came into memory."""
        over = (item for item in self._until.items() if item[1] <= at)
        return [key for key, _until in sorted(over, key=_end)]

    def forget(self, key: FindingKey) -> None:
        """The finding of *key* is over."""
        self._of.pop(key, None)
        self._until.pop(key, None)

    def forget_all(self, kode: str) -> None:
        """The target *kode* is not watched any more."""
        for key in [key for key in self._of if key.kode == kode]:
            self.forget(key)


def _end(item: tuple[FindingKey, datetime]) -> tuple[datetime, datetime, str, str, str, str]:
    key, until = item
    return until, key.opened, key.kode, key.check, key.code, key.subject
