"""Dates that feeds, sitemaps and pages say of themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.content.ages import (
    AHEAD,
    EARLIEST,
    MAX_BYTES,
    MAX_DATES,
    dates_in_feed,
    dates_in_page,
    dates_in_sitemap,
    dates_in_text,
    newest,
    read_date,
)
from monitor.content.facts import Document

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def wib(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Tue, 12 Mar 2024 03:04:05 +0700", datetime(2024, 3, 11, 20, 4, 5, tzinfo=UTC), id="RFC 5322"),
        pytest.param("Tue, 12 Mar 2024 03:04:05 GMT", datetime(2024, 3, 12, 3, 4, 5, tzinfo=UTC), id="GMT"),
        pytest.param("Sel, 12 Mar 2024 03:04:05 +0000", datetime(2024, 3, 12, 3, 4, 5, tzinfo=UTC), id="a local day"),
        pytest.param("2024-03-12T03:04:05Z", datetime(2024, 3, 12, 3, 4, 5, tzinfo=UTC), id="RFC 3339"),
        pytest.param("2024-03-12 03:04:05", datetime(2024, 3, 11, 20, 4, 5, tzinfo=UTC), id="no zone is WIB"),
        pytest.param("2024-03-12", wib(2024, 3, 12), id="a day"),
        pytest.param("2024-03", wib(2024, 3, 1), id="a month"),
        pytest.param("2024", None, id="a year says too little"),
        pytest.param("12 Agustus 2024", wib(2024, 8, 12), id="in words"),
        pytest.param("2024-13-01", None, id="no such month"),
        pytest.param("kemarin", None, id="no date"),
        pytest.param("", None, id="nothing"),
        pytest.param("9999-12-31T23:59:59-12:00", None, id="beyond the calendar"),
    ],
)
def test_one_date(text: str, expected: datetime | None) -> None:
    assert read_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Selasa, 12 Maret 2024", [wib(2024, 3, 12)], id="a long date"),
        pytest.param("12 Maret 2024.", [wib(2024, 3, 12)], id="the end of a sentence"),
        pytest.param("1 Nopember 2023 dan 2 Nov 2023", [wib(2023, 11, 1), wib(2023, 11, 2)], id="spellings"),
        pytest.param("March 3, 2023", [wib(2023, 3, 3)], id="English"),
        pytest.param("05/03/2024", [wib(2024, 3, 5)], id="the day comes first"),
        pytest.param("05-03-2024 dan 6.3.2024", [wib(2024, 3, 5), wib(2024, 3, 6)], id="other separators"),
        pytest.param("2024-05-06T10:00", [wib(2024, 5, 6)], id="ISO"),
        pytest.param("03/25/2024", [], id="no such month"),
        pytest.param("32 Maret 2024", [], id="no such day"),
        pytest.param("29 Februari 2023", [], id="no leap year"),
        pytest.param("UU No. 6/2014", [], id="a law"),
        pytest.param("nomor 470/12/03/2024/18", [], id="a letter's number"),
        pytest.param("/berita/2024-05-06/judul", [], id="a path"),
        pytest.param("Rp1.234.567,00 tahun 2024", [], id="a year"),
        pytest.param("0281-891-2024", [], id="a telephone"),
        pytest.param("© 2019-2024", [], id="years of a right"),
    ],
)
def test_dates_in_running_text(text: str, expected: list[datetime]) -> None:
    assert list(dates_in_text(text)) == expected


RSS = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "2030-01-01">]><rss><channel>
<pubDate>Tue, 24 Nov 2026 01:00:00 GMT</pubDate><lastBuildDate>Tue, 24 Nov 2026 01:00:00 GMT</lastBuildDate>
<item><title>a</title><pubDate>Tue, 12 Mar 2024 00:00:00 GMT</pubDate></item>
<item><dc:date><![CDATA[2024-04-01T00:00:00Z]]></dc:date><pubDate>&a;</pubDate></item></channel></rss>"""
ATOM = b"""<feed><updated>2026-11-24T00:00:00Z</updated><entry><published>2023-01-01T00:00:00Z</published>
<updated xml:lang="id">2023-02-01T00:00:00Z</updated></entry></feed>"""
IN_RSS = (datetime(2024, 3, 12, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        pytest.param(RSS, IN_RSS, id="RSS: not the feed's own date, no entity"),
        pytest.param(ATOM, (datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 2, 1, tzinfo=UTC)), id="Atom"),
        pytest.param("\ufeff".encode("utf-16-le") + RSS.decode().encode("utf-16-le"), IN_RSS, id="UTF-16"),
        pytest.param(b"<rss><channel><pubDate>Tue, 24 Nov 2026 01:00:00 GMT</pubDate></channel></rss>", (), id="empty"),
        pytest.param(b"<html>404</html>", (), id="no feed"),
        pytest.param(b" " * MAX_BYTES + RSS, (), id="beyond the cap"),
        pytest.param(b"<item><pubDate>", (), id="cut short"),
    ],
)
def test_a_feed(feed: bytes, expected: tuple[datetime, ...]) -> None:
    assert dates_in_feed(feed) == expected


