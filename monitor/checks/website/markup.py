"""
The start tags of a page that somebody asks for, found by one linear scan.

No tree is built: at the cap of a body, nested or unclosed elements cost a tree builder ten seconds and more, and a
stranger chooses the page.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_STEPS = 20_000
"""Tags and attributes read from one page; the rest is left unread."""
MAX_ATTRIBUTE = 2048
"""Bytes of an attribute's value that are kept."""

_RAW = frozenset(
    {b"script", b"style", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes", b"noscript", b"plaintext"}
)
"""Elements whose content is text to a browser with scripts enabled (WHATWG HTML §13.2.6.2)."""
_REST = re.compile(rb"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))*+>")
_ATTRIBUTE = re.compile(rb"[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?+")
_UTF_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(slots=True)
class Budget:
    """What may still be read of a page."""

    steps: int = MAX_STEPS

    @property
    def spent(self) -> bool:
        """Whether something was left unread."""
        return self.steps < 0


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, or an end tag (`/form`), in lower case; its attributes are read when asked for."""

    name: str
    source: bytes
    """What stands between the name and the closing bracket."""

    def attributes(self, budget: Budget) -> dict[str, str]:
        """Lower-case name → value, references resolved; the first of a name counts (WHATWG HTML §13.2.5.33)."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.source):
            budget.steps -= 1
            if budget.spent:
                break
            value = (match[2] or match[3] or match[4] or b"")[:MAX_ATTRIBUTE]
            budget.steps -= value.count(b"&")
            found.setdefault(match[1].lower().decode("utf-8", "replace"), _text(value))
        return found


def tags(body: bytes, names: frozenset[str], budget: Budget) -> Iterator[Tag]:
    """The tags of *body* (`narrow`) called one of *names* (`/name`: end tags), not those in comments and raw text."""
    low = body.lower()  # as long as *body*; looking for lower case alone is twice as fast
    opening, at = _opening(names), 0
    while (match := opening.search(low, at)) is not None:
        budget.steps -= 1
        start, end = match.end(), _end(low, match)
        if budget.spent or not end:
            return
        at = end
        name = match[1]
        if name is None:
            continue
        if (called := name.decode("ascii")) in names:
            yield Tag(called, body[start : end - 1])
        if name in _RAW:
            closing = _closing(name).search(low, end)
            if closing is None:
                return
            at = closing.end()


@lru_cache(maxsize=8)
def _opening(names: frozenset[str]) -> re.Pattern[bytes]:
    alternatives = sorted({name.encode("ascii") for name in names} | _RAW)
    first = b"".join(sorted({name[:1] for name in alternatives} - {b"/"}))
    # Most tags are not wanted: their first letter tells, before every alternative is tried.
    return re.compile(rb"<(?=[!" + first + rb"]|/[a-z])(?:!--|(" + b"|".join(alternatives) + rb")(?=[\s/>]))")


def _end(low: bytes, opening: re.Match[bytes]) -> int:
    """Where what *opening* begins is over; 0 when that is never: all the rest is inside (WHATWG HTML §13.2.5)."""
    if opening[1] is None:
        at = low.find(b"-->", opening.start() + 2)  # `<!-->` is a whole comment
        return at + 3 if at >= 0 else 0
    rest = _REST.match(low, opening.end())
    return rest.end() if rest else 0


@lru_cache(maxsize=len(_RAW))
def _closing(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"</" + name + rb"(?=[\s/>])")


def narrow(body: bytes) -> bytes:
    """*body* in an encoding in which ASCII is ASCII, as it nearly always is."""
    encoding = next((name for mark, name in _UTF_16 if body.startswith(mark)), "")
    return body.decode(encoding, "replace").encode("utf-8", "replace") if encoding else body


def _text(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return html.unescape(text) if "&" in text else text
