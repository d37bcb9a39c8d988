"""Lists of `name=value` pairs between semicolons, as DKIM keys, DMARC, MTA-STS and TLS-RPT records have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.standards.pieces import Piece, Remarks

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True)
class Tag:
    """One `name=value`, both without the blanks around them."""

    name: Piece
    value: Piece


def tag_list(text: str, remarks: Remarks, reference: str) -> Iterator[Tag]:
    """The tags of *text* in order (RFC 6376 §3.2); the last one may end in a semicolon."""
    parts = list(Piece(text).split(";"))
    for number, part in enumerate(parts, 1):
        tag = part.strip(" \t\r\n")
        if tag:
            yield from _tag(tag, remarks, reference)
        elif number < len(parts):
            remarks.error(part, "ada titik koma tanpa tag di depannya", reference)


def without_doubles(tags: Iterator[Tag], remarks: Remarks, reference: str) -> dict[str, Tag]:
    """The tags by name, first ones kept, in order; a second of the same name is an error."""
    kept: dict[str, Tag] = {}
    for tag in tags:
        if tag.name.text in kept:
            remarks.error(tag.name, f"tag {tag.name.text} disebut lebih dari sekali", reference)
        else:
            kept[tag.name.text] = tag
    return kept


def quoted(text: str) -> str:
    """*text* for a message: in quotes, cut when long, control characters escaped."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def _tag(tag: Piece, remarks: Remarks, reference: str) -> Iterator[Tag]:
    name, value = tag.partition("=")
    name = name.strip(" \t\r\n")
    if value is None:
        remarks.error(tag, f"{quoted(tag.text)} bukan nama=nilai", reference)
    elif _NAME.fullmatch(name.text) is None:
        remarks.error(name or tag, f"{quoted(name.text)} bukan nama tag", reference)
    else:
        yield Tag(name, value.strip(" \t\r\n"))
