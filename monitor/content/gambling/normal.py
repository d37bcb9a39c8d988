"""Text as words that can be compared, however it was disguised."""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

MAX_TEXT = 200_000
"""Characters of one text that are looked at: of a longer one, the first and the last half."""

_PUNCTUATION = str.maketrans({character: " " for character in string.punctuation if character not in "@$!"})
_PLAIN = bytes.maketrans(
    (string.ascii_uppercase + "".join(map(chr, _PUNCTUATION))).encode(),
    string.ascii_lowercase.encode() + b" " * len(_PUNCTUATION),
)
"""The same of ASCII alone, and in lower case."""
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_INNER = re.compile(r"(?<=[a-z0-9])[@$!](?=[a-z0-9])")
_SPACED = re.compile(r"(?<![^ ])(?:[a-z0-9] ){3,60}[a-z0-9](?![^ ])")
_MIXED = re.compile(r"[a-z]+[0-9]|[0-9]+[a-z]")
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_LEET_L = str.maketrans("0134578@$!", "oleastbasi")
_SIGNS = {"@": "a", "$": "s", "!": "i"}
# Letters of other scripts that look like Latin ones (Unicode TR 39, confusables), and some that Latin has twice.
_ALIKE = str.maketrans(
    "аеіјорсухѕһԁӏԛԝвкмнтгпαβεικνορτυχγωɑɡıłøđℓʟɢᴀᴄᴏʀᴛѵνοɩꞵɴꜱʙᴇɪᴊᴋᴍɴᴘᴜᴠᴡʏᴢʜᴅꜰ",
    "aeijopcyxshdlqwbkmhtrnabeikvoptuxywagilodllgacortvvoibnsbeijkmnpuvwyzhdf",
)


def words(text: str) -> list[str]:
    """
    The words of *text* in plain lower-case letters.

    Look-alike letters, accents, invisible characters and styled letters are undone, letters that stand apart
    (`s l o t`) joined. Digits stay: see `plain`.
    """
    return told(bare(text)).in_order()


def bare(text: str) -> str:
    """*text*, cut at `MAX_TEXT`, without the signs of typography: mostly ASCII, then."""
    said = text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT // 2]} {text[-MAX_TEXT // 2 :]}"
    if not said.isascii():
        for sign in _TYPOGRAPHY:
            said = said.replace(sign, " ")
    return said


@dataclass(slots=True)
class Words:
    """The words of a text: each of them once, and in order for whoever asks – most texts say nothing worth it."""

    spaced: str
    unique: set[str]
    _found: list[str] | None = None

    @classmethod
    def of(cls, found: list[str]) -> Self:
        """Those that have been *found*."""
        return cls("", set(found), found)

    def in_order(self) -> list[str]:
        """All of them, as they stand in the text; never to be changed."""
        if self._found is None:
            self._found = self.spaced.split()
        return self._found


def told(said: str) -> Words:
    """The words of the `bare` text *said*."""
    if said.isascii():
        spaced = said.encode("ascii").translate(_PLAIN).decode("ascii")
    else:
        spaced = _latin_only(said.lower()).translate(_PUNCTUATION)
    if "@" in spaced or "$" in spaced or "!" in spaced:
        spaced = _INNER.sub(lambda match: _SIGNS[match[0]], spaced).translate(_REST)
    words = Words(spaced, _each_once(spaced))
    if len(_LETTERS & words.unique) >= _FEW and _are_apart(words.in_order()):
        joined = _SPACED.sub(lambda match: match[0].replace(" ", ""), " ".join(words.in_order()))
        return Words.of(joined.split())
    return words


def _each_once(spaced: str) -> set[str]:
    """The words of *spaced*, a piece at a time: what was looked at is gone before memory is asked for more."""
    found: set[str] = set()
    start, size = 0, len(spaced)
    while start < size:
        end = spaced.find(" ", start + _PIECE)
        end = size if end < 0 else end
        found.update(spaced[start:end].split())
        start = end
    return found


_PIECE = 8_192
"""Letters of a piece, at least."""
_LETTERS = frozenset(string.ascii_lowercase)
_FEW = 2
"""Different letters that a word set apart has at least."""
_REST = str.maketrans("@$!", "   ")


def _are_apart(said: list[str]) -> bool:
    """Whether four letters in a row stand apart: few texts have them, and looking for all of them is slow."""
    try:
        sizes = bytes(map(len, said))
    except ValueError:  # a word of more than 255 letters
        sizes = bytes(min(len(word), 9) for word in said)
    return b"\x01\x01\x01\x01" in sizes


def _latin_only(low: str) -> str:
    plain_low, runs = _FOREIGN.subn(_unmasked, low, count=_RUNS)
    if runs < _RUNS:
        return plain_low
    return _FOREIGN.sub("", plain_low.translate(_ALIKE))  # hardly a letter of it is ASCII: the quick way must do


def _unmasked(match: re.Match[str]) -> str:
    """Letters of *match* without accents and styles, look-alikes in Latin (Unicode TR 15, TR 39)."""
    return _remembered(match[0]) if len(match[0]) <= _SHORT else _latin(match[0])


def _latin(letters: str) -> str:
    apart = unicodedata.normalize("NFKD", letters).lower().translate(_ALIKE)
    return "".join(map(_seen, apart))


def _seen(character: str) -> str:
    """*character* where it counts: marks and format characters leave no gap, signs do."""
    if character.isascii() or character.isalnum():
        return character
    return "" if unicodedata.category(character) in _UNSEEN else " "


_SHORT = 8
_TYPOGRAPHY = "“”‘’–—…•·«»©®\xa0"
_RUNS = 5_000
_remembered = lru_cache(maxsize=4_096)(_latin)
_UNSEEN = frozenset({"Mn", "Me", "Mc", "Cf", "Cc"})


def is_mixed(word: str) -> bool:
    """Whether *word* has both letters and digits."""
    return _MIXED.search(word) is not None


def plain(word: str) -> tuple[str, ...]:
    """What *word*, with digits among its letters, may be meant to read: `g4c0r`, `s1ot`."""
    return tuple(dict.fromkeys((word.translate(_LEET), word.translate(_LEET_L))))
