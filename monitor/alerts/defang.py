"""
Making what a stranger wrote harmless to read: one plain line, and addresses that nobody follows by accident.

A title of a hijacked page may carry markup, line breaks, letters that turn the reading direction, mentions, and a
megabyte of anything. Markup is each renderer's own matter; the rest is dealt with here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import combining

LINE = 500
"""Characters of one line, unless told otherwise."""
_MARKS = 2
"""Combining marks on one letter; more than any language of the county's pages needs towers over other lines."""

_DOT = r"[.。．｡]"  # browsers read all of them as a dot (WHATWG URL, domain to ASCII)
# At most 20 labels of at most 63 characters: the search stays linear whatever the text.
_HOST = rf"(?:[\w-]{{1,63}}{_DOT}){{1,20}}(?:[^\W\d_][\w-]{{1,62}})(?![\w-])"
_ADDRESS = r"(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)"
_URL = r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,15})://(?P<rest>\S*)"
_LINKISH = re.compile(rf"(?<![\w-])(?:(?P<url>{_URL})|(?P<host>{_HOST}|{_ADDRESS}))")
_HOSTISH = re.compile(rf"(?<![\w-])(?:{_HOST}|{_ADDRESS})")
_AUTHORITY = re.compile(r"[\w.-]+(?::\d{1,5})?(?=[/?#]|$)")
_DOTS = re.compile(_DOT)
_MENTION = re.compile(r"@(?=\w)")
# What ends like a file's name is none of the names that programs turn into links.
_FILES = frozenset(
    re.findall(
        r"\w+",
        "asp aspx bak cfg cgi conf css csv doc docx exe gif gz htm html ico ini jpeg jpg js json jsp log pdf php png"
        " sql svg tar tgz toml txt wasm webp xls xlsx xml yaml yml",
    )
)


def plain(text: str, limit: int = LINE) -> str:
    """*text* as one line of at most *limit* printable characters: no breaks, controls, or bidirectional overrides."""
    folded = " ".join(text[: 4 * limit].split())
    shown = _towers("".join(character for character in folded if character.isprintable()))
    return clipped(shown if len(text) <= 4 * limit else f"{shown}…", limit)


def clipped(text: str, limit: int) -> str:
    """*text*, or its beginning and an ellipsis, at most *limit* characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def defanged(text: str, spared: Collection[str] = (), *, addresses: bool = True) -> str:
    """
    *text* with its links broken as analysts write them: `hxxps://situs[.]desa[.]id/`, bare names too.

    Bare IPv4 addresses as well, unless *addresses* is false: no program makes a link of them.
    URLs and names of the hosts *spared*, and of what is below them, stay; *spared* are lower case, without ports.
    """
    return _LINKISH.sub(lambda match: _broken(match, spared, addresses=addresses), text)


def unmentioned(text: str) -> str:
    """*text* in which no chat program finds a mention or a mail address: `nama[@]contoh`."""
    return _MENTION.sub("[@]", text)


def _broken(match: re.Match[str], spared: Collection[str], *, addresses: bool) -> str:
    if match["host"]:
        kept = match["host"][-1].isdigit() and not addresses
        return match[0] if kept else _broken_host(match[0], spared)
    scheme, rest = match["scheme"], match["rest"]
    authority = _AUTHORITY.match(rest)
    if authority and _is_spared(authority[0].partition(":")[0], spared):
        return match[0]
    inner = _HOSTISH.sub(lambda host: _broken_host(host[0], ()), rest)
    return f"{_disarmed(scheme)}{inner}"


def _disarmed(scheme: str) -> str:
    lower = scheme.lower()
    if lower in {"hxxp", "hxxps"}:
        return f"{scheme}://"
    return f"hxxp{lower[4:]}://" if lower in {"http", "https"} else f"{scheme}[:]//"


def _broken_host(host: str, spared: Collection[str]) -> str:
    if host.rpartition(".")[2].lower() in _FILES or _is_spared(host, spared):
        return host
    return _DOTS.sub("[.]", host)


def _is_spared(host: str, spared: Collection[str]) -> bool:
    name = host.lower().rstrip(".")
    while name:
        if name in spared:
            return True
        name = name.partition(".")[2]
    return False


def _towers(text: str) -> str:
    """*text* with no more than `_MARKS` combining marks in a row."""
    if text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if combining(character) else 0
        if run <= _MARKS:
            kept.append(character)
    return "".join(kept)
