"""When a site last said anything new, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """What the dates were read from; the first that has any counts."""

    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One address asked, and what came of it."""

    url: str
    status: int = 0
    """Of the last answer; 0 when there was none."""
    failure: str = ""
    """Why there was none: a `FailureKind`."""
    count: int = 0
    """Dates in it."""

    @property
    def told(self) -> bool:
        """Whether the server said what is there, or that nothing is."""
        return self.status in _TOLD


_TOLD = frozenset({200, 404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What a site's own dates say."""

    asked: tuple[Asked, ...]
    """In order; the page first."""
    source: Source | None = None
    """None when nothing bears a date."""
    url: str = ""
    """Of the source."""
    dates: tuple[datetime, ...] = ()
    """The latest of the source (UTC), newest first; at most `observe.MAX_DATES`. Announcements are ahead of today."""
