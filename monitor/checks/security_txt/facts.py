"""Where a site's security.txt was looked for, and what was there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """What came of looking; a server that failed is none of these, for then there are no facts."""

    WELL_KNOWN = "well-known"
    """At /.well-known/security.txt, where it belongs (RFC 9116 §3)."""
    TOP_LEVEL = "top-level"
    """Only at /security.txt."""
    ABSENT = "absent"
    """At neither: the server says that there is none, or shows a page for people instead."""
    FOREIGN = "foreign"
    """Behind a redirect to a host that is not the government's; not followed."""
    PLAIN = "plain"
    """Behind a redirect to http; not followed."""


PRESENT = frozenset({Place.WELL_KNOWN, Place.TOP_LEVEL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a researcher with something to report comes upon."""

    place: Place
    urls: tuple[str, ...]
    """Asked one after the other; the last one answered, or is the one not followed."""
    status: int = 0
    """Of the last answer."""
    kind: str = ""
    """Its media type and charset, as served."""
    text: str = ""
    """The file, up to `MAX_SIZE`."""
    oversized: bool = False
    not_utf8: bool = False

    @property
    def url(self) -> str:
        """Where the looking ended."""
        return self.urls[-1]
