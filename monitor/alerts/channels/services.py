"""
The one door to Apprise: it reads the addresses of its services, and carries messages to those we have no courier for.

Apprise answers True or False and writes into its log what went wrong, tokens included; here its log is caught, read for
a status, and shown to nobody.
"""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import apprise
from pydantic import SecretStr

from monitor.alerts.channels.web import hush
from monitor.errors import MonitorError

_LOGGER = logging.getLogger("apprise")
_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b|\bHTTP(?: error| status)? ([1-5][0-9]{2})\b", re.IGNORECASE)
_MAIL = frozenset({"mailto", "mailtos"})
_TELEGRAM = "tgram"


class NotUsable(MonitorError):
    """Apprise does not understand the address; the text (Indonesian) says nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where mail goes, and through which server."""

    host: str
    port: int
    mode: str
    """`insecure`, `starttls` or `ssl`."""
    verify: bool
    user: str
    password: SecretStr
    sender: tuple[str, str]
    """(name, address)."""
    to: tuple[tuple[str, str], ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """A Telegram bot and the chats it writes to."""

    token: SecretStr
    chats: tuple[tuple[int | str, int | None], ...]
    """(chat, topic)."""
    silent: bool
    preview: bool


@dataclass(frozen=True, slots=True)
class Said:
    """How a delivery through Apprise went."""

    taken: bool
    status: int | None
    """The last HTTP status its log speaks of."""
    warnings: tuple[str, ...]
    """Of its log; may hold secrets."""


class Service:
    """Any other service that Apprise knows."""

    def __init__(self, plugin: Any) -> None:
        """Deliver by *plugin*."""
        self._plugin = plugin

    def notify(self, title: str, body: str) -> Said:
        """Deliver plain text; blocks."""
        with _overheard() as lines:
            taken = bool(self._plugin.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))
        statuses = [int(found[1] or found[2]) for _level, line in lines for found in _STATUS.finditer(line)]
        warnings = tuple(line for level, line in lines if level >= logging.WARNING)
        return Said(taken, statuses[-1] if statuses else None, warnings)


def read(url: SecretStr) -> Mailbox | Bot | Service:
    """What *url* addresses. Raises `NotUsable` when Apprise cannot read it, or drops a part of it."""
    _tame()
    plain = url.get_secret_value().strip()
    with _overheard() as lines, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of what Apprise imports, not of ours
        plugin = apprise.Apprise.instantiate(plain, asset=_asset())
    if plugin is None:
        raise NotUsable("alamat Apprise tidak dikenali atau tidak lengkap")
    if any(level >= logging.WARNING for level, _line in lines):
        raise NotUsable("sebagian alamat Apprise tidak sah dan akan diabaikan")
    return _addressed(plain.partition("://")[0].lower(), plugin)


def _addressed(scheme: str, plugin: Any) -> Mailbox | Bot | Service:
    values = vars(plugin)
    if scheme == _TELEGRAM:
        return _bot(values)
    if scheme in _MAIL and str(getattr(values.get("pgp_mode"), "value", "none")) == "none":
        return _mailbox(values)
    return Service(plugin)


def _bot(values: Mapping[str, Any]) -> Bot:
    if not values["targets"]:
        raise NotUsable("alamat Telegram tidak menyebut chat tujuan")
    return Bot(
        token=SecretStr(values["bot_token"]),
        chats=tuple(values["targets"]),
        silent=bool(values["silent"]),
        preview=bool(values["preview"]),
    )


def _mailbox(values: Mapping[str, Any]) -> Mailbox:
    if not values["targets"]:
        raise NotUsable("alamat surel tidak menyebut penerima")
    name, address = values["from_addr"]
    return Mailbox(
        host=values["smtp_host"],
        port=int(values["port"]),
        mode=str(getattr(values["secure_mode"], "value", values["secure_mode"])),
        verify=bool(values["verify_certificate"]),
        user=values["user"] or "",
        password=SecretStr(values["password"] or ""),
        sender=(name or "", address),
        to=tuple((name or "", address) for name, address in values["targets"]),
        cc=tuple(sorted(values["cc"])),
        bcc=tuple(sorted(values["bcc"])),
        reply_to=tuple(sorted(values["reply_to"])),
        headers=dict(values["headers"]),
    )


def _asset() -> apprise.AppriseAsset:
    """Nothing is kept on disk, nothing is loaded from there."""
    return apprise.AppriseAsset(
        app_id="Pemantau Situs",
        app_desc="Pemantau situs dan domain",
        app_url="",
        async_mode=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        plugin_paths=[],
    )


def _tame() -> None:
    """What Apprise and the library below it write goes to nobody but `_overheard`, whoever listens to its logger."""
    hush()
    _LOGGER.setLevel(logging.DEBUG)
    if _EARS not in _LOGGER.filters:
        _LOGGER.addFilter(_EARS)


class _Ears(logging.Filter):
    """Keeps what a thread logs while that is wanted, and lets no record through to any handler."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: dict[int, list[tuple[int, str]]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        lines = self.heard.get(threading.get_ident())
        if lines is not None:
            lines.append((record.levelno, record.getMessage()))
        return False


_EARS = _Ears()


@contextmanager
def _overheard() -> Iterator[list[tuple[int, str]]]:
    """The lines (level, text) that this thread logs meanwhile."""
    lines = _EARS.heard[threading.get_ident()] = []
    try:
        yield lines
    finally:
        del _EARS.heard[threading.get_ident()]
