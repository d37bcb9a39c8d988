"""A page as the judges of content see it: read once per version, small enough to stay in memory for every site."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from monitor.content import defacement, foreign, ownership
from monitor.content.ages import dates_in_page
from monitor.content.defacement import Defacement
from monitor.content.document import read_document
from monitor.content.facts import CLEAN, Document, Gambling
from monitor.content.foreign import Foreign
from monitor.content.gambling import score
from monitor.content.memory import Memo
from monitor.content.ownership import Naming
from monitor.content.parked import Placeholder, placeholder
from monitor.content.shape import Shape, shape_of
from monitor.content.software import Software, software_of

MAX_DATES = 16
"""The latest days on a page that are kept; those of announcements are among them."""
_CHALLENGE_WORDS = 150
_CHALLENGE = re.compile(
    r"just a moment|checking (?:your|the site) (?:browser|connection)|one moment,? please"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|ddos[ -]guard|ddos protection by|imunify360|bot protection"
    r"|please wait while (?:your request|we verify)|enable javascript and cookies to continue|attention required"
    r"|are you a robot|sedang memeriksa peramban"
)
"""What stands in front of a site for visitors who may be machines."""


_VOLATILE = re.compile(
    rb"(?<=>)\s{0,8}\d[\d.,]{0,14}\s{0,8}(?=</)"
    rb"|(?:csrf|Csrf|CSRF|oken|nonce)[\w.-]{0,24}+[\"']?\s{0,4}(?:(?:value|content)\s?)?[=:,]\s?[\"']?[\w+/=-]{8,128}"
    rb"|name=[\"'][0-9a-f]{32}[\"']"
)
"""What many pages make anew for every visitor, and what says nothing: counters that stand alone, tokens of forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a page says and whom it serves."""

    gambling: Gambling = CLEAN
    defacement: Defacement = defacement.NONE
    shape: Shape = field(default_factory=Shape)
    foreign: Foreign = foreign.NONE
    naming: Naming = ownership.NOTHING
    placeholder: Placeholder | None = None
    """What stands there in place of a site; None when it is one."""
    software: tuple[Software, ...] = ()
    dates: tuple[datetime, ...] = ()
    """The latest that the page bears (UTC), newest first; announcements of what is still to come are among them."""
    challenge: bool = False
    """This is a test whether the visitor is a person, and not the page."""
    error: bool = False
    """The page of a refusal or a failure: only what somebody put there was looked for."""
    partial: bool = False
    """There was more than was read: what is not listed may be there."""

    @property
    def weight(self) -> int:
        """About how many strings of the length of a URL it keeps."""
        held = (
            self.gambling.hits,
            self.gambling.links,
            self.defacement.marks,
            self.foreign.scripts,
            self.foreign.frames,
            self.foreign.services,
            self.software,
        )
        return 4 + sum(map(len, held)) + (len(self.shape.title) + len(self.shape.assets) + len(self.shape.tags)) // 4


NOTHING = Content()


def examine(body: bytes, url: str, content_type: str, own: str, *, error: bool = False) -> Content:
    """
    What the page *body*, read at *url*, says; *own* is the host it is looked at for.

    Of an *error* page only gambling and defacements are read. The same page is not read twice in a row, nor is one that
    differs in nothing but counters and tokens.
    """
    return MEMO.read(body, url, (own, error), lambda: read(body, url, content_type, own, error=error))


def is_html(body: bytes, content_type: str) -> bool:
    """Whether an answer is a page, as far as its type tells: one without a type is."""
    return "html" in content_type.lower() if content_type else bool(body)


def read(body: bytes, url: str, content_type: str, own: str, *, error: bool = False) -> Content:
    """As `examine`, read anew."""
    document = read_document(body, url, content_type)
    gambling, marks = score(document, own), defacement.defacement(document)
    if error:
        return Content(gambling=gambling, defacement=marks, error=True, partial=document.partial)
    outline = shape_of(document)
    return Content(
        gambling=gambling,
        defacement=marks,
        shape=outline,
        foreign=foreign.foreign(document, own),
        naming=ownership.naming(document),
        placeholder=placeholder(document),
        software=software_of(document),
        dates=tuple(islice(sorted({*dates_in_page(document)}, reverse=True), MAX_DATES)),
        challenge=_is_challenge(document, outline),
        partial=document.partial,
    )


def _is_challenge(document: Document, outline: Shape) -> bool:
    if outline.words >= _CHALLENGE_WORDS:
        return False
    return any(_CHALLENGE.search(part.lower()) for part in (document.title, document.text[:4_000]))


def _steady(body: bytes) -> bytes:
    return _VOLATILE.sub(b"", body)


MEMO: Memo[Content] = Memo(pages=32_768, weight=1_048_576, steady=_steady)
