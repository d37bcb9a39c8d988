"""What a site showed each kind of visitor: views to be compared, and three files that only machines read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from monitor.content.facts import CLEAN, Gambling, Verdict
from monitor.domains import host_of
from monitor.net.facts import Failure

RANKS = {Verdict.CLEAN: 0, Verdict.SUSPECT: 1, Verdict.INJECTED: 2}
"""How bad a verdict is."""


class As(StrEnum):
    """As whom we ask; the labels of exhibits."""

    BROWSER = "pengunjung"
    BOT = "googlebot"
    REFERRED = "rujukan"
    """A browser that comes from a search engine."""
    PHONE = "ponsel"
    """A phone that comes from a search engine."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A page as it is compared: what it says and where it links, without its bytes."""

    shingles: frozenset[int] = frozenset()
    """CRC-32 of every `compare.WORDS` words in a row, in lower case."""
    hosts: frozenset[str] = frozenset()
    """Hosts outside the site's own domain that it links to or embeds."""


NO_WORDING = Wording()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One page as one kind of visitor got it, redirects followed; or where that ended (`failure`)."""

    seen_as: As
    urls: tuple[str, ...]
    """Asked one after the other; at least one."""
    status: int = 0
    """Of the last answer; 0 when there was none."""
    failure: Failure | None = None
    loop: bool = False
    """Redirected to where it had been, or more than `walk.MAX_REDIRECTS` times."""
    wall: bool = False
    """Answered with a test for robots, or asked to come back later: not what this visitor is shown."""
    gambling: Gambling = CLEAN
    onward: tuple[str, ...] = ()
    """Where the page itself sends the visitor on at once (a refresh, a page that is nothing but a script)."""
    wording: Wording = NO_WORDING
    media_type: str = ""
    head: tuple[tuple[str, str], ...] = ()
    """Header fields of the last answer; dropped with the body."""
    body: bytes = field(default=b"", repr=False)
    """Of the last answer; judged, never stored by itself."""
    capped: bool = False

    @property
    def url(self) -> str:
        """Where it ended."""
        return self.urls[-1]

    @property
    def answered(self) -> bool:
        """Whether this is what such a visitor is shown: an answer, and no wall in front of it."""
        return self.failure is None and not self.loop and not self.wall and self.status > 0

    @property
    def destinations(self) -> tuple[str, ...]:
        """Hosts that the visitor was led through and to, in order."""
        return tuple(dict.fromkeys(host for url in (*self.urls, *self.onward) if (host := host_of(url))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """A view, and the same once more where the first differed from the browser's in a way that matters."""

    first: View
    again: View | None = None

    @property
    def rounds(self) -> tuple[View, ...]:
        """The views there are."""
        return (self.first,) if self.again is None else (self.first, self.again)

    @property
    def answered(self) -> bool:
        """Whether every round was answered."""
        return all(view.answered for view in self.rounds)

    @property
    def verdict(self) -> Verdict:
        """What holds in every round: the mildest."""
        return min((view.gambling.verdict for view in self.rounds), key=RANKS.__getitem__)

    @property
    def worst(self) -> Verdict:
        """What was seen in any round."""
        return max((view.gambling.verdict for view in self.rounds), key=RANKS.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The addresses that a sitemap tells search engines; counts are of all that was read."""

    url: str
    """As it was asked for."""
    status: int = 0
    failure: Failure | None = None
    wall: bool = False
    """As of a `View`: what the site has there was not seen."""
    total: int = 0
    foreign: int = 0
    """Under registrable domains that are neither the site's own nor a government's."""
    gambling: int = 0
    """Whose address speaks of gambling."""
    hosts: tuple[str, ...] = ()
    """Of the foreign ones, the most frequent first; at most `listing.MAX_NAMED`."""
    examples: tuple[str, ...] = ()
    """Addresses that count against it; at most `listing.MAX_NAMED`."""
    view: View | None = None
    """As received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What robots.txt (RFC 9309) names."""

    url: str
    status: int = 0
    failure: Failure | None = None
    wall: bool = False
    """As of a `View`: what the site has there was not seen."""
    sitemaps: tuple[str, ...] = ()
    """Absolute addresses, at most `robots.MAX_SITEMAPS`."""
    gambling: tuple[str, ...] = ()
    """Paths that speak of gambling; at most `listing.MAX_NAMED`."""
    view: View | None = None


_TOLD = frozenset({200, 204, 404, 410})


def was_told(item: Listing | Robots) -> bool:
    """Whether the site itself said what is there; a test for robots did not, whatever its status."""
    return not item.wall and item.status in _TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything one look at a site brought."""

    browser: Twice
    others: tuple[Twice, ...] = ()
    """The other visitors' views, in the order of `As`."""
    doorway: Twice | None = None
    """An address that cannot exist, asked as a search engine; None when there was no time for it."""
    robots: Robots | None = None
    listings: tuple[Listing, ...] = ()
    """Sitemaps: one as robots.txt names it, and some of the others. Empty when there was no time for them."""
    unread: frozenset[str] = frozenset()
    """Of the sitemaps that were poisoned before the look, as subjects of findings, those that nobody could read."""
