"""The outbox: which parcel leaves next, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, update

from monitor.incident import NoticeKind, Parcel, ParcelState
from monitor.store import codec
from monitor.store.schema import outbox, unsettled

_earlier = outbox.alias("earlier")
_first_of_its_order = ~(
    select(_earlier.c.id)
    .where(
        _earlier.c.channel == outbox.c.channel,
        _earlier.c.order_key == outbox.c.order_key,
        _earlier.c.settled_at.is_(None),
        _earlier.c.id < outbox.c.id,
    )
    .exists()
)
"""No parcel before it, of the same order and channel, still waits; one given up holds up nobody."""


def next_due(channel: str, now: int) -> Select[Any]:
    """The number, and the lease that ran out if any, of the parcel that *channel* is to take at *now* (ms)."""
    wanted = and_(unsettled, outbox.c.channel == channel, outbox.c.due_at <= now, _free(now), _first_of_its_order)
    return select(outbox.c.id, outbox.c.claimed_until).where(wanted).order_by(outbox.c.due_at, outbox.c.id).limit(1)


def _free(now: int) -> ColumnElement[bool]:
    return or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now)


def claim(connection: Connection, channel: str, now: int, until: int) -> Parcel | None:
    """The parcel that *channel* is to send at *now* (ms), claimed until *until* (ms); None when there is none."""
    found = connection.execute(next_due(channel, now)).one_or_none()
    return None if found is None else take(connection, found, until)


def take(connection: Connection, found: Any, until: int) -> Parcel | None:
    """The parcel in *found*, a row of `next_due`, claimed until *until*; None when somebody else was faster."""
    # Compare-and-set: whoever else saw the same lease run out finds it changed.
    same = and_(outbox.c.id == found.id, unsettled, outbox.c.claimed_until.is_not_distinct_from(found.claimed_until))
    claimed = update(outbox).where(same).values(claimed_until=until).returning(*outbox.c)
    row = connection.execute(claimed).one_or_none()
    return None if row is None else _parcel_of(row)


def compose(connection: Connection, key: str, document: str) -> None:
    """Keep *document* (JSON) as the message of *key*, unless one is kept already."""
    connection.execute(update(outbox).where(_named(key), outbox.c.body.is_(None)).values(body=document))


def deliver(connection: Connection, key: str, at: int) -> None:
    """The parcel left; even when another try had given it up meanwhile."""
    wanted = and_(_named(key), outbox.c.state != codec.PARCEL_STATES[ParcelState.SENT])
    _end(connection, wanted, ParcelState.SENT, at, "")


def give_up(connection: Connection, key: str, at: int, error: str) -> None:
    """The parcel will never leave, because of *error*."""
    _end(connection, and_(_named(key), unsettled), ParcelState.DEAD, at, error)


def _end(connection: Connection, wanted: ColumnElement[bool], state: ParcelState, at: int, error: str) -> None:
    values = {"state": codec.PARCEL_STATES[state], "settled_at": at, "error": codec.plain(error)}
    connection.execute(
        update(outbox).where(wanted).values(values | {"claimed_until": None, "attempts": outbox.c.attempts + 1})
    )


def put_off(connection: Connection, key: str, until: int, error: str) -> None:
    """The parcel did not leave, because of *error*; it is due again at *until*."""
    values = {"due_at": until, "claimed_until": None, "error": codec.plain(error)}
    connection.execute(
        update(outbox).where(_named(key), unsettled).values(values | {"attempts": outbox.c.attempts + 1})
    )


def requeue(connection: Connection, key: str, now: int) -> bool:
    """Have a dead parcel sent again from *now* on, as if it had never been tried; whether there was one."""
    dead = and_(_named(key), outbox.c.state == codec.PARCEL_STATES[ParcelState.DEAD])
    values = {"state": codec.PARCEL_STATES[ParcelState.WAITING], "settled_at": None, "claimed_until": None}
    values |= {"due_at": now, "attempts": 0}
    return connection.execute(update(outbox).where(dead).values(values)).rowcount > 0


def _named(key: str) -> ColumnElement[bool]:
    return outbox.c.key == codec.text(key)


def free(connection: Connection) -> None:
    """Let go of every claim."""
    held = outbox.c.settled_at.is_(None), outbox.c.claimed_until.is_not(None)
    connection.execute(update(outbox).where(*held).values(claimed_until=None))


def waiting(connection: Connection, channels: Iterable[str]) -> datetime | None:
    """When the next parcel of *channels* can be claimed: due, or its lease run out; may be past. None: no parcel."""
    ready = case((outbox.c.claimed_until > outbox.c.due_at, outbox.c.claimed_until), else_=outbox.c.due_at)
    of = outbox.c.channel.in_([codec.text(channel) for channel in channels])
    return codec.from_ms_or_none(connection.scalar(select(func.min(ready)).where(unsettled, of, _first_of_its_order)))


def listed(
    connection: Connection, state: ParcelState | None, channel: str | None, limit: int, offset: int, *, key: str | None
) -> tuple[Parcel, ...]:
    """The parcels in *state*, of *channel* and of *key*, or all, newest first."""
    wanted = select(outbox).order_by(outbox.c.id.desc()).limit(limit).offset(offset)
    if state is not None:
        wanted = wanted.where(outbox.c.state == codec.PARCEL_STATES[state])
    if channel is not None:
        wanted = wanted.where(outbox.c.channel == codec.text(channel))
    if key is not None:
        wanted = wanted.where(_named(key))
    return tuple(map(_parcel_of, connection.execute(wanted)))


def named(connection: Connection, keys: Iterable[str]) -> tuple[Parcel, ...]:
    """The parcels with *keys*, newest first; keys of none are left out."""
    wanted = select(outbox).where(outbox.c.key.in_([codec.text(key) for key in keys]))
    return tuple(map(_parcel_of, connection.execute(wanted.order_by(outbox.c.id.desc()))))


def last_digest(connection: Connection, audience: str, before: int) -> datetime | None:
    """When the last digest for *audience* was made before *before* (ms), of those that were not given up."""
    wanted = select(func.max(outbox.c.created_at)).where(
        outbox.c.kind == NoticeKind.DIGEST.value,
        outbox.c.key.startswith(f"digest-{audience}-", autoescape=True),
        outbox.c.created_at < before,
        outbox.c.state != codec.PARCEL_STATES[ParcelState.DEAD],
    )
    return codec.from_ms_or_none(connection.scalar(wanted))


def counts(connection: Connection) -> Mapping[tuple[str, ParcelState], int]:
    """(channel, state) → how many."""
    rows = connection.execute(
        select(outbox.c.channel, outbox.c.state, func.count().label("parcels")).group_by(
            outbox.c.channel, outbox.c.state
        )
    )
    return {(row.channel, codec.PARCEL_STATE_OF[row.state]): row.parcels for row in rows}


def _parcel_of(row: Any) -> Parcel:
    return Parcel(
        key=row.key,
        channel=row.channel,
        kind=NoticeKind(row.kind),
        order=row.order_key,
        created=codec.from_ms(row.created_at),
        due=codec.from_ms(row.due_at),
        incident=row.incident,
        body=None if row.body is None else codec.from_json(row.body),
        attempts=row.attempts,
        error=row.error,
        state=codec.PARCEL_STATE_OF[row.state],
        settled=codec.from_ms_or_none(row.settled_at),
    )
