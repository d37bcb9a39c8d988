"""What a page says behind base64, ciphers, character references, percent signs and escapes – decoded, never run."""

from __future__ import annotations

import binascii
import codecs
import html
import operator
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
_ROUNDS = 3
"""How often what was decoded is decoded again."""
_MAX_WORK = 100_000
"""Characters, added up over all rounds, that are looked through; short texts first, for what is slipped in is short."""

_REFERENCES = re.compile(rb"(?:&#(?:[xX]0{0,4}[2-7][0-9a-fA-F]|0{0,4}(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6]));?[ ]?){4,}")
"""Four and more characters of ASCII in a row that nobody had to write as references."""
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?<![0-9a-zA-Z])(?:[2-7][0-9a-fA-F]){12,}(?![0-9a-zA-Z])")
_PERCENT = re.compile(r"[^\s\"'<>()]{12,}")
_FEWEST = 4
"""Percent signs in one word from which on somebody wants it unread."""
_STRINGS = re.compile(r"[^\"'`\n]{4,}")
_ESCAPE = re.compile(r"(?:\\(?:x|u00|u\{)|%u00)([2-7][0-9a-fA-F])\}?|\\(0?[4-7][0-7]|1[0-7]{2})(?![0-7])")
"""A character of ASCII that nobody had to write so."""
_CODES = re.compile(r"(?:0x[0-9a-fA-F]{1,4}|\d{1,5})(?:[\s,|;:_-]{1,4}(?:0x[0-9a-fA-F]{1,4}|\d{1,5})){5,}")
_CODE = re.compile(r"0x[0-9a-fA-F]{1,4}|\d{1,5}")
_CALLS = re.compile(r"(?:fromCharCode\(\s{0,3}(?:\d{2,3}|0x[0-9a-fA-F]{2})\s{0,3}\)[\s+]{0,6}(?:String\.)?){4,}")
_LITERAL = r"(?:'[^'\n]{0,60}'|\"[^\"\n]{0,60}\")"
_ADDED = re.compile(rf"(?:{_LITERAL}\s{{0,4}}\+\s{{0,4}}){{2,}}(?:'[^'\n]{{0,200}}'|\"[^\"\n]{{0,200}}\")")
"""Three strings and more that are put together on the spot."""
_JOINED = re.compile(
    rf"\[(?:\s{{0,4}}{_LITERAL}\s{{0,4}},?){{3,}}\]\s{{0,4}}(?:\.\s{{0,4}}reverse\(\)\s{{0,4}})?\.\s{{0,4}}join\(\s{{0,4}}"
    r"[\"'`]{2}"
)
_PART = re.compile(r"'([^'\n]{0,200})'|\"([^\"\n]{0,200})\"")
_STRIPPED = re.compile(
    r"[\"']([^\"'\n]{8,4000})[\"']\s{0,4}\.\s{0,4}"
    r"(?:replace(?:All)?\(\s{0,4}(?:/([^/\n]{1,12})/[gi]{0,2}|[\"']([^\"'\n]{1,6})[\"'])\s{0,4},\s{0,4}[\"'`]{2}"
    r"|split\(\s{0,4}[\"']([^\"'\n]{1,6})[\"']\s{0,4}\)\s{0,4}\.\s{0,4}join\(\s{0,4}[\"'`]{2})"
)
"""A string out of which something is taken before it is read."""
_SHIFTED = re.compile(
    r"(?:fromCharCode|fromCodePoint)\(\s{0,4}[^,;\n]{1,60}?\s{0,3}([-+^*/])\s{0,3}(0x[0-9a-fA-F]{1,2}|\d{1,3})\s{0,4}\)"
)
_PACKED = re.compile(
    r"\}\s{0,4}\(\s{0,4}'((?:[^'\\]|\\.){1,20000})',\s{0,4}(\d{1,2}),\s{0,4}\d{1,4},\s{0,4}'([^'\n]{1,20000})'\.split\('\|'\)"
)
_TOKEN = re.compile(r"\b[0-9a-zA-Z]{1,4}\b")
_READABLE = 0.85
"""Part of a decoded text that is printable ASCII or letters; less is a picture or a font."""
_SIGNS = (
    "reverse()", "atob", "base64", "CharCode", "CodePoint", "\\x", "\\u00", "\\u{", "%", "unescape", "decodeURI", "&#",
    "eval", "Function(", "innerHTML", "adjacentHTML", "document.write", "location", ".join(", ".replace(",
    "split('|')", "parseInt", "\\1",
)  # fmt: skip


def referenced(markup: bytes) -> Iterator[str]:
    """Runs of letters that *markup* writes as character references."""
    if b"&" not in markup or b"&#" not in markup:
        return
    for match in islice(_REFERENCES.finditer(markup), MAX_PIECES):
        yield html.unescape(match[0][:MAX_PIECE].decode("ascii"))


def decoded(scripts: Iterable[str], addresses: Iterable[str]) -> Iterator[str]:
    """What *scripts* and `data:` *addresses* of a page say encoded; decoded again while something is in it."""
    pending = [text for text in (*scripts, *addresses) if any(sign in text for sign in _SIGNS)]
    pending.sort(key=len)
    seen = set(pending)
    left, work = MAX_PIECES, _MAX_WORK
    for _round in range(_ROUNDS):
        found: list[str] = []
        for text in pending:
            work -= len(text)
            for piece in _pieces(text) if work >= 0 else ():
                if piece in seen:
                    continue
                if not left:
                    return
                left -= 1
                seen.add(piece)
                found.append(piece)
                yield piece
        pending = found


