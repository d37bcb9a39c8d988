"""Sitemaps and robots.txt as hostile sites write them."""

from __future__ import annotations

import gzip

import pytest

from monitor.checks.cloaking.facts import As, View
from monitor.checks.cloaking.listing import (
    MAX_BYTES,
    MAX_NAMED,
    MAX_URLS,
    content,
    is_whole,
    listing,
    locations,
    parts,
)
from monitor.checks.cloaking.robots import MAX_LINES, MAX_SITEMAPS, robots
from monitor.checks.cloaking.slugs import speaks_of_gambling
from tests.unit.checks.cloaking.views import failed, view
from tests.unit.checks.seeing import DOMAINS, HOST

BASE = f"https://{HOST}"


def served(body: bytes, status: int = 200, path: str = "/sitemap.xml") -> View:
    return view(As.BOT, BASE + path, body=body, status=status)


def sitemap(*urls: str) -> bytes:
    return b"<urlset>" + b"".join(f"<url><loc>{url}</loc></url>".encode() for url in urls) + b"</urlset>"


@pytest.mark.parametrize(
    ("address", "speaks"),
    [
        (f"{BASE}/slot-gacor-hari-ini/", True),
        (f"{BASE}/?p=situs%20slot88", True),
        (f"{BASE}/togel-online-terpercaya-3", True),
        ("/slot-gacor/", True),
        (f"{BASE}/berita/bahaya-judi-online", False),
        (f"{BASE}/berita/polres-tangkap-bandar-togel-online", False),
        (f"{BASE}/berita/stop-judi-slot-online", False),
        (f"{BASE}/slot-jadwal-vaksin", False),
        (f"{BASE}/artikel/2026/3/1/musyawarah-desa", False),
        ("https://slot-gacor.example/", False),
        ("", False),
    ],
)
def test_an_address_speaks_of_gambling_and_does_not_warn_of_it(address: str, *, speaks: bool) -> None:
    assert speaks_of_gambling(address) is speaks


def test_addresses_are_counted_by_whose_they_are_and_what_they_say() -> None:
    urls = (f"{BASE}/", "https://www.purbalinggakab.go.id/", "https://kemendagri.go.id/x", f"{BASE}/slot-gacor-1/")
    foreign = ("https://a.example.com/1", "https://b.example.com/2", "https://c.test.com/slot-gacor-2")

    found = listing(served(sitemap(*urls, *foreign)), HOST, DOMAINS, speaks_of_gambling)

    assert (found.total, found.foreign, found.gambling) == (7, 3, 2)
    assert found.hosts == ("example.com", "test.com")
    assert found.examples[:2] == (f"{BASE}/slot-gacor-1/", "https://c.test.com/slot-gacor-2")


@pytest.mark.parametrize(
    ("body", "urls"),
    [
        pytest.param(b"<LOC> https://a.id/ </LOC>", ["https://a.id/"], id="spaces and capitals"),
        pytest.param(b"<loc><![CDATA[https://a.id/]]></loc>", ["https://a.id/"], id="CDATA"),
        pytest.param(b"<loc>https://a.id/?a=1&amp;b=2</loc>", ["https://a.id/?a=1&b=2"], id="references"),
        pytest.param(b'<!DOCTYPE x [<!ENTITY e "zzz">]><loc>&e;</loc>', ["&e;"], id="entities are not expanded"),
        pytest.param(b"<loc>\xff\xfe</loc>", ["\ufffd\ufffd"], id="no UTF-8"),
        pytest.param(b"<loc></loc><loc>", [], id="nothing"),
        pytest.param(b"<html>404</html>", [], id="a page"),
    ],
)
def test_addresses_are_searched_for_and_nothing_is_expanded(body: bytes, urls: list[str]) -> None:
    assert list(locations(body)) == urls


@pytest.mark.parametrize(
    ("body", "urls", "whole"),
    [
        (b"<urlset><loc>/%s</loc>" % (b"a" * 2047), ["/" + "a" * 2047], True),
        (b"<urlset><loc>/%s</loc><loc>/b</loc>" % (b"a" * 2048), ["/b"], False),
        (b"<urlset><loc><![CDATA[ /%s ]]></loc>" % (b"a" * 2048), [], False),
        (b"<urlset><loc></loc>", [], True),
    ],
)
def test_an_address_that_is_too_long_is_none_and_is_missed(body: bytes, urls: list[str], *, whole: bool) -> None:
    assert [*locations(body)] == urls
    assert is_whole(view(As.BOT, f"{BASE}/sitemap.xml", body=body)) is whole


