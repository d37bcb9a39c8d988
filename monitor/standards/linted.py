"""What reading a record or header gives: its value, and what is to be said about the text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Level(StrEnum):
    """How much a remark matters."""

    ERROR = "galat"
    """A reader of the standard must refuse or ignore the record, or a part of it."""
    WARNING = "peringatan"
    """Allowed, but weak, deprecated, or probably not what was meant."""
    NOTE = "catatan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say about a text, at a place in it."""

    level: Level
    position: int
    """Characters from the start of the text."""
    length: int = 0
    message: str
    """Indonesian, one sentence."""
    reference: str
    """E.g. `RFC 7208 §4.6.4`."""


@dataclass(frozen=True, slots=True)
class Linted(Generic[T]):
    """A text as read: the value when it could be made out, and every remark in order of position."""

    value: T | None
    remarks: tuple[Remark, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether a reader of the standard takes the text as it is."""
        return self.value is not None and all(remark.level is not Level.ERROR for remark in self.remarks)
