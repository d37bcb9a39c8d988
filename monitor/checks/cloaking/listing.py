"""A sitemap (sitemaps.org 0.9) as the addresses it tells search engines; no XML parser, so no entity is expanded."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape

from monitor.checks.cloaking.compare import is_home
from monitor.checks.cloaking.facts import Listing, View
from monitor.domains import Domains, host_of, registrable

MAX_BYTES = 512 * 1024
"""Of a sitemap, unpacked; what is beyond is not read."""
MAX_URLS = 5000
MAX_NAMED = 8
_BEGINS = rb"<loc>\s{0,64}+(?:<!\[CDATA\[)?+\s{0,64}+"
_NAMED = re.compile(_BEGINS + rb"[^<\]\s]", re.IGNORECASE)
_LOC = re.compile(_BEGINS + rb"([^<\]\s]{1,2048}+)(?![^<\]\s])", re.IGNORECASE)
"""An address that is no longer than sitemaps.org allows: the beginning of a longer one is another address."""
_INDEX = re.compile(rb"<sitemapindex[\s>]", re.IGNORECASE)
_GZIP = zlib.MAX_WBITS | 16
_SITEMAP = re.compile(rb"<(?:sitemapindex|urlset)[\s>]", re.IGNORECASE)
_OK = 200
_GONE = frozenset({404, 410})


def content(view: View) -> bytes:
    """The sitemap in *view*, unpacked when it is a gzip file (sitemaps.org), up to `MAX_BYTES`."""
    body = view.body
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_BYTES]
    try:
        return zlib.decompressobj(_GZIP).decompress(body, MAX_BYTES)
    except zlib.error:
        return b""


def locations(body: bytes) -> Iterator[str]:
    """The addresses in *body*, at most `MAX_URLS`."""
    for number, match in enumerate(_LOC.finditer(body)):
        if number == MAX_URLS:
            return
        yield unescape(match[1].decode("utf-8", "replace"))


def parts(view: View) -> tuple[str, ...]:
    """The sitemaps that an index names; empty for what is no index."""
    body = content(view) if view.status == _OK else b""
    return tuple(locations(body)) if _INDEX.search(body) else ()


def is_whole(view: View) -> bool:
    """Whether *view* tells all that the sitemap names: it is one, uncut, with no address too long – or it is gone."""
    if view.status in _GONE:
        return True
    body = content(view)
    listed = sum(1 for _url in locations(body))
    cut = view.capped or len(body) >= MAX_BYTES or listed >= MAX_URLS or listed < len(_NAMED.findall(body))
    return view.status == _OK and not view.wall and not cut and _SITEMAP.search(body) is not None


def listing(view: View, home: str, domains: Domains, speaks: Callable[[str], bool]) -> Listing:
    """The addresses of the sitemap in *view*, counted; *speaks* says whether an address speaks of gambling."""
    if view.failure is not None or view.wall or view.status != _OK:
        return Listing(url=view.urls[0], status=view.status, failure=view.failure, wall=view.wall)
    urls = tuple(locations(content(view)))
    foreign = [url for url in urls if is_foreign(url, home, domains)]
    gambling = [url for url in urls if speaks(url)]
    hosts = Counter(registrable(host_of(url)) or host_of(url) for url in foreign)
    return Listing(
        url=view.urls[0],
        status=view.status,
        total=len(urls),
        foreign=len(foreign),
        gambling=len(gambling),
        hosts=tuple(host for host, _count in hosts.most_common(MAX_NAMED)),
        examples=tuple(dict.fromkeys(url[:300] for url in (*gambling, *foreign)))[:MAX_NAMED],
        view=view,
    )


def is_foreign(url: str, home: str, domains: Domains) -> bool:
    """Whether *url* is neither on the site's own domain nor on a government's."""
    host = host_of(url)
    return host != "" and not is_home(host, home) and not domains.standing(host).is_government
