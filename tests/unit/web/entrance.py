"""A board that asks who somebody is, over a record in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import argon2
import httpx

from monitor.access import keys, passwords
from monitor.access.people import Account, Deed, Session, Token
from monitor.access.roles import Role, Scope
from monitor.doorkeeper import Doorkeeper
from monitor.settings import Login, LoginMode
from monitor.web.app import View, build
from tests.unit.web import caseload
from tests.unit.web.caseload import Office
from tests.unit.web.moment import NOW

PASSWORD = "kuda putih di alun-alun"  # noqa: S105 – of a test
LOCAL = "kunci-mesin-ini"
HASTY = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP = HASTY.hash(PASSWORD)
HERE = "http://localhost:8620"


@dataclass
class Book:
    """Keeps what a doorkeeper puts, as the store does."""

    accounts: Sequence[Account] = ()
    sessions: Sequence[Session] = ()
    tokens: Sequence[Token] = ()
    deeds: list[Deed] = field(default_factory=list)
    encoded: list[str] = field(default_factory=list)
    ended: list[bytes] = field(default_factory=list)
    touched: list[datetime] = field(default_factory=list)

    async def access(self) -> Book:
        return self

    async def put_account(self, item: Account, deed: Deed) -> None:
        self.deeds.append(deed)

    async def put_password(self, item: Account) -> None:
        self.encoded.append(item.password)

    async def drop_account(self, name: str, deed: Deed) -> None:
        self.deeds.append(deed)

    async def put_session(self, item: Session, deed: Deed, ended: Sequence[bytes] = ()) -> None:
        self.deeds.append(deed)
        self.ended += ended

    async def touch_session(self, digest: bytes, seen: datetime) -> None:
        self.touched.append(seen)

    async def drop_session(self, digest: bytes, deed: Deed) -> None:
        self.deeds.append(deed)
        self.ended.append(digest)

    async def put_token(self, item: Token, deed: Deed) -> None:
        self.deeds.append(deed)

    async def drop_token(self, name: str, deed: Deed) -> None:
        self.deeds.append(deed)

    async def put_deed(self, deed: Deed) -> None:
        self.deeds.append(deed)

    def done(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        return [(deed.actor, deed.deed) for deed in self.deeds]


class Trail:
    """The record of an office, with the trail of a book."""

    def __init__(self, store: Any, book: Book) -> None:
        self._store = store
        self._book = book

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def audit(
        self, limit: int, offset: int, *, actor: str | None = None, deed: str | None = None
    ) -> tuple[Sequence[Deed], int]:
        fitting = [item for item in self._book.deeds if actor in {None, item.actor} and deed in {None, item.deed}]
        return [*reversed(fitting)][offset : offset + limit], len(fitting)


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def passes(self, span: timedelta) -> None:
        self.at += span


@dataclass
class House:
    """Everything of one board."""

    book: Book
    clock: Clock
    door: Doorkeeper
    office: Office
    view: View
    app: Any

    @asynccontextmanager
    async def browser(self, address: str = "127.0.0.1", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody at *address*; a crash is raised."""
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers) as result:
            yield result


def token(name: str, *scopes: Scope, **changes: Any) -> Token:
    """A token whose secret is its name."""
    return Token(name=name, digest=keys.digest(name), scopes=frozenset(scopes), created=NOW, **changes)


def account(name: str, role: Role, **changes: Any) -> Account:
    """An account with the password of all, encoded with little effort."""
    return replace(Account(name=name, role=role, password=CHEAP, created=NOW, changed=NOW), **changes)


async def build_house(listen: str, names: Sequence[str], tokens: Sequence[Token], login: Mapping[str, Any]) -> House:
    """A board with an account for each role, named like it, and *tokens*; its `door` is to be closed."""
    office, clock = caseload.busy(), Clock()
    accounts = tuple(account(role.value, role) for role in Role)
    book = Book(accounts=(*accounts, account("tutup", Role.CSIRT, disabled=NOW)), tokens=tokens)
    view = office.view()
    settings = view.settings.model_copy(
        update={
            "login": Login(**{"mode": LoginMode.REQUIRED, **login}),
            "web": view.settings.web.model_copy(update={"listen": listen, "names": tuple(names)}),
        }
    )
    door = await Doorkeeper.open(settings, book, clock, LOCAL)
    view = replace(view, settings=settings, door=door, store=Trail(view.store, book))
    return House(book, clock, door, office, view, build(view))


@asynccontextmanager
async def house(
    login: Mapping[str, Any] | None = None,
    *,
    listen: str = "127.0.0.1:8620",
    names: Sequence[str] = (),
    tokens: Sequence[Token] = (),
    hasher: argon2.PasswordHasher = HASTY,
) -> AsyncIterator[House]:
    """The same, open while inside; passwords are encoded by *hasher*."""
    with patch.object(passwords, "_HASHER", hasher):
        made = await build_house(listen, names, tokens, login or {})
        try:
            yield made
        finally:
            await made.door.close()


async def sign_in(browser: httpx.AsyncClient, user: str, password: str = PASSWORD, goal: str = "/") -> httpx.Response:
    """The answer to the form of `/masuk`."""
    return await browser.post("/masuk", data={"nama": user, "sandi": password, "ke": goal})


def csrf_in(text: str) -> str:
    """What the first form of a page brings along; empty when it brings nothing."""
    return text.partition('name="csrf" value="')[2].partition('"')[0]
