"""Which key signs: the one the record knows last, or – handed over just now – the one laid beside it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from monitor.seal import keyfile
from monitor.seal.errors import KeyProblem
from monitor.seal.keyfile import Place
from monitor.seal.keys import Keyring, SealKey, Signer, introduce


class Keys(Protocol):
    """The part of a store that keeps public keys."""

    async def seal_keys(self) -> Keyring:
        """All of them, oldest first."""

    async def put_seal_key(self, key: SealKey) -> None:
        """Keep *key* as the newest."""


async def signer_of(store: Keys, place: Place, now: datetime) -> Signer:
    """
    The key to sign with; on the first run it is made, and when another one waits it takes over.

    Raises `KeyProblem` when the key that the record knows last is not there: a new one beside it would break the
    chain of trust in silence.
    """
    ring = await store.seal_keys()
    found = keyfile.candidates(place)
    if not ring.keys:
        signer = found[0][1] if found else keyfile.create(place.key)
        await store.put_seal_key(introduce(signer, now, before=None))
        return signer
    current = ring.keys[-1]
    path, signer = _matching(found, current, place)
    if path == place.next:
        _install(place)  # what a crash left undone
        return signer
    waiting = next((other for at, other in found if at == place.next and other.key_id != signer.key_id), None)
    if waiting is None:
        return signer
    await store.put_seal_key(introduce(waiting, max(now, current.at), before=current, by=signer))
    _install(place)  # after the record knows it: a crash in between leaves both files, and the record says which
    return waiting


def _matching(found: list[tuple[Path, Signer]], current: SealKey, place: Place) -> tuple[Path, Signer]:
    for path, signer in found:
        if signer.key_id == current.key_id:
            return path, signer
    said = f"berisi kunci {found[0][1].key_id}" if found else "tidak ada"
    raise KeyProblem(
        place.key,
        f"kunci segel {said}, padahal catatan terakhir disegel dengan kunci {current.key_id}",
        "pulihkan kunci itu dari cadangan; bila benar-benar hilang: `monitor seal rotate --hilang ALASAN`",
    )


def _install(place: Place) -> None:
    if place.is_ours:
        keyfile.promote(place)


async def replace_lost(store: Keys, place: Place, now: datetime, reason: str) -> SealKey:
    """A key in the place of one that is lost, which people must vouch for: it says *reason*, and nobody signed it."""
    ring = await store.seal_keys()
    if not ring.keys:
        raise KeyProblem(place.key, "belum ada kunci yang dapat hilang", "kunci dibuat saat penyegelan pertama")
    known = ring.keys[-1]
    found = keyfile.candidates(place)
    if any(signer.key_id == known.key_id for _path, signer in found):
        raise KeyProblem(place.key, f"kunci {known.key_id} masih ada", "ganti dengan `monitor seal rotate` saja")
    signer = found[0][1] if found else keyfile.create(place.key)
    key = introduce(signer, max(now, known.at), before=known, reason=reason)
    await store.put_seal_key(key)
    return key
