"""What people did about findings that are open: the latest word counts, and all words are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from monitor.incident import FindingKey, Incident, Mark, Member, Verb
from monitor.model import Audience

Aside = tuple[Member, Audience]
"""A finding that counts for no incident while it is dismissed, and for whose it would."""


class Marks:
    """Marks by finding, and the findings that are dismissed."""

    def __init__(self) -> None:
        """No marks."""
        self._of: dict[FindingKey, list[Mark]] = {}
        self._until: dict[FindingKey, datetime] = {}
        self._aside: dict[FindingKey, Aside] = {}

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

    def is_dismissed(self, key: FindingKey) -> bool:
        """Whether the finding of *key* counts for nothing at the moment."""
        return key in self._until

    def until(self, key: FindingKey) -> datetime | None:
        """The end of its dismissal; None when it is not dismissed."""
        return self._until.get(key)

    def is_acknowledged(self, key: FindingKey) -> bool:
        """Whether somebody has taken the finding of *key* on."""
        words = (mark.verb for mark in reversed(self._of.get(key, ())))
        return next((verb for verb in words if verb in {Verb.ACKNOWLEDGE, Verb.WITHDRAW}), None) is Verb.ACKNOWLEDGE

    def lay_aside(self, member: Member, audience: Audience) -> None:
        """Keep *member* until its dismissal ends."""
        self._aside[member.key] = member, audience

    def resume(self, incidents: Iterable[Incident], is_in: Callable[[FindingKey], bool]) -> None:
        """Lay aside again what is dismissed of *incidents*; what *is_in* an open one has come back from it."""
        for key in [key for key in self._until if is_in(key)]:
            del self._until[key]
        for incident in incidents:
            for member in incident.members:
                if member.key in self._until:
                    self._aside[member.key] = member, incident.audience

    def is_aside(self, key: FindingKey) -> bool:
        """Whether the finding of *key* was in an incident and is dismissed."""
        return key in self._aside

    def recall(self, key: FindingKey) -> Aside | None:
        """What was laid aside of *key*, which then is no longer."""
        self._until.pop(key, None)
        return self._aside.pop(key, None)

    def expired(self, at: datetime) -> list[FindingKey]:
        """What is dismissed only until *at* or before."""
        return [key for key, until in self._until.items() if until <= at]

    def forget(self, key: FindingKey) -> None:
        """The finding of *key* is over."""
        self._of.pop(key, None)
        self.recall(key)

    def forget_all(self, kode: str) -> None:
        """The target *kode* is not watched any more."""
        for key in [key for key in (*self._of, *self._until, *self._aside) if key.kode == kode]:
            self.forget(key)
