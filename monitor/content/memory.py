"""What was read of pages, kept for as long as they stay the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

Mark = tuple[Hashable, ...]
"""What tells one version of a page, read in one way, from another."""


class Weighed(Protocol):
    """What says how much room it takes."""

    @property
    def weight(self) -> int:
        """About how many strings of the length of a URL it keeps."""


Read = TypeVar("Read", bound=Weighed)


class Memo(Generic[Read]):
    """The last version of each page and what it said; the oldest go when there is no room."""

    def __init__(self, pages: int, weight: int, steady: Callable[[bytes], bytes] | None = None) -> None:
        """Keep at most so many pages, and *weight* of what they hold; versions with one *steady* part are the same."""
        self._most = (pages, weight)
        self._steady = steady
        self._kept: dict[str, tuple[Mark, Mark, Read]] = {}
        self._weight = 0

    def read(self, body: bytes, url: str, way: Mark, read: Callable[[], Read]) -> Read:
        """What *read* says, kept from the last time when the page *body* at *url* is the same, read the same *way*."""
        # Python's hash of bytes is SipHash under a key of this process: nobody can make two pages that have the same.
        mark = (hash(body), len(body), *way)
        kept = self._kept.get(url)
        if kept is not None and kept[0] == mark:
            return kept[2]
        steady = (hash(self._steady(body)), *way) if self._steady else mark
        said = kept[2] if kept is not None and kept[1] == steady else read()
        self._keep(url, (mark, steady, said))
        return said

    def _keep(self, url: str, entry: tuple[Mark, Mark, Read]) -> None:
        self._forget(url)
        self._kept[url] = entry
        self._weight += entry[2].weight
        while len(self._kept) > self._most[0] or self._weight > self._most[1]:
            self._forget(next(iter(self._kept)))

    def _forget(self, url: str) -> None:
        old = self._kept.pop(url, None)
        if old is not None:
            self._weight -= old[2].weight
