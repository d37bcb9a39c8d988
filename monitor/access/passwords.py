"""Passwords, by argon2id (RFC 9106); the only module that knows the library."""

from __future__ import annotations

import re

import argon2

from monitor.access.people import BadAccount

SHORTEST, LONGEST = 12, 256
"""Characters of a password."""
_HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1, hash_len=32, salt_len=16)
"""RFC 9106 §4's second choice, on one lane: a login must not take every core from the visits."""
_ENCODED = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{16,90}\$[A-Za-z0-9+/]{20,90}"
)
_MOST_MEMORY, _MOST_TIME = 1024 * 1024, 20
_LONGEST_ENCODED = 250


def require_good(password: str) -> str:
    """*password* when it may be one. Raises `BadAccount`, never with any of it."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadAccount(f"kata sandi harus {SHORTEST} sampai {LONGEST} huruf; pakai kalimat yang mudah Anda ingat")
    if len(set(password)) < 5 or not password.isprintable():  # noqa: PLR2004
        raise BadAccount("kata sandi terlalu seragam atau memuat huruf yang tidak dapat dicetak")
    return password


def encode(password: str) -> str:
    """The salted hash of *password*, with its parameters. About a tenth of a second, 64 MiB; blocks."""
    return _HASHER.hash(password)


def is_right(encoded: str, password: str) -> bool:
    """Whether *encoded* was made of *password*; False for what is no such hash. Blocks as long."""
    try:
        return _HASHER.verify(encoded, password[: LONGEST + 1])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def is_outdated(encoded: str) -> bool:
    """Whether *encoded* was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(encoded)


def require_encoded(text: str) -> str:
    """*text* when it is a hash of ours that costs no more than is sane. Raises `BadAccount`."""
    match = _ENCODED.fullmatch(text) if len(text) <= _LONGEST_ENCODED else None
    if match is None or not (8 <= int(match[1]) <= _MOST_MEMORY and 1 <= int(match[2]) <= _MOST_TIME):  # noqa: PLR2004
        raise BadAccount("bukan kata sandi yang disandikan argon2id")
    return text
