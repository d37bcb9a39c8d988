"""Texts that strangers chose, made fit for a page: every character has a glyph, and every long word may break."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 400
"""Characters of one text in the report; the tables have all of it."""
_RUN = 22
"""Characters after which a word without any seam is broken anyhow."""
_BREAK = "\u200b"
_DRAWN = (
    (0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x24F), (0x391, 0x3A1), (0x3A3, 0x3CE), (0x410, 0x44F),
    (0x2010, 0x2015), (0x2018, 0x201F), (0x2020, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030), (0x2039, 0x203A),
    (0x20AC, 0x20AC), (0x2190, 0x2193), (0x2212, 0x2212), (0x2260, 0x2260), (0x2264, 0x2265), (0xFFFD, 0xFFFD),
)  # fmt: skip
"""What the shipped typeface has in all its cuts; a test holds it to that."""
_UNDRAWN = re.compile("[^" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _DRAWN) + "]")
_SEAM = re.compile(r"(?<=[/.\-_?&=:,;@%+~#])(?=\w{3})")
"""Not before what is shorter, which would stand on a line alone: `go.id`, the last number of an address."""
_LONG = re.compile(rf"[^\s{_BREAK}]{{{_RUN + 1},}}")


def drawn(text: str) -> str:
    """*text* on one line, with what the typeface has not spelt out as `[U+6F22]`; at most `LIMIT` characters."""
    folded = " ".join(unicodedata.normalize("NFC", text[: LIMIT * 2]).split())
    spelt = _UNDRAWN.sub(lambda match: f"[U+{ord(match[0]):04X}]", folded)
    return spelt if len(spelt) <= LIMIT and len(text) <= LIMIT * 2 else f"{spelt[: LIMIT - 1]}…"


def breakable(text: str) -> str:
    """*text* as `drawn`, with places to break: after the seams of an address, and within what has none."""
    return re.sub(r"\S{11,}", lambda word: _seams(word[0]), drawn(text))


def _seams(word: str) -> str:
    return _LONG.sub(lambda run: _BREAK.join(_parts(run[0])), _SEAM.sub(_BREAK, word))


def _parts(run: str) -> list[str]:
    return [run[start : start + _RUN] for start in range(0, len(run), _RUN)]
