"""Four visitors at one address, one after the other, and three addresses that only machines ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random
from string import ascii_lowercase
from urllib.parse import urlsplit
from zlib import crc32

from monitor import settings
from monitor.checks.base import Context
from monitor.checks.cloaking import compare
from monitor.checks.cloaking.facts import As, Shown, Twice, View
from monitor.checks.cloaking.judges import SITEMAP
from monitor.checks.cloaking.reading import read
from monitor.checks.cloaking.robots import robots
from monitor.checks.cloaking.shelf import Shelf
from monitor.checks.cloaking.slugs import speaks_of_gambling
from monitor.checks.cloaking.walk import Fields, Walker
from monitor.checks.cloaking.walls import is_wall
from monitor.content.facts import Verdict
from monitor.errors import Unreachable
from monitor.model import Target
from monitor.net.facts import ExchangeFailed

RANDOM_LETTERS = 12
_OTHERS = (As.BOT, As.REFERRED, As.PHONE)


def manners(table: settings.Cloaking) -> Mapping[As, Fields]:
    """What each kind of visitor says beside the usual; our own User-Agent follows whatever is said here."""
    return {
        As.BROWSER: (),
        As.BOT: (("User-Agent", table.bot),),
        As.REFERRED: (("Referer", table.referrer),),
        As.PHONE: (("User-Agent", table.phone), ("Referer", table.referrer)),
    }


def _today() -> date:
    return datetime.now(UTC).date()


async def observe(
    target: Target, ctx: Context, *, table: settings.Cloaking, today: Callable[[], date] = _today
) -> Shown:
    """
    What *target* shows each kind of visitor; a view that differs in a way that matters is asked for twice.

    Raises `ExchangeFailed` when a browser got no answer: a site that is down shows nobody anything.
    """
    deadline = asyncio.get_running_loop().time() + table.timeout.total_seconds()
    poisoned = frozenset(subject for code, subject in ctx.open if code == SITEMAP.code)
    look = _Look(target, Walker(ctx, deadline, manners(table)), target.url.partition("#")[0], poisoned)
    browser = await look.ask(As.BROWSER)
    if browser.failure is not None:
        raise ExchangeFailed(browser.failure)
    if not browser.answered and not browser.wall:
        raise Unreachable("pengalihan halaman tidak pernah sampai")
    seen = [await look.ask(visitor) for visitor in _OTHERS]
    shown = await look.again(browser, seen)
    return await look.probe(shown, today())


@dataclass(slots=True)
class _Look:
    """One look at one site."""

    target: Target
    walker: Walker
    start: str
    poisoned: frozenset[str] = frozenset()
    """Subjects of the findings that are open about sitemaps."""
    before: View | None = None
    """What the browser was shown last: most sites show everybody the same."""

    @property
    def home(self) -> str:
        return self.target.host

    async def ask(self, visitor: As, url: str = "", *, fresh: bool = False) -> View:
        """What *visitor* gets at *url* (empty: at the site's own address), read."""
        view = await self.walker.view(url or self.start, visitor, fresh=fresh)
        seen = read(view, self.home, self.before)
        if visitor is As.BROWSER:
            self.before = seen
        return seen

    async def again(self, browser: View, seen: list[View]) -> Shown:
        """The first round with a second one of those views that differ in a way that matters, and of the browser's."""
        suspects = {view.seen_as for view in seen if compare.matters(view, browser, self.home)}
        if not suspects or self.walker.is_late:
            return Shown(browser=Twice(first=browser), others=tuple(Twice(first=view) for view in seen))
        second = await self.ask(As.BROWSER, fresh=True)
        others = [
            Twice(first=view, again=await self.ask(view.seen_as, fresh=True) if view.seen_as in suspects else None)
            for view in seen
        ]
        return Shown(browser=Twice(first=browser, again=second), others=tuple(others))

    async def probe(self, shown: Shown, day: date) -> Shown:
        """*shown* with the doorway, robots.txt and sitemap as a search engine gets them, as far as time allows."""
        if self.walker.is_late:
            return replace(shown, unread=self.poisoned)
        rules = robots(await self._file(self._at("/robots.txt")), speaks_of_gambling)
        doorway = await self._doorway(shown, day)
        turn = crc32(self.target.kode.encode()) + day.toordinal()
        shelf = Shelf(self._sitemap, self.home, self._at("/sitemap.xml"), rules, self.poisoned, turn)
        listings, unread = await shelf.read()
        return replace(shown, robots=rules, doorway=doorway, listings=listings, unread=unread)

    async def _doorway(self, shown: Shown, day: date) -> Twice | None:
        if self.walker.is_late:
            return None
        url = self._at(f"/{unlikely(self.target.kode, day)}")
        first = await self.ask(As.BOT, url)
        homes = (*shown.browser.rounds, *(view for other in shown.others for view in other.rounds))
        strange = compare.strangers(first, self.home).difference(
            *(compare.strangers(view, self.home) for view in homes)
        )
        if first.gambling.verdict is Verdict.CLEAN and not strange:
            return Twice(first=first)
        return Twice(first=first, again=await self.ask(As.BOT, url, fresh=True))

    async def _sitemap(self, url: str) -> View | None:
        return None if self.walker.is_late else await self._file(url)

    async def _file(self, url: str) -> View:
        """What a search engine gets at *url*, unread but for a wall in front of it."""
        view = await self.walker.view(url, As.BOT)
        return view if view.failure is not None else replace(view, wall=is_wall(view, self.home))

    def _at(self, path: str) -> str:
        parts = urlsplit(self.start)
        return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2]}{path}"


def unlikely(kode: str, day: date) -> str:
    """Letters that no page of the site is called; the same for a site all day long."""
    random = Random(f"{kode}/{day.isoformat()}")
    return "".join(random.choices(ascii_lowercase, k=RANDOM_LETTERS))
