"""The title of a page, read cheaply from bytes that may lie about everything."""

from __future__ import annotations

import codecs
import html
import re
from functools import lru_cache

HEAD = 64 * 1024
"""Bytes of a page in which its title is looked for."""
MAX_TITLE = 200
"""Characters."""

_RAW = 4096
_OPENING = re.compile(rb"<(?:!--|title(?:\s[^<>]{0,128})?>)", re.IGNORECASE)
_CLOSING = re.compile(rb"</title", re.IGNORECASE)
_META = re.compile(rb"<meta[^<>]{0,256}?charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FALLBACK = "cp1252"
_LATIN = frozenset({"ascii", "iso8859-1"})
_TEXT = re.compile(
    r"utf-(8|16|16-le|16-be)|iso8859-\d+|cp(125\d|874|932|949|950)|koi8-[ru]|gb\w+|big5\w*|euc_\w+|shift_jis\w*|tis-620"
)
"""Codecs that may be asked for by a stranger; the library has others that are slow, or not text at all."""


def title(body: bytes, content_type: str) -> str:
    """The first title of an HTML page: white space folded, at most `MAX_TITLE` characters, empty when there is none."""
    if content_type and "html" not in content_type.lower():
        return ""
    head = body[:HEAD]
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    if encoding.startswith("utf-16"):
        head = head.decode(encoding, "replace").encode("utf-8", "replace")
    raw = _first_title(head)
    return _folded(_decoded(raw, head, content_type)) if raw else ""


def _first_title(head: bytes) -> bytes:
    """The bytes between the first title tags that no comment hides; linear in the length of *head*."""
    at = 0
    while (opening := _OPENING.search(head, at)) is not None:
        if opening[0] != b"<!--":
            closing = _CLOSING.search(head, opening.end(), opening.end() + _RAW)
            return head[opening.end() : closing.start() if closing else opening.end() + _RAW]
        end = head.find(b"-->", opening.end())
        if end < 0:
            return b""
        at = end + 3
    return b""


def _decoded(raw: bytes, head: bytes, content_type: str) -> str:
    """*raw* as UTF-8 when it is, for many declare wrongly; else as declared, else as Windows-1252."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        declared = _PARAMETER.search(content_type)
        meta = None if declared else _META.search(head, 0, 1024)
        label = declared[1] if declared else meta[1].decode("ascii", "replace") if meta else ""
        return raw.decode(codec(label), "replace")


@lru_cache(maxsize=256)
def codec(label: str) -> str:
    """The codec for a charset's *label*; Windows-1252 for Latin labels (WHATWG Encoding §4.2) and for unknown ones."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return _FALLBACK
    return name if name not in _LATIN and _TEXT.fullmatch(name) else _FALLBACK


def _folded(text: str) -> str:
    """*text* on one line, entities resolved, without control and direction characters."""
    folded = " ".join(html.unescape(text).split())
    if not folded.isprintable():
        folded = "".join(character for character in folded if character.isprintable())
    return folded[:MAX_TITLE].rstrip()