def _pieces(text: str) -> Iterator[str]:
    """What is encoded in *text*."""
    for sign, pattern, decode in _DECODERS:
        for match in islice(pattern.finditer(text), MAX_MATCHES) if sign in text else ():
            plain = decode(match)
            if plain and _is_readable(plain):
                yield plain
    if shift := _SHIFTED.search(text) if "harCode" in text or "CodePoint" in text else None:
        yield from _shifted(text, shift[1], int(shift[2], 0))
    if "charCodeAt" in text and ("13" in text or "0xd" in text):
        yield from (
            codecs.encode(match[0][:MAX_PIECE], "rot13") for match in islice(_STRINGS.finditer(text), MAX_PIECES)
        )


def _is_readable(text: str) -> bool:
    return sum(1 for letter in text[:512] if letter.isprintable() or letter in "\r\n\t") >= _READABLE * len(text[:512])


def _percent(match: re.Match[str]) -> str:
    text = match[0][:MAX_PIECE]
    return unquote(text) if text.count("%") >= _FEWEST else ""


def _base64(match: re.Match[str]) -> str:
    bare = match[0][:MAX_PIECE].rstrip("=").translate(_URL_SAFE)
    try:
        raw = b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "=" * (-len(bare) % 4), validate=True)
        return raw.decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _hex(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0][: MAX_PIECE // 2 * 2]).decode("ascii", "replace")


def _escapes(match: re.Match[str]) -> str:
    plain, count = _ESCAPE.subn(_escaped, match[0][:MAX_PIECE])
    return plain if count >= _FEWEST else ""


def _escaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else chr(int(match[2], 8))


def unescaped(text: str) -> str:
    """*text* of a program with every escaped character of ASCII resolved."""
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _references(match: re.Match[str]) -> str:
    text = match[0][:MAX_PIECE]
    return html.unescape(text) if text.count("&#") >= _FEWEST else ""


def _reversed(match: re.Match[str]) -> str:
    return match[0][:MAX_PIECE][::-1]


def _numbers(text: str) -> Iterator[int]:
    """The numbers in *text*; JavaScript's octal ones are taken for decimal."""
    for code in _CODE.findall(text[:MAX_PIECE]):
        yield int(code, 16) if code[:2] in {"0x", "0X"} else int(code)


def _codes(match: re.Match[str]) -> str:
    return "".join(chr(code) for code in _numbers(match[0]) if _is_letter(code))


def _is_letter(code: int) -> bool:
    return 9 <= code <= 126  # noqa: PLR2004 -- ASCII that can be written


def _added(match: re.Match[str]) -> str:
    parts = [one or other for one, other in _PART.findall(match[0][:MAX_PIECE])]
    return "".join(reversed(parts) if "reverse()" in match[0] else parts)


def _stripped(match: re.Match[str]) -> str:
    """A string without what is taken out of it: a literal, or the letters of a class like `[^a-z]`."""
    text, regex, *literals = match.groups()
    if regex is None:
        return text.replace(next(filter(None, literals)), "")
    if _PLAIN.fullmatch(regex):
        return re.sub(regex, "", text)
    return ""


_PLAIN = re.compile(r"\w{1,6}|\[\^?[\w#@$!~.,_ -]{1,10}\]|\\[#@$!~.*|^-]{1,2}|[#@!~,_-]{1,3}")


def _packed(match: re.Match[str]) -> str:
    """What Dean Edwards' packer made, with its words back in their places."""
    text, base, known = match[1], int(match[2]), match[3].split("|")

    def word(token: re.Match[str]) -> str:
        number = _number(token[0], base)
        return known[number] if 0 <= number < len(known) and known[number] else token[0]

    return _TOKEN.sub(word, text)


def _number(token: str, base: int) -> int:
    """*token* as the packer counts: digits, small letters, capital letters; -1 when it is none."""
    total = 0
    for digit in token:
        value = _DIGITS.find(digit)
        if value < 0 or value >= base:
            return -1
        total = total * base + value
    return total


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _shifted(text: str, sign: str, by: int) -> Iterator[str]:
    """Numbers and strings of *text*, each letter computed as the program does."""
    if not by:
        return
    shift = _OPERATIONS[sign]
    for match in islice(_CODES.finditer(text), MAX_PIECES):
        yield "".join(chr(code) for number in _numbers(match[0]) if _is_letter(code := shift(number, by)))
    for match in islice(_STRINGS.finditer(text), MAX_PIECES) if "charCodeAt" in text else ():
        yield "".join(chr(code) for letter in match[0][:MAX_PIECE] if _is_letter(code := shift(ord(letter), by)))


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "-": operator.sub,
    "+": operator.add,
    "^": operator.xor,
    "*": operator.mul,
    "/": operator.floordiv,
}
_URL_SAFE = str.maketrans("-_", "+/")
_DECODERS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("\\", _STRINGS, _escapes),
    ("%u00", _STRINGS, _escapes),
    ("&#", _STRINGS, _references),
    ("reverse()", _STRINGS, _reversed),
    ("fromCharCode", _CALLS, _codes),
    ("ode", _CODES, _codes),
    ("+", _ADDED, _added),
    ("join", _JOINED, _added),
    ("replace", _STRIPPED, _stripped),
    ("split(", _STRIPPED, _stripped),
    ("split('|')", _PACKED, _packed),
    ("%", _PERCENT, _percent),
    ("", _BASE64, _base64),
    ("", _HEX, _hex),
)
