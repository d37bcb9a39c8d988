"""Where a redirect leads: a Location header made absolute, read as browsers read it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

MAX_URL = 4096
"""Characters; a longer one is refused."""
_SCHEMES = frozenset({"http", "https"})
_BREAKS = re.compile(r"[\t\r\n]")
_SLASHED = re.compile(r"(https?:)?/{2,}", re.IGNORECASE)


class BadLocation(ValueError):
    """No visitor can follow this; the message says why."""


class EndlessLocation(BadLocation):
    """Longer than any real address; behind other redirects, the sign of one that only grows."""


@lru_cache(maxsize=4096)
def resolve(base: str, location: str) -> str:
    r"""
    The absolute URL that *location* means in an answer from *base* (RFC 9110 §10.2.2), without its fragment.

    Raises `BadLocation`. Backslashes and surplus slashes lead where browsers go (WHATWG URL, special schemes), or a
    redirect to `/\example.com` would look like one that stays.
    """
    reference = _BREAKS.sub("", location).strip()
    if len(reference) > MAX_URL:
        raise EndlessLocation(f"longer than {MAX_URL} characters")
    if not reference:
        raise BadLocation("empty")
    path, mark, query = reference.partition("?")
    try:
        return _checked(urlsplit(urljoin(base, _slashed(path) + mark + query)))
    except ValueError as error:
        raise BadLocation(str(error)[:200]) from error


def _slashed(path: str) -> str:
    path = path.replace("\\", "/")
    surplus = _SLASHED.match(path)
    if surplus is None:
        return path
    rest = path[surplus.end() :]
    if not rest or rest.startswith("#"):
        raise BadLocation("no host")
    return f"{surplus[1] or ''}//{rest}"


def _checked(parts: SplitResult) -> str:
    """*parts* as a URL to visit, without fragment and without anybody's password."""
    if parts.scheme not in _SCHEMES:
        raise BadLocation(f"scheme {parts.scheme[:20]!r}")
    if not parts.hostname or (parts.port is not None and not parts.port):
        raise BadLocation("no host or no port")
    authority = parts.netloc.rpartition("@")[2].lower()
    return parts._replace(netloc=authority, path=parts.path or "/", fragment="").geturl()
