"""Bytes of a page as UTF-8, whatever they or the server claim to be."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta[^<>]{0,256}?charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PARAMETER = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PRESCAN = 1024
"""Bytes in which a page declares its encoding (WHATWG HTML §4.2.5.4)."""
_FALLBACK = "cp1252"
_LATIN = frozenset({"ascii", "iso8859-1"})
_CODECS = re.compile(r"iso8859-\d+|cp(125\d|874|932|949|950)|koi8-[ru]|gb\w+|big5\w*|euc_\w+|shift_jis\w*|tis-620")
"""Codecs that a stranger may ask for; the library has others that are slow, or not text at all."""


def utf8(body: bytes, content_type: str) -> bytes:
    """
    *body* in UTF-8, without its byte order mark; never raises.

    A byte order mark decides (WHATWG Encoding §6), then validity: many pages are UTF-8 and declare something else.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            rest = body[len(mark) :]
            return rest if name == "utf-8" else _recoded(rest, name)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A body that was cut in the middle of a letter is no less UTF-8 for it.
        if error.start >= len(body) - 3 and error.reason == "unexpected end of data":
            return body[: error.start]
        return _recoded(body, _codec(_declared(body, content_type)))
    return body


def _recoded(body: bytes, name: str) -> bytes:
    return body.decode(name, "replace").encode("utf-8", "replace")


def _declared(body: bytes, content_type: str) -> str:
    if declared := _PARAMETER.search(content_type[:512]):
        return declared[1]
    meta = _META.search(body, 0, _PRESCAN)
    return meta[1].decode("ascii", "replace") if meta else ""


@lru_cache(maxsize=256)
def _codec(label: str) -> str:
    """The codec for a charset's *label*; Windows-1252 for Latin labels (WHATWG Encoding §4.2) and for unknown ones."""
    if label.lower().replace("_", "-") in {"utf-8", "utf8"}:
        return "utf-8"  # declared and mostly true: one wrong byte is one wrong letter
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return _FALLBACK
    return name if name not in _LATIN and _CODECS.fullmatch(name) else _FALLBACK