def test_a_sitemap_and_its_index() -> None:
    body = (
        b"<urlset><url><loc>a</loc><lastmod>2024-03-12</lastmod></url><url><lastmod>\n 2024-03-12T10:00:00+07:00 "
        b"</lastmod></url><url><lastmod>2024</lastmod></url></urlset>"
    )

    assert dates_in_sitemap(body) == (wib(2024, 3, 12), datetime(2024, 3, 12, 3, tzinfo=UTC))
    assert dates_in_sitemap(b"<sitemapindex><sitemap><lastmod>2024-03</lastmod>") == (wib(2024, 3, 1),)


def test_a_page_says_it_in_metas_in_data_and_in_words() -> None:
    document = Document(
        url="https://a.desa.id/",
        metas=(("og:updated_time", "2024-01-01T00:00:00+07:00"), ("description", "5 Mei 2025")),
        json_ld=('{"datePublished": "2023-01-01", "name": "2022-01-01"}',),
        text="Diterbitkan 12 Maret 2024",
    )

    assert dates_in_page(document) == (wib(2024, 1, 1), wib(2023, 1, 1), wib(2024, 3, 12))


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        pytest.param([wib(2024, 1, 1), wib(2025, 1, 1), wib(2023, 1, 1)], wib(2025, 1, 1), id="the latest"),
        pytest.param([NOW + AHEAD], NOW + AHEAD, id="a clock ahead"),
        pytest.param([NOW + AHEAD + timedelta(seconds=1), wib(2024, 1, 1)], wib(2024, 1, 1), id="an announcement"),
        pytest.param([EARLIEST], EARLIEST, id="the first"),
        pytest.param([EARLIEST - timedelta(seconds=1)], None, id="before there was a site"),
        pytest.param([], None, id="none"),
    ],
)
def test_the_newest(dates: list[datetime], expected: datetime | None) -> None:
    assert newest(dates, NOW) == expected


def test_no_source_gives_more_dates_than_are_kept() -> None:
    many = b"<item><pubDate>2024-03-12</pubDate></item>" * (MAX_DATES + 5)

    assert len(dates_in_feed(many)) == MAX_DATES
    assert len(dates_in_page(Document(url="", text="12/03/2024 " * (MAX_DATES + 5)))) == MAX_DATES


@given(st.binary(max_size=300), st.text(max_size=300))
@example(b"<item><date>0000-00-00", "00/00/2000 99999 Jan 2000")
def test_nothing_makes_it_raise(body: bytes, text: str) -> None:
    dates = (
        *dates_in_feed(b"<item>" + body),
        *dates_in_sitemap(b"<lastmod>" + body),
        *dates_in_page(Document(url="", text=text, json_ld=(text,))),
    )

    assert all(date.tzinfo is UTC for date in dates)
