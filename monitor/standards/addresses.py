"""Domain names and mail addresses inside records: what may stand where."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def is_domain(text: str) -> bool:
    """Whether *text* is a domain name of at least two labels, in ASCII, a final dot allowed (RFC 1035 §2.3.1)."""
    name = text.removesuffix(".")
    top = name.rpartition(".")[2]
    return _DOMAIN.fullmatch(name) is not None and not top.isdigit()


def is_mail_address(text: str) -> bool:
    """Whether *text* is `local@domain` with an unquoted local part (RFC 5321 §4.1.2)."""
    local, at, domain = text.rpartition("@")
    return bool(at) and len(local) <= 64 and _LOCAL.fullmatch(local) is not None and is_domain(domain)  # noqa: PLR2004


def mailto_address(uri: str) -> str | None:
    """The one address of a `mailto:` URI (RFC 6068), or None."""
    scheme, colon, rest = uri.partition(":")
    address = unquote(rest.partition("?")[0])
    return address if colon and scheme.lower() == "mailto" and is_mail_address(address) else None


def https_host(uri: str) -> str | None:
    """The host of an `https:` URI, or None when it is none."""
    try:
        parts = urlsplit(uri)
        usable = parts.scheme == "https" and bool(parts.hostname) and not re.search(r"[\s\x00-\x1f\x7f]", uri)
    except ValueError:
        return None
    return parts.hostname if usable else None
