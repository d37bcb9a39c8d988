"""What a page says behind ciphers is read, and nothing of it is run."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.encoded import MAX_PIECES, decoded

PLAIN = "<a href=https://gacorbet.example/>slot gacor</a>"


def base(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def codes(change: Callable[[int], int] = int) -> str:
    return ",".join(str(change(ord(letter))) for letter in PLAIN)


def escaped(pattern: str) -> str:
    return "".join(pattern.format(ord(letter)) for letter in PLAIN)


B = base(PLAIN)
PACKED = (
    "eval(function(p,a,c,k,e,d){while(c--){}return p}('6.7(\"<a 0=1://2.3/>4 5</a>\")',62,8,"
    "'href|https|gacorbet|example|slot|gacor|document|write'.split('|'),0,{}))"
)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(f"document.write(atob('{B}'))", id="base64"),
        pytest.param(f"eval(atob(atob('{base(B)}')))", id="base64 twice"),
        pytest.param(f"a='{B[:20]}'+'{B[20:40]}'+'{B[40:]}';document.write(atob(a))", id="base64 in parts"),
        pytest.param(f"document.write(atob('{B[::-1]}'.split('').reverse().join('')))", id="base64 backwards"),
        pytest.param(f"eval(String.fromCharCode({codes()}))", id="codes"),
        pytest.param(f"eval(String.fromCharCode.apply(null,[{codes()}]))", id="codes in a list"),
        pytest.param(f"a=[{codes(lambda n: n + 3)}];a.map(c=>String.fromCharCode(c-3))", id="codes less three"),
        pytest.param(f"[{codes(lambda n: n ^ 7)}].map(c=>String.fromCharCode(c^7))", id="codes, exclusive or"),
        pytest.param(f"[{codes(lambda n: 2 * n)}].forEach(n=>o+=String.fromCharCode(n/2))", id="half of codes"),
        pytest.param(f"w('{escaped(chr(92) + 'x{:02x}')}')", id="hexadecimal escapes"),
        pytest.param(f"w('{escaped(chr(92) + 'u{:04x}')}')", id="escapes of four digits"),
        pytest.param(f"w('{escaped(chr(92) + 'u{{{:x}}}')}')", id="escapes in braces"),
        pytest.param(f"w('{escaped(chr(92) + '{:o}')}'); // \\1", id="octal escapes"),
        pytest.param(f"unescape('{escaped('%{:02x}')}')", id="percent signs"),
        pytest.param(f"unescape('{escaped('%u{:04x}')}')", id="percent signs of four digits"),
        pytest.param(f"e.innerHTML='{escaped('&#{};')}'", id="character references"),
        pytest.param(
            f"'{codecs.encode(PLAIN, 'rot13')}'.replace(/[a-zA-Z]/g,c=>String.fromCharCode((c<='Z'?90:122)>="
            "(c=c.charCodeAt(0)+13)?c:c-26))",
            id="ROT13",
        ),
        pytest.param(
            f"s='{''.join(chr(ord(letter) + 1) for letter in PLAIN)}';for(i in s)"
            "o+=String.fromCharCode(s.charCodeAt(i)-1)",
            id="the next letter",
        ),
        pytest.param(f"h='{PLAIN.encode().hex()}';h.match(/../g).map(x=>parseInt(x,16))", id="hexadecimal digits"),
        pytest.param(
            "document.write(['<a href=https://gac','orbet.exa','mple/>sl','ot ga','cor</a>'].join(''))", id="joined"
        ),
        pytest.param(
            "['cor</a>','ot ga','mple/>sl','orbet.exa','<a href=https://gac'].reverse().join('')", id="joined backwards"
        ),
        pytest.param(f"'{PLAIN.replace('o', 'oXQ')}'.replace(/XQ/g,'')", id="with letters too many"),
        pytest.param(f"'{PLAIN.replace('o', 'o#')}'.split('#').join('')", id="with signs too many"),
        pytest.param(f"'{PLAIN[::-1]}'.split('').reverse().join('')", id="backwards"),
        pytest.param(PACKED, id="packed"),
    ],
)  # fmt: skip
def test_ciphers(script: str) -> None:
    assert any("https://gacorbet.example/" in text and "slot gacor" in text for text in decoded([script], []))


@pytest.mark.parametrize(
    "script",
    [
        "var a = 'Desa Karangmaju'.replace('Desa', 'Kelurahan'); location.reload()",
        "var sum = [1, 2, 3, 4, 5, 6, 7].map(n => n - 1)",
        "integrity='sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC'; eval('1')",
        "hash='9c1f0e4b6d2a77859c1f0e4b6d2a7785'; eval('1')",
    ],
)
def test_what_is_no_cipher(script: str) -> None:
    assert not [text for text in decoded([script], []) if text.isprintable() and " " in text]


def test_there_is_an_end() -> None:
    many = ";".join(f"a('\\x73\\x6c\\x6f\\x74{number}')" for number in range(MAX_PIECES + 9))
    assert len([*decoded([many], [])]) == MAX_PIECES
    nested = PLAIN
    for _round in range(6):
        nested = f"eval(atob('{base(nested)}'))"
    assert PLAIN not in [*decoded([nested], [])]


@given(st.text(max_size=400))
def test_nothing_makes_it_raise(text: str) -> None:
    for _piece in decoded([f"eval atob fromCharCode(c-1) charCodeAt 13 reverse() split('|') + join ('{text}"], [text]):
        pass
