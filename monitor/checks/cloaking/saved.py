"""Two saved pages, a visitor's and a search engine's, as if each had been asked for twice."""

from __future__ import annotations

from monitor.checks.cloaking import judges
from monitor.checks.cloaking.facts import As, Shown, Twice, View
from monitor.checks.cloaking.reading import read
from monitor.domains import host_of

JUDGES = tuple(
    each
    for each in judges.JUDGES
    if {judges.GAMBLING.code, judges.SUSPECTED.code, judges.REDIRECT.code}.intersection(each.codes)
)
"""Those that need nothing but the views."""
_OK = 200


def shown_of(url: str, visitor: bytes, bot: bytes, content_type: str = "text/html") -> Shown:
    """What the site at *url* showed a *visitor* and a *bot*; nothing is fetched."""
    return Shown(
        browser=_twice(As.BROWSER, url, visitor, content_type), others=(_twice(As.BOT, url, bot, content_type),)
    )


def _twice(seen_as: As, url: str, body: bytes, content_type: str) -> Twice:
    view = read(View(seen_as=seen_as, urls=(url,), status=_OK, media_type=content_type, body=body), host_of(url))
    return Twice(first=view, again=view)
