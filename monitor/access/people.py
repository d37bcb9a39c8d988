"""Accounts, sessions, API tokens, and what was done with them: frozen values; no secret is among them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.access.roles import EVERYTHING, ROLES, SCOPES, UNGUARDED, Action, Role, Scope
from monitor.errors import MonitorError

MAX_NAME = 40
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]*[a-z0-9])?")


class BadAccount(MonitorError):
    """What was asked about an account or a token cannot be; the message says why (Indonesian)."""


def name_of(text: str) -> str:
    """The name of an account or a token, lower case. Raises `BadAccount`."""
    name = text.strip().lower()
    if len(name) > MAX_NAME or _NAME.fullmatch(name) is None:
        raise BadAccount(
            f"nama {text[:MAX_NAME]!r} tidak dapat dipakai: huruf kecil, angka, titik, garis, atau @, "
            f"paling banyak {MAX_NAME} huruf"
        )
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in."""

    name: str
    role: Role
    password: str = field(repr=False)
    """Encoded by argon2id."""
    created: datetime
    changed: datetime
    """When the password was last set."""
    disabled: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in, in one browser."""

    digest: bytes = field(repr=False)
    """SHA-256 of the token in the cookie."""
    account: str
    created: datetime
    seen: datetime
    """When it was last used by a person; not exact to the minute."""
    address: str
    """From where the person signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a program shows."""

    name: str
    digest: bytes = field(repr=False)
    """SHA-256 of the token."""
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it has expired."""
        return self.expires is not None and now >= self.expires


class Via(StrEnum):
    """How it is known who asks."""

    OPEN = "terbuka"
    """It is not: the board asks nobody."""
    SESSION = "sesi"
    TOKEN = "token"  # noqa: S105 – a word
    PROXY = "proksi"
    LOCAL = "terminal"
    """A command on this machine."""
    NOBODY = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, and what they may do."""

    via: Via
    name: str = ""
    """Of the account or the token; empty when nobody is known."""
    role: Role | None = None
    actions: frozenset[Action] = frozenset()
    address: str = ""
    csrf: str = field(default="", repr=False)
    """What a form must bring along; empty when nothing needs to be."""

    def may(self, action: Action) -> bool:
        """Whether *action* is allowed."""
        return action in self.actions

    @property
    def is_named(self) -> bool:
        """Whether it is known which person or program asks, whatever a form says."""
        return self.via in {Via.SESSION, Via.TOKEN, Via.PROXY}

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked who they are."""
        return self.via is Via.OPEN

    def acting(self, said: str) -> str:
        """The name that an act is recorded under, where the form or the document says *said*."""
        if self.via is Via.TOKEN:
            said = " ".join(said.split())[:MAX_NAME]
            return f"{said} (token {self.name})" if said else f"token {self.name}"
        return self.name if self.is_named else said


def anybody(address: str = "") -> Principal:
    """Whoever comes to a board that asks nobody who they are."""
    return Principal(via=Via.OPEN, actions=UNGUARDED, address=address)


def nobody(address: str = "") -> Principal:
    """Whoever has not said who they are."""
    return Principal(via=Via.NOBODY, address=address)


def owner(address: str = "") -> Principal:
    """Whoever can read the daemon's own files on this machine."""
    return Principal(via=Via.LOCAL, actions=EVERYTHING, address=address)


def member(name: str, role: Role, via: Via, address: str, csrf: str) -> Principal:
    """The person *name*, who may do what *role* may."""
    return Principal(via=via, name=name, role=role, actions=ROLES[role], address=address, csrf=csrf)


def program(token: Token, address: str) -> Principal:
    """Whoever showed *token*."""
    actions = frozenset[Action]().union(*(SCOPES[scope] for scope in token.scopes))
    return Principal(via=Via.TOKEN, name=token.name, actions=actions, address=address)


LOGIN, FAILED, LOGOUT = "masuk", "gagal-masuk", "keluar"
ROTATED, PRUNED, RESTORED = "ganti-kunci-segel", "lepas-catatan", "pulihkan-catatan"
"""Deeds besides the actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A line of the audit trail."""

    at: datetime
    actor: str
    via: Via
    address: str
    """From where; empty for a command."""
    deed: str
    """An `Action`'s value, or one of those besides."""
    about: str
    number: int = 0
    """Of the row; 0 before it is recorded."""
