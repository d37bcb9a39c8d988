"""Where scripts send visitors, and which visitors: read, never run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, islice

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
_PICKED = ("referrer", "googlebot", "google.", "useragent")
"""Who comes from a search, is a search engine, or holds a telephone."""
_CHOSEN = (*_PICKED, "cookie", "localstorage", "sessionstorage", "math.random")
"""Only those who come from a search, hold a telephone, come for the first time, or have no luck: nobody who checks."""
_ASKED = re.compile(r"function\s+([\w$]{1,40})\s*\([^()]{0,100}\)\s*\{[^{}]*$")
"""A function with a name, which something calls when a visitor asks for it."""
_CONFIRMED = re.compile(
    r"(?:\bif\s{0,3}\([^;{}]{0,200}?|(?<!=)=\s{0,3}(?=[^{}]{0,300}?\bif\s{0,3}\())(?<![\w$/.])(?:window\.)?confirm\("
    r"|(?<![\w$/.])(?:window\.)?confirm\([^;{}]{0,200}?\)\s{0,3}(?:&&|\?)"
)
"""A question whose answer decides; one that is merely asked before the move does not."""
_HANDLED = re.compile(
    r"\.\s{0,3}"
    r"(?:on(?:click|change|submit)\s{0,3}=|(?:addEventListener|on)\(\s{0,3}[\"'](?:click|change|submit)[\"']\s{0,3},"
    r"(\s{0,3}[\"'][#.][\w .#-]{1,60}[\"']\s{0,3},)?|(?:click|change|submit)\()\s{0,3}"
    r"(?:function\b[\s\w$]{0,40}\([^()]{0,100}\)\s{0,3}\{|\(?[\w$, ]{0,60}\)?\s{0,3}=>\s{0,3}(\{?))"
)
"""The beginning of what is done when something is pressed or chosen: (whose event is passed on, brace of an arrow)."""
_OWNER = 40
"""Characters before that in which it stands whose event it is."""
_ANYWHERE = re.compile(
    r"(?:^|[^\w$])(?:document|window|body|html|documentElement|self|top|main|(?:site-?)?(?:app|container|content|page|root|wrapper))"
    r"[)'\"]{0,2}$",
    re.IGNORECASE,
)
"""A press anywhere on the page, or on what holds all of it, is none that asks for something."""
_ASIDE = re.compile(
    r"(?<![\\:])//[^\n]*|/\*.*?(?:\*/|\Z)"
    r"|\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\"?|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?|`[^`\\]*(?:\\.[^`\\]*)*`?",
    re.DOTALL,
)
"""Comments and strings; two strokes after a backslash or a colon are of a pattern or an address."""


@dataclass(frozen=True, slots=True)
class Move:
    """A foreign or own address to which a script sends visitors."""

    url: str
    chosen: bool = False
    """Not all of them: those who look like visitors and not like the site's owner."""
    picked: bool = False
    """By where they come from or what they hold."""
    asked: bool = False
    """When they press one thing, or in a function of its own that the script itself does not call."""
    late: bool = False
    """After a minute and more, as who does nothing is signed out: hardly a visitor is still there."""


class Scripts:
    """All scripts of a page, asked for what calls and presses; each answer is worked out once."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Of *texts*."""
        self._all = "\n".join(texts)
        self._counts: Counter[str] | None = None
        self._presses: bool | None = None

    def names(self, word: str) -> int:
        """How often *word* stands there as a name."""
        if self._counts is None:
            self._counts = Counter(_WORD.findall(self._all))
        return self._counts[word]

    @property
    def presses(self) -> bool:
        """Whether any of them may press what waits for a visitor."""
        if self._presses is None:
            self._presses = _PRESSES.search(self._all) is not None
        return self._presses


