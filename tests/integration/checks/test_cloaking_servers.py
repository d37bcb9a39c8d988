"""Sites that tell visitors apart, over real sockets: who asks what, in which order, and how often."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from monitor.checks.base import judge
from monitor.checks.cloaking import cloaking, walk
from monitor.checks.cloaking.facts import As, Shown
from monitor.checks.cloaking.walk import MAX_REDIRECTS
from monitor.content.facts import Verdict
from monitor.errors import Unreachable
from monitor.model import Kind, Target
from monitor.net.facts import ExchangeFailed, FailureKind
from monitor.settings import Cloaking
from tests.integration.checks.asking import context
from tests.integration.net.misbehaving import Authority, Handler, Site, request_of, serving
from tests.unit.checks.seeing import NOW, POLICY

HOST = "dinkominfo.purbalinggakab.go.id"
CLEAN = b"<title>Dinkominfo Purbalingga</title><p>Pelayanan informasi publik kabupaten Purbalingga.</p>"
CASINO = (
    b"<title>Slot Gacor Maxwin Hari Ini</title><h1>Situs Slot88 Gacor</h1><a href='https://slot-gacor.example/'>"
    b"daftar slot gacor</a><p>Togel online, RTP live, scatter hitam, bonus new member.</p>"
)
LANDER = "https://slot-gacor.example/"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


class Asked:
    """One request as a site sees it."""

    def __init__(self, head: bytes) -> None:
        line, *fields = head.decode("latin-1").strip().split("\r\n")
        self.path = line.split(" ")[1]
        self.fields = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}

    @property
    def who(self) -> As:
        agent, referrer = self.fields["user-agent"], self.fields.get("referer", "")
        if "Googlebot" in agent:
            return As.BOT
        if "Mobile" in agent:
            return As.PHONE
        return As.REFERRED if referrer else As.BROWSER


def http(body: bytes = CLEAN, status: int = 200, **fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: text/html", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


Answer = Callable[[Asked], bytes | None]


def answering(answer: Answer, asked: list[Asked]) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = Asked(await request_of(reader))
        asked.append(request)
        if (said := answer(request)) is None:
            await asyncio.Event().wait()
        else:
            writer.write(said)
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    return handler


def check(within: float = 20) -> Cloaking:
    return Cloaking(timeout=timedelta(seconds=within))


async def look(
    authority: Authority, answer: Answer, asked: list[Asked] | None = None, table: Cloaking | None = None
) -> Shown:
    handler = answering(answer, [] if asked is None else asked)
    async with serving(handler, tls=authority.good(HOST)) as site:
        return await cloaking(table or check()).observe(target(site), context(authority))


def target(site: Site) -> Target:
    return Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=f"https://{HOST}:{site.port}/")


def codes(shown: Shown) -> set[str]:
    of = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=f"https://{HOST}/")
    return {finding.code for finding in judge(cloaking(check()), of, shown, POLICY, NOW)[0]}


def home(answer: Answer) -> Answer:
    """*answer* at `/`; nothing elsewhere."""
    return lambda asked: answer(asked) if asked.path == "/" else http(b"tidak ada", 404)


async def test_each_visitor_asks_once_says_who_we_are_and_only_what_machines_ask_follows(authority: Authority) -> None:
    asked: list[Asked] = []
    shown = await look(authority, home(lambda _asked: http()), asked)

    assert codes(shown) == set()
    assert [item.who for item in asked[:4]] == list(As)
    assert [item.path for item in asked[:5]] == ["/", "/", "/", "/", "/robots.txt"]
    door, sitemap = asked[5:]
    assert (len(door.path), door.path.isascii(), sitemap.path) == (13, True, "/sitemap.xml")
    assert {item.who for item in asked[4:]} == {As.BOT}
    assert all("monitor/" in item.fields["user-agent"] for item in asked)
    assert all("(+https://dinkominfo.purbalinggakab.go.id)" in item.fields["user-agent"] for item in asked)
    assert {item.fields.get("referer") for item in asked if item.who in {As.REFERRED, As.PHONE}} == {
        "https://www.google.com/"
    }


async def test_what_the_bot_alone_is_shown_is_asked_for_again_in_turns(authority: Authority) -> None:
    asked: list[Asked] = []
    shown = await look(authority, home(lambda asked: http(CASINO if asked.who is As.BOT else CLEAN)), asked)

    assert codes(shown) == {"cloaking.gambling"}
    first, second = [item.who for item in asked[:4]], [item.who for item in asked[4:6]]
    assert (first, second) == (list(As), [As.BROWSER, As.BOT])
    assert [pair.again is not None for pair in shown.others] == [True, False, False]


async def test_what_comes_and_goes_is_not_cloaking(authority: Authority) -> None:
    turns = count()
    shown = await look(
        authority, home(lambda asked: http(CASINO if asked.who is As.BOT and next(turns) == 0 else CLEAN))
    )

    assert codes(shown) == set()
    assert shown.others[0].worst is Verdict.INJECTED


async def test_a_page_that_differs_each_time_is_asked_for_once_by_each(authority: Authority) -> None:
    turns = count()
    asked: list[Asked] = []
    shown = await look(
        authority, home(lambda _asked: http(CLEAN + f"<p>Pengunjung ke-{next(turns)}</p>".encode())), asked
    )

    assert codes(shown) == set()
    assert sum(item.path == "/" for item in asked) == 4


async def test_a_phone_is_led_to_a_stranger_whether_or_not_the_stranger_answers_us(authority: Authority) -> None:
    shown = await look(
        authority, home(lambda asked: http(b"", 302, location=LANDER) if asked.who is As.PHONE else http())
    )

    assert codes(shown) == {"cloaking.redirect"}
    assert shown.others[2].first.failure is not None
    assert shown.others[2].first.urls[-1] == LANDER


async def test_a_bot_sent_to_an_address_of_this_machine_is_refused_and_not_led(authority: Authority) -> None:
    private = "http://10.0.0.1/"
    shown = await look(
        authority, home(lambda asked: http(b"", 302, location=private) if asked.who is As.BOT else http())
    )

    assert codes(shown) == set()
    assert shown.others[0].again is None


async def test_a_site_that_tests_for_cookies_is_seen_behind_the_test(authority: Authority) -> None:
    def answer(asked: Asked) -> bytes:
        if "uji=1" in asked.fields.get("cookie", ""):
            return http(CASINO if asked.who is As.BOT else CLEAN)
        return http(b"", 302, location="/", set_cookie="uji=1; Path=/")

    shown = await look(authority, home(answer))

    assert codes(shown) == {"cloaking.gambling"}
    assert shown.browser.first.urls[0] == shown.browser.first.urls[1]


async def test_redirects_without_end_are_given_up(authority: Authority) -> None:
    turns = count()
    asked: list[Asked] = []

    def answer(asked: Asked) -> bytes:
        return http() if asked.who is As.BROWSER else http(b"", 302, location=f"/{next(turns)}")

    shown = await look(authority, answer, asked)

    assert sum(item.who is As.PHONE for item in asked) == 1 + MAX_REDIRECTS
    assert all(pair.first.loop for pair in shown.others)
    assert codes(shown) == set()
    assert "cloaking.gambling" not in judge(cloaking(check()), target(Site("")), shown, POLICY, NOW)[1]


async def test_a_browser_that_goes_round_sees_nothing(authority: Authority) -> None:
    with pytest.raises(Unreachable, match="tidak pernah sampai"):
        await look(authority, lambda _asked: http(b"", 302, location="/"))


async def test_a_silent_visitor_does_not_keep_the_others_from_being_seen(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PATIENCE", 0.5)
    shown = await look(
        authority,
        home(lambda asked: None if asked.who is As.REFERRED else http(CASINO if asked.who is As.BOT else CLEAN)),
    )

    assert shown.others[1].first.failure is not None
    assert shown.others[1].first.failure.kind is FailureKind.TIMEOUT
    assert codes(shown) == {"cloaking.gambling"}


async def test_a_site_that_is_down_shows_nobody_anything(authority: Authority) -> None:
    async with serving(answering(lambda _asked: None, []), tls=authority.good(HOST)) as site:
        of = target(site)
    with pytest.raises(ExchangeFailed):
        await cloaking(check()).observe(of, context(authority))


async def test_without_time_there_are_views_and_no_probes(authority: Authority) -> None:
    shown = await look(authority, home(lambda asked: None if asked.who is As.PHONE else http()), table=check(within=1))

    assert shown.others[2].first.failure is not None
    assert (shown.doorway, shown.robots, shown.listings) == (None, None, ())


async def test_an_address_that_cannot_exist_is_asked_for_twice_when_it_serves_gambling(authority: Authority) -> None:
    asked: list[Asked] = []

    def answer(asked: Asked) -> bytes:
        known = asked.path in {"/", "/robots.txt", "/sitemap.xml"}
        return http(CLEAN if known or asked.who is not As.BOT else CASINO, 200 if known else 404)

    shown = await look(authority, answer, asked)
    doors = [item.path for item in asked if item.path[1:].isalpha()]

    assert codes(shown) == {"cloaking.doorway"}
    assert len(doors) == 2
    assert len(set(doors)) == 1


async def test_the_sitemap_that_robots_txt_names_and_one_part_of_it_are_read(authority: Authority) -> None:
    asked: list[Asked] = []
    slots = "".join(f"<url><loc>https://{HOST}/slot-gacor-{number}</loc></url>" for number in range(9))

    def answer(asked: Asked) -> bytes:
        base = f"https://{asked.fields['host']}"
        files = {
            "/": CLEAN,
            "/robots.txt": f"Sitemap: {LANDER}x.xml\nSitemap: {base}/peta.xml".encode(),
            "/peta.xml": f"<sitemapindex><sitemap><loc>{base}/satu.xml.gz</loc></sitemap></sitemapindex>".encode(),
            "/satu.xml.gz": gzip.compress(f"<urlset>{slots}</urlset>".encode()),
        }
        return http(files[asked.path]) if asked.path in files else http(b"", 404)

    shown = await look(authority, answer, asked)

    assert [item.path for item in asked if "xml" in item.path] == ["/peta.xml", "/satu.xml.gz"]
    assert [listing.gambling for listing in shown.listings] == [0, 9]
    assert codes(shown) == {"cloaking.sitemap", "cloaking.robots"}


async def test_a_sitemap_whose_address_speaks_of_gambling_is_read_before_all_others(authority: Authority) -> None:
    asked: list[Asked] = []

    def answer(asked: Asked) -> bytes:
        base = f"https://{asked.fields['host']}"
        parts = [*(f"{base}/bagian-{number}.xml" for number in range(40)), f"{base}/slot-gacor-sitemap.xml"]
        files = {
            "/": CLEAN,
            "/robots.txt": f"Sitemap: {base}/peta.xml\nSitemap: {base}/slot-gacor-index.xml".encode(),
            "/slot-gacor-index.xml": f"<sitemapindex>{''.join(f'<loc>{part}</loc>' for part in parts)}".encode(),
        }
        return http(files[asked.path]) if asked.path in files else http(b"", 404)

    await look(authority, answer, asked)

    read = [item.path for item in asked if "xml" in item.path]
    assert read[:2] == ["/slot-gacor-index.xml", "/slot-gacor-sitemap.xml"]
    assert [path[:4] for path in read[2:]] in (["/bag"], ["/pet"])


async def test_a_test_for_robots_in_place_of_the_files_is_not_what_the_site_has_there(authority: Authority) -> None:
    wall = http(b"<html><script>window._cf_chl_opt={}</script></html>")
    shown = await look(authority, lambda asked: http() if asked.path == "/" else wall)

    assert shown.robots is not None
    assert (shown.robots.status, shown.robots.wall) == (200, True)
    assert [(item.status, item.wall) for item in shown.listings] == [(200, True)]
