"""What machines read of a site beside its pages: robots.txt, the sitemap, the feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.lab.messages import answer
from tests.lab.town import Resident

ROBOTS, SITEMAP, FEED = "/robots.txt", "/sitemap.xml", "/feed.xml"
PATHS = frozenset({ROBOTS, SITEMAP, FEED})
RECENT = timedelta(days=9)
"""Age of the newest article of a site that is kept."""
_ARTICLES = 6


def served(resident: Resident, path: str) -> bytes | None:
    """The file at *path* as an answer; None where *resident* has none."""
    make = _FILES.get(path)
    return make(resident) if make is not None and resident.kind is not None else None


def robots(resident: Resident, *more: str) -> bytes:
    """A robots.txt (RFC 9309), with *more* lines, as an answer."""
    lines = ("User-agent: *", "Disallow: /admin/", f"Sitemap: {_base(resident)}{SITEMAP}", *more)
    return answer(200, "".join(f"{line}\r\n" for line in lines).encode(), kind="text/plain; charset=utf-8")


def sitemap(resident: Resident, *more: str, age: timedelta = RECENT) -> bytes:
    """A sitemap (sitemaps.org 0.9) of the site's own addresses and *more*, the newest *age* old, as an answer."""
    own = [f"{_base(resident)}/", *(f"{_base(resident)}/artikel/{number}" for number in range(1, _ARTICLES))]
    day = (_now() - age).date().isoformat()
    entries = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>\n" for url in (*own, *more))
    text = f'<?xml version="1.0"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    return answer(200, text.encode(), kind="application/xml")


def feed(resident: Resident, age: timedelta = RECENT) -> bytes:
    """An RSS 2.0 feed whose newest item is *age* old, as an answer."""
    moments = [_now() - age - timedelta(days=7 * number) for number in range(_ARTICLES)]
    items = "".join(
        f"<item><title>Kegiatan {number}</title><link>{_base(resident)}/artikel/{number}</link>"
        f"<pubDate>{format_datetime(moment)}</pubDate></item>\n"
        for number, moment in enumerate(moments, 1)
    )
    text = f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Berita</title>\n{items}</channel></rss>\n'
    return answer(200, text.encode(), kind="application/rss+xml")


def _base(resident: Resident) -> str:
    return f"{'https' if resident.secure else 'http'}://{resident.host}"


def _now() -> datetime:
    """Midnight, so that a file is the same all day long."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


_FILES: Mapping[str, Callable[[Resident], bytes]] = {ROBOTS: robots, SITEMAP: sitemap, FEED: feed}
