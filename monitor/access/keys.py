"""Random secrets, what of them is kept, and what is made of them."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

PREFIX = "mtk_"
"""With which API tokens begin, so that whoever finds one knows what it is."""
_LONGEST = 200


def fresh() -> str:
    """256 random bits, in letters that a header takes."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is kept of *secret*: its SHA-256. Of 256 random bits nothing slower is needed."""
    return sha256(secret[:_LONGEST].encode("utf-8", "replace")).digest()


def csrf_of(secret: str, who: str = "") -> str:
    """What the forms of whoever holds *secret* bring along; tells nothing about it."""
    return hmac.new(secret.encode("utf-8", "replace"), f"csrf {who}".encode(), sha256).hexdigest()


def are_same(one: str, other: str) -> bool:
    """Whether they are equal, in a time that does not say how nearly."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
