"""Telegram's HTML parse mode: a handful of tags, three characters to escape, 4,096 UTF-16 code units a message."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape as html_escape

from monitor.alerts.message import Message
from monitor.alerts.render.cut import pieces, wrapped
from monitor.alerts.render.layout import Block, Line, Page, layout

LIMIT = 4096
"""UTF-16 code units; Telegram counts them after parsing, here the markup counts, too."""

escape = partial(html_escape, quote=False)


def telegram(message: Message) -> tuple[str, ...]:
    """*message* in messages that each fit; every tag is closed on the line it was opened."""
    return pieces(_lines(layout(message)), LIMIT, units, "<i>({})</i>")


def units(text: str) -> int:
    """UTF-16 code units of *text*."""
    return len(text) + sum(character > "\uffff" for character in text)


def _lines(page: Page) -> Iterator[str]:
    yield f"<b>{escape(page.title)}</b>"
    if page.lead:
        yield from ("", *map(escape, wrapped(page.lead)))
    if page.facts:
        yield ""
    for line in page.facts:
        yield from _said(line)
    for block in page.blocks:
        yield from _block(block)
    if page.link:
        yield from ("", f'<a href="{html_escape(page.link)}">Buka di papan pantau</a>')
    yield from ("", f"<i>{escape(' · '.join(page.foot))}</i>")


def _block(block: Block) -> Iterator[str]:
    yield from ("", f"<b>{escape(block.heading)}</b>")
    for line in block.lines:
        if line.evidence:
            # Nothing within <code> becomes a link, a mention, a hashtag or a command.
            yield from (f"<code>{escape(part)}</code>" for part in wrapped(line.text))
        else:
            yield from _said(line, "• " if block.listed else "")


def _said(line: Line, mark: str = "") -> Iterator[str]:
    label = f"<b>{escape(line.label)}:</b> " if line.label else ""
    first, *rest = wrapped(line.text)
    yield f"{mark}{label}{escape(first)}"
    yield from map(escape, rest)
    if line.link:
        yield escape(line.link)
