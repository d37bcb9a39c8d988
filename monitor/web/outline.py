"""Facts of any check as an outline for people: for checks whose facts nobody has drawn a picture of yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.words import DASH, number

LONGEST = 300
"""Characters of one value; a stranger may have written it."""
DEEPEST = 6
MOST = 400
"""Lines of one outline."""
MOST_EACH = 40
"""Entries of one list."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A named part of the facts: `text` of a leaf, else what is below it."""

    name: str
    text: str = ""
    below: Sequence[Branch] = ()


def outline(evidence: Mapping[str, Any]) -> list[Branch]:
    """*evidence* as branches, capped in length, depth and number."""
    return _Drawing().branches(evidence, DEEPEST)


class _Drawing:
    def __init__(self) -> None:
        self._left = MOST

    def branches(self, value: Mapping[str, Any] | Sequence[Any], depth: int) -> list[Branch]:
        pairs = list(value.items()) if isinstance(value, Mapping) else list(enumerate(value, 1))
        shown = []
        for name, item in pairs[:MOST_EACH]:
            if self._left <= 0:
                break
            shown.append(self._branch(str(name), item, depth))
        left_out = len(pairs) - len(shown)
        return [*shown, Branch("…", f"dan {number(left_out)} lagi")] if left_out else shown

    def _branch(self, name: str, value: Any, depth: int) -> Branch:
        self._left -= 1
        name = spoken(name.replace("_", " "))
        if isinstance(value, list | tuple) and all(_is_leaf(item) for item in value):
            return Branch(name, spoken(", ".join(spoken(item) for item in value[:MOST_EACH])))
        if not isinstance(value, Mapping | list | tuple) or not value:
            return Branch(name, spoken(value))
        if depth <= 1:
            return Branch(name, "…")
        return Branch(name, below=self.branches(value, depth - 1))


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, Mapping | list | tuple)


def spoken(value: Any) -> str:
    """A leaf in words: yes and no, numbers, text cut to a length; a dash for nothing."""
    if value is None or value == "" or (isinstance(value, Mapping | list | tuple) and not value):
        return DASH
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float):
        return number(value, 1)
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
