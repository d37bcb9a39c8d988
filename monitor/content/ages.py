"""Dates that feeds, sitemaps and pages say of themselves: bytes in, instants out; what is no plain date is left out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import islice

from monitor.content.facts import Document

MAX_BYTES = 2 * 1024 * 1024
"""Of a feed or a sitemap; the rest is not read."""
MAX_DATES = 1_000
"""Dates of one source."""
MAX_YEARS = 3_000
"""Years in one text beside which a day is looked for."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No page of today is older; what says so is a birthday, a law, or a clock that was never set."""
AHEAD = timedelta(days=1)
"""How far in the future a date may lie and still be somebody's clock."""
WIB = timezone(timedelta(hours=7))
"""What a date without a zone is taken for; the county's clocks show it."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb peb februari pebruari february",
            "mar mrt maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu ags agt aug agustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov nop november nopember",
            "des dec desember december",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = re.compile(r"(?<!\w)(?:19|20)\d\d(?!\w)")
_BEFORE = tuple(
    re.compile(rf"(?<![\w/.:-]){form}$", re.IGNORECASE)
    for form in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ .\-/]{{1,2}}(?P<month>{_MONTH})\.?[ ,.\-/]{{1,2}}",
        rf"(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? ",
        r"(?P<day>\d{1,2})(?P<sep>[/.\-])(?P<month>\d{1,2})(?P=sep)",
    )
)
"""What stands before the year of a date; searched from its end backwards, in `_LONGEST` characters."""
_AFTER = re.compile(r"-(?P<month>\d\d)-(?P<day>\d\d)(?![\d/-])")
_LONGEST = 24
_GLUED_BEFORE = frozenset("/-:._")
_GLUED_AFTER = frozenset("/-_")
"""Beside a year these make it a part of something else."""

_DATED = re.compile(
    rb"<(?:\w{1,16}:)?(?:pubDate|published|updated|modified|issued|date)(?:\s[^<>]{0,100})?>"
    rb"\s{0,40}(?:<!\[CDATA\[)?\s{0,40}([^<>\]]{4,64})",
    re.IGNORECASE,
)
_ENTRY = re.compile(rb"<(?:\w{1,16}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_LASTMOD = re.compile(
    rb"<(?:\w{1,16}:)?(?:lastmod|publication_date)>\s{0,40}(?:<!\[CDATA\[)?\s{0,40}([^<>\]]{4,64})", re.IGNORECASE
)
_JSON_DATED = re.compile(r"\"(?:datePublished|dateModified|uploadDate|dateCreated)\"\s{0,8}:\s{0,8}\"([^\"]{4,64})\"")
_META_DATED = frozenset(
    {
        "article:modified_time",
        "article:published_time",
        "date",
        "datemodified",
        "datepublished",
        "dc.date",
        "dc.date.issued",
        "dc.date.modified",
        "dcterms.date",
        "dcterms.modified",
        "last-modified",
        "og:updated_time",
        "publish_date",
        "pubdate",
    }
)
_BOMS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def dates_in_feed(body: bytes) -> tuple[datetime, ...]:
    """
    When the entries of an RSS or Atom feed appeared or were changed (UTC), in the order of the feed.

    The feed's own date (`lastBuildDate`, the `updated` before the first entry) is when it was asked for: left out.
    The markup is searched, not parsed: no entity is expanded, nothing outside is fetched (RSS 2.0; RFC 4287 §4.2.15).
    """
    text = _narrow(body)
    first = _ENTRY.search(text)
    return () if first is None else _dates(_said(_DATED, text[first.start() :]), read_date)


def dates_in_sitemap(body: bytes) -> tuple[datetime, ...]:
    """When the pages of a sitemap, or the sitemaps of an index, were changed (UTC), by `lastmod` (sitemaps.org 0.9)."""
    return _dates(_said(_LASTMOD, _narrow(body)), read_date)


def dates_in_page(document: Document) -> tuple[datetime, ...]:
    """
    Every date that a page bears (UTC): metas, JSON-LD, then those written in its text.

    A page may show what day it is; so where there is a feed or a sitemap, that one is to be believed first.
    """
    marked = (content for name, content in document.metas if name in _META_DATED)
    data = (match[1] for block in document.json_ld for match in _JSON_DATED.finditer(block))
    declared = _dates((*marked, *data), read_date)
    return (*declared, *islice(dates_in_text(document.text), MAX_DATES))


def dates_in_text(text: str) -> Iterator[datetime]:
    """The dates written in *text* (UTC): `12 Maret 2024`, `March 12, 2024`, `12/03/2024`, `2024-03-12`."""
    for year in islice(_YEAR.finditer(text), MAX_YEARS):
        start, end = year.span()
        date = _beside(text, start, end)
        if date is not None:
            yield date


def newest(dates: Iterable[datetime], now: datetime) -> datetime | None:
    """The latest of *dates* that is no announcement: not before `EARLIEST`, not after *now* and `AHEAD`; else None."""
    return max((date for date in dates if EARLIEST <= date <= now + AHEAD), default=None)


def read_date(text: str) -> datetime | None:
    """One date as feeds and metas write it (RFC 3339, RFC 5322, W3C datetime, or in words), in UTC; None when none."""
    said = text.strip()
    for reader in (_iso, _month_only, _mail, _words):
        date = reader(said)
        if date is not None:
            return date
    return None


def _narrow(body: bytes) -> bytes:
    """*body*, capped, as bytes in which ASCII is ASCII."""
    head = body[:MAX_BYTES]
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    return head.decode(encoding, "replace").encode("utf-8", "replace") if encoding else head


def _said(pattern: re.Pattern[bytes], text: bytes) -> Iterator[str]:
    return (match[1].decode("utf-8", "replace") for match in pattern.finditer(text))


def _dates(texts: Iterable[str], read: Callable[[str], datetime | None]) -> tuple[datetime, ...]:
    found = (read(text) for text in islice(texts, MAX_DATES))
    return tuple(date for date in found if date is not None)


def _iso(text: str) -> datetime | None:
    try:
        return _utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _month_only(text: str) -> datetime | None:
    """The year and month of a W3C datetime, as the month's first day; a year alone says too little."""
    return _iso(f"{text}-01") if re.fullmatch(r"\d{4}-\d\d", text) else None


def _mail(text: str) -> datetime | None:
    try:
        return _utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _words(text: str) -> datetime | None:
    return next(dates_in_text(text), None)


def _beside(text: str, start: int, end: int) -> datetime | None:
    """The day that is written around the year at *start* to *end* of *text*; day and month as Indonesia orders them."""
    glued = text[start - 1 : start] if start else ""
    found = None if glued in _GLUED_BEFORE else _AFTER.match(text, end)
    if found is None and text[end : end + 1] not in _GLUED_AFTER:
        before = (pattern.search(text, max(0, start - _LONGEST), start) for pattern in _BEFORE)
        found = next((match for match in before if match), None)
    return None if found is None else _day(int(text[start:end]), found["month"], found["day"])


def _day(year: int, month: str, day: str) -> datetime | None:
    try:
        return _utc(datetime(year, _MONTHS.get(month.lower()) or int(month), int(day), tzinfo=WIB))
    except ValueError:
        return None


def _utc(date: datetime) -> datetime:
    return (date if date.tzinfo else date.replace(tzinfo=WIB)).astimezone(UTC)
