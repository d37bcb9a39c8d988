from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.defang import clipped, defanged, plain, unmentioned


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("https://situs.desa.id/a.php?b=c.d", "hxxps://situs[.]desa[.]id/a.php?b=c.d", id="a URL"),
        pytest.param("HTTP://Situs.Desa.ID", "hxxp://Situs[.]Desa[.]ID", id="in capitals"),
        pytest.param("ke slot88.com, lalu", "ke slot88[.]com, lalu", id="a bare name"),
        pytest.param("http://192.0.2.7:8080/x", "hxxp://192[.]0[.]2[.]7:8080/x", id="an address in a URL"),
        pytest.param("alamat 192.0.2.7 mati", "alamat 192[.]0[.]2[.]7 mati", id="a bare address"),
        pytest.param("http://[2001:db8::1]/", "hxxp://[2001:db8::1]/", id="an IPv6 address"),
        pytest.param("http://localhost/", "hxxp://localhost/", id="a name without a dot"),
        pytest.param("a@situs.com", "a@situs[.]com", id="a mail address"),
        pytest.param("tg://join?invite=x", "tg[:]//join?invite=x", id="another scheme"),
        pytest.param("http://a.id/?u=https://b.com/", "hxxp://a[.]id/?u=https://b[.]com/", id="one within another"),
        pytest.param("evil。com dan evil．com", "evil[.]com dan evil[.]com", id="dots that browsers take for dots"),
        pytest.param("müller.example", "müller[.]example", id="an international name"),
        pytest.param("sub.b.xn--p1ai", "sub[.]b[.]xn--p1ai", id="an A-label"),
        pytest.param("hxxps://situs[.]desa[.]id/", "hxxps://situs[.]desa[.]id/", id="broken already"),
        pytest.param("pukul 08.05 WIB, 1.234,5", "pukul 08.05 WIB, 1.234,5", id="times and numbers"),
        pytest.param(".htaccess dan index.php, security.txt", ".htaccess dan index.php, security.txt", id="files"),
        pytest.param("v1.2.3", "v1.2.3", id="a version"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_links_are_broken(text: str, said: str) -> None:
    assert defanged(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("https://dinkes.go.id/a.com", "https://dinkes.go.id/a.com", id="its URL, untouched"),
        pytest.param("https://dinkes.go.id:8443/", "https://dinkes.go.id:8443/", id="its port"),
        pytest.param("www.dinkes.go.id", "www.dinkes.go.id", id="below it"),
        pytest.param("xdinkes.go.id", "xdinkes[.]go[.]id", id="ends alike"),
        pytest.param("dinkes.go.id.evil.com", "dinkes[.]go[.]id[.]evil[.]com", id="carries it"),
        pytest.param("https://dinkes.go.id@evil.com/", "hxxps://dinkes[.]go[.]id@evil[.]com/", id="as a user name"),
        pytest.param("https://dinkes.go.id:x@evil.com", "hxxps://dinkes[.]go[.]id:x@evil[.]com", id="with a password"),
        pytest.param(
            "https://dinkes.go.id\\@evil.com", "hxxps://dinkes[.]go[.]id\\@evil[.]com", id="behind a backslash"
        ),
    ],
)
def test_a_spared_host_keeps_its_links(text: str, said: str) -> None:
    assert defanged(text, {"dinkes.go.id"}) == said


def test_addresses_may_stay() -> None:
    assert defanged("192.0.2.7, slot88.com", addresses=False) == "192.0.2.7, slot88[.]com"
    assert defanged("http://192.0.2.7/", addresses=False) == "hxxp://192[.]0[.]2[.]7/"


@given(st.text(max_size=300))
def test_breaking_twice_is_breaking_once(text: str) -> None:
    once = defanged(text)
    assert defanged(once) == once


_LINK = re.compile(r"(?i)https?://")


@given(
    st.lists(st.sampled_from(["http", "https", "://", "evil.com", ".", "/", " ", "a", "@", "ftp", "x-"])).map("".join)
)
def test_no_web_link_survives_at_a_place_where_programs_begin_one(text: str) -> None:
    said = defanged(text)
    starts = [match.start() for match in _LINK.finditer(said)]
    assert not any(start == 0 or said[start - 1].isspace() for start in starts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("a\r\nb\tc", "a b c", id="breaks"),
        pytest.param("\u202emoc.live\u202c", "moc.live", id="an override of the reading direction"),
        pytest.param("a\u200b\u2066b\x00\x1b[31m", "ab[31m", id="the invisible"),
        pytest.param("Z" + "\u0301" * 40, "Z\u0301\u0301", id="towers of marks"),
        pytest.param("  ", "", id="nothing to see"),
        pytest.param("Purbalingga 🙂", "Purbalingga 🙂", id="what is harmless"),
    ],
)
def test_one_plain_line(text: str, said: str) -> None:
    assert plain(text) == said


def test_a_line_is_cut_and_says_so() -> None:
    assert plain("abcdef", 6) == "abcdef"
    assert plain("abcdefg", 6) == "abcde…"
    assert plain("x" * 1_000_000, 100) == "x" * 99 + "…"
    assert plain("\n" * 1_000_000 + "akhir", 100) == "…"
    assert clipped("satu dua", 6) == "satu…"


@given(st.text(), st.integers(1, 50))
def test_a_line_is_printable_and_within_its_limit(text: str, limit: int) -> None:
    said = plain(text, limit)
    assert said.isprintable()
    assert len(said) <= limit


def test_mentions_are_broken() -> None:
    assert unmentioned("@semua dan a@b, @ saja") == "[@]semua dan a[@]b, @ saja"
