"""What people said of findings that are open, as a card shows it: the latest word of each kind counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.incident import Mark, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What holds of one finding now."""

    taken_by: str = ""
    taken: datetime | None = None
    assignee: str = ""
    dismissed_by: str = ""
    until: datetime | None = None
    """End of its dismissal as a false positive, which is still to come; None when it counts."""
    reason: str = ""
    notes: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.taken_by or self.assignee or self.until or self.notes)


Key = tuple[str, str]
"""(code, subject): what makes a finding the same on a target."""


def tags(marks: Sequence[Mark], now: datetime) -> Mapping[Key, Tag]:
    """What *marks* of open findings of one target, oldest first, come to at *now*."""
    found: dict[Key, Tag] = {}
    for mark in marks:
        key = mark.key.code, mark.key.subject
        found[key] = _after(found.get(key, Tag()), mark, now)
    return {key: tag for key, tag in found.items() if tag}


def _after(tag: Tag, mark: Mark, now: datetime) -> Tag:
    match mark.verb:
        case Verb.ACKNOWLEDGE:
            return replace(tag, taken_by=mark.actor, taken=mark.at)
        case Verb.ASSIGN:
            return replace(tag, assignee=mark.text)
        case Verb.NOTE:
            return replace(tag, notes=tag.notes + 1)
        case Verb.DISMISS:
            until = mark.until if mark.until is not None and mark.until > now else None
            return replace(tag, dismissed_by=mark.actor, until=until, reason=mark.text)
        case Verb.WITHDRAW:
            return replace(tag, taken_by="", taken=None, dismissed_by="", until=None, reason="")
