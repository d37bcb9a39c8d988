"""Messages to Telegram, over its Bot API: piece by piece, as fast as Telegram lets us (https://core.telegram.org/bots/api)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from monitor.alerts.channels.courier import Progress, Undelivered
from monitor.alerts.channels.services import Bot
from monitor.alerts.channels.web import Answer, Web, bounded, refusal
from monitor.alerts.message import Message
from monitor.alerts.secrets import Veil

API = "https://api.telegram.org"
_TAG = re.compile(r"<[^<>]*>")
_TOO_MANY = 429
_LONGEST_REASON = 200

Chat = tuple[int | str, int | None]

log = structlog.get_logger(__name__)


class Telegram:
    """One bot, one or more chats; a chat that fails does not keep the message from the others."""

    def __init__(
        self, web: Web, bot: Bot, veil: Veil, form: Callable[[Message], tuple[str, ...]], api: str = API
    ) -> None:
        """Write as *bot* through *api*, in the pieces that *form* makes; *veil* hides its token in what is told."""
        self._web = web
        self._bot = bot
        self._veil = veil
        self._form = form
        self._url = f"{api}/bot{bot.token.get_secret_value()}/sendMessage"
        self._progress = Progress()
        self._moved: dict[int | str, int] = {}
        """Groups that became supergroups, until the settings say so."""

    def __repr__(self) -> str:
        """Nothing of the token."""
        return f"Telegram({len(self._bot.chats)} chats)"

    def pieces(self, message: Message) -> int:
        """One for every part and chat."""
        return len(self._form(message)) * len(self._bot.chats)

    async def send(self, parcel_key: str, message: Message) -> None:
        """Deliver every part to every chat, in order; a retry goes on with the part that was not taken."""
        parts, failures = self._form(message), list[Undelivered]()
        for chat in self._bot.chats:
            try:
                await self._send_all(parcel_key, chat, parts)
            except Undelivered as failure:
                failures.append(failure)
                if failure.after is not None:
                    break  # the bot is to be silent, not the chat
        if failures:
            raise _worst(failures)
        self._progress.done(parcel_key)

    async def _send_all(self, key: str, chat: Chat, parts: tuple[str, ...]) -> None:
        for number, part in enumerate(parts):
            if not self._progress.has(key, (chat, number)):
                await self._send(chat, part)
                self._progress.add(key, (chat, number))

    async def _send(self, chat: Chat, part: str) -> None:
        said = await self._ask(self._payload(chat, part, "HTML"))
        moved = said.get("parameters", {}).get("migrate_to_chat_id")
        if isinstance(moved, int) and self._moved.get(chat[0]) != moved:
            self._moved[chat[0]] = moved
            log.warning("telegram.chat_moved", hint="grup menjadi supergrup: perbarui id chat di pengaturan")
            said = await self._ask(self._payload(chat, part, "HTML"))
        if not said["ok"] and "can't parse entities" in str(said.get("description")):
            # Better plain than not at all: the markup is ours, and so is the mistake in it.
            said = await self._ask(self._payload(chat, html.unescape(_TAG.sub("", part)), ""))
        if not said["ok"]:
            raise self._refused(said)

    def _payload(self, chat: Chat, text: str, mode: str) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "chat_id": self._moved.get(chat[0], chat[0]),
            "text": text,
            "disable_notification": self._bot.silent,
            "link_preview_options": {"is_disabled": not self._bot.preview},
        }
        if mode:
            payload["parse_mode"] = mode
        if chat[1] is not None:
            payload["message_thread_id"] = chat[1]
        return payload

    async def _ask(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Telegram's answer. What a proxy or a portal answers is no word of Telegram's: raises, temporary."""
        content = json.dumps(payload, ensure_ascii=False).encode()
        answer = await self._web.ask("POST", self._url, content=content, headers={"Content-Type": "application/json"})
        said = _read(answer)
        if said is None:
            raise Undelivered(f"bukan Telegram yang menjawab ({answer.status})", after=refusal(answer).after)
        return said

    def _refused(self, said: Mapping[str, Any]) -> Undelivered:
        """429 says how long to wait, 5xx passes, and everything else is for a person: token, chat, rights."""
        status, after = said.get("error_code"), said.get("parameters", {}).get("retry_after")
        reason = f"Telegram menolak ({status}): {self._veil(str(said.get('description', '')))[:_LONGEST_REASON]}"
        wait = bounded(float(after)) if isinstance(after, int | float) else None
        passing = wait is not None or not isinstance(status, int) or status == _TOO_MANY or status >= 500  # noqa: PLR2004
        return Undelivered(reason, permanent=not passing, after=wait)


def _read(answer: Answer) -> dict[str, Any] | None:
    """Telegram's JSON; None when it is not Telegram's."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("ok"), bool):
        return None
    return said if isinstance(said.get("parameters", {}), dict) else None


def _worst(failures: list[Undelivered]) -> Undelivered:
    """All of them as one: worth another try when any of them is."""
    reasons = "; ".join(dict.fromkeys(failure.reason for failure in failures))
    after = max((failure.after for failure in failures if failure.after is not None), default=None)
    return Undelivered(reasons, permanent=all(failure.permanent for failure in failures), after=after)
