"""`/api/v1/accounts` and `/api/v1/tokens`: for commands on this machine only, and in no description."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from monitor.access.people import Account, BadAccount
from monitor.access.roles import Role, Scope
from monitor.doorkeeper import Doorkeeper
from monitor.web.view import View, Viewed
from monitor.web.visit_schemas import Instant, Model

router = APIRouter(prefix="/api/v1", include_in_schema=False)
T = TypeVar("T")
Name = Annotated[str, InPath(max_length=60)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: str = Field("", max_length=80)


class NewAccount(_Asked):
    """A person who may sign in."""

    name: str = Field(max_length=60)
    role: Role
    password: SecretStr
    """As argon2id encodes it: the command that asked for it does so, and nobody else hears it."""


class Alteration(_Asked):
    """What of an account is to be otherwise; what is left out stays."""

    role: Role | None = None
    password: SecretStr | None = None
    disabled: bool | None = None


class NewToken(_Asked):
    """A program that may ask."""

    name: str = Field(max_length=60)
    scopes: frozenset[Scope]
    expires: datetime | None = None


class AccountItem(Model):
    """An account without its secret."""

    name: str
    role: Role
    created: Instant
    changed: Instant
    disabled: Instant | None

    @classmethod
    def of(cls, item: Account) -> AccountItem:
        """Without its password."""
        return cls(name=item.name, role=item.role, created=item.created, changed=item.changed, disabled=item.disabled)


class TokenItem(Model):
    """A token without its secret."""

    name: str
    scopes: list[Scope]
    created: Instant
    expires: Instant | None


def _keeper(view: View) -> Doorkeeper:
    if view.door is None:
        raise HTTPException(503, "Papan pantau ini tidak mengenal akun.")
    return view.door


async def _done(act: Awaitable[T]) -> T:
    try:
        return await act
    except BadAccount as error:
        raise HTTPException(422, str(error)) from error


@router.get("/accounts")
async def accounts(view: Viewed) -> list[AccountItem]:
    """Everybody who may sign in, by name."""
    return [AccountItem.of(item) for item in _keeper(view).accounts]


@router.post("/accounts", status_code=201)
async def add(asked: NewAccount, view: Viewed) -> AccountItem:
    """Let somebody sign in."""
    keeper = _keeper(view)
    made = keeper.add(asked.name, asked.role, asked.password.get_secret_value(), asked.actor)
    return AccountItem.of(await _done(made))


@router.post("/accounts/{name}")
async def alter(name: Name, asked: Alteration, view: Viewed) -> AccountItem:
    """Another role, another password, shut or opened; signed out everywhere."""
    keeper, by = _keeper(view), asked.actor
    found: Account | None = None
    if asked.role is not None:
        found = await _done(keeper.set_role(name, asked.role, by))
    if asked.password is not None:
        found = await _done(keeper.set_password(name, asked.password.get_secret_value(), by))
    if asked.disabled is not None:
        found = await _done(keeper.set_disabled(name, disabled=asked.disabled, by=by))
    if found is None:
        raise HTTPException(422, "tidak ada yang diubah; sebutkan role, password, atau disabled")
    return AccountItem.of(found)


@router.post("/accounts/{name}/remove")
async def remove(name: Name, asked: _Asked, view: Viewed) -> dict[str, str]:
    """Forget somebody; what they did stays in the trail."""
    await _done(_keeper(view).remove(name, asked.actor))
    return {"name": name}


@router.get("/tokens")
async def tokens(view: Viewed) -> list[TokenItem]:
    """Every token, by name."""
    return [
        TokenItem(name=item.name, scopes=sorted(item.scopes), created=item.created, expires=item.expires)
        for item in _keeper(view).tokens
    ]


@router.post("/tokens", status_code=201)
async def add_token(asked: NewToken, view: Viewed) -> dict[str, str]:
    """A token, told this once."""
    keeper = _keeper(view)
    if asked.expires is not None and asked.expires.tzinfo is None:
        raise HTTPException(422, "masa berlaku tanpa zona waktu")
    secret = await _done(keeper.add_token(asked.name, asked.scopes, asked.expires, asked.actor))
    return {"name": asked.name, "token": secret}


@router.post("/tokens/{name}/revoke")
async def revoke(name: Name, asked: _Asked, view: Viewed) -> dict[str, str]:
    """It opens nothing any more."""
    await _done(_keeper(view).revoke(name, asked.actor))
    return {"name": name}
