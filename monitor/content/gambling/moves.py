"""Where scripts send visitors, and which visitors: read, never run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

_MOST = 50
"""Moves of one script that are read."""
_AROUND = 400
"""Characters before a move in which a choice of visitors stands."""

_MOVES = re.compile(
    r"(?:location[\"'\]]{0,2}\s*(?:[.\[]\s*[\"']?(?:href|replace|assign)[\"'\]]{0,2})?\s*[=(])"
    r"\s*((?:[\"'`][^\"'`\n]{0,300}[\"'`]?|[\w$]{1,40})(?:\s{0,3}\+\s{0,3}(?:[\"'`][^\"'`\n]{0,300}[\"'`]|[\w$]{1,40})){0,12})"
)
"""A script that sends visitors somewhere: to a string, to a variable, or to several of them put together."""
_PARTS = re.compile(r"[\"'`]([^\"'`\n]{0,300})[\"'`]?|([\w$]{1,40})")
_NAMED = re.compile(r"(?<![\w$.])([\w$]{1,40})\s{0,3}=\s{0,3}[\"'`]([^\"'`\n]{1,300})[\"'`]")
_LISTED = re.compile(
    r"(?<![\w$.])([\w$]{1,40})\s{0,3}=\s{0,3}\[((?:\s{0,3}[\"'`][^\"'`\n]{0,100}[\"'`]\s{0,3},?){2,40})\]"
)
_LITERAL = re.compile(r"[\"'`]([^\"'`\n]{0,100})[\"'`]")
_ADDRESS = re.compile(r"(?:https?:)?//[^\"'`\s]{4,300}")
_CHOSEN = ("referrer", "googlebot", "google.", "useragent", "cookie", "localstorage", "sessionstorage", "math.random")
"""Only those who come from a search, hold a telephone, come for the first time, or have no luck: nobody who checks."""
_ASKED = re.compile(r"function\s+([\w$]{1,40})\s*\([^()]{0,100}\)\s*\{[^{}]*$")
"""A function with a name, which something calls when a visitor asks for it."""


@dataclass(frozen=True, slots=True)
class Move:
    """A foreign or own address to which a script sends visitors."""

    url: str
    chosen: bool = False
    """Not all of them: those who look like visitors and not like the site's owner."""
    asked: bool = False
    """In a function of its own that the script itself does not call."""


def moves(script: str, others: str = "") -> Iterator[Move]:
    """Where *script* sends visitors, as far as it says so itself or by variables; *others* may call its functions."""
    if "location" not in script:
        return
    low = script.lower().replace("\\", "")
    named: Mapping[str, str] | None = None
    for match in islice(_MOVES.finditer(script), _MOST):
        if named is None:
            named = _named(script)
        target = "".join(text or named.get(name, "") for text, name in _PARTS.findall(match[1])).replace("\\", "")
        if not _ADDRESS.match(target):
            continue
        chosen = any(sign in low for sign in _CHOSEN)
        yield Move(
            f"https:{target}" if target.startswith("//") else target, chosen, _is_asked(script, match.start(), others)
        )


def _named(script: str) -> dict[str, str]:
    """Variables of *script* and the text in each; that of a list is all of it, one after the other."""
    lists = ((name, "".join(_LITERAL.findall(parts))) for name, parts in islice(_LISTED.findall(script), _MOST))
    return dict((*islice(_NAMED.findall(script), _MOST), *lists))


def _is_asked(script: str, at: int, others: str) -> bool:
    """Whether what stands *at* a place of *script* waits for a click, or is in a function that nothing else names."""
    if "confirm(" in script[max(0, at - _AROUND) : at]:
        return True
    function = _ASKED.search(script, max(0, at - _AROUND), at)
    if function is None:
        return False
    name = re.compile(rf"(?<![\w$]){re.escape(function[1])}(?![\w$])")
    return len(name.findall(others or script)) == 1
