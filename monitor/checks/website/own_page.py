"""Whether a visit ended on a page that the site's own people can mend."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from monitor.checks.website.visit import Hop, Visit
from monitor.domains import GOVERNMENT_SUFFIXES, host_of, registrable


def shows_own_page(visit: Visit) -> bool:
    """Whether the visit came to a page (2xx) of the target's own domain, or of a government's."""
    if visit.page is None:
        return False
    return len(visit.hops) == 1 or is_home(host_of(visit.hops[0].url), host_of(visit.last.url))


def own_hops(visit: Visit) -> Iterator[Hop]:
    """The hops that answered on the target's own domain, or on a government's."""
    own = host_of(visit.hops[0].url)
    return (hop for hop in visit.hops if hop.status is not None and is_home(own, host_of(hop.url)))


@lru_cache(maxsize=32_768)
def is_home(own: str, host: str) -> bool:
    """Whether *host* is under the registrable domain of *own*, or under a suffix that only governments get."""
    if host == own:
        return True
    shared = registrable(host)
    return shared != "" and (shared == registrable(own) or shared.partition(".")[2] in GOVERNMENT_SUFFIXES)
