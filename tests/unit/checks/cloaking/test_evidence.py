"""What is kept of a look, and what of it proves a finding."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.checks.cloaking import evidence
from monitor.checks.cloaking.facts import As, Listing, Robots, Wording
from monitor.content.facts import Verdict
from monitor.net.facts import Failure, FailureKind, Phase
from tests.unit.checks.cloaking.views import CHECK, HOME, failed, gambling, once, shown, twice, view
from tests.unit.checks.seeing import NOW

INJECTED = Verdict.INJECTED
FULL = shown(
    twice(view(As.BOT, HOME + "?token=1", verdict=INJECTED, body=b"judi")),
    once(failed(As.PHONE)),
    doorway=once(view(As.BOT, HOME + "abcdefghijkl", status=404)),
    robots=Robots(
        url=HOME + "robots.txt", status=200, sitemaps=("https://x.example/",), view=view(As.BOT, body=b"robots")
    ),
    listings=(Listing(url=HOME + "sitemap.xml", status=200, total=9, foreign=1, view=view(As.BOT, body=b"peta")),),
)


def test_the_evidence_is_json_and_the_same_on_a_page_that_only_differs_by_the_way() -> None:
    first = evidence.remember(evidence.keep(FULL))
    bot = FULL.others[0].first
    changed = replace(
        bot,
        urls=(HOME + "?token=2",),
        gambling=replace(gambling(INJECTED), points=gambling(INJECTED).points + 0.4),
        wording=Wording(frozenset({9})),
        body=b"judi lain",
        head=(("Date", "lain"),),
    )
    doorway = once(view(As.BOT, HOME + "zyxwvutsrqpo", status=404))
    listing = replace(FULL.listings[0], total=10)
    later = replace(FULL, others=(twice(changed), *FULL.others[1:]), doorway=doorway, listings=(listing,))

    assert evidence.remember(evidence.keep(later)) == first
    assert json.loads(json.dumps(first)) == first
    assert [item["as"] for item in first["views"]] == ["pengunjung", "googlebot", "rujukan", "ponsel"]
    assert first["views"][3]["failure"] == ["connect", "timeout"]


def test_a_verdict_that_changed_is_evidence_that_changed() -> None:
    clean = shown(twice(view(As.BOT)))

    assert evidence.remember(clean) != evidence.remember(shown(twice(view(As.BOT, verdict=INJECTED))))


def test_what_is_kept_in_memory_has_no_pages() -> None:
    kept = evidence.keep(FULL)

    pairs = (kept.browser, *kept.others, kept.doorway)
    views = [item for pair in pairs if pair is not None for item in pair.rounds]
    assert all((item.body, item.head, item.wording.shingles) == (b"", (), frozenset()) for item in views)
    assert kept.robots is not None
    assert (kept.robots.view, kept.listings[0].view) == (None, None)


def test_the_differing_page_and_the_browsers_are_exhibits_as_they_were_received() -> None:
    exhibits = CHECK.exhibits(FULL, NOW)

    assert [(item.label, item.body) for item in exhibits] == [
        ("pengunjung", b"<p>isi</p>"),
        ("googlebot", b"judi"),
        ("googlebot", b"robots"),
        ("googlebot", b"peta"),
    ]
    assert exhibits[1].url == HOME + "?token=1"
    assert exhibits[1].head == (("Server", "nginx"),)
    assert {item.at for item in exhibits} == {NOW}


def test_a_robots_txt_that_names_only_its_own_proves_nothing() -> None:
    rules = Robots(url=HOME + "robots.txt", status=200, sitemaps=(HOME + "peta.xml",), view=view(As.BOT))

    assert CHECK.exhibits(shown(robots=rules), NOW) == ()


def test_where_nothing_differs_there_is_nothing_to_show() -> None:
    assert CHECK.exhibits(shown(), NOW + timedelta(0)) == ()


@pytest.mark.parametrize(
    ("kind", "phase"),
    [(FailureKind.TIMEOUT, Phase.CONNECT), (FailureKind.MALFORMED, None), (FailureKind.BAD_URL, None)],
)
def test_a_view_that_was_lost_on_the_way_asks_after_the_vantage(kind: FailureKind, phase: Phase | None) -> None:
    lost = replace(failed(As.BOT), failure=Failure(Phase.CONNECT, kind))

    assert CHECK.failed(shown(once(lost))) is phase
    assert CHECK.failed(shown()) is None
