"""What name servers said, remembered for as long as they said it holds (RFC 1035 §3.2.1, RFC 2308)."""

from __future__ import annotations

from collections import OrderedDict

from monitor.net.dns_answer import Answer, Question

NAMES = 50_000
"""Answers remembered at most; the one unused for longest leaves first."""
SHORTEST = 1
"""Seconds a positive answer is kept even with TTL 0, so that the hops of one visit share it."""
LONGEST = 300
"""Seconds a positive answer is kept at most, so that a change is seen."""
LONGEST_NEGATIVE = 30
LARGEST = 4096
"""Bytes of an answer worth keeping; a larger one is a hostile or rare thing, asked again each time."""


def lifetime(answer: Answer) -> int:
    """Seconds *answer* may be served from the cache; 0: not at all."""
    if answer.size > LARGEST:
        return 0
    if answer.records:
        return max(SHORTEST, min(answer.ttl, LONGEST))
    return min(answer.ttl, LONGEST_NEGATIVE)


class Cache:
    """Answers by question, bounded in number, each until its time."""

    def __init__(self, names: int = NAMES) -> None:
        """Remember at most *names* answers."""
        self._names = names
        self._entries: OrderedDict[Question, tuple[float, Answer]] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept, outlived ones included."""
        return len(self._entries)

    def get(self, question: Question, now: float) -> Answer | None:
        """The answer, if it is known and holds at *now*."""
        entry = self._entries.get(question)
        if entry is None:
            return None
        if entry[0] <= now:
            del self._entries[question]
            return None
        self._entries.move_to_end(question)
        return entry[1]

    def put(self, question: Question, answer: Answer, now: float) -> None:
        """Remember *answer* from *now* on for its lifetime; what was known before is forgotten."""
        self._entries.pop(question, None)
        seconds = lifetime(answer)
        if seconds:
            self._entries[question] = (now + seconds, answer)
            if len(self._entries) > self._names:
                self._entries.popitem(last=False)
