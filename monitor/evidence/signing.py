"""What the bundle asks of whoever keeps the keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


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


Verifier = Callable[[bytes, bytes, bytes], bool]
"""(public key in PEM, signature, message) → whether the signature is the key's; False for a key that is none."""
