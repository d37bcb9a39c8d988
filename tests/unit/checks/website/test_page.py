"""The title of a page, whatever its bytes claim to be."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.checks.website.page import HEAD, MAX_TITLE, codec, title

HTML = "text/html"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"<html><title>Dinkominfo</title>", "Dinkominfo", id="plain"),
        pytest.param(b"<TITLE\n lang='id'>Dinkominfo</TITLE>", "Dinkominfo", id="upper case, an attribute"),
        pytest.param(b"<title>\n  Kabupaten \t Purbalingga\n</title>", "Kabupaten Purbalingga", id="white space"),
        pytest.param(b"<title>A &amp; B &#8211; C</title>", "A & B – C", id="entities"),
        pytest.param(b"<title>A&nbsp;B</title>", "A B", id="a space that does not break"),
        pytest.param(b"<title>one</title><title>two</title>", "one", id="the first of two"),
        pytest.param(b"<!-- <title>old</title> --><title>new</title>", "new", id="a comment hides"),
        pytest.param(b"<!-- <title>never closed", "", id="a comment without an end hides all"),
        pytest.param(b"<titles>no</titles><title>yes</title>", "yes", id="another element"),
        pytest.param(b"<title>never closed", "never closed", id="without an end"),
        pytest.param(b"<title></title>", "", id="empty"),
        pytest.param(b"", "", id="no body"),
        pytest.param(b"<title>a\x00b\x1b[31mc</title>", "ab[31mc", id="control characters"),
        pytest.param("<title>a\u202eb</title>".encode(), "ab", id="a direction override"),
        pytest.param(b"<title>" + b"x" * 9999 + b"</title>", "x" * MAX_TITLE, id="endless"),
        pytest.param(b" " * HEAD + b"<title>late</title>", "", id="beyond the head"),
        pytest.param(b"<title>&#xD800;&#1114112;</title>", "\ufffd\ufffd", id="entities of no character"),
    ],
)
def test_the_title(body: bytes, expected: str) -> None:
    assert title(body, HTML) == expected


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        pytest.param("text/html; charset=utf-8", "<title>Çé</title>".encode(), "Çé", id="as declared"),
        pytest.param("text/html; charset=iso-8859-1", "<title>Çé</title>".encode(), "Çé", id="UTF-8 declared Latin"),
        pytest.param("text/html; charset=utf-8", b"<title>\xc7\xe9</title>", "\ufffd\ufffd", id="Latin declared UTF-8"),
        pytest.param("text/html; charset=ISO-8859-1", b"<title>\x93\xe9\x94</title>", "“é”", id="Latin is Windows"),
        pytest.param("text/html", b"<meta charset=koi8-r><title>\xeb</title>", "К", id="in the page"),
        pytest.param(
            "text/html",
            b"<meta http-equiv=Content-Type content='text/html; charset=koi8-r'><title>\xeb</title>",
            "К",
            id="in the page, the old way",
        ),
        pytest.param("text/html", b"<title>\xe9</title>", "é", id="nowhere"),
        pytest.param("text/html; charset=nonsense", b"<title>\xe9</title>", "é", id="unknown"),
        pytest.param("text/html; charset=zip", b"<title>\xe9</title>", "é", id="no text at all"),
        pytest.param("text/html; charset=idna", b"<title>\xe9</title>", "é", id="a slow one"),
        pytest.param("text/html", "\ufeff<title>Ç</title>".encode("utf-16-le"), "Ç", id="UTF-16, little-endian"),
        pytest.param("text/html", "\ufeff<title>Ç</title>".encode("utf-16-be"), "Ç", id="UTF-16, big-endian"),
        pytest.param("", b"<title>x</title>", "x", id="no type"),
        pytest.param("application/xhtml+xml", b"<title>x</title>", "x", id="XHTML"),
        pytest.param("image/png", b"<title>x</title>", "", id="no page"),
        pytest.param("application/json", b"<title>x</title>", "", id="data"),
    ],
)
def test_a_charset_may_lie(content_type: str, body: bytes, expected: str) -> None:
    assert title(body, content_type) == expected


@given(st.binary(max_size=600), st.text(max_size=60))
@example(b"<title>\xff</title>", "text/html; charset=unicode_escape")
@example(b"<title>\xff</title>", "text/html; charset=undefined")
@example(b"<title>\xff</title>", "text/html; charset=utf-7")
@example(b"\xff\xfe<title>\xff", "html")
def test_no_page_makes_it_raise(body: bytes, content_type: str) -> None:
    found = title(b"<title>" + body, content_type)

    assert len(found) <= MAX_TITLE
    assert found.isprintable()


@given(st.text(max_size=60))
@example("a\x00b")
@example("punycode")
def test_a_label_gives_a_codec_that_takes_any_bytes(label: str) -> None:
    assert isinstance(bytes(range(256)).decode(codec(label), "replace"), str)
