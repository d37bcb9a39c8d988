"""What a page says behind base64, character references, percent signs and escapes – decoded, never run."""

from __future__ import annotations

import binascii
import html
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from urllib.parse import unquote

MAX_PIECES = 64
"""Encoded pieces of one page that are decoded."""
MAX_PIECE = 32_768
"""Characters of one of them."""
MAX_MATCHES = 4_096
"""Pieces of one text that are looked at."""
_ROUNDS = 2
"""How often what was decoded is decoded again."""

_REFERENCES = re.compile(rb"(?:&#(?:[xX]0{0,4}[2-7][0-9a-fA-F]|0{0,4}(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6]));?[ ]?){4,}")
"""Four and more characters of ASCII in a row that nobody had to write as references."""
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}")
_PERCENT = re.compile(r"[^\s\"'<>()]{12,}")
_FEWEST = 4
"""Percent signs in one word from which on somebody wants it unread."""
_STRINGS = re.compile(r"[^\"'`\n]{4,}")
_ESCAPE = re.compile(r"(?:\\(?:x|u00|u\{)|%u00)([2-7][0-9a-fA-F])\}?")
"""A character of ASCII that nobody had to write so."""
_CODES = re.compile(r"(?:\d{2,3}|0x[0-9a-fA-F]{2})(?:[\s,|;:_-]{1,4}(?:\d{2,3}|0x[0-9a-fA-F]{2})){5,}")
_CODE = re.compile(r"0x[0-9a-fA-F]{2}|\d{2,3}")
_CALLS = re.compile(r"(?:fromCharCode\(\s{0,3}(?:\d{2,3}|0x[0-9a-fA-F]{2})\s{0,3}\)[\s+]{0,6}(?:String\.)?){4,}")
_READABLE = 0.85
"""Part of a decoded text that is printable ASCII or letters; less is a picture or a font."""
_SIGNS = ("reverse()", "atob", "base64", "fromCharCode", "\\x", "\\u00", "\\u{", "%", "unescape", "decodeURI")


def referenced(markup: bytes) -> Iterator[str]:
    """Runs of letters that *markup* writes as character references."""
    if b"&#" not in markup:
        return
    for match in islice(_REFERENCES.finditer(markup), MAX_PIECES):
        yield html.unescape(match[0][:MAX_PIECE].decode("ascii"))


def decoded(scripts: Iterable[str], addresses: Iterable[str]) -> Iterator[str]:
    """What *scripts* and `data:` *addresses* of a page say encoded, decoded at most twice."""
    pending = [text for text in (*scripts, *addresses) if any(sign in text for sign in _SIGNS)]
    left = MAX_PIECES
    for _round in range(_ROUNDS):
        found: list[str] = []
        for text in pending:
            for piece in _pieces(text):
                if not left:
                    return
                left -= 1
                found.append(piece)
                yield piece
        pending = found


def _pieces(text: str) -> Iterator[str]:
    """What is encoded in *text*."""
    for sign, pattern, decode in _DECODERS:
        for match in islice(pattern.finditer(text), MAX_MATCHES) if sign in text else ():
            plain = decode(match[0][:MAX_PIECE])
            if plain and _is_readable(plain):
                yield plain


def _is_readable(text: str) -> bool:
    return sum(1 for letter in text[:512] if letter.isprintable() or letter in "\r\n\t") >= _READABLE * len(text[:512])


def _percent(text: str) -> str:
    return unquote(text) if text.count("%") >= _FEWEST else ""


def _base64(text: str) -> str:
    bare = text.rstrip("=").translate(_URL_SAFE)
    try:
        raw = b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "=" * (-len(bare) % 4), validate=True)
        return raw.decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _escapes(text: str) -> str:
    plain, count = _ESCAPE.subn(lambda match: chr(int(match[1], 16)), text)
    return plain if count >= _FEWEST else ""


def unescaped(text: str) -> str:
    """*text* of a program with every escaped character of ASCII resolved."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "\\" in text else text


def _reversed(text: str) -> str:
    return text[::-1]


def _codes(text: str) -> str:
    return "".join(chr(int(code.lstrip("0") if code[:2] != "0x" else code, 0)) for code in _CODE.findall(text))


_URL_SAFE = str.maketrans("-_", "+/")
_DECODERS: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("\\", _STRINGS, _escapes),
    ("%u00", _STRINGS, _escapes),
    ("reverse()", _STRINGS, _reversed),
    ("fromCharCode", _CALLS, _codes),
    ("ode", _CODES, _codes),
    ("%", _PERCENT, _percent),
    ("", _BASE64, _base64),
)
