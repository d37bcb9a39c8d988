"""What a message looks like on its way: the renderers, as couriers are given them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.alerts import render
from monitor.alerts.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """A pure function for every markup."""

    subject: Callable[[Message], str]
    """One line."""
    text: Callable[[Message], str]
    """Its first line is the subject."""
    html: Callable[[Message], str]
    telegram: Callable[[Message], tuple[str, ...]]
    """Telegram's HTML, in pieces that each fit a message."""
    whatsapp: Callable[[Message], tuple[str, ...]]
    webhook: Callable[[Message], bytes]
    """JSON, UTF-8."""


RENDERED = Forms(
    subject=render.subject,
    text=render.text,
    html=render.html,
    telegram=render.telegram,
    whatsapp=render.whatsapp,
    webhook=render.webhook,
)
"""What the house sends."""