def moves(script: str, others: Scripts) -> Iterator[Move]:
    """Where *script* sends visitors, as far as it says so itself or by variables; *others* may call its functions."""
    if "location" not in script:
        return
    low = script.lower().replace("\\", "")
    chosen = any(sign in low for sign in _CHOSEN)
    by_kind = any(sign in low for sign in _PICKED)
    named: Mapping[str, str] | None = None
    acts = ""
    for match in islice(_MOVES.finditer(script), _MOST):
        if named is None:
            named = _named(script)
        target = "".join(text or named.get(name, "") for text, name in _PARTS.findall(match[1])).replace("\\", "")
        if not _ADDRESS.match(target):
            continue
        acts = acts or _acting(script)
        asked, late = _is_asked(acts, match.start(), others), _is_late(acts, match.start(), others)
        yield Move(f"https:{target}" if target.startswith("//") else target, chosen, by_kind, asked, late)


def _acting(script: str) -> str:
    """*script* with what does nothing blanked, character for character: comments, and strings that look like code."""
    return _ASIDE.sub(lambda found: " " * len(found[0]) if found[0][0] == "/" or "(" in found[0] else found[0], script)


def _named(script: str) -> dict[str, str]:
    """Variables of *script* and the text in each; that of a list is all of it, one after the other."""
    lists = ((name, "".join(_LITERAL.findall(parts))) for name, parts in islice(_LISTED.findall(script), _MOST))
    return dict((*islice(_NAMED.findall(script), _MOST), *lists))


def _is_asked(script: str, at: int, others: Scripts) -> bool:
    """Whether what stands *at* a place of *script* waits for a click, or is in a function that nothing else names."""
    if _CONFIRMED.search(script, max(0, at - _AROUND), at) or _is_handled(script, at, others):
        return True
    function = _ASKED.search(script, max(0, at - _AROUND), at)
    return function is not None and others.names(function[1]) == 1


def _is_late(script: str, at: int, others: Scripts) -> bool:
    """Whether what stands *at* a place of *script* is in a function that nothing but a slow timer of it names."""
    function = _ASKED.search(script, max(0, at - _AROUND), at)
    if function is None or others.names(name := function[1]) != _DEFINED_AND_CALLED:
        return False
    calls = re.finditer(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", script)
    call = next((call for call in calls if call.start() != function.start(1)), None)
    wait = _WAIT.match(script, call.end()) if call else None
    return call is not None and wait is not None and int(wait[1]) >= LATE and _is_timed(script, call.start())


def _is_timed(script: str, at: int) -> bool:
    """Whether what stands *at* a place of *script* is among what a timer is given."""
    before = script[max(0, at - _AROUND) : at]
    timers = [*_TIMER.finditer(before)]
    given = before[timers[-1].end() :] if timers else ")"
    return min(accumulate((letter == "(") - (letter == ")") for letter in given), default=0) >= 0


LATE = 60_000
"""Milliseconds from which on a move is late."""
_DEFINED_AND_CALLED = 2
_TIMER = re.compile(r"(?<![\w$])set(?:Timeout|Interval)\(")
_WAIT = re.compile(r"(?:\(\))?[;\s}]{0,8},\s{0,3}(\d{1,9})\s{0,3}\)")
"""What follows a function that a timer calls: (milliseconds)."""


def _is_handled(script: str, at: int, others: Scripts) -> bool:
    """Whether what stands *at* a place of *script* waits for a visitor to press one thing, which no script presses."""
    handlers = [*_HANDLED.finditer(script, max(0, at - _AROUND), at)]
    if not handlers:
        return False
    last = handlers[-1]
    if not _ENDS[last[2] == ""].isdisjoint(script[last.end() : at]):
        return False
    owner = script[max(0, last.start() - _OWNER) : last.start()]
    if last[1] is None and (not owner or _ANYWHERE.search(owner)):
        return False
    return not others.presses


_ENDS = {True: frozenset(";{}"), False: frozenset("}")}
"""What ends an arrow without braces, and what ends anything else."""
_PRESSES = re.compile(
    r"\bclick[\"'\]]{0,2}\s{0,3}(?:\?\.)?\s{0,3}\(\s{0,3}\)|\bclick[\"'\]]{0,2}\.(?:call|apply)\b|dispatchEvent|\.trigger(?:Handler)?\("
    r"|\bon(?:click|change|submit)[\"'\]]{0,2}\s{0,3}(?:\?\.)?\s{0,3}\("
)
"""A script that presses by itself."""
_WORD = re.compile(r"[\w$]+")
