"""What can be wrong with the text of one cell, whatever its column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

_SHOWN = 40
_ESCAPED_BYTES = range(0xDC80, 0xDD00)
"""Where Python puts a byte that is not UTF-8 (PEP 383)."""
_NO_BREAK_SPACE = "\u00a0"
_CODE = re.compile(r"[A-Z]{2,5}-[0-9]{3,6}[A-Z]?")
_FORMULA = ("=", "+", "-", "@")
_SPREADSHEET_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|####*)", re.IGNORECASE)


class Fault(NamedTuple):
    """One thing wrong with a cell: what, and how to mend it (Indonesian)."""

    message: str
    remedy: str


def shown(text: str) -> str:
    """*text* in quotes for a message: short, on one line, with everything invisible made visible."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "'" + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short) + "'"


def text_faults(text: str, *, limit: int, multiline: bool) -> Iterator[Fault]:
    """What is wrong with *text* before its meaning is looked at."""
    if not text.isprintable():
        yield from _invisible(text, multiline=multiline)
    if text.startswith(_FORMULA):
        yield Fault(f"sel diawali tanda {text[0]}, yang dibaca Excel sebagai rumus", "hapus tanda itu dari awal sel")
    if _SPREADSHEET_ERROR.fullmatch(text):
        yield Fault(f"sel berisi galat lembar kerja {shown(text)}", "isi nilainya, bukan rumusnya")
    if len(text) > limit:
        yield Fault(f"terlalu panjang: {len(text)} huruf, paling banyak {limit}", "persingkat isi sel")


def _invisible(text: str, *, multiline: bool) -> Iterator[Fault]:
    char = next((char for char in text if not (char.isprintable() or (multiline and char == "\n"))), None)
    if char is None:
        return
    if ord(char) in _ESCAPED_BYTES:
        yield Fault(
            f"bukan UTF-8 (bita 0x{ord(char) - 0xDC00:02X})",
            "simpan ulang dari Excel sebagai 'CSV UTF-8 (Comma delimited)', lalu periksa huruf di sel ini",
        )
    elif char == "\n":
        yield Fault("sel memuat ganti baris", "tulis dalam satu baris; hanya catatan yang boleh lebih dari satu baris")
    elif char == _NO_BREAK_SPACE:
        yield Fault("sel memuat spasi tak-putus (U+00A0)", "ketik ulang spasinya; biasanya terbawa dari Word atau web")
    else:
        yield Fault(f"sel memuat karakter tak terlihat U+{ord(char):04X}", "ketik ulang isi sel, jangan disalin-tempel")


def code_faults(text: str) -> Iterator[Fault]:
    """What is wrong with a kode."""
    if not _CODE.fullmatch(text):
        yield Fault(
            f"kode {shown(text)} tidak berbentuk HURUF-ANGKA",
            "tulis huruf besar, tanda hubung, 3 angka: OPD-009, DESA-046",
        )


def listed(name: str, words: Iterable[StrEnum]) -> Callable[[str], Iterator[Fault]]:
    """A check that a text is one of *words*, which says the whole list when it is not."""
    values = tuple(word.value for word in words)

    def faults(text: str) -> Iterator[Fault]:
        if text not in values:
            close = difflib.get_close_matches(text.lower(), values, n=1)
            advice = f"tulis {close[0]}" if close else "pilih salah satu"
            yield Fault(f"{name} {shown(text)} tidak dikenal", f"{advice} (pilihan: {', '.join(values)})")

    return faults
