"""WhatsApp's markup: `*bold*`, `_italic_`; there is no escape, so what a stranger wrote gets look-alikes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.alerts.message import Message
from monitor.alerts.render.cut import pieces, wrapped
from monitor.alerts.render.layout import Block, Line, Page, layout

LIMIT = 4000
"""Characters, counted as UTF-16 code units as the gateways do."""

_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_BEGINNING = re.compile(r"^(?:>|-(?= )|#(?= ))")


def whatsapp(message: Message) -> tuple[str, ...]:
    """*message* in messages of at most `LIMIT`."""
    return pieces(_lines(layout(message)), LIMIT, units, "_({})_")


def units(text: str) -> int:
    """UTF-16 code units of *text*."""
    return len(text) + sum(character > "\uffff" for character in text)


def neutral(text: str) -> str:
    """*text* in which WhatsApp sees no markup; within a word an underscore is none."""
    return _BEGINNING.sub("›", _UNDERSCORE.sub("＿", text.translate(_LOOKALIKES)))


def _lines(page: Page) -> Iterator[str]:
    yield f"*{neutral(page.title)}*"
    if page.lead:
        yield from ("", *map(neutral, wrapped(page.lead)))
    if page.facts:
        yield ""
    for line in page.facts:
        yield from _said(line)
    for block in page.blocks:
        yield from _block(block)
    if page.link:
        yield from ("", f"Papan pantau: {page.link}")
    yield from ("", f"_{neutral(' · '.join(page.foot))}_")


def _block(block: Block) -> Iterator[str]:
    yield from ("", f"*{neutral(block.heading)}*")
    for line in block.lines:
        if line.evidence:
            yield from (f"> {neutral(part)}" for part in wrapped(line.text))
        else:
            yield from _said(line, "- " if block.listed else "")


def _said(line: Line, mark: str = "") -> Iterator[str]:
    label = f"*{neutral(line.label)}:* " if line.label else ""
    first, *rest = wrapped(line.text)
    yield f"{mark}{label}{neutral(first)}"
    yield from map(neutral, rest)
    if line.link:
        yield line.link
