"""Where a site's dates are looked for, over real sockets: in which order, how often, and what is made of silence."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import import_module

import pytest

from monitor.checks.freshness import Dated, Source, freshness
from monitor.checks.freshness.observe import MAX_DATES
from monitor.errors import Unreachable
from monitor.model import Kind, Target
from monitor.net.facts import ExchangeFailed
from monitor.settings import Freshness
from tests.integration.checks.asking import context
from tests.integration.net.misbehaving import Authority, Handler, request_of, serving

HOST = "dinkominfo.purbalinggakab.go.id"
PAGE = b"<title>Dinkominfo</title><p>Kabupaten Purbalingga</p>"
OLD = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
SILENT = b""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def http(body: bytes, status: int = 200, **fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: text/html", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def feed(*dates: datetime) -> bytes:
    items = "".join(f"<item><pubDate>{format_datetime(date)}</pubDate></item>" for date in dates)
    return http(f"<rss><channel>{items}</channel></rss>".encode())


SITEMAP = http(f"<urlset><url><lastmod>{OLD.isoformat()}</lastmod></url></urlset>".encode())


def answering(paths: Mapping[str, bytes], asked: list[str]) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await request_of(reader)).decode().split(" ")[1]
        asked.append(path)
        said = paths.get(path, http(b"tidak ada", 404))
        if said == SILENT:
            await asyncio.Event().wait()
        writer.write(said)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return handler


async def look(authority: Authority, paths: Mapping[str, bytes], asked: list[str] | None = None) -> Dated:
    handler = answering({"/": http(PAGE), **paths}, [] if asked is None else asked)
    async with serving(handler, tls=authority.good(HOST)) as site:
        of = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=f"https://{HOST}:{site.port}/")
        return await freshness(Freshness()).observe(of, context(authority))


@pytest.mark.parametrize(
    ("paths", "asked", "source"),
    [
        pytest.param({"/feed.xml": feed(OLD)}, ["/", "/feed.xml"], Source.FEED, id="the usual feed"),
        pytest.param({"/feed": feed(OLD)}, ["/", "/feed.xml", "/feed"], Source.FEED, id="the other usual feed"),
        pytest.param(
            {"/": http(b'<link rel="alternate" type="application/rss+xml" href="/rss">'), "/rss": feed(OLD)},
            ["/", "/rss"],
            Source.FEED,
            id="the feed that the page names",
        ),
        pytest.param(
            {"/sitemap.xml": SITEMAP},
            ["/", "/feed.xml", "/feed", "/sitemap.xml"],
            Source.SITEMAP,
            id="the sitemap",
        ),
        pytest.param(
            {"/": http(b"<article>4 Maret 2021</article>")},
            ["/", "/feed.xml", "/feed", "/sitemap.xml"],
            Source.PAGE,
            id="the page itself",
        ),
        pytest.param({}, ["/", "/feed.xml", "/feed", "/sitemap.xml"], None, id="nowhere"),
        pytest.param(
            {"/feed.xml": http(b"", 301, location="/feed/"), "/feed/": feed(OLD)},
            ["/", "/feed.xml", "/feed/"],
            Source.FEED,
            id="behind a redirect",
        ),
        pytest.param(
            {"/feed.xml": http(b"", 301, location="https://x.example/feed"), "/feed": feed(OLD)},
            ["/", "/feed.xml", "/feed"],
            Source.FEED,
            id="a redirect to a stranger is not followed",
        ),
        pytest.param(
            {
                "/": http(b'<link rel="alternate" type="application/rss+xml" href="https://x.example/rss">'),
                "/feed.xml": feed(OLD),
            },
            ["/", "/feed.xml"],
            Source.FEED,
            id="a stranger's feed is not asked",
        ),
        pytest.param(
            {"/feed.xml": feed(OLD + timedelta(days=365 * 300))},
            ["/", "/feed.xml", "/feed", "/sitemap.xml"],
            None,
            id="only announcements",
        ),
    ],
)
async def test_the_first_source_with_dates_is_the_last_that_is_asked(
    authority: Authority, paths: Mapping[str, bytes], asked: list[str], source: Source | None
) -> None:
    seen: list[str] = []
    dated = await look(authority, paths, seen)

    assert (seen, dated.source) == (asked, source)
    assert [item.told for item in dated.asked] == [item.status != 301 for item in dated.asked]
    if source is not None:
        assert dated.dates[0].date() in {OLD.date(), OLD.date() - timedelta(days=1)}


async def test_the_latest_dates_are_kept_newest_first(authority: Authority) -> None:
    days = [OLD + timedelta(days=number) for number in range(MAX_DATES + 10)]

    dated = await look(authority, {"/feed.xml": feed(*days)})

    assert dated.dates == tuple(sorted(days, reverse=True)[:MAX_DATES])
    assert dated.asked[-1].count == MAX_DATES + 10


async def test_a_feed_that_does_not_answer_is_noted_and_the_next_is_asked(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("monitor.checks.freshness.observe"), "PATIENCE", 0.5)
    dated = await look(authority, {"/feed.xml": SILENT, "/feed": feed(OLD)})

    assert [item.failure for item in dated.asked] == ["", "timeout", ""]
    assert [item.told for item in dated.asked] == [True, False, True]


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_page_that_is_not_there_says_nothing_of_its_age(authority: Authority, status: int) -> None:
    with pytest.raises(Unreachable, match=str(status)):
        await look(authority, {"/": http(b"", status), "/feed.xml": feed(OLD)})


async def test_a_site_that_is_down_is_unreachable(authority: Authority) -> None:
    async with serving(answering({}, []), tls=authority.good(HOST)) as site:
        of = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=f"https://{HOST}:{site.port}/")
    with pytest.raises(ExchangeFailed):
        await freshness(Freshness()).observe(of, context(authority))


async def test_redirects_without_end_are_given_up(authority: Authority) -> None:
    around = {f"/{number}": http(b"", 302, location=f"/{number + 1}") for number in range(30)}
    seen: list[str] = []
    dated = await look(authority, {**around, "/feed.xml": http(b"", 302, location="/0"), "/feed": feed(OLD)}, seen)

    assert seen == ["/", "/feed.xml", "/0", "/1", "/2", "/feed"]
    assert [item.status for item in dated.asked] == [200, 302, 200]
