"""What two pages have in common, what a page sends on to, and what is a wall."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.checks.cloaking.compare import MAX_HOSTS, MAX_SHINGLES, likeness, wording
from monitor.checks.cloaking.facts import As, View
from monitor.checks.cloaking.reading import MAX_ONWARD, read
from monitor.content.document import read_document
from monitor.content.facts import Document, Link, Verdict
from tests.unit.checks.cloaking.views import HOME, failed, view
from tests.unit.checks.seeing import HOST

TEXT = " ".join(f"kata{number}" for number in range(100))
CASINO = (
    '<title>Slot Gacor Maxwin Hari Ini</title><h1>Situs Slot88 Gacor</h1><a href="https://slot-gacor.example/">'
    "daftar slot gacor</a><p>Togel online, RTP live, scatter hitam, bonus new member.</p>"
)


def said(text: str, *urls: str) -> Document:
    return Document(url=HOME, text=text, links=tuple(Link(url, "") for url in urls))


def alike(one: str, other: str) -> float:
    return likeness(wording(said(one), HOST), wording(said(other), HOST))


def test_likeness_is_of_words_whatever_the_case_or_spacing() -> None:
    assert alike(TEXT, TEXT.upper().replace(" ", "\n  ")) == 1.0
    assert alike(TEXT, " ".join(f"lain{number}" for number in range(100))) == 0.0
    assert alike("", "") == 1.0
    assert alike("dua kata", "dua kata") == 1.0
    assert alike("", "dua kata") == 0.0


def test_a_few_new_words_leave_most_alike() -> None:
    assert 0.85 < alike(TEXT, f"{TEXT} pengunjung hari ini") < 1.0


def test_wording_is_bounded() -> None:
    hosts = (f"https://a{number}.example.com/" for number in range(MAX_HOSTS + 50))
    words = wording(said(" ".join(map(str, range(3 * MAX_SHINGLES))), *hosts), HOST)

    assert len(words.shingles) <= MAX_SHINGLES + 1
    assert len(words.hosts) == MAX_HOSTS


def test_hosts_are_those_of_others() -> None:
    links = (HOME, "https://www.purbalinggakab.go.id/", "https://slot-gacor.example/", "mailto:a@b.id", "#atas")

    assert wording(said("", *links), HOST).hosts == {"slot-gacor.example"}


def page(text: str, **values: Any) -> View:
    return read(view(As.BOT, body=text.encode(), gambling=view().gambling, **values), HOST)


@pytest.mark.parametrize(
    ("html", "onward"),
    [
        ('<meta http-equiv="refresh" content="0; url=https://x.example/a">', ("https://x.example/a",)),
        ('<script>window.location.href = "https://x.example/b"</script>', ("https://x.example/b",)),
        ("<script>location.replace('https://x.example/c')</script>", ("https://x.example/c",)),
        (f'<p>{TEXT}</p><script>location.href="https://x.example/d"</script>', ()),
        ("<script>if (location.href == 'https://x.example/e') {}</script>", ()),
        ("<p>biasa</p>", ()),
    ],
    ids=["refresh", "script", "replace", "a page that has more to say", "a comparison", "nothing"],
)
def test_a_page_that_is_nothing_but_a_redirect_sends_on(html: str, onward: tuple[str, ...]) -> None:
    assert page(html).onward == onward


def test_onward_is_bounded() -> None:
    script = "".join(f"location.assign('https://x{number}.example/');" for number in range(50))

    assert len(page(f"<script>{script}</script>").onward) == MAX_ONWARD


def test_a_page_is_scored_as_its_own_sites() -> None:
    assert page(CASINO).gambling.verdict is Verdict.INJECTED
    assert page(f"<p>{TEXT}</p>").gambling.verdict is Verdict.CLEAN
    assert read_document(CASINO.encode(), HOME).title


def test_what_failed_or_is_empty_is_left_as_it_is() -> None:
    assert read(failed(As.BOT), HOST) == failed(As.BOT)
    assert read(view(As.BOT, body=b""), HOST).wall is False


def test_the_same_page_is_read_once_and_another_one_is_read() -> None:
    known = replace(page(CASINO), gambling=view().gambling)
    same, other = view(As.PHONE, body=CASINO.encode()), view(As.PHONE, body=CASINO.encode() + b" ")
    elsewhere = view(As.PHONE, HOME, HOME + "lain", body=CASINO.encode())

    assert read(same, HOST, known).gambling is known.gambling
    assert read(other, HOST, known).gambling.verdict is Verdict.INJECTED
    assert read(elsewhere, HOST, known).gambling.verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    ("html", "values", "wall"),
    [
        pytest.param("<p>isi</p>", {}, False, id="a page"),
        pytest.param("<p>isi</p>", {"status": 403}, False, id="refused"),
        pytest.param("<p>isi</p>", {"status": 429}, True, id="too many"),
        pytest.param("<p>isi</p>", {"status": 503}, True, id="later"),
        pytest.param("<script>window._cf_chl_opt={}</script>", {"status": 403}, True, id="a test"),
        pytest.param("<p>isi</p>", {"head": (("CF-Mitigated", "Challenge"),)}, True, id="said in a header"),
        pytest.param(CASINO + "<!-- px-captcha -->", {}, False, id="gambling dressed up as a test"),
        pytest.param(CASINO, {"status": 503}, False, id="gambling that says it is busy"),
        pytest.param("px-captcha", {"urls": (HOME, "https://x.example/")}, False, id="a stranger's page"),
        pytest.param("x", {"urls": (HOME, "https://validate.perfdrive.com/")}, True, id="a stranger who tests robots"),
    ],
)
def test_a_wall_is_known_and_nobody_hides_behind_one(html: str, values: dict[str, Any], *, wall: bool) -> None:
    assert page(html, **values).wall is wall
