"""robots.txt (RFC 9309) as far as it names sitemaps and paths; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from monitor.checks.cloaking.facts import Robots, View
from monitor.checks.cloaking.listing import MAX_NAMED
from monitor.checks.location import BadLocation, resolve

MAX_SITEMAPS = 20
MAX_LINES = 5000
_MAX_BYTES = 500 * 1024
"""What a crawler must be able to read (RFC 9309 §2.5)."""
_LINE = re.compile(r"\s*(sitemap|allow|disallow)\s*:\s*([^\s#]{1,2048})", re.IGNORECASE)
_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|body|!--)", re.IGNORECASE)
_OK = 200


def robots(view: View, speaks: Callable[[str], bool]) -> Robots:
    """What the answer in *view* names; *speaks* says whether an address speaks of gambling."""
    url = view.url
    if view.failure is not None or view.wall or view.status != _OK or _PAGE.match(view.body):
        return Robots(url=url, status=view.status, failure=view.failure, wall=view.wall)
    lines = tuple(_lines(view.body))
    named = [value for key, value in lines if key == "sitemap"]
    paths = dict.fromkeys(value for key, value in lines if key != "sitemap" and speaks(value))
    return Robots(
        url=url,
        status=view.status,
        sitemaps=tuple(_absolute(url, named))[:MAX_SITEMAPS],
        gambling=tuple(paths)[:MAX_NAMED],
        view=view,
    )


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    text = body[:_MAX_BYTES].decode("utf-8", "replace")
    for line in text.splitlines()[:MAX_LINES]:
        if match := _LINE.match(line):
            yield match[1].lower(), match[2]


def _absolute(url: str, named: list[str]) -> Iterator[str]:
    for value in dict.fromkeys(named):
        try:
            yield resolve(url, value)
        except BadLocation:
            continue
