"""
Ed25519 keys: statements that hand over from one to the next, and what verifies them (RFC 8032).

A key is known by its id: the first 16 hex digits of the SHA-256 of its 32 public bytes. It enters the record with a
*statement*, canonical JSON that the key before it has signed – the first key, and one that replaces a lost one, sign
their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from monitor.seal import canonical, days
from monitor.seal.errors import BadSeal

VERSION = 1
_ID = 16
_PUBLIC = 32


def id_of(public: bytes) -> str:
    """The id of the key with these 32 *public* bytes."""
    return sha256(public).hexdigest()[:_ID]


def pem_of(public: bytes) -> str:
    """The public key as PEM (RFC 8410), as `openssl pkeyutl -pubin -inkey` takes it."""
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(encoding, form).decode("ascii")


def is_signed(public: bytes, document: str | bytes, signature: bytes) -> bool:
    """Whether *signature* over *document* was made with the key of *public*."""
    data = document.encode() if isinstance(document, str) else document
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


class Signer:
    """A private key. It is never shown: neither its text nor an error has any of it."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        """Sign with *private*."""
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        """32 bytes."""
        self.key_id = id_of(self.public)

    def __repr__(self) -> str:
        """The id alone."""
        return f"Signer({self.key_id})"

    @classmethod
    def new(cls) -> Self:
        """One that never was before."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, pem: bytes) -> Self:
        """The key in *pem* (PKCS #8, unencrypted). Raises `BadSeal`."""
        try:
            found = serialization.load_pem_private_key(pem, None)
        except (ValueError, TypeError, UnicodeDecodeError):
            raise BadSeal("bukan kunci privat PEM tanpa sandi") from None
        if not isinstance(found, Ed25519PrivateKey):
            raise BadSeal("bukan kunci Ed25519")
        return cls(found)

    def to_pem(self) -> bytes:
        """PKCS #8, unencrypted: for a file that only its owner may read."""
        return self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def sign(self, document: str) -> bytes:
        """64 bytes; the same for the same document."""
        return self._private.sign(document.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class SealKey:
    """A public key as the record has it. Made by `introduce` or `read`."""

    statement: str
    """Canonical JSON; exactly these bytes are signed."""
    signature: bytes
    signer: str
    """The id of the key that signed the statement."""
    key_id: str
    public: bytes
    at: datetime
    """UTC: in use from then on."""
    replaces: str
    """The id of the key before it; empty for the first."""
    reason: str
    """Why the key before it could not sign; empty when it did, and for the first."""

    @property
    def pem(self) -> str:
        """The public key as PEM."""
        return pem_of(self.public)

    @classmethod
    def read(cls, statement: str, signature: bytes, signer: str) -> Self:
        """What *statement* says. Raises `BadSeal`; whether the signature is right is not asked here."""
        try:
            return cls(statement=statement, signature=signature, signer=signer, **_fields(json.loads(statement)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BadSeal("pernyataan kunci tidak dapat dibaca") from error


def _fields(said: Mapping[str, Any]) -> dict[str, Any]:
    public = bytes.fromhex(said["public"])
    if said["v"] != VERSION or len(public) != _PUBLIC or said["key"] != id_of(public):
        raise ValueError("no statement of a key")
    return {
        "key_id": said["key"],
        "public": public,
        "at": days.read(said["at"]),
        "replaces": str(said["replaces"]),
        "reason": str(said["reason"]),
    }


def introduce(
    new: Signer, at: datetime, *, before: SealKey | None, by: Signer | None = None, reason: str = ""
) -> SealKey:
    """
    The statement with which *new* takes over from *before* at *at*, signed *by* the key before it.

    Without *by* it signs its own: the first key, and one that replaces a lost one, which takes a *reason*.
    """
    statement = canonical.document(
        {
            "v": VERSION,
            "key": new.key_id,
            "public": new.public.hex(),
            "at": days.said(at),
            "replaces": "" if before is None else before.key_id,
            "reason": reason,
        }
    )
    signer = by or new
    return SealKey.read(statement, signer.sign(statement), signer.key_id)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The public keys of a record, oldest first, and which of them vouch for each other."""

    keys: tuple[SealKey, ...]

    def __getitem__(self, key_id: str) -> SealKey:
        """The key *key_id*; raises `KeyError`."""
        return next((key for key in self.keys if key.key_id == key_id), None) or _missing(key_id)

    def __contains__(self, key_id: str) -> bool:
        """Whether it is among them."""
        return any(key.key_id == key_id for key in self.keys)

    def place(self, key_id: str) -> int:
        """Where it stands, from 0; raises `KeyError`."""
        return self.keys.index(self[key_id])

    def flaws(self) -> Iterable[str]:
        """What is wrong with the succession, in Indonesian, by key; nothing when each was handed over rightly."""
        before: SealKey | None = None
        for key in self.keys:
            if why := _flaw(key, before):
                yield f"kunci {key.key_id}: {why}"
            before = key

    def lost(self) -> Iterable[SealKey]:
        """Keys that replaced one that could not sign any more: people must vouch for them."""
        return (key for key in self.keys[1:] if key.signer == key.key_id)


def _missing(key_id: str) -> SealKey:
    raise KeyError(key_id)


def _flaw(key: SealKey, before: SealKey | None) -> str:
    if key.replaces != ("" if before is None else before.key_id):
        return "tidak menyambung kunci sebelumnya"
    is_own = key.signer == key.key_id
    if before is not None and is_own and not key.reason:
        return "tidak disahkan kunci sebelumnya"
    if not is_own and (before is None or key.signer != before.key_id):
        return "disahkan kunci yang bukan kunci sebelumnya"
    public = key.public if is_own or before is None else before.public
    return "" if is_signed(public, key.statement, key.signature) else "tanda tangan pernyataannya salah"
