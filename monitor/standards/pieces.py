"""Parts of a text that know where they stand, and the remarks gathered about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from monitor.standards.linted import Level, Linted, Remark

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text and its place in the whole."""

    text: str
    start: int = 0

    def __bool__(self) -> bool:
        """Whether there is any text."""
        return bool(self.text)

    @property
    def lower(self) -> str:
        """The text in lower case (ASCII only: the grammars know no other letters)."""
        return "".join(chr(ord(one) + 32) if "A" <= one <= "Z" else one for one in self.text)

    def cut(self, start: int, end: int | None = None) -> Piece:
        """The part between two offsets, counted as in slices."""
        first, last, _step = slice(start, end).indices(len(self.text))
        return Piece(self.text[first : max(first, last)], self.start + first)

    def strip(self, characters: str = " \t") -> Piece:
        """Without these *characters* at either end."""
        left = len(self.text) - len(self.text.lstrip(characters))
        return Piece(self.text.strip(characters), self.start + left)

    def split(self, separator: str) -> Iterator[Piece]:
        """The parts between separators, empty ones included."""
        start = self.start
        for part in self.text.split(separator):
            yield Piece(part, start)
            start += len(part) + len(separator)

    def partition(self, separator: str) -> tuple[Piece, Piece | None]:
        """What stands before the first *separator*, and what stands after it; None when there is none."""
        before, found, after = self.text.partition(separator)
        return Piece(before, self.start), Piece(after, self.start + len(before) + len(found)) if found else None

    def finds(self, pattern: re.Pattern[str]) -> Iterator[Piece]:
        """Every match of *pattern*."""
        for match in pattern.finditer(self.text):
            yield Piece(match[0], self.start + match.start())


class Remarks:
    """What is to be said about one text, as it is found."""

    def __init__(self, text: str) -> None:
        """Nothing yet about *text*."""
        self._whole = len(text)
        self._said: list[Remark] = []

    @property
    def whole(self) -> Piece:
        """The end of the text: where something is missing."""
        return Piece("", self._whole)

    def error(self, piece: Piece, message: str, reference: str) -> None:
        """A reader must refuse the text, or this part of it."""
        self._say(Level.ERROR, piece, message, reference)

    def warning(self, piece: Piece, message: str, reference: str) -> None:
        """Allowed, but weak or probably not meant."""
        self._say(Level.WARNING, piece, message, reference)

    def note(self, piece: Piece, message: str, reference: str) -> None:
        """Worth knowing."""
        self._say(Level.NOTE, piece, message, reference)

    def linted(self, value: T | None) -> Linted[T]:
        """*value* with the remarks in order of position."""
        return Linted(value, tuple(sorted(self._said, key=lambda remark: remark.position)))

    def _say(self, level: Level, piece: Piece, message: str, reference: str) -> None:
        position, length = piece.start, len(piece.text)
        self._said.append(Remark(level=level, position=position, length=length, message=message, reference=reference))
