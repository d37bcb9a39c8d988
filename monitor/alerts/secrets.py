"""What must not be told: secrets are cut out of every text that comes back from a channel."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

MASK = "***"
SHORTEST = 3
"""Characters; hiding anything shorter would hide half of every text, and protect nothing."""
_PARTS = re.compile(r"[:/]")
_ANY = re.compile(r"[][:/?&=#@]")


class Veil:
    """Hides secrets in texts: as they are, and as URLs, JSON and HTTP's Basic scheme spell them."""

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[str]) -> None:
        """Hide *secrets*; those shorter than `SHORTEST` cannot be."""
        forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _spellings(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """*text* with `MASK` for every secret in it."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def __repr__(self) -> str:
        """Nothing of what it hides."""
        return "Veil()"


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield b64encode(secret.encode()).decode()


def in_url(url: str) -> frozenset[str]:
    """
    Everything of *url* that may be a secret: all but its scheme, and its host where that is a name with a dot in it.

    Services put tokens anywhere: before the host, instead of it, in the path, among the parameters.
    """
    rest = url.partition("://")[2]
    try:
        parts = urlsplit(f"//{rest}")
    except ValueError:  # of a bracket without its other
        return frozenset({url, *filter(None, _ANY.split(rest))})
    user, at, host = parts.netloc.rpartition("@")
    found = {url, rest, user, *_PARTS.split(user), *_PARTS.split(parts.path), parts.fragment}
    found.update(value for _name, value in parse_qsl(parts.query, keep_blank_values=True))
    found.update(
        piece for piece in host.split(":") if "." not in piece and piece != "localhost" and not _is_port(piece)
    )
    if not at and "." not in host:
        found.add(host)
    return frozenset(piece for raw in found for piece in (raw, unquote(raw)) if piece)


def _is_port(text: str) -> bool:
    return text.isdecimal() and len(text) <= len("65535")
