"""Which sitemaps are read, and of which nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from monitor.checks.cloaking.facts import As, Robots, View
from monitor.checks.cloaking.listing import MAX_URLS
from monitor.checks.cloaking.shelf import MAX_AGAIN, MAX_POISONED, Shelf
from monitor.model import subject_of
from tests.unit.checks.cloaking.views import HOME, view
from tests.unit.checks.seeing import HOST

USUAL, PART = HOME + "sitemap.xml", HOME + "1.xml"
LONG = HOME + "a" * 300 + ".xml"
CLEAN, EMPTY = b"<urlset></urlset>", b"<sitemapindex></sitemapindex>"


def index(*urls: str) -> bytes:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>".encode()


async def read(
    files: Mapping[str, bytes | int], *poisoned: str, turn: int = 0, robots: Robots | None = None
) -> tuple[list[str], frozenset[str]]:
    """What was asked for, in order, and what is unread; a number is a status, and what is missing has no time."""
    asked: list[str] = []

    async def ask(url: str) -> View | None:
        asked.append(url)
        found = files.get(url)
        if found is None:
            return None
        return view(As.BOT, url, status=found) if isinstance(found, int) else view(As.BOT, url, body=found)

    rules = robots or Robots(url=HOME + "robots.txt", status=404)
    _listings, unread = await Shelf(ask, HOST, USUAL, rules, frozenset(poisoned), turn).read()
    return asked, unread


def named(*urls: str, status: int = 200) -> Robots:
    return Robots(url=HOME + "robots.txt", status=status, sitemaps=urls)


@pytest.mark.parametrize(
    ("files", "unread"),
    [
        pytest.param({USUAL: index(PART), PART: CLEAN}, False, id="read again"),
        pytest.param({USUAL: index(PART), PART: 404}, False, id="no longer there"),
        pytest.param({USUAL: index(PART), PART: 503}, True, id="named, a server's own fault"),
        pytest.param({USUAL: index(PART)}, True, id="named, no time for it"),
        pytest.param({USUAL: EMPTY}, False, id="not named any more, no time for it"),
        pytest.param({USUAL: EMPTY, PART: 403}, False, id="not named any more, refused"),
        pytest.param({USUAL: 410, PART: 403}, False, id="no index any more"),
        pytest.param({USUAL: b"<h1>Galat basis data</h1>", PART: 503}, True, id="a page in place of the index"),
        pytest.param({USUAL: 500, PART: 503}, True, id="nothing could be read"),
        pytest.param({USUAL: 500, PART: CLEAN}, False, id="the index could not be read, the part could"),
        pytest.param({}, True, id="no time for anything"),
        pytest.param(
            {USUAL: index(*(f"{HOME}b{n}.xml" for n in range(MAX_URLS))), PART: 503}, True, id="an index that was cut"
        ),
    ],
)
async def test_a_part_is_said_to_be_clean_only_when_it_was_read_or_is_gone(
    files: Mapping[str, bytes | int], *, unread: bool
) -> None:
    _asked, left = await read(files, PART)

    assert left == (frozenset({PART}) if unread else frozenset())


async def test_what_another_index_may_name_is_not_gone() -> None:
    other = HOME + "lain.xml"
    files: dict[str, bytes | int] = {USUAL: EMPTY, other: EMPTY, PART: 503}

    assert (await read(files, PART, robots=named(USUAL, other)))[1] == {PART}
    assert (await read(files, PART, robots=named(USUAL)))[1] == frozenset()


async def test_a_robots_txt_that_could_not_be_read_may_name_another_sitemap() -> None:
    assert (await read({USUAL: 404, PART: 503}, PART, robots=named(status=503)))[1] == {PART}


@pytest.mark.parametrize("subject", ["", "https://bukan-kita.example/1.xml", "bukan alamat"])
async def test_a_subject_that_is_no_address_of_the_site_is_never_asked_for_and_ends(subject: str) -> None:
    asked, unread = await read({USUAL: CLEAN}, subject)

    assert (asked, unread) == ([USUAL], frozenset())


async def test_a_subject_that_is_no_address_of_the_site_stays_while_nothing_can_be_read() -> None:
    assert (await read({USUAL: 503}, ""))[1] == {""}


async def test_an_address_too_long_for_a_subject_is_found_again_in_the_index() -> None:
    asked, unread = await read({USUAL: index(LONG), LONG: CLEAN}, subject_of(LONG))

    assert (asked, unread) == ([USUAL, LONG], frozenset())


@pytest.mark.parametrize(
    ("files", "asked", "left"),
    [
        pytest.param({USUAL: EMPTY}, [USUAL], False, id="not named any more"),
        pytest.param({USUAL: 500}, [USUAL], True, id="the index could not be read"),
        pytest.param({USUAL: index(LONG), LONG: 503}, [USUAL, LONG], True, id="named, a server's own fault"),
        pytest.param({USUAL: index(HOME + "a" * 2049)}, [USUAL], True, id="the index names what is too long"),
    ],
)
async def test_an_address_too_long_for_a_subject_is_not_asked_for_by_its_subject(
    files: Mapping[str, bytes | int], asked: list[str], *, left: bool
) -> None:
    subject = subject_of(LONG)
    urls, unread = await read({subject: 404, **files}, subject)

    assert (urls, unread) == (asked, frozenset({subject} if left else ()))


@pytest.mark.parametrize("count", [MAX_AGAIN + 1, MAX_AGAIN + 5, 2 * MAX_AGAIN, 3 * MAX_AGAIN - 1])
async def test_those_that_were_poisoned_are_all_read_again_in_the_end(count: int) -> None:
    parts = [f"{HOME}{number:02}.xml" for number in range(count)]
    files: dict[str, bytes | int] = {USUAL: index(*parts), **dict.fromkeys(parts, CLEAN)}
    looks = [await read(files, *parts, turn=turn) for turn in range(count)]

    assert {url for asked, _unread in looks for url in asked} == {USUAL, *parts}
    assert all(unread == set(parts) - set(asked) and len(asked) == 1 + MAX_AGAIN for asked, unread in looks)
    assert (await read(files, *reversed(parts), turn=1))[0] == looks[1][0]


async def test_time_that_runs_out_is_not_always_at_the_cost_of_the_same() -> None:
    parts = [f"{HOME}{number}.xml" for number in range(3)]
    firsts = [(await read({USUAL: index(*parts)}, *parts, turn=turn))[0][1] for turn in range(3)]

    assert firsts == parts


async def test_the_order_in_which_a_site_names_its_sitemaps_keeps_none_from_its_turn() -> None:
    parts = [f"{HOME}{number}.xml" for number in range(3)]
    orders = (parts, parts[::-1], [parts[1], parts[0], parts[2]])
    turns = [(await read({USUAL: index(*order)}, turn=turn))[0] for turn, order in enumerate(orders)]

    assert turns == [[USUAL, part] for part in parts]


async def test_one_address_with_many_fragments_is_read_once() -> None:
    asked, _unread = await read({USUAL: index(PART + "#a", PART + "#b", USUAL), PART: CLEAN}, PART)

    assert asked == [USUAL, PART]


async def test_an_address_that_speaks_of_gambling_does_not_keep_others_from_their_turn() -> None:
    bait, others = HOME + "slot-gacor.xml", [f"{HOME}{number}.xml" for number in range(3)]

    turns = [(await read({USUAL: index(*others, bait)}, turn=turn))[0] for turn in range(3)]

    assert turns == [[USUAL, bait, other] for other in others]


@pytest.mark.parametrize(
    ("poisoned", "asked"),
    [
        (MAX_POISONED - 1, 1 + MAX_POISONED),
        (MAX_POISONED, 1 + MAX_POISONED),
        (MAX_AGAIN, 1 + MAX_AGAIN),
        (MAX_AGAIN + 1, 1 + MAX_AGAIN),
    ],
)
async def test_a_look_reads_a_bounded_number_of_sitemaps(poisoned: int, asked: int) -> None:
    parts = [f"{HOME}{number:02}.xml" for number in range(50)]
    files: dict[str, bytes | int] = {USUAL: index(*parts), **dict.fromkeys(parts, CLEAN)}

    urls, unread = await read(files, *parts[:poisoned])

    assert len(urls) == asked
    assert len(unread) == max(0, poisoned - MAX_AGAIN)
