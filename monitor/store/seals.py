"""The seal's own rows, and the rows of the record in the form in which they are sealed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, insert, select

from monitor.seal import canonical, days
from monitor.seal.canonical import Leaf, Table
from monitor.seal.chain import SealRow
from monitor.seal.errors import BadSeal
from monitor.seal.keys import Keyring, SealKey
from monitor.seal.sealed import GENESIS, Sealed
from monitor.store import codec
from monitor.store.schema import rollup_mark, seal, seal_key, seal_stamp, target
from monitor.store.stored import StoredStamp

_LARGEST = 256 * 1024 * 1024
"""Bytes that the leaves of a day may unfold to."""


def seals(connection: Connection, since: date | None, until: date | None) -> tuple[Sealed, ...]:
    """Those of the days from *since* up to and including *until*, in the order of the chain. Raises `BadSeal`."""
    wanted = select(seal.c.document, seal.c.signature).order_by(seal.c.height)
    if since is not None:
        wanted = wanted.where(seal.c.day >= since.isoformat())
    if until is not None:
        wanted = wanted.where(seal.c.day <= until.isoformat())
    return tuple(Sealed.read(row.document, bytes(row.signature)) for row in connection.execute(wanted))


def last(connection: Connection) -> Sealed | None:
    """The newest; None before the first. Raises `BadSeal`."""
    wanted = select(seal.c.document, seal.c.signature).order_by(seal.c.height.desc()).limit(1)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Sealed.read(row.document, bytes(row.signature))


def sealed_until(connection: Connection) -> int:
    """The first instant (ms) of which samples may still be taken; 0 before the first seal."""
    return int(connection.scalar(select(func.max(seal.c.until))) or 0)


def leaves(connection: Connection, day: date) -> Mapping[str, tuple[Leaf, ...]]:
    """Table → what *day* was sealed with; empty when it is not sealed. Raises `BadSeal` when that is unreadable."""
    packed = connection.scalar(select(seal.c.leaves).where(seal.c.day == day.isoformat()))
    return {} if packed is None else _unpacked(packed)


def _unpacked(packed: bytes) -> Mapping[str, tuple[Leaf, ...]]:
    unfolding = zlib.decompressobj()
    try:
        texts = json.loads(unfolding.decompress(packed, _LARGEST))
        return {str(name): canonical.from_text(text) for name, text in texts.items()}
    except (zlib.error, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadSeal("rincian segel tidak dapat dibaca") from error


def put(connection: Connection, sealed: Sealed, tables: Mapping[str, Table]) -> bool:
    """Keep *sealed* with the leaves of *tables*; False, and nothing is kept, when it does not continue the chain."""
    wanted = select(seal.c.height, seal.c.day, seal.c.head).order_by(seal.c.height.desc()).limit(1)
    before = connection.execute(wanted).one_or_none()
    expected = (1, GENESIS) if before is None else (before.height + 1, bytes(before.head).hex())
    if (sealed.height, sealed.previous) != expected:
        return False
    if before is not None and before.day != (sealed.day - days.DAY).isoformat():
        return False
    texts = {name: canonical.to_text(table.leaves) for name, table in tables.items()}
    connection.execute(
        insert(seal).values(
            height=sealed.height,
            day=sealed.day.isoformat(),
            until=codec.to_ms(sealed.until),
            head=bytes.fromhex(sealed.head),
            document=sealed.document,
            signature=sealed.signature,
            leaves=zlib.compress(canonical.document(texts).encode(), 6),
        )
    )
    return True


def keys(connection: Connection) -> Keyring:
    """All public keys, oldest first. Raises `BadSeal`."""
    rows = connection.execute(select(seal_key).order_by(seal_key.c.number))
    return Keyring(tuple(SealKey.read(row.statement, bytes(row.signature), row.signer) for row in rows))


def put_key(connection: Connection, key: SealKey) -> None:
    """Keep *key* as the newest."""
    row = {"key_id": key.key_id, "at": codec.to_ms(key.at), "statement": key.statement}
    connection.execute(insert(seal_key).values(**row, signer=key.signer, signature=key.signature))


def first_day(connection: Connection) -> date | None:
    """The day on which the record begins; None while it is empty."""
    first = connection.scalar(select(func.min(target.c.first_seen)))
    return None if first is None else days.day_of(codec.from_ms(first))


def rows(connection: Connection) -> tuple[SealRow, ...]:
    """Every row of the chain as it is, in order."""
    wanted = select(seal.c.height, seal.c.day, seal.c.head, seal.c.document, seal.c.signature).order_by(seal.c.height)
    return tuple(
        SealRow(row.height, row.day, bytes(row.head).hex(), row.document, bytes(row.signature))
        for row in connection.execute(wanted)
    )


def put_stamp(connection: Connection, height: int, at: int, authority: str, token: bytes) -> None:
    """Keep *token* of *authority* over the head of the seal at *height*."""
    connection.execute(insert(seal_stamp).values(height=height, at=at, authority=authority, token=token))


def stamps(connection: Connection, height: int | None) -> tuple[StoredStamp, ...]:
    """Those over the seal at *height*, or all, oldest first."""
    wanted = select(seal_stamp).order_by(seal_stamp.c.id)
    if height is not None:
        wanted = wanted.where(seal_stamp.c.height == height)
    return tuple(
        StoredStamp(row.height, codec.from_ms(row.at), row.authority, bytes(row.token))
        for row in connection.execute(wanted)
    )


def stamp_over(connection: Connection, head: str) -> StoredStamp | None:
    """The first time-stamp over the seal with that *head* (hex), or over a later one, which stands for all before."""
    height = select(seal.c.height).where(seal.c.head == bytes.fromhex(head)).scalar_subquery()
    wanted = select(seal_stamp).where(seal_stamp.c.height >= height).order_by(seal_stamp.c.height, seal_stamp.c.id)
    row = connection.execute(wanted.limit(1)).one_or_none()
    return None if row is None else StoredStamp(row.height, codec.from_ms(row.at), row.authority, bytes(row.token))


def let_go(connection: Connection) -> tuple[int, int]:
    """Seconds since the epoch before which samples, and everything else, were let go by retention; 0: nothing was."""
    marks = {row.name: int(row.value) for row in connection.execute(select(rollup_mark))}
    return marks.get("pruned", 0) * 3600, marks.get("kept", 0)
