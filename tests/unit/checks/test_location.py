"""Where a Location header leads, as tables and for any text."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.checks.location import MAX_URL, BadLocation, resolve

BASE = "https://a.go.id/dir/page?q=1"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        pytest.param("https://b.go.id/x", "https://b.go.id/x", id="absolute"),
        pytest.param("/x", "https://a.go.id/x", id="from the root"),
        pytest.param("x", "https://a.go.id/dir/x", id="beside"),
        pytest.param("../x", "https://a.go.id/x", id="one up"),
        pytest.param("?q=2", "https://a.go.id/dir/page?q=2", id="another query"),
        pytest.param("//b.go.id/x", "https://b.go.id/x", id="another host, same scheme"),
        pytest.param("https://b.go.id", "https://b.go.id/", id="no path"),
        pytest.param("HTTPS://B.GO.ID/X", "https://b.go.id/X", id="upper case"),
        pytest.param("https://b.go.id/x#part", "https://b.go.id/x", id="a fragment"),
        pytest.param("  https://b.go.id/x \r\n", "https://b.go.id/x", id="white space around"),
        pytest.param("https://b.go.id/\nx", "https://b.go.id/x", id="a line break inside"),
        pytest.param("https://b.go.id:8443/x", "https://b.go.id:8443/x", id="a port"),
        pytest.param("https://[2001:db8::1]:88/", "https://[2001:db8::1]:88/", id="IPv6"),
        pytest.param("https://user:secret@b.go.id/", "https://b.go.id/", id="nobody's password is kept"),
        pytest.param("/\\evil.com/x", "https://evil.com/x", id="a backslash is a slash to browsers"),
        pytest.param("\\\\evil.com", "https://evil.com/", id="two backslashes"),
        pytest.param("///evil.com", "https://evil.com/", id="three slashes"),
        pytest.param("https:\\\\evil.com/x", "https://evil.com/x", id="backslashes after the scheme"),
        pytest.param("https:////evil.com/x", "https://evil.com/x", id="slashes after the scheme"),
        pytest.param("/x?next=\\y", "https://a.go.id/x?next=\\y", id="a backslash in the query stays"),
        pytest.param("/a//b", "https://a.go.id/a//b", id="slashes inside stay"),
        pytest.param("/berita terbaru", "https://a.go.id/berita terbaru", id="a space is the request's to encode"),
    ],
)
def test_a_location_leads_where_browsers_go(location: str, expected: str) -> None:
    assert resolve(BASE, location) == expected


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="blank"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("ftp://b.go.id/", id="another protocol"),
        pytest.param("intent://scan/#Intent;end", id="an app"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("https://", id="no host"),
        pytest.param("https://:80/", id="a port alone"),
        pytest.param("https://b.go.id:0/", id="port 0"),
        pytest.param("https://b.go.id:99999/", id="a port too large"),
        pytest.param("https://b.go.id:x/", id="a port that is none"),
        pytest.param("https://[::1/", id="an open bracket"),
        pytest.param("/" + "x" * MAX_URL, id="endless"),
    ],
)
def test_a_location_that_nobody_can_follow_is_said_to_be_one(location: str) -> None:
    with pytest.raises(BadLocation):
        resolve(BASE, location)


@given(st.text(max_size=300))
@example("//[")
@example("https://\u2100.go.id/")
@example("\\")
def test_any_text_is_a_web_address_or_a_bad_location(location: str) -> None:
    try:
        url = resolve(BASE, location)
    except BadLocation:
        return

    assert urlsplit(url).scheme in {"http", "https"}
    assert urlsplit(url).hostname
    assert "#" not in url
