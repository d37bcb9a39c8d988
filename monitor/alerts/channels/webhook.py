"""Messages to machines: JSON, signed, with a key under which the same message is the same."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import SecretStr

from monitor.alerts.channels.web import Web, is_success, refusal
from monitor.alerts.message import Message


def signature(secret: SecretStr, timestamp: str, body: bytes) -> str:
    """`sha256=…`: HMAC-SHA-256 (RFC 2104) with *secret* over timestamp, a dot, and the body, in lower-case hex."""
    signed = timestamp.encode("ascii") + b"." + body
    return "sha256=" + hmac.new(secret.get_secret_value().encode(), signed, hashlib.sha256).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


class Webhook:
    """POSTs the message; anything but 2xx means it was not taken."""

    def __init__(
        self,
        web: Web,
        url: SecretStr,
        secret: SecretStr,
        form: Callable[[Message], bytes],
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Ask *url* over *web* with the *form* of a message, signing with *secret* at the instant *now* tells."""
        self._web = web
        self._url = url
        self._secret = secret
        self._form = form
        self._now = now

    def pieces(self, message: Message) -> int:
        """One."""
        return 1

    async def send(self, parcel_key: str, message: Message) -> None:
        """Deliver *message*; the receiver may tell a repetition by `Idempotency-Key`."""
        body, timestamp = self._form(message), str(int(self._now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": parcel_key,
            "X-Monitor-Timestamp": timestamp,
            "X-Monitor-Signature": signature(self._secret, timestamp, body),
        }
        answer = await self._web.ask("POST", self._url.get_secret_value(), content=body, headers=headers)
        if not is_success(answer):
            raise refusal(answer)
