"""Months that were handed out: written once, and again only with a reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select

from monitor.availability import parse_month
from monitor.store import codec
from monitor.store.schema import frozen_month
from monitor.store.stored import FrozenMonth


class AlreadyFrozen(ValueError):
    """The month was handed out with other figures, and nobody said why it should be told anew (Indonesian)."""


_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def checked(item: FrozenMonth) -> FrozenMonth:
    """
    *item*, in the form it is kept.

    Raises `ValueError` (Indonesian) for what is no month or no digest, and for a month that was not over.
    """
    _since, until = parse_month(item.month)
    if until > item.at:
        raise ValueError(f"bulan {item.month} belum berakhir; belum dapat dibekukan")
    bundle = _hex(item.bundle) if item.bundle else ""
    return replace(item, digest=_hex(item.digest), bundle=bundle, reason=codec.text(item.reason.strip()))


def freeze(connection: Connection, item: FrozenMonth) -> FrozenMonth | None:
    """What now holds for its month: *item*, or what said the same before; None: it says otherwise, without reason."""
    before = listed(connection, item.month)
    if before and (before[-1].digest, before[-1].bundle) == (item.digest, item.bundle):
        return before[-1]
    if before and not item.reason:
        return None
    row = {
        "month": item.month,
        "at": codec.to_ms(item.at),
        "digest": bytes.fromhex(item.digest),
        "bundle": bytes.fromhex(item.bundle) if item.bundle else None,
        "reason": item.reason,
    }
    connection.execute(insert(frozen_month), row)
    return listed(connection, item.month)[-1]


def listed(connection: Connection, month: str | None) -> tuple[FrozenMonth, ...]:
    """What was handed out about *month*, or about all, oldest first."""
    wanted = select(frozen_month).order_by(frozen_month.c.id)
    if month is not None:
        wanted = wanted.where(frozen_month.c.month == month)
    return tuple(map(_frozen, connection.execute(wanted)))


def _frozen(row: Any) -> FrozenMonth:
    return FrozenMonth(
        month=row.month,
        at=codec.from_ms(row.at),
        digest=row.digest.hex(),
        bundle="" if row.bundle is None else row.bundle.hex(),
        reason=row.reason,
    )


def _hex(digest: str) -> str:
    if _DIGEST.fullmatch(digest.lower()) is None:
        raise ValueError("sidik SHA-256 terdiri atas 64 angka heksadesimal")
    return digest.lower()
