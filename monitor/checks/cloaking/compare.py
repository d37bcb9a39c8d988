"""What two views of a page have in common and what not: words and links, never bytes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zlib import crc32

from monitor.checks.cloaking.facts import RANKS, Twice, View, Wording
from monitor.content.facts import Document, Hit, Verdict
from monitor.domains import Domains, host_of, registrable
from monitor.net.facts import FailureKind

WORDS = 4
"""In a row that make a shingle."""
MAX_SHINGLES = 6000
MAX_HOSTS = 200


def wording(document: Document, home: str) -> Wording:
    """What *document* says and where it links, for a site at the host *home*."""
    words = document.text.lower().split()[: MAX_SHINGLES + WORDS]
    rows = range(max(1, len(words) - WORDS + 1)) if words else ()
    shingles = frozenset(crc32(" ".join(words[at : at + WORDS]).encode("utf-8", "replace")) for at in rows)
    return Wording(shingles, frozenset(_foreign_hosts(document, home)))


def _foreign_hosts(document: Document, home: str) -> Iterator[str]:
    seen: set[str] = set()
    links = (link.url for link in document.links)
    for url in (*links, *document.canonicals, *document.scripts, *document.frames, *document.refreshes):
        host = host_of(url)
        if host and host not in seen and not is_home(host, home):
            seen.add(host)
            yield host
            if len(seen) == MAX_HOSTS:
                return


def is_home(host: str, home: str) -> bool:
    """Whether whoever has *home* has *host*, too: the same host, or the same registered domain."""
    registered = registrable(host)
    return host == home or (registered != "" and registered == registrable(home))


def likeness(one: Wording, other: Wording) -> float:
    """Shingles in common over all of both (Jaccard): 1.0 says the same, 0.0 has nothing in common."""
    every = len(one.shingles | other.shingles)
    return len(one.shingles & other.shingles) / every if every else 1.0


def is_worse(view: View, browser: View) -> bool:
    """Whether *view* speaks of gambling more than *browser* does, in words or links that *browser* has not."""
    if RANKS[view.gambling.verdict] <= RANKS[browser.gambling.verdict]:
        return False
    # Hits in what nobody sees (meta, JSON-LD, scripts) change no wording: the scores are what differs then.
    return bool(new_hits(view.gambling.hits, (browser,)))


def matters(view: View, browser: View, home: str) -> bool:
    """Whether *view* differs from *browser* so that both are to be asked for once more."""
    return bool(strangers(view, home) - strangers(browser, home)) or (view.answered and is_worse(view, browser))


def new_hits(hits: Iterable[Hit], homes: Iterable[View]) -> tuple[Hit, ...]:
    """Those of *hits* that none of *homes* has."""
    known = {(hit.family, hit.excerpt) for view in homes for hit in view.gambling.hits}
    return tuple(hit for hit in hits if (hit.family, hit.excerpt) not in known)


def holds(pair: Twice, browser: Twice) -> Verdict:
    """How bad *pair* is beyond the browser's view, in every round of both; CLEAN when it is no worse."""
    if pair.again is None or browser.again is None:
        return Verdict.CLEAN
    worse = all(is_worse(view, other) for view in pair.rounds for other in browser.rounds)
    return pair.verdict if worse else Verdict.CLEAN


def strangers(view: View, home: str) -> frozenset[str]:
    """
    Registrable domains (or bare hosts) that *view* was led to and that are not *home*'s.

    That a stranger did not answer us makes no difference: it may choose whom it answers. A test for robots is no
    stranger, and nobody is led to an address that only we could reach (a refusal by redirect to 127.0.0.1).
    """
    failure = view.failure
    if view.wall or (failure is not None and failure.kind is FailureKind.FORBIDDEN_ADDRESS):
        return frozenset()
    return frozenset(registrable(host) or host for host in view.destinations if not is_home(host, home))


def led_away(pair: Twice, browser: Twice, home: str, domains: Domains) -> frozenset[str]:
    """
    Whose domains no government answers for, to which *pair* was led in every round and a browser in none.

    Empty when the browser itself is led out of the government's hands: that is told of every visitor already.
    """
    theirs = [strangers(view, home) for view in pair.rounds]
    ordinary = frozenset[str]().union(*(strangers(view, home) for view in browser.rounds))
    if any(is_nobodys(name, domains) for name in ordinary):
        return frozenset()
    if pair.again is None or browser.again is None:
        return frozenset()
    # A lander may change its name at every visit; that it is a stranger's each time is what counts.
    away = [{name for name in names - ordinary if is_nobodys(name, domains)} for names in theirs]
    return frozenset().union(*away) if all(away) else frozenset()


def is_nobodys(host: str, domains: Domains) -> bool:
    """Whether no government answers for *host*."""
    return not domains.standing(host).is_government
