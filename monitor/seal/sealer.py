"""Seals the days that are over, in order, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from monitor.seal.canonical import Table
from monitor.seal.days import DAY, end_of
from monitor.seal.errors import BadSeal
from monitor.seal.keyfile import Place
from monitor.seal.sealed import Sealed, compose
from monitor.seal.succession import Keys, signer_of

SETTLING = timedelta(minutes=10)
"""How long after its end a day may still receive what began in it."""
STEP = 3
"""Days sealed at a time: a second of work or two each, with room between them."""


class Sealable(Keys, Protocol):
    """The part of a store that a sealer needs."""

    async def last_seal(self) -> Sealed | None:
        """The newest; None before the first."""

    async def first_day(self) -> date | None:
        """The day on which the record begins; None while it is empty."""

    async def close_day(self, day: date) -> None:
        """Return when everything put so far is written; from then on no sample of *day* or before is taken."""

    async def day_tables(self, day: date, previous: Sealed | None) -> Mapping[str, Table]:
        """What *day*, which follows *previous*, has of each covered table."""

    async def put_seal(self, sealed: Sealed, tables: Mapping[str, Table]) -> bool:
        """Keep *sealed* with the leaves of *tables*; False, and nothing is kept, unless it continues the chain."""


class Sealer:
    """Seals with the key at *place*, which is read anew each time: one that waits beside it takes over."""

    def __init__(self, store: Sealable, place: Place) -> None:
        """Seal what is in *store*."""
        self._store = store
        self._place = place

    async def seal_due(self, now: datetime, limit: int = STEP) -> tuple[Sealed, ...]:
        """
        Seal the days that were over `SETTLING` before *now*, the oldest first and at most *limit*.

        A day on which nobody watched is sealed like any other: the chain has no holes. Raises `KeyProblem`,
        `BadSeal` when the chain is broken, or what the store raises; asked again, it goes on where it stopped.
        """
        made: list[Sealed] = []
        previous = await self._store.last_seal()
        day = await self._store.first_day() if previous is None else previous.day + DAY
        while day is not None and len(made) < limit and end_of(day) + SETTLING <= now:
            previous = await self._seal(day, previous, now)
            made.append(previous)
            day += DAY
        return tuple(made)

    async def _seal(self, day: date, previous: Sealed | None, now: datetime) -> Sealed:
        signer = await signer_of(self._store, self._place, now)
        await self._store.close_day(day)
        tables = await self._store.day_tables(day, previous)
        document = compose(day, previous, tables, at=now, key_id=signer.key_id)
        sealed = Sealed.read(document, signer.sign(document))
        if not await self._store.put_seal(sealed, tables):
            raise BadSeal(f"segel {day.isoformat()} tidak menyambung rantai; periksa dengan `monitor seal verify`")
        return sealed
