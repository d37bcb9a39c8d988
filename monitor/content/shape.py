"""The outline of a page: how much it says, in which language, of what it is built – what a stranger's page has not."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from monitor.content.facts import Document

MAX_TITLE_WORDS = 20
MAX_ASSETS = 24
MAX_ASSET = 40
"""Characters of an asset's name, and of a word of the title."""
MAX_SAMPLE = 60_000
"""Characters of a page's text in which its language is looked for."""

ENOUGH_LETTERS = 150
"""Fewer do not tell in which writing a page is."""
_ENOUGH_WORDS = 30
"""Fewer do not tell in which language a page is."""
_TELLING = 0.06
"""Share of a text that the commonest words of its language have at least."""

STRUCTURE = ("a", "button", "div", "footer", "form", "h2", "h3", "iframe", "img", "li", "nav", "p", "section", "table")
"""Elements whose numbers make the structure of a page."""

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u9fff]+")
_VERSIONED = re.compile(r"\b[0-9a-f]{7,}\b|\d+")

_COMMON: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "id": "yang dan di dari untuk dengan pada ini itu adalah dalam ke tidak akan oleh sebagai atau juga telah kami"
        " kita bisa dapat tahun hari lebih baca selengkapnya desa berita beranda kabupaten kecamatan layanan",
        "jv": "lan ing sing kang iki iku saka kanggo wong ora karo marang menyang kaliyan ingkang punika saking",
        "en": "the of and to in is that for it with as was on be at by this are from or have an not you we our home",
        "vi": "và của là có cho không được trong một với các người này đã tại khi những từ đến nhà cái bóng đá",
        "tr": "ve bir bu için ile da de olarak daha çok en olan gibi sonra kadar bahis bonus giriş casino",
        "pt": "de que não uma para com os do da em no na por mais as dos como mas foi ao são você",
        "es": "de la que el en los se del las un por con no una su para es al lo como más pero",
        "fr": "de la le et les des en un du une que est pour qui dans sur pas au par avec ce",
        "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch",
    }.items()
}
"""The commonest words of the languages that pages here are in, or that those who take them over write."""

_BLOCKS: tuple[tuple[int, str], ...] = (
    (0x0000, "latin"),
    (0x0370, "greek"),
    (0x0400, "cyrillic"),
    (0x0530, "other"),
    (0x0590, "hebrew"),
    (0x0600, "arabic"),
    (0x0700, "other"),
    (0x0900, "indic"),
    (0x0E00, "thai"),
    (0x0E80, "other"),
    (0x1E00, "latin"),
    (0x1F00, "greek"),
    (0x2000, "other"),
    (0x2C60, "latin"),
    (0x2C80, "other"),
    (0x3040, "kana"),
    (0x3100, "han"),
    (0xA000, "other"),
    (0xA720, "latin"),
    (0xA800, "other"),
    (0xA980, "javanese"),
    (0xA9E0, "other"),
    (0xAC00, "hangul"),
    (0xD7B0, "other"),
    (0xF900, "han"),
    (0xFB00, "other"),
    (0xFF21, "latin"),
    (0xFF66, "kana"),
)
"""First code point of a run of blocks → its writing; near enough for letters."""
_STARTS = tuple(start for start, _name in _BLOCKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is compared with how the page usually looks."""

    title: frozenset[str] = frozenset()
    """Words of the title, lower case, without numbers."""
    words: int = 0
    """In the text that a visitor sees."""
    tags: Mapping[str, int] = field(default_factory=dict)
    """Of `STRUCTURE`, those that occur."""
    assets: frozenset[str] = frozenset()
    """Names of scripts and style sheets, without what differs from version to version."""
    writing: str = ""
    """The writing of most letters (`latin`, `thai`, `han`, …); empty when there is too little to tell."""
    foreign_letters: float = 0.0
    """Share of letters that are not Latin, in steps of 0.05."""
    language: str = ""
    """ISO 639-1; empty when there is too little to tell, or it is none that is known."""


def shape_of(document: Document) -> Shape:
    """The outline of *document*."""
    text = document.text[:MAX_SAMPLE]
    writing, foreign = _writing(text)
    return Shape(
        title=frozenset(islice(_title_words(document.title), MAX_TITLE_WORDS)),
        words=count_words(document.text),
        tags={name: document.tags[name] for name in STRUCTURE if name in document.tags},
        assets=frozenset(islice(_assets((*document.scripts, *document.styles)), MAX_ASSETS)),
        writing=writing,
        foreign_letters=foreign,
        language=_language(text) if writing == "latin" else "",
    )


def count_words(text: str) -> int:
    """Words of *text*, as white space parts them; two Han or Thai letters count for one word."""
    unspaced = 0 if text.isascii() else sum(map(len, _UNSPACED.findall(text)))
    return len(text.split()) + unspaced // 2


def _title_words(title: str) -> Iterator[str]:
    return (word[:MAX_ASSET] for word in _WORD.findall(title.lower()) if not word.isdigit() and len(word) > 1)


def _assets(urls: Iterable[str]) -> Iterator[str]:
    """The names of the files of *urls* that are code, a version's numbers and digests left out."""
    for url in urls:
        name = _path(url).rpartition("/")[2].lower()
        if name.endswith((".js", ".css")):
            yield _VERSIONED.sub("", name)[:MAX_ASSET]


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _writing(text: str) -> tuple[str, float]:
    """The writing of most letters of *text*, and what share of them is not Latin."""
    counts = Counter[str]()
    for letter, times in Counter(text).items():
        if letter.isalpha():
            counts[_writing_of(letter)] += times
    letters = sum(counts.values())
    if letters < ENOUGH_LETTERS and letters - counts["latin"] < ENOUGH_LETTERS // 4:
        return "", 0.0
    foreign = 1 - counts["latin"] / letters
    return counts.most_common(1)[0][0], round(20 * foreign) / 20


def _writing_of(letter: str) -> str:
    return _BLOCKS[bisect_right(_STARTS, ord(letter)) - 1][1]


def _language(text: str) -> str:
    """The language whose commonest words are the most frequent in *text*; empty when none is frequent."""
    words = Counter(_WORD.findall(text.lower()))
    total = sum(words.values())
    if total < _ENOUGH_WORDS:
        return ""
    shares = {language: sum(words[word] for word in common) / total for language, common in _COMMON.items()}
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] >= _TELLING else ""
