"""A message in each channel's markup: pure functions, and the one place where anything is escaped or defanged."""

from __future__ import annotations

from monitor.alerts.message import Message
from monitor.alerts.render.html import html
from monitor.alerts.render.layout import layout
from monitor.alerts.render.telegram import telegram
from monitor.alerts.render.text import text
from monitor.alerts.render.webhook import webhook
from monitor.alerts.render.whatsapp import whatsapp


def subject(message: Message) -> str:
    """The subject of a mail, and the title of a push message: one harmless line of at most 160 characters."""
    return layout(message).title


__all__ = ["html", "subject", "telegram", "text", "webhook", "whatsapp"]
