"""Accounts, sessions and tokens as they are, and the trail of what was done, which only grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from monitor.access.people import Account, Deed, Session, Token, Via
from monitor.access.roles import Role, Scope
from monitor.store import codec
from monitor.store.engine import upsert
from monitor.store.schema import account, api_token, audit, login_session


@dataclass(frozen=True, slots=True)
class Access:
    """Everything that decides who gets in."""

    accounts: tuple[Account, ...]
    sessions: tuple[Session, ...]
    tokens: tuple[Token, ...]


def load(connection: Connection) -> Access:
    """All there is, by name or in the order of signing in."""
    return Access(
        tuple(map(_account, connection.execute(select(account).order_by(account.c.name)))),
        tuple(map(_session, connection.execute(select(login_session).order_by(login_session.c.created_at)))),
        tuple(map(_token, connection.execute(select(api_token).order_by(api_token.c.name)))),
    )


def _account(row: Any) -> Account:
    return Account(
        name=row.name,
        role=Role(row.role),
        password=row.password,
        created=codec.from_ms(row.created_at),
        changed=codec.from_ms(row.changed_at),
        disabled=codec.from_ms_or_none(row.disabled_at),
    )


def _session(row: Any) -> Session:
    return Session(
        digest=bytes(row.digest),
        account=row.account,
        created=codec.from_ms(row.created_at),
        seen=codec.from_ms(row.seen_at),
        address=row.address,
    )


def _token(row: Any) -> Token:
    return Token(
        name=row.name,
        digest=bytes(row.digest),
        scopes=frozenset(map(Scope, row.scopes.split())),
        created=codec.from_ms(row.created_at),
        expires=codec.from_ms_or_none(row.expires_at),
    )


def put_account(connection: Connection, item: Account) -> None:
    """Keep *item*, in place of what there was under its name."""
    values = {
        "role": item.role.value,
        "password": item.password,
        "created_at": codec.to_ms(item.created),
        "changed_at": codec.to_ms(item.changed),
        "disabled_at": codec.ms_or_none(item.disabled),
    }
    statement = upsert(connection, account).values(name=item.name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def drop_account(connection: Connection, name: str) -> None:
    """*name* may not sign in any more, and is signed out."""
    drop_sessions(connection, account=name)
    connection.execute(delete(account).where(account.c.name == name))


def put_session(connection: Connection, item: Session) -> None:
    """Keep *item*; of one that is kept already, when it was last seen."""
    seen = codec.to_ms(item.seen)
    statement = upsert(connection, login_session).values(
        digest=item.digest,
        account=item.account,
        created_at=codec.to_ms(item.created),
        seen_at=seen,
        address=codec.plain(item.address),
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["digest"], set_={"seen_at": seen}))


def touch_session(connection: Connection, digest: bytes, seen: datetime) -> None:
    """The session *digest* was used at *seen*; nothing happens when it has ended."""
    changed = update(login_session).where(login_session.c.digest == digest).values(seen_at=codec.to_ms(seen))
    connection.execute(changed)


def drop_sessions(connection: Connection, digests: Sequence[bytes] = (), account: str | None = None) -> None:
    """End the sessions *digests*, and all those of *account*."""
    if account is not None:
        connection.execute(delete(login_session).where(login_session.c.account == account))
    for digest in digests:
        connection.execute(delete(login_session).where(login_session.c.digest == digest))


def put_token(connection: Connection, item: Token) -> None:
    """Keep *item*."""
    connection.execute(
        insert(api_token).values(
            name=item.name,
            digest=item.digest,
            scopes=" ".join(sorted(item.scopes)),
            created_at=codec.to_ms(item.created),
            expires_at=codec.ms_or_none(item.expires),
        )
    )


def drop_token(connection: Connection, name: str) -> None:
    """*name* opens nothing any more."""
    connection.execute(delete(api_token).where(api_token.c.name == name))


def put_deed(connection: Connection, item: Deed) -> None:
    """Append *item*."""
    row = {
        "at": codec.to_ms(item.at),
        "actor": codec.text(item.actor),
        "via": item.via.value,
        "address": codec.text(item.address),
        "deed": codec.text(item.deed),
        "about": codec.text(item.about),
    }
    connection.execute(insert(audit), row)


def deeds(
    connection: Connection, limit: int, offset: int, actor: str | None, deed: str | None
) -> tuple[tuple[Deed, ...], int]:
    """A part of the trail, newest first, and how long it is."""
    wanted: list[ColumnElement[bool]] = []
    if actor is not None:
        wanted.append(audit.c.actor == actor)
    if deed is not None:
        wanted.append(audit.c.deed == deed)
    total = int(connection.scalar(select(func.count()).select_from(audit).where(*wanted)) or 0)
    rows = connection.execute(select(audit).where(*wanted).order_by(audit.c.id.desc()).limit(limit).offset(offset))
    return tuple(map(_deed, rows)), total


def _deed(row: Any) -> Deed:
    return Deed(
        number=row.id,
        at=codec.from_ms(row.at),
        actor=row.actor,
        via=Via(row.via),
        address=row.address,
        deed=row.deed,
        about=row.about,
    )
