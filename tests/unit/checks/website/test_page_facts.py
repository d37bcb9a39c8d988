"""What is read off a page's markup, whoever wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.checks.website.markup import MAX_ATTRIBUTE, MAX_STEPS, Budget, tags
from monitor.checks.website.page_facts import (
    MAX_ITEMS,
    MAX_POLICIES,
    MAX_URL,
    NOTHING,
    Form,
    Page,
    page_facts,
    read,
)

URL = "https://a.go.id/berita/"


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param('<script src="http://b.go.id/x"></script>', id="script"),
        pytest.param("<script src='http://b.go.id/x'></script>", id="single quotes"),
        pytest.param("<SCRIPT async SRC = HTTP://B.go.id/x>", id="no quotes, upper case"),
        pytest.param('<script src="&#104;ttp&#58;//b.go.id/x" title="http:">', id="references resolved"),
        pytest.param('<link rel="preload stylesheet" href="http://b.go.id/x">', id="style"),
        pytest.param('<iframe src="http://b.go.id/x"></iframe>', id="iframe"),
        pytest.param('<object data="http://b.go.id/x"></object>', id="object"),
        pytest.param('<embed src="http://b.go.id/x">', id="embed"),
        pytest.param('<base href="http://b.go.id/"><script src="x"></script>', id="base"),
        pytest.param(
            '<base href="http://b.go.id/"><base href="https://c.go.id/"><script src=x></script>', id="one base"
        ),
        pytest.param('<!-- --><!--> <script src="http://b.go.id/x"></script>', id="after comments"),
        pytest.param('<p title="a > b"><embed alt="x > y" src="http://b.go.id/x">', id="brackets in values"),
        pytest.param('<embed src="http://b.go.id/x?v=17#top" src="/other">', id="the first of a name, without query"),
        pytest.param('<embed src="http://user:secret@b.go.id/x">', id="nobody's password is kept"),
        pytest.param('<embed/src="http://b.go.id/x"/>', id="slashes"),
        pytest.param('<embed src="http:\\\\b.go.id\\x">', id="backslashes"),
        pytest.param("<embed src=' http://b.go.id/\nx '>", id="white space"),
    ],
)
def test_what_can_change_the_page(markup: str) -> None:
    assert read(markup.encode(), URL).active == ("http://b.go.id/x",)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param('<img src="http://b.go.id/x">', id="image"),
        pytest.param('<img src="/y" srcset="/z 1x, http://b.go.id/x 2x">', id="srcset"),
        pytest.param('<video poster="http://b.go.id/x"></video>', id="poster"),
        pytest.param('<audio src="http://b.go.id/x"></audio>', id="audio"),
        pytest.param('<picture><source srcset="http://b.go.id/x"></picture>', id="source"),
        pytest.param('<input type=IMAGE src="http://b.go.id/x">', id="image button"),
        pytest.param('<link rel="shortcut icon" href="http://b.go.id/x">', id="icon"),
    ],
)
def test_what_can_only_show_something_else(markup: str) -> None:
    page = read(markup.encode(), URL)

    assert (page.active, page.passive) == ((), ("http://b.go.id/x",))


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param('<a href="http://b.go.id/x">x</a>', id="a link"),
        pytest.param('<link rel="canonical" href="http://b.go.id/x">', id="a canonical link"),
        pytest.param('<img src="//b.go.id/x"><img src="x">', id="without a scheme"),
        pytest.param('<img src="data:image/png,http://b.go.id">', id="data"),
        pytest.param('<img src="http://127.0.0.1/x"><img src="http://localhost/">', id="the visitor's own machine"),
        pytest.param('<!-- <img src="http://b.go.id/x"> -->', id="in a comment"),
        pytest.param('<script>w("<img src=http://b.go.id/x>")</script>', id="in a script"),
        pytest.param("<style>/* <img src=http://b.go.id/x> */</style>", id="in a style"),
        pytest.param('<textarea><img src="http://b.go.id/x"></textarea>', id="in a text area"),
        pytest.param('<title><img src="http://b.go.id/x"></title>', id="in a title"),
        pytest.param('<noscript><img src="http://b.go.id/x"></noscript>', id="in noscript"),
        pytest.param('<!-- never ended <img src="http://b.go.id/x">', id="in a comment without end"),
        pytest.param('<script><img src="http://b.go.id/x">', id="in a script without end"),
        pytest.param('<img src="http://b.go.id/x"', id="in a tag without end"),
        pytest.param('<images src="http://b.go.id/x">', id="a tag of another name"),
        pytest.param('<img src="http://[bad/x"><img src="http:///">', id="no address"),
    ],
)
def test_what_is_not_loaded_over_http(markup: str) -> None:
    assert read(markup.encode(), URL) == NOTHING


def test_on_a_page_over_http_what_is_relative_is_over_http() -> None:
    assert read(b"<script src=x></script>", "http://a.go.id/").active == ("http://a.go.id/x",)


@pytest.mark.parametrize(
    ("markup", "forms"),
    [
        pytest.param("<form>", [Form("https://a.go.id/berita/", "get")], id="to itself"),
        pytest.param("<form action='/masuk?next=1' method=POST>", [Form("https://a.go.id/masuk", "post")], id="post"),
        pytest.param(
            "<form method=post><input type=PassWord></form>",
            [Form("https://a.go.id/berita/", "post", password=True)],
            id="password",
        ),
        pytest.param(
            "<form action=/a></form><input type=password>",
            [Form("https://a.go.id/a", "get")],
            id="after the form",
        ),
        pytest.param(
            "<form action=/a><form action=/b><input type=password></form>",
            [Form("https://a.go.id/a", "get", password=True)],
            id="a form in a form is none",
        ),
        pytest.param(
            "<form action=/a method=post><button formaction=http://c.id/x formmethod=get></form>",
            [Form("https://a.go.id/a", "post"), Form("http://c.id/x", "get")],
            id="a button's own destination",
        ),
        pytest.param("<form method=dialog></form><form action='mailto:x@a.go.id'></form>", [], id="sent nowhere"),
        pytest.param("<form action='javascript:void(0)'></form>", [], id="a script"),
        pytest.param("<form action=/a></form>" * 9, [Form("https://a.go.id/a", "get")], id="each once"),
        pytest.param(
            "<base href=https://b.go.id/><form action=></form><form action=c></form>",
            [Form(URL, "get"), Form("https://b.go.id/c", "get")],
            id="an empty action means the page, not its base",
        ),
    ],
)
def test_where_forms_lead(markup: str, forms: list[Form]) -> None:
    assert list(read(markup.encode(), URL).forms) == forms


def test_policies_in_the_markup() -> None:
    page = read(
        b"<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">"
        b"<meta name=referrer content=origin><meta name=referrer content=no-referrer>",
        URL,
    )

    assert (page.policies, page.referrer) == (("default-src 'self'",), "no-referrer")
    assert not page.policies_partial


@pytest.mark.parametrize(("length", "count"), [(MAX_ATTRIBUTE + 1, 1), (10, MAX_POLICIES + 1)])
def test_policies_in_the_markup_that_are_not_kept_whole_are_told(length: int, count: int) -> None:
    page = read(b"<meta http-equiv=content-security-policy content=%b>" % (b"x" * length) * count, URL)

    assert page.policies_partial
    assert sum(map(len, page.policies)) <= MAX_ATTRIBUTE * MAX_POLICIES


def test_a_long_policy_weighs_more_than_a_short_one() -> None:
    assert Page(policies=("x" * MAX_ATTRIBUTE,)).weight > MAX_ATTRIBUTE // MAX_URL


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_page_is_read_in_its_encoding(encoding: str) -> None:
    assert read('<img src="http://b.go.id/x">'.encode(encoding), URL).passive == ("http://b.go.id/x",)


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "text/plain"])
def test_what_is_no_html_has_no_facts(kind: str) -> None:
    assert page_facts(b"<form>", URL, kind) == NOTHING
    assert page_facts(b"<form>", URL, "") != NOTHING
    assert page_facts(b"<form>", URL, "application/xhtml+xml") != NOTHING


@pytest.mark.parametrize(
    "piece", [b"<img src=http://b.id/%d>", b"<embed src=http://b.id/%d>", b"<form action=/%d></form>"]
)
def test_a_list_that_is_full_says_that_there_is_more(piece: bytes) -> None:
    full = [piece % number for number in range(MAX_ITEMS)]

    assert not read(b"".join([*full, full[0]]), URL).partial
    assert read(b"".join([*full, piece % MAX_ITEMS]), URL).partial


def test_no_list_grows_without_end() -> None:
    many = b"".join(
        b"<img src=http://b.id/%d><form action=/%d></form><embed src=http://c.id/%d>" % (n, n, n) for n in range(60)
    )

    page = read(many, URL)

    assert [len(page.active), len(page.passive), len(page.forms)] == [MAX_ITEMS] * 3
    assert page.partial
    assert len(read(b"<img src=http://b.id/" + b"x" * 9999 + b">", URL).passive[0]) <= MAX_URL


CAP = 512 * 1024


def filled(piece: bytes, before: bytes = b"") -> bytes:
    return before + piece * ((CAP - len(before)) // len(piece))


HOSTILE = [
    pytest.param(filled(b"<div>"), id="nested"),
    pytest.param(filled(b"<"), id="brackets"),
    pytest.param(filled(b"<form "), id="tags without end"),
    pytest.param(filled(b'<img src="'), id="quotes"),
    pytest.param(filled(b"<form a='" + b"x" * 50), id="values without end"),
    pytest.param(filled(b" a=b", b"<form"), id="attributes"),
    pytest.param(filled(b"<script>"), id="scripts"),
    pytest.param(filled(b"</script", b"<script>"), id="ends of scripts"),
    pytest.param(filled(b"<!-- --"), id="comments"),
    pytest.param(filled(b"http://a/ 1x,", b"<img srcset='"), id="srcset"),
    pytest.param(filled(b"<img src='http:" + b"&lt" * 600 + b"'>"), id="references"),
    pytest.param(filled(b"<img src=http://a/>"), id="images"),
]


@pytest.mark.parametrize("body", HOSTILE)
def test_work_is_bounded_whatever_the_page(body: bytes) -> None:
    budget = Budget()
    for tag in tags(body, frozenset({"img", "form", "script"}), budget):
        tag.attributes(budget)

    # Each step is one tag or attribute; between steps the scan moves forward only, at the speed of `re`.
    assert budget.steps >= -MAX_STEPS
    assert isinstance(read(body, URL), Page)


def test_what_was_left_unread_is_said() -> None:
    assert read(filled(b"<form></form>"), URL).partial
    assert not read(filled(b"<div>"), URL).partial


@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode), st.sampled_from([URL, "http://a.go.id/"]))
def test_any_bytes_can_be_read(body: bytes, url: str) -> None:
    read(b"<form action='" + body, url)
    assert read(body, url).weight >= 1


def test_the_same_page_is_read_once_and_a_new_version_again() -> None:
    page = b"<form action=/sekali></form>"
    first = page_facts(page, URL, "")

    assert page_facts(bytes(bytearray(page)), URL, "") is first
    assert page_facts(page.replace(b"/sekali", b"/lagi"), URL, "") != first
    assert page_facts(page, URL, "") == first
    assert page_facts(page, "https://b.go.id/", "") != first
