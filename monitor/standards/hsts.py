"""The Strict-Transport-Security header (RFC 6797)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import quoted

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PARTS = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*"|")+', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_DIGITS = re.compile(r"[0-9]+")
_SECTION = "RFC 6797 §6.1"
_PRELOAD = "hstspreload.org"
_YEAR = 31_536_000
_HALF = 15_768_000
_LONGEST = 4096
"""Characters that are read; a header of any use has fewer than a hundred."""
_MOST = 10**10
"""Longer numbers all mean "for ever"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hsts:
    """For how long, and how far, browsers come by HTTPS only."""

    max_age: int
    """Seconds; 0 takes the promise back."""
    include_subdomains: bool = False
    preload: bool = False

    def __str__(self) -> str:
        """The header's value as it would be written."""
        return f"max-age={self.max_age}" + "; includeSubDomains" * self.include_subdomains + "; preload" * self.preload


def parse(text: str) -> Linted[Hsts]:
    """The header's value in *text*; no value when browsers must ignore it."""
    remarks = Remarks(text)
    if len(text) > _LONGEST:
        remarks.error(Piece(text).cut(_LONGEST), "header terlalu panjang", _SECTION)
        return remarks.linted(None)
    directives: dict[str, Piece | None] = {}
    for part in _directives(text):
        _directive(part, directives, remarks)
    max_age = _max_age(directives, remarks)
    if max_age is None:
        return remarks.linted(None)
    value = Hsts(max_age=max_age, include_subdomains="includesubdomains" in directives, preload="preload" in directives)
    _judge(value, remarks)
    linted = remarks.linted(value)
    return linted if linted.valid else remarks.linted(None)


def _directives(text: str) -> list[Piece]:
    """The parts between semicolons that are not in quotes; empty ones are allowed."""
    return [part for piece in Piece(text).finds(_PARTS) if (part := piece.strip(" \t\r\n"))]


def _directive(part: Piece, directives: dict[str, Piece | None], remarks: Remarks) -> None:
    name, value = part.partition("=")
    name = name.strip()
    if _TOKEN.fullmatch(name.text) is None:
        hint = "; direktif dipisahkan titik koma" if "," in part.text or " " in part.text else ""
        remarks.error(part, f"{quoted(part.text)} bukan direktif{hint}", _SECTION)
        return
    if name.lower in directives:
        remarks.error(name, f"{name.text} disebut lebih dari sekali: seluruh header diabaikan", _SECTION)
        return
    directives[name.lower] = _unquoted(value.strip(), remarks) if value is not None else None
    if name.lower in {"includesubdomains", "preload"} and value is not None:
        remarks.error(part, f"{name.text} tidak bernilai", "RFC 6797 §6.1.2")
    elif name.lower not in {"max-age", "includesubdomains", "preload"}:
        remarks.note(name, f"direktif {quoted(name.text)} tidak dikenal dan diabaikan", _SECTION)


def _unquoted(value: Piece, remarks: Remarks) -> Piece:
    if _QUOTED.fullmatch(value.text):
        return value.cut(1, -1)
    if _TOKEN.fullmatch(value.text) is None:
        remarks.error(value, f"{quoted(value.text)} bukan nilai yang sah", _SECTION)
    return value


def _max_age(directives: dict[str, Piece | None], remarks: Remarks) -> int | None:
    value = directives.get("max-age")
    if value is None:
        remarks.error(
            remarks.whole, "max-age tidak ada atau tidak bernilai: seluruh header diabaikan", "RFC 6797 §6.1.1"
        )
        return None
    if _DIGITS.fullmatch(value.text) is None:
        remarks.error(value, f"max-age adalah angka detik, bukan {quoted(value.text)}", "RFC 6797 §6.1.1")
        return None
    return int(value.text) if len(value.text) <= len(str(_MOST)) else _MOST


def _judge(value: Hsts, remarks: Remarks) -> None:
    if value.max_age == 0:
        remarks.warning(Piece(""), "max-age=0 mencabut perlindungan", "RFC 6797 §6.1.1")
    elif value.max_age < _HALF:
        remarks.warning(Piece(""), "max-age kurang dari enam bulan", "RFC 6797 §11.2")
    if value.preload and (not value.include_subdomains or value.max_age < _YEAR):
        said = "preload memerlukan includeSubDomains dan max-age paling sedikit setahun"
        remarks.warning(Piece(""), said, _PRELOAD)
