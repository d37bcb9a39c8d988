"""WhatsApp over the gateways that are usual in Indonesia: Fonnte and Wablas."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from monitor.alerts.channels.courier import Progress, Undelivered
from monitor.alerts.channels.web import Answer, Web, is_success, refusal
from monitor.alerts.message import Message
from monitor.alerts.secrets import Veil

FONNTE = "https://api.fonnte.com"
_LONGEST_REASON = 200
_HOPELESS = ("token", "invalid", "expired", "not registered", "unauthorized", "unknown")
"""In a gateway's reason: what a person has to mend. A device that is offline comes back."""

Form = Callable[[Message], tuple[str, ...]]


class _Gateway:
    """What both have in common: part by part, and HTTP 200 may still mean no."""

    def __init__(self, web: Web, url: str, *, token: SecretStr, to: tuple[str, ...], veil: Veil, form: Form) -> None:
        """Ask *url* with *token* to write the parts that *form* makes to each of *to*; *veil* hides both."""
        self._web = web
        self._url = url
        self._token = token
        self._to = to
        self._veil = veil
        self._form = form
        self._progress = Progress()

    def pieces(self, message: Message) -> int:
        """One for every part and number."""
        return len(self._form(message)) * len(self._to)

    async def send(self, parcel_key: str, message: Message) -> None:
        """Have every part written to every number; a retry goes on with the part that was not taken."""
        for place, part in enumerate(self._form(message)):
            if not self._progress.has(parcel_key, place):
                await self._write(part)
                self._progress.add(parcel_key, place)
        self._progress.done(parcel_key)

    async def _write(self, part: str) -> None:
        answer = await self._web.ask("POST", self._url, content=self._body(part), headers=self._headers())
        said = _read(answer)
        if not is_success(answer):
            raise refusal(answer, self._reason(said))
        if said.get("status") is not True:
            reason = self._reason(said)
            raise Undelivered(
                f"gerbang WhatsApp menolak: {reason or 'tanpa alasan'}",
                permanent=any(word in reason.lower() for word in _HOPELESS),
            )

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": self._token.get_secret_value(),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def _body(self, part: str) -> bytes:
        raise NotImplementedError

    def _reason(self, said: Mapping[str, Any]) -> str:
        text = said.get("reason") or said.get("message") or said.get("detail") or ""
        return self._veil(" ".join(str(text).split()))[:_LONGEST_REASON]


class Fonnte(_Gateway):
    """https://docs.fonnte.com/api-send-message: 200 with `status` false when it does not take a message."""

    def _body(self, part: str) -> bytes:
        return urlencode({"target": ",".join(self._to), "message": part, "countryCode": "0"}).encode()


class Wablas(_Gateway):
    """https://wablas.com/documentation: `POST /api/send-message`."""

    def _body(self, part: str) -> bytes:
        return urlencode({"phone": ",".join(self._to), "message": part}).encode()


def _read(answer: Answer) -> dict[str, Any]:
    """The gateway's JSON; nothing when it is none."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
