"""Which of a site's sitemaps a look reads: the first, those that were poisoned, and of the others one more each day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.checks.cloaking.compare import is_home
from monitor.checks.cloaking.facts import Listing, Robots, View, was_told
from monitor.checks.cloaking.listing import is_whole, listing, parts
from monitor.checks.cloaking.slugs import speaks_of_gambling
from monitor.domains import Domains, host_of
from monitor.model import is_shortened, subject_of

MAX_POISONED = 5
"""Sitemaps of one site that are known to be poisoned, from which on no others are looked for: the site is known."""
MAX_AGAIN = 2 * MAX_POISONED
"""Of those, read again in one look; what is beyond stays as it was until its turn comes, on another day."""
_ANYBODY = Domains()


@dataclass(slots=True)
class Shelf:
    """
    The sitemaps of one site.

    Nobody reads hundreds of them every half an hour, so one look cannot tell that none is poisoned. What was found
    poisoned is read again by every look, under the name that its finding has, until it is clean or gone.
    """

    ask: Callable[[str], Awaitable[View | None]]
    """What is at an address; None when there is no time."""
    home: str
    usual: str
    """The address of the sitemap when robots.txt names none."""
    rules: Robots
    poisoned: frozenset[str]
    """Subjects of open findings."""
    turn: int
    """Another one each day: whose turn it is among those that nothing is known of."""
    _read: dict[str, Listing] = field(default_factory=dict)
    """By subject."""

    async def read(self) -> tuple[tuple[Listing, ...], frozenset[str]]:
        """The sitemaps that were read, and the subjects among `poisoned` of which nothing could be said."""
        roots = self._own(self.rules.sitemaps)
        first = next(iter([*filter(speaks_of_gambling, roots), *roots, self.usual]))
        view = await self._one(first)
        if view is None:
            return (), self.poisoned
        named = roots | self._own(parts(view))
        for url in self._choice(named):
            await self._one(url)
        whole = len(roots) <= 1 and was_told(self.rules) and is_whole(view)
        left = {subject for subject in self.poisoned if not self._was_told(subject)}
        if was_told(self._read[subject_of(first)]):
            left = {subject for subject in left if self._may_be_there(subject, {*named.values()}, whole=whole)}
        return tuple(self._read.values()), frozenset(left)

    def _own(self, urls: Iterable[str]) -> dict[str, str]:
        """Those of *urls* that are the site's own, once each → their subjects."""
        return {url: subject_of(url) for given in urls if self._is_own(url := given.partition("#")[0])}

    def _is_own(self, url: str) -> bool:
        return is_home(host_of(url), self.home)

    def _choice(self, named: Mapping[str, str]) -> Iterator[str]:
        """What to read beside the first: what was poisoned; of *named*, one that speaks of gambling, and one other."""
        told = {subject: url for url, subject in named.items()}
        for subject in self._again():
            # Of one that was too long nobody knows the address any more, unless the site still names it.
            url = told.get(subject, "" if is_shortened(subject) else subject)
            if self._is_own(url):
                yield url
        if len(self.poisoned) >= MAX_POISONED:
            return
        # In the order of the alphabet: a site may name them in another one each time, and keep some out of every turn.
        others = sorted(url for url, told in named.items() if told not in self.poisoned and told not in self._read)
        speaking = dict.fromkeys(filter(speaks_of_gambling, others))
        for kind in ([*speaking], [url for url in others if url not in speaking]):
            if kind:
                yield kind[self.turn % len(kind)]

    def _again(self) -> list[str]:
        """Those of `poisoned` that this look reads again; when they are too many, others each day."""
        left = sorted(self.poisoned - self._read.keys())
        step = MAX_AGAIN if len(left) > MAX_AGAIN else 1
        start = self.turn * step % max(len(left), 1)
        return [*left[start:], *left[:start]][:MAX_AGAIN]

    async def _one(self, url: str) -> View | None:
        view = await self.ask(url)
        if view is not None:
            self._read[subject_of(url)] = listing(view, self.home, _ANYBODY, speaks_of_gambling)
        return view

    def _was_told(self, subject: str) -> bool:
        return subject in self._read and was_told(self._read[subject])

    def _may_be_there(self, subject: str, named: Container[str], *, whole: bool) -> bool:
        """Whether *subject*, of which nothing was read, may still be a sitemap of the site, for all that is *named*."""
        return self._is_own(subject) and (subject in named or not whole)
