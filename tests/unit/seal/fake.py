"""A record in memory, as far as sealing goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from monitor.seal import Keyring, Sealed, SealKey
from monitor.seal.canonical import Table, leaf_of, line
from monitor.seal.keys import Signer, introduce
from monitor.seal.sealed import compose

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 30, tzinfo=UTC)


@dataclass(slots=True)
class Fake:
    """Its days have a row each that says which day it is."""

    first: date | None = DAY
    chain: list[Sealed] = field(default_factory=list)
    keys: list[SealKey] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    is_broken: bool = False

    async def last_seal(self) -> Sealed | None:
        return self.chain[-1] if self.chain else None

    async def first_day(self) -> date | None:
        return self.first

    async def close_day(self, day: date) -> None:
        self.calls.append(f"close {day}")

    async def day_tables(self, day: date, previous: Sealed | None) -> Mapping[str, Table]:
        self.calls.append(f"read {day}")
        return tables(day)

    async def put_seal(self, sealed: Sealed, tables: Mapping[str, Table]) -> bool:
        self.calls.append(f"keep {sealed.day}")
        if not self.is_broken:
            self.chain.append(sealed)
        return not self.is_broken

    async def seal_keys(self) -> Keyring:
        return Keyring(tuple(self.keys))

    async def put_seal_key(self, key: SealKey) -> None:
        self.keys.append(key)


def tables(day: date) -> Mapping[str, Table]:
    return {"change": Table((leaf_of(1, "DESA-001", "", [line([day.isoformat()])]),), 1)}


def chain(signer: Signer, count: int) -> list[Sealed]:
    """*count* days in a row."""
    made: list[Sealed] = []
    for number in range(count):
        previous = made[-1] if made else None
        day = date.fromordinal(DAY.toordinal() + number)
        document = compose(day, previous, tables(day), at=AT, key_id=signer.key_id)
        made.append(Sealed.read(document, signer.sign(document)))
    return made


def ring(*signers: Signer) -> Keyring:
    """Handed over from each to the next."""
    keys: list[SealKey] = []
    for number, signer in enumerate(signers):
        before = keys[-1] if keys else None
        by = signers[number - 1] if before else None
        keys.append(introduce(signer, AT, before=before, by=by))
    return Keyring(tuple(keys))
