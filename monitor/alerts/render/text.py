"""Plain text: the plain part of a mail, and every channel without a markup of its own."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.alerts.message import Message
from monitor.alerts.render.layout import Block, Line, Page, layout


def text(message: Message) -> str:
    """*message* as plain text, its first line the title."""
    return "\n".join(_lines(layout(message))) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield page.title
    if page.lead:
        yield from ("", page.lead)
    if page.facts:
        yield from ("", *(f"{line.label}: {line.text}" for line in page.facts))
    for block in page.blocks:
        yield from _block(block)
    if page.link:
        yield from ("", f"Papan pantau: {page.link}")
    yield from ("", " · ".join(page.foot))


def _block(block: Block) -> Iterator[str]:
    yield from ("", block.heading.upper())
    for line in block.lines:
        mark = "  " if line.evidence else "- " if block.listed else ""
        yield f"{mark}{_said(line)}"
        if line.link:
            yield f"  {line.link}"


def _said(line: Line) -> str:
    return f"{line.label}: {line.text}" if line.label else line.text
