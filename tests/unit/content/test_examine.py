"""A page as the judges of content see it: read once, and small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.examine import MAX_DATES, Content, examine, is_html, read
from monitor.content.facts import Verdict

URL, OWN, HTML = "https://onje.desa.id/", "onje.desa.id", "text/html; charset=utf-8"
PAGE = """<html lang=id><head><title>Desa Onje – Kabupaten Purbalingga</title>
<meta name=generator content="WordPress 6.4.2">
<script src="https://evil.example/x.js"></script></head><body><h1>Berita desa</h1><p>Musyawarah 12 Maret 2024.</p>
<a href="https://layanan.example/">Pendaftaran online</a><iframe src="https://frame.example/"></iframe>
<p>OpenSID v23.05</p></body></html>""".encode()
GAMBLING = """<html><head><title>Slot Gacor Maxwin Hari Ini – Situs Judi Slot Online Terpercaya</title>
<link rel=canonical href="https://slot88.example/"></head><body><div style="display:none">
<a href="https://slot88.example/">slot gacor</a> <a href="https://togel.example/">togel online</a>
rtp live bonus new member</div></body></html>""".encode()  # fmt: skip


def test_everything_that_judges_ask_for() -> None:
    content = read(PAGE, URL, HTML, OWN)

    assert content.gambling.verdict is Verdict.CLEAN
    assert not content.defacement.is_certain
    assert content.shape.title == {"desa", "onje", "kabupaten", "purbalingga"}
    assert content.foreign.scripts == ("evil.example",)
    assert content.foreign.frames == ("frame.example",)
    assert [service.host for service in content.foreign.services] == ["layanan.example"]
    assert content.naming.county
    assert content.placeholder is None
    assert {item.name: item.version for item in content.software} == {"OpenSID": "23.05", "WordPress": "6.4.2"}
    assert [date.year for date in content.dates] == [2024]
    assert not content.error
    assert not content.challenge
    assert not content.partial


def test_of_an_error_only_what_somebody_put_there() -> None:
    content = read(GAMBLING, URL, HTML, OWN, error=True)

    assert content.error
    assert content.gambling.verdict is Verdict.INJECTED
    assert content == Content(
        gambling=content.gambling, defacement=content.defacement, error=True, partial=content.partial
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"<title>Just a moment...</title>", True, id="a challenge"),
        pytest.param(b"<title>One moment, please...</title><p>Please wait", True, id="another"),
        pytest.param(b"<p>Checking your browser before accessing onje.desa.id", True, id="in its text"),
        pytest.param(b"<title>Just a moment</title>" + b"<p>kata desa </p>" * 200, False, id="a page with that title"),
        pytest.param(b"<title>Desa Onje</title>", False, id="a site"),
    ],
)  # fmt: skip
def test_a_test_for_machines_is_not_the_page(body: bytes, *, expected: bool) -> None:
    assert read(body, URL, HTML, OWN).challenge is expected


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        pytest.param(b"x", "text/html", True, id="HTML"),
        pytest.param(b"", "TEXT/HTML", True, id="an empty page is a page"),
        pytest.param(b"x", "application/xhtml+xml", True, id="XHTML"),
        pytest.param(b"x", "", True, id="no type"),
        pytest.param(b"", "", False, id="nothing at all"),
        pytest.param(b"x", "application/json", False, id="data"),
    ],
)
def test_what_a_page_is(body: bytes, kind: str, *, expected: bool) -> None:
    assert is_html(body, kind) is expected


def test_the_same_page_is_not_read_again() -> None:
    first = examine(PAGE, URL, HTML, OWN)

    assert examine(bytes(bytearray(PAGE)), URL, HTML, OWN) is first
    assert examine(PAGE + b" ", URL, HTML, OWN) is not first
    assert examine(PAGE, URL, HTML, OWN, error=True).error
    assert not examine(PAGE, URL, HTML, OWN).error


@pytest.mark.parametrize(
    ("markup", "again", "same"),
    [
        pytest.param("<td>181.310</td>", "<td> 181.311 </td>", True, id="a counter"),
        pytest.param("<b>Total 10</b>", "<b>Total 11</b>", False, id="a number among words"),
        pytest.param("<td>1</td>", "<td>1x</td>", False, id="no number"),
        pytest.param(
            "<input name='sidcsrf' value='9c1f0e4b6d2a7785'>", "<input name='sidcsrf' value='0c1f0e4b6d2a7786'>", True,
            id="a form's token",
        ),
        pytest.param(
            '<meta name="csrf-token" content="abcdefgh1234">', '<meta name="csrf-token" content="ZZcdefgh1234">', True,
            id="a page's token",
        ),
        pytest.param(
            '<script nonce="abcdefgh1234"></script>', '<script nonce="ZZcdefgh1234"></script>', True, id="a nonce"
        ),
        pytest.param(
            f"<input name='{'a' * 32}' value=1>", f"<input name='{'b' * 32}' value=1>", True, id="a token for a name"
        ),
        pytest.param(
            "<input name='csrf' value='slot gacor hari ini'>", "<input name='csrf' value='desa maju hari ini'>", False,
            id="words in a token's place",
        ),
        pytest.param("<a href='/?token=1'>x</a>", "<a href='/?token=2'>x</a>", False, id="a short token"),
        pytest.param("<p>&#115;</p>", "<p>&#116;</p>", False, id="a character reference"),
    ],
)  # fmt: skip
def test_a_page_that_differs_in_counters_and_tokens_is_not_read_again(markup: str, again: str, *, same: bool) -> None:
    url = f"{URL}{markup}"
    first = examine(PAGE + markup.encode(), url, HTML, OWN)

    assert (examine(PAGE + again.encode(), url, HTML, OWN) is first) is same


@given(st.binary(max_size=400))
def test_no_page_makes_it_raise_and_little_is_kept(body: bytes) -> None:
    content = read(b"<title>Hacked by</title>" + body, URL, HTML, OWN)

    assert len(content.dates) <= MAX_DATES
    assert content.weight < 200
