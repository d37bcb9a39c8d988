"""What the record says of the turns a daemon gave: which were missed, and how late they were."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path


class Turns:
    """The visits to *sites* targets, each of which had a turn every *cadence* seconds."""

    def __init__(self, database: Path, sites: int, cadence: float) -> None:
        """Read the SQLite *database*, after its daemon has ended."""
        self._sites = sites
        self._cadence = cadence
        query = (
            "SELECT target_id, at, state FROM sample JOIN check_kind ON check_kind.id = check_id "
            "WHERE slug = 'website' ORDER BY target_id, at"
        )
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            self._rows: list[tuple[int, int, int]] = connection.execute(query).fetchall()

    def counts(self, begin: float, end: float) -> tuple[int, int]:
        """(samples, samples that are not up) between *begin* and *end*."""
        states = [state for _target, at, state in self._rows if begin <= at < end]
        return len(states), sum(state != 0 for state in states)

    def missed(self, begin: float, end: float, slack: float) -> int:
        """Turns without a sample, over all targets; as the function of this name."""
        ats = self._ats(begin, end)
        silent = (self._sites - len(ats)) * int((end - begin - slack) / self._cadence)
        return silent + sum(missed(of, begin, end, self._cadence, slack) for of in ats.values())

    def lag(self, begin: float, end: float) -> float:
        """The 99th percentile of how late turns between *begin* and *end* were; as `lateness` reads it."""
        late = sorted(seconds for of in self._ats(begin, end).values() for seconds in lateness(of, self._cadence))
        return late[int(0.99 * (len(late) - 1))] if late else 0.0

    def _ats(self, begin: float, end: float) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for target, at, _state in self._rows:
            if begin <= at < end:
                found[target].append(at)
        return found


def lateness(ats: Sequence[int], cadence: float) -> list[float]:
    """
    How late each of *ats* was, in seconds, against the most punctual of them.

    Turns are *cadence* apart, always: what comes later than its place among the others was late, to the second that a
    sample's time is kept in.
    """
    places = [at - cadence * round((at - ats[0]) / cadence) for at in ats]
    return [place - min(places) for place in places]


def missed(ats: list[int], begin: float, end: float, cadence: float, slack: float) -> int:
    """
    Turns without a sample among *ats* (ascending, in seconds) between *begin* and *end*.

    A gap of two cadences is one turn missed; at the edges a turn may have been *slack* seconds late.
    """
    inner = [at for at in ats if begin <= at < end]
    if not inner:
        return int((end - begin - slack) / cadence)
    gaps = sum(max(0, round((later - earlier) / cadence) - 1) for earlier, later in pairwise(inner))
    edges = (inner[0] - begin, end - inner[-1])
    return gaps + sum(int((edge - slack) / cadence) for edge in edges if edge > slack)
