"""JSON for machines, as `alerts/webhook.schema.json` describes it."""

from __future__ import annotations

from monitor.alerts import machine
from monitor.alerts.message import Message


def webhook(message: Message) -> bytes:
    """*message* as canonical JSON in UTF-8: the same bytes for the same message, which the receiver's HMAC needs."""
    return machine.canonical(message.data or machine.envelope(message))
