"""The facts of one visit to a website: every hop, the last page, or where and why it failed."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.checks.website.page_facts import Page
from monitor.content.baseline import Baseline
from monitor.content.examine import Content
from monitor.net.facts import NO_PHASES, Failure, Phases, TlsSession

MAX_HOPS = 10
"""Requests in one visit."""
MAX_POLICY = 4096
"""Characters of a Content-Security-Policy, which is long by nature; one cut short could not be judged."""
MAX_POLICIES = 4
"""Content-Security-Policy headers of one answer that are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request and its answer, or the attempt at one (`status` None)."""

    url: str
    status: int | None = None
    address: str | None = None
    http_version: str | None = None
    phases: Phases = NO_PHASES
    tls: TlsSession | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """The selected ones (`observe.HEADERS`), lower-case names, in the order received; values capped."""
    location: str | None = None
    """The redirect's target, made absolute; None when this was the last hop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A site as a visitor's browser would have met it, one fresh connection per hop."""

    hops: tuple[Hop, ...]
    """At least one. The last is the page, or the attempt that failed."""
    failure: Failure | None = None
    """Why there is no page; None when there is one (whatever its status)."""
    loop: bool = False
    """Ended because a redirect led to a URL already seen, or there were more than `MAX_HOPS`."""
    title: str = ""
    """Of the last page; white space folded, at most 200 characters."""
    body: bytes = b""
    """Of the last page: decoded, capped at 512 KiB. Judged, never stored by itself."""
    capped: bool = False
    """The body was longer than the caps and its rest was not read."""

    page: Page | None = None
    """What the last page loads and where its forms lead; None when there is no page (no answer, or not 2xx)."""
    content: Content | None = None
    """What the last page says and whom it serves, also when it is one of an error; None when it is no HTML."""
    head: tuple[tuple[bytes, bytes], ...] = ()
    """The header fields of the last answer as they were received. Judged, and kept with an exhibit, never by itself."""
    baseline: Baseline | None = None
    """How the page usually looks, as it was learned; None while nothing is known."""

    @property
    def last(self) -> Hop:
        """The hop the visit ended on."""
        return self.hops[-1]

    @property
    def total(self) -> int:
        """Microseconds over all hops."""
        return sum(hop.phases.total for hop in self.hops)
