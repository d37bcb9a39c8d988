"""What a contestant is told before the race."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from monitor.model import Kind, Target

CADENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Plain values: it travels as JSON."""

    sites: Sequence[tuple[str, str, str, str]]
    """(kode, kind, url, address)."""
    settings: Mapping[str, Any]
    """Of the daemon."""
    ports: Mapping[str, int]
    """scheme → port that the servers listen on."""
    ca_file: str
    database: str
    """Where the record goes: a file that does not exist yet."""

    def targets(self) -> tuple[Target, ...]:
        """The sites as the inventory would have them."""
        return tuple(Target(kode=kode, kind=Kind(kind), name=kode, url=url) for kode, kind, url, _address in self.sites)

    def rounds(self) -> Iterator[tuple[str, str]]:
        """(url, address) of every site, again and again."""
        return cycle([(url, address) for _kode, _kind, url, address in self.sites])


class Hastened:
    """A clock on which every site has its turn once per cadence however fast we go, so that samples are real rows."""

    def __init__(self, sites: int) -> None:
        """A turn is `CADENCE` ÷ *sites*."""
        self._now = datetime.now(UTC)
        self._turn = CADENCE / sites

    def tick(self) -> None:
        """The next site's turn."""
        self._now += self._turn

    def now(self) -> datetime:
        """What the runner takes for the time."""
        return self._now