def test_a_sitemap_without_end_is_read_up_to_the_caps() -> None:
    many = sitemap(*(f"https://a{number}.example{number}.com/slot-gacor" for number in range(MAX_URLS + 100)))

    found = listing(served(many), HOST, DOMAINS, lambda _url: True)

    assert found.total == found.foreign == MAX_URLS
    assert len(found.hosts) == len(found.examples) == MAX_NAMED


@pytest.mark.parametrize("tag", [b"<loc>", b"<loc>" + b" " * 70, b"<loc><![CDATA["])
def test_tags_without_end_name_nothing_and_do_not_go_back_and_forth(tag: bytes) -> None:
    assert list(locations((tag * (MAX_BYTES // len(tag) + 1))[:MAX_BYTES])) == []


def test_a_packed_sitemap_is_unpacked_and_a_bomb_only_up_to_the_cap() -> None:
    packed = served(gzip.compress(sitemap(f"{BASE}/satu")))
    bomb = served(gzip.compress(bytes(50 * MAX_BYTES)))

    assert listing(packed, HOST, DOMAINS, speaks_of_gambling).total == 1
    assert len(content(bomb)) == MAX_BYTES
    assert content(served(b"\x1f\x8bnot gzip")) == b""


def test_an_index_names_its_parts_and_a_sitemap_has_none() -> None:
    index = b'<sitemapindex xmlns="x"><sitemap><loc>https://a.id/1.xml</loc></sitemap></sitemapindex>'

    assert parts(served(index)) == ("https://a.id/1.xml",)
    assert parts(served(sitemap("https://a.id/"))) == ()
    assert parts(served(index, status=404)) == ()


@pytest.mark.parametrize("gone", [served(sitemap(f"{BASE}/slot-gacor"), status=404), failed(As.BOT)])
def test_what_is_not_there_lists_nothing(gone: View) -> None:
    found = listing(gone, HOST, DOMAINS, speaks_of_gambling)

    assert (found.total, found.gambling, found.view) == (0, 0, None)
    assert found.status == gone.status


def rules(body: bytes, status: int = 200) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = robots(served(body, status, "/robots.txt"), speaks_of_gambling)
    return found.sitemaps, found.gambling


@pytest.mark.parametrize(
    ("body", "sitemaps", "paths"),
    [
        pytest.param(b"User-agent: *\r\nDisallow: /admin\r\n", (), (), id="ordinary"),
        pytest.param(b"SITEMAP : /peta.xml # kita", (f"{BASE}/peta.xml",), (), id="relative, with a comment"),
        pytest.param(b"Sitemap: https://x.id/s\nsitemap: https://x.id/s", ("https://x.id/s",), (), id="twice"),
        pytest.param(b"Allow: /slot-gacor/\nDisallow: /togel-hk", (), ("/slot-gacor/", "/togel-hk"), id="paths"),
        pytest.param(b"Sitemap: javascript:alert(1)\nSitemap: https://", (), (), id="no addresses"),
        pytest.param(b"<!DOCTYPE html>\nSitemap: https://x.example/", (), (), id="a page for everything"),
        pytest.param(b"\xff\xfeSitemap", (), (), id="no UTF-8"),
        pytest.param(b"", (), (), id="empty"),
    ],
)  # fmt: skip
def test_robots_txt_names_sitemaps_and_paths(body: bytes, sitemaps: tuple[str, ...], paths: tuple[str, ...]) -> None:
    assert rules(body) == (sitemaps, paths)


def test_robots_txt_is_bounded_and_only_believed_when_it_is_there() -> None:
    many = b"".join(b"Sitemap: https://x%d.example/\n" % number for number in range(MAX_LINES + 5))

    assert len(rules(many)[0]) == MAX_SITEMAPS
    assert rules(b"\n" * MAX_LINES + b"Sitemap: https://x.example/") == ((), ())
    assert rules(b"Sitemap: https://x.example/", status=500) == ((), ())
