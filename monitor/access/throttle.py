"""How often somebody may try, and what has been seen before: in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """How fast the wait grows."""

    free: int
    """Failures in a row before there is any wait."""
    first: timedelta
    longest: timedelta
    forgotten: timedelta
    """After so long without a failure, everything is forgotten."""

    def wait(self, failures: int) -> timedelta:
        """How long after the last of *failures* nothing is tried."""
        beyond = failures - self.free
        return ZERO if beyond <= 0 else min(self.first * 2 ** min(beyond - 1, 30), self.longest)


@dataclass(frozen=True, slots=True)
class _Tries:
    failures: int
    last: datetime


class Throttle:
    """Failures by key. Forgets the key that failed the longest ago when there are too many."""

    def __init__(self, rule: Rule, size: int = 10_000) -> None:
        """Keep at most *size* keys."""
        self._rule = rule
        self._size = size
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._tries)

    def wait(self, key: str, now: datetime) -> timedelta:
        """How long from *now* until *key* may try again; zero when it may."""
        tries = self._tries.get(key)
        if tries is None or now - tries.last >= self._rule.forgotten:
            return ZERO
        return max(ZERO, tries.last + self._rule.wait(tries.failures) - now)

    def fail(self, key: str, now: datetime) -> int:
        """Count a failure of *key*; how many there are now, in a row."""
        before = self._tries.pop(key, None)
        known = 0 if before is None or now - before.last >= self._rule.forgotten else before.failures
        self._tries[key] = _Tries(known + 1, now)
        while len(self._tries) > self._size:
            self._tries.popitem(last=False)
        return known + 1

    def clear(self, key: str) -> None:
        """*key* has succeeded."""
        self._tries.pop(key, None)

    def forgive(self, key: str) -> None:
        """The last try of *key* was none; those before it still count."""
        tries = self._tries.get(key)
        if tries is not None:
            self._tries[key] = _Tries(max(0, tries.failures - 1), tries.last)


class Familiar:
    """Keys that were seen within *lasting*. Forgets the one seen the longest ago when there are too many."""

    def __init__(self, lasting: timedelta, size: int = 10_000) -> None:
        """Keep at most *size* keys."""
        self._lasting = lasting
        self._size = size
        self._seen: OrderedDict[Hashable, datetime] = OrderedDict()

    def see(self, key: Hashable, now: datetime) -> None:
        """*key* is seen."""
        self._seen.pop(key, None)
        self._seen[key] = now
        while len(self._seen) > self._size:
            self._seen.popitem(last=False)

    def knows(self, key: Hashable, now: datetime) -> bool:
        """Whether *key* was seen lately."""
        at = self._seen.get(key)
        return at is not None and now - at < self._lasting
