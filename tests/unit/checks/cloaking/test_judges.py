"""What a difference between views is, what it is not, and when nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.catalogue import describe
from monitor.checks.base import judge
from monitor.checks.cloaking.facts import As, Listing, Robots, Shown, Twice, View
from monitor.content.facts import Verdict
from monitor.model import Severity
from tests.unit.checks.cloaking.views import (
    CHECK,
    HOME,
    LANDER,
    answered,
    failed,
    gambling,
    judged,
    once,
    shown,
    twice,
    view,
)
from tests.unit.checks.seeing import NOW, POLICY, target

CLEAN, SUSPECT, INJECTED = Verdict.CLEAN, Verdict.SUSPECT, Verdict.INJECTED
VIEWS = frozenset({"cloaking.gambling", "cloaking.suspected", "cloaking.redirect"})


def bot(verdict: Verdict = CLEAN, *urls: str) -> View:
    return view(As.BOT, *urls, verdict=verdict)


@pytest.mark.parametrize(
    ("first", "again", "browsers", "code"),
    [
        pytest.param(INJECTED, INJECTED, (CLEAN, CLEAN), "cloaking.gambling", id="injected for the bot only"),
        pytest.param(INJECTED, INJECTED, (SUSPECT, CLEAN), "cloaking.gambling", id="a browser sees only a hint"),
        pytest.param(INJECTED, SUSPECT, (CLEAN, CLEAN), "cloaking.suspected", id="sure in one round only"),
        pytest.param(SUSPECT, SUSPECT, (CLEAN, CLEAN), "cloaking.suspected", id="suspect in both rounds"),
        pytest.param(INJECTED, CLEAN, (CLEAN, CLEAN), None, id="gone in the second round"),
        pytest.param(INJECTED, INJECTED, (CLEAN, INJECTED), None, id="shown to a browser as well the second time"),
        pytest.param(INJECTED, INJECTED, (INJECTED, INJECTED), None, id="shown to everybody"),
        pytest.param(SUSPECT, SUSPECT, (SUSPECT, SUSPECT), None, id="the same hint for everybody"),
        pytest.param(CLEAN, CLEAN, (INJECTED, INJECTED), None, id="a browser alone sees it"),
        pytest.param(CLEAN, CLEAN, (CLEAN, CLEAN), None, id="clean"),
    ],
)
def test_only_what_holds_in_both_rounds_and_is_hidden_from_a_browser_is_told(
    first: Verdict, again: Verdict, browsers: tuple[Verdict, Verdict], code: str | None
) -> None:
    pair = Twice(first=bot(first), again=bot(again))
    browser = Twice(
        first=view(gambling=gambling(browsers[0], "lain")), again=view(gambling=gambling(browsers[1], "lain"))
    )

    found = judged(shown(pair, browser=browser))

    assert set(found) == ({code} if code else set())


def test_a_difference_seen_once_is_told_by_nobody_and_closes_nothing() -> None:
    look = shown(once(bot(INJECTED)), browser=once(view()))

    assert judged(look) == {}
    assert not answered(look) & VIEWS


def test_the_same_words_with_another_score_are_no_difference() -> None:
    same = view(gambling=gambling(SUSPECT, "togel"))
    pair = twice(view(As.BOT, gambling=gambling(INJECTED, "togel")))

    assert judged(shown(pair, browser=twice(same))) == {}


def test_all_visitors_who_are_shown_it_are_one_finding() -> None:
    look = shown(twice(bot(INJECTED)), twice(view(As.REFERRED, verdict=INJECTED)))

    found = judged(look)["cloaking.gambling"]

    assert found.severity is Severity.CRITICAL
    assert found.detail["views"] == ["googlebot", "rujukan"]
    assert found.detail["links"] == ["https://slot-gacor.example/1"]
    assert "mesin pencari (Googlebot) dan pengunjung dari hasil pencarian" in describe(found)
    assert "slot gacor" in describe(found)


def test_a_page_for_the_bot_where_a_browser_is_refused_is_cloaked() -> None:
    look = shown(twice(bot(INJECTED)), browser=twice(view(status=403)))

    assert set(judged(look)) == {"cloaking.gambling"}


@pytest.mark.parametrize("which", [As.BOT, As.REFERRED, As.PHONE])
def test_a_view_that_failed_leaves_its_judges_blind(which: As) -> None:
    look = shown(once(failed(which)))

    assert judged(look) == {}
    assert not answered(look) & VIEWS


def test_what_one_view_shows_is_told_although_another_one_failed_and_closes_nothing_else() -> None:
    look = shown(twice(bot(INJECTED)), once(failed(As.PHONE)))

    assert set(judged(look)) == {"cloaking.gambling"}
    assert answered(look) & VIEWS == {"cloaking.gambling"}


@pytest.mark.parametrize(
    "walled",
    [
        pytest.param(shown(once(view(As.BOT, status=429, wall=True))), id="the bot"),
        pytest.param(shown(browser=twice(view(wall=True))), id="the browser"),
    ],
)
def test_a_wall_for_robots_is_neither_cloaking_nor_clean(walled: Shown) -> None:
    assert judged(walled) == {}
    assert not answered(walled) & VIEWS


def test_a_page_that_was_not_read_to_its_end_may_hide_it_there() -> None:
    look = shown(once(view(As.BOT, capped=True)))

    assert answered(look) & VIEWS == {"cloaking.redirect"}
    assert set(judged(shown(twice(view(As.BOT, verdict=INJECTED, capped=True))))) == {"cloaking.gambling"}


def test_a_bot_that_is_refused_is_no_cloaking() -> None:
    look = shown(once(view(As.BOT, status=403)))

    assert judged(look) == {}
    assert answered(look) >= VIEWS


@pytest.mark.parametrize(
    ("urls", "code"),
    [
        pytest.param((HOME, LANDER), "cloaking.redirect", id="to a stranger"),
        pytest.param((HOME, LANDER, HOME), "cloaking.redirect", id="through a stranger and back"),
        pytest.param((HOME, "http://198.51.100.7/"), "cloaking.redirect", id="to a bare address"),
        pytest.param((HOME, "https://m.purbalinggakab.go.id/"), None, id="to its own mobile site"),
        pytest.param((HOME, "https://www.komdigi.go.id/"), None, id="to another agency"),
        pytest.param(
            (HOME, "https://dinkominfo.purbalinggakab.go.id.example.com/"), "cloaking.redirect", id="imitated"
        ),
    ],
)
def test_who_is_led_to_a_stranger_is_told(urls: tuple[str, ...], code: str | None) -> None:
    look = shown(twice(view(As.PHONE, *urls)))

    assert set(judged(look)) == ({code} if code else set())


def test_a_redirect_tells_where_to_without_what_is_made_up_for_each_visitor() -> None:
    pair = twice(view(As.PHONE, HOME, LANDER, verdict=INJECTED))

    found = judged(shown(pair))

    assert set(found) == {"cloaking.redirect"}, "the lander's page is the stranger's, not the site's"
    detail = found["cloaking.redirect"].detail
    assert (detail["destination"], detail["url"]) == ("slot-gacor.example", "https://slot-gacor.example/daftar")
    assert detail["views"] == ["ponsel"]


def test_a_lander_that_does_not_answer_us_was_led_to_all_the_same() -> None:
    lost = replace(failed(As.PHONE), urls=(HOME, LANDER))
    look = shown(twice(lost))

    assert set(judged(look)) == {"cloaking.redirect"}
    assert answered(look) & VIEWS == {"cloaking.redirect"}
    assert set(judged(shown(doorway=twice(replace(lost, urls=(DOOR, LANDER)))))) == {"cloaking.doorway"}


def test_a_test_for_robots_elsewhere_is_no_stranger() -> None:
    look = shown(twice(view(As.BOT, HOME, "https://validate.perfdrive.com/", wall=True)))

    assert judged(look) == {}
    assert not answered(look) & VIEWS


def test_a_lander_that_changes_its_name_is_still_one() -> None:
    pair = Twice(first=view(As.BOT, HOME, LANDER), again=view(As.BOT, HOME, "https://togel.example/"))

    assert set(judged(shown(pair))) == {"cloaking.redirect"}


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(Twice(first=view(As.BOT, HOME, LANDER), again=view(As.BOT)), id="in one round only"),
        pytest.param(once(view(As.BOT, HOME, LANDER)), id="no second round"),
    ],
)
def test_being_led_away_once_is_not_enough(pair: Twice) -> None:
    assert judged(shown(pair)) == {}


def test_a_site_that_leads_everybody_away_is_the_visits_finding() -> None:
    away = ("https://slot-gacor.example/", "https://togel.example/")
    look = shown(twice(view(As.BOT, HOME, away[0])), browser=twice(view(As.BROWSER, HOME, away[1])))

    assert judged(look) == {}


def test_a_refresh_leads_away_as_a_redirect_does() -> None:
    pair = twice(view(As.REFERRED, HOME, onward=(LANDER,)))

    assert set(judged(shown(pair))) == {"cloaking.redirect"}


DOOR = HOME + "qwertyuiopas"


@pytest.mark.parametrize(
    ("page", "case", "severity"),
    [
        pytest.param(view(As.BOT, DOOR, verdict=INJECTED), "", Severity.CRITICAL, id="a page"),
        pytest.param(view(As.BOT, DOOR, verdict=INJECTED, status=404), "missing", Severity.HIGH, id="an error page"),
        pytest.param(view(As.BOT, DOOR, LANDER), "redirect", Severity.CRITICAL, id="a redirect"),
        pytest.param(view(As.BOT, DOOR, verdict=SUSPECT), None, None, id="only suspect"),
        pytest.param(view(As.BOT, DOOR), None, None, id="a soft 404 that is clean"),
        pytest.param(view(As.BOT, DOOR, HOME, verdict=INJECTED, wall=True), None, None, id="a wall"),
    ],
)
def test_an_address_that_cannot_exist_and_serves_gambling_is_a_doorway(
    page: View, case: str | None, severity: Severity | None
) -> None:
    found = judged(shown(doorway=twice(page)))

    assert [(item.code, item.detail["case"], item.severity) for item in found.values()] == (
        [] if case is None else [("cloaking.doorway", case, severity)]
    )
    assert all("qwertyuiopas" in describe(item) for item in found.values())


def test_a_doorway_has_to_hold() -> None:
    page = view(As.BOT, DOOR, verdict=INJECTED)

    assert judged(shown(doorway=once(page))) == {}
    assert judged(shown(doorway=Twice(first=page, again=view(As.BOT, DOOR)))) == {}


def test_an_error_page_that_only_repeats_the_home_page_is_not_told_twice() -> None:
    injected = gambling(INJECTED, "slot gacor di kaki halaman")
    everywhere = twice(view(gambling=injected))
    page = view(As.BOT, DOOR, gambling=injected, status=404)
    worse = replace(page, gambling=gambling(INJECTED, "slot gacor di kaki halaman", "daftar togel", "rtp live"))

    assert judged(shown(browser=everywhere, doorway=twice(page))) == {}
    assert set(judged(shown(browser=everywhere, doorway=twice(worse)))) == {"cloaking.doorway"}


def test_no_doorway_was_asked_for_or_none_answered_says_nothing() -> None:
    assert "cloaking.doorway" not in answered(shown())
    assert "cloaking.doorway" not in answered(shown(doorway=once(failed(As.BOT))))
    assert "cloaking.doorway" in answered(shown(doorway=once(view(As.BOT, DOOR, status=404))))


SITEMAP = HOME + "sitemap.xml"


@pytest.mark.parametrize(
    ("total", "foreign", "bad", "case"),
    [
        pytest.param(100, 0, 2, None, id="two addresses may be articles"),
        pytest.param(100, 0, 3, "gambling", id="three speak of gambling"),
        pytest.param(20, 9, 0, None, id="few strangers"),
        pytest.param(50, 10, 0, "", id="ten strangers, a fifth of all"),
        pytest.param(51, 10, 0, None, id="ten strangers, less than a fifth"),
        pytest.param(50, 10, 3, "gambling", id="both"),
        pytest.param(0, 0, 0, None, id="empty"),
    ],
)
def test_a_sitemap_is_poisoned_in_bulk(total: int, foreign: int, bad: int, case: str | None) -> None:
    listing = Listing(
        url=SITEMAP, status=200, total=total, foreign=foreign, gambling=bad, examples=("https://x.example/",)
    )

    found = judged(shown(listings=(listing,)))

    assert [item.detail["case"] for item in found.values()] == ([] if case is None else [case])


def test_the_part_of_an_index_counts_as_the_sitemap_does() -> None:
    index = Listing(url=SITEMAP, status=200, total=3)
    part = Listing(url=HOME + "post-sitemap.xml", status=200, total=9, gambling=9)

    assert judged(shown(listings=(index, part)))["cloaking.sitemap"].detail["url"] == part.url


@pytest.mark.parametrize(
    ("status", "sees"), [(200, True), (404, True), (410, True), (0, False), (403, False), (500, False), (301, False)]
)
def test_a_sitemap_or_robots_txt_that_nobody_could_read_is_not_clean(status: int, *, sees: bool) -> None:
    codes = answered(
        shown(listings=(Listing(url=SITEMAP, status=status),), robots=Robots(url=HOME + "robots.txt", status=status))
    )

    assert ("cloaking.sitemap" in codes, "cloaking.robots" in codes) == (sees, sees)


def test_a_test_for_robots_in_their_place_is_not_clean_whatever_its_status() -> None:
    listing = Listing(url=SITEMAP, status=200, wall=True)
    rules = Robots(url=HOME + "robots.txt", status=200, wall=True)

    assert not answered(shown(listings=(listing,), robots=rules)) & {"cloaking.sitemap", "cloaking.robots"}


def test_what_one_sitemap_holds_is_told_although_another_one_could_not_be_read() -> None:
    index = Listing(url=SITEMAP, status=200, total=9, gambling=9)
    part = Listing(url=HOME + "post-sitemap.xml", status=503)

    assert set(judged(shown(listings=(index, part)))) == {"cloaking.sitemap"}
    assert set(judged(shown(listings=(replace(index, gambling=0), part)))) == set()


def test_each_poisoned_sitemap_is_a_finding_of_its_own() -> None:
    urls = (SITEMAP, HOME + "post-sitemap.xml")
    listings = tuple(Listing(url=url, status=200, total=9, gambling=9) for url in urls)

    findings, _codes = judge(CHECK, target(), shown(listings=listings), POLICY, NOW)

    assert [finding.key for finding in findings] == [("cloaking.sitemap", url) for url in urls]


def test_what_could_not_be_read_again_is_overlooked() -> None:
    assert CHECK.overlooked(shown(unread=frozenset({SITEMAP}))) == {("cloaking.sitemap", SITEMAP)}
    assert CHECK.overlooked(shown()) == frozenset()


def test_without_time_for_them_they_are_not_judged() -> None:
    assert not answered(shown()) & {"cloaking.sitemap", "cloaking.robots"}


@pytest.mark.parametrize(
    ("sitemaps", "paths", "case"),
    [
        pytest.param((SITEMAP,), (), None, id="its own"),
        pytest.param(("https://www.purbalinggakab.go.id/peta.xml",), (), None, id="the county's"),
        pytest.param((SITEMAP, "https://slot-gacor.example/sitemap.xml"), (), "", id="a stranger's"),
        pytest.param((), ("/slot-gacor/",), None, id="one path"),
        pytest.param((), ("/slot-gacor/", "/togel/"), "paths", id="two paths"),
    ],
)
def test_robots_txt_that_leads_to_strangers_or_to_gambling(
    sitemaps: tuple[str, ...], paths: tuple[str, ...], case: str | None
) -> None:
    rules = Robots(url=HOME + "robots.txt", status=200, sitemaps=sitemaps, gambling=paths)

    found = judged(shown(robots=rules))

    assert [(item.code, item.detail["case"]) for item in found.values()] == (
        [] if case is None else [("cloaking.robots", case)]
    )
