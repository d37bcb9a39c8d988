"""The chain followed day by day: is each where it belongs, and signed by a key that was in use?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.seal import days
from monitor.seal.errors import BadSeal
from monitor.seal.flaws import Flaw, What
from monitor.seal.keys import Keyring, is_signed
from monitor.seal.sealed import GENESIS, Sealed


@dataclass(frozen=True, slots=True)
class SealRow:
    """A row of the chain as it is in the record, whether it can be read or not."""

    height: int
    day: str
    head: str
    document: str
    signature: bytes


Link = tuple[Sealed, Sealed | None]
"""A sealed day and the one before it."""


def followed(rows: Sequence[SealRow], ring: Keyring, flaws: list[Flaw]) -> Iterator[Link]:
    """The days of the chain that can be read, each with the one before; what is wrong with it goes to *flaws*."""
    previous: Sealed | None = None
    for row in rows:
        try:
            sealed = Sealed.read(row.document, row.signature)
        except BadSeal as error:
            flaws.append(Flaw("seal", What.WRONG, key=str(row.height), label=row.day, detail=str(error)))
            continue
        flaws += (
            Flaw("seal", What.WRONG, sealed.day, str(row.height), detail=said)
            for said in (
                *_row_flaws(row, sealed),
                *_link_flaws(sealed, previous),
                *_signed_flaws(sealed, previous, ring),
            )
        )
        yield sealed, previous
        previous = sealed


def _row_flaws(row: SealRow, sealed: Sealed) -> Iterator[str]:
    if (row.height, row.day, row.head) != (sealed.height, sealed.day.isoformat(), sealed.head):
        yield "baris rantai tidak cocok dengan dokumen segelnya"


def _link_flaws(sealed: Sealed, previous: Sealed | None) -> Iterator[str]:
    if previous is None:
        if sealed.height != 1 or sealed.previous != GENESIS or sealed.since is not None:
            yield f"awal rantai hilang: ini hari ke-{sealed.height}"
        return
    if sealed.day != previous.day + days.DAY:
        yield f"hari antara {previous.day.isoformat()} dan {sealed.day.isoformat()} hilang dari rantai atau tertukar"
    if sealed.previous != previous.head or sealed.height != previous.height + 1 or sealed.since is None:
        yield f"tidak menyambung segel {previous.day.isoformat()}"


def _signed_flaws(sealed: Sealed, previous: Sealed | None, ring: Keyring) -> Iterator[str]:
    if sealed.key_id not in ring:
        yield f"ditandatangani kunci tak dikenal {sealed.key_id}"
        return
    if not is_signed(ring[sealed.key_id].public, sealed.document, sealed.signature):
        yield "tanda tangannya salah"
    if sealed.sealed < ring[sealed.key_id].at:
        yield f"kunci {sealed.key_id} dipakai sebelum diperkenalkan"
    if previous is not None and previous.key_id in ring and ring.place(sealed.key_id) < ring.place(previous.key_id):
        yield f"kunci {sealed.key_id} dipakai lagi setelah diganti"
