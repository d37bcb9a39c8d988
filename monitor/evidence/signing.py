"""Who signs a bundle, and how a signature is checked without the record."""

from __future__ import annotations

import base64
import binascii
from typing import Protocol

from monitor.seal import keys

_PREFIX = bytes.fromhex("302a300506032b6570032100")
"""SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes (RFC 8410 §4)."""
_BEGIN, _END = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"


class Signer(Protocol):
    """Signs with the monitor's key (Ed25519, RFC 8032)."""

    @property
    def public_pem(self) -> bytes:
        """The public key: SubjectPublicKeyInfo in PEM (RFC 8410)."""

    @property
    def key_id(self) -> str:
        """The key's name, by which people compare it."""

    def sign(self, message: bytes, /) -> bytes:
        """The signature of *message*, 64 bytes; the same for the same message."""


class SealSigner:
    """Signs with the key that seals the record."""

    def __init__(self, signer: keys.Signer) -> None:
        """Sign with *signer*."""
        self._signer = signer
        self.public_pem = keys.pem_of(signer.public).encode()
        self.key_id = signer.key_id

    def sign(self, message: bytes, /) -> bytes:
        """The signature of *message*, which is UTF-8."""
        return self._signer.sign(message.decode())


def public_of(pem: bytes) -> bytes | None:
    """The 32 bytes of the Ed25519 key in *pem*; None when there is none."""
    lines = pem.decode("ascii", "replace").split()
    text = " ".join(lines)
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        return None
    try:
        found = base64.b64decode(text[len(_BEGIN) : -len(_END)].replace(" ", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found.removeprefix(_PREFIX) if found.startswith(_PREFIX) and len(found) == len(_PREFIX) + 32 else None


def key_id_of(pem: bytes) -> str:
    """The id of the key in *pem*; empty when there is none."""
    public = public_of(pem)
    return "" if public is None else keys.id_of(public)


def is_signed(pem: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* over *message* was made with the key in *pem*; False when that is no key."""
    public = public_of(pem)
    return public is not None and keys.is_signed(public, message, signature)
