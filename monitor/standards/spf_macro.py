"""Macros in SPF terms (RFC 7208 §7): what may stand there, and what it becomes for one message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote

from monitor.standards.pieces import Piece

_MACRO = re.compile(r"%\{([slodiphcrtv])([0-9]*)(r?)([.\-+,/_=]*)\}", re.IGNORECASE)
_TOKEN = re.compile(r"%(?:\{[^}]*\}?|.|$)", re.DOTALL)
_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
_VISIBLE = re.compile(r"[\x21-\x7e]*")
_TOP_LABEL = re.compile(r"(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])")
_EXPLAINING = frozenset("crt")
"""Letters for explanations only (RFC 7208 §7.2)."""
LONGEST_NAME = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What macros are filled in from (RFC 7208 §7.2)."""

    sender: str
    """`local@domain`, of MAIL FROM or made of HELO."""
    domain: str
    """The domain being evaluated."""
    address: IPv4Address | IPv6Address
    helo: str
    validated: str = "unknown"
    """The client's own name, for `p`."""
    receiver: str = "unknown"
    timestamp: int = 0

    def value(self, letter: str) -> str:
        """What *letter* stands for."""
        local, _, domain = self.sender.rpartition("@")
        return {
            "s": self.sender,
            "l": local,
            "o": domain,
            "d": self.domain,
            "i": _dotted(self.address),
            "p": self.validated,
            "v": "in-addr" if self.address.version == 4 else "ip6",  # noqa: PLR2004
            "h": self.helo,
            "c": str(self.address),
            "r": self.receiver,
            "t": str(self.timestamp),
        }[letter]


def has_macro(spec: str) -> bool:
    """Whether *spec* differs from message to message."""
    return "%{" in spec


def asks_for_name(spec: str) -> bool:
    """Whether the client's validated name is needed to expand *spec*."""
    return any(match[1] in "pP" for match in _MACRO.finditer(spec))


def macro_problems(spec: Piece, *, explaining: bool = False) -> Iterator[tuple[Piece, str]]:
    """What is wrong with the macros of *spec*, and where; *explaining* allows the letters c, r and t."""
    visible = re.match(_VISIBLE, spec.text)
    if visible is not None and visible.end() < len(spec.text):
        yield spec.cut(visible.end(), visible.end() + 1), "karakter ini tidak boleh ada di sini"
    for token in spec.finds(_TOKEN):
        match = _MACRO.fullmatch(token.text)
        if match is None and token.text not in _ESCAPES:
            yield token, "makro tidak dikenal; tanda persen sendiri ditulis %%"
        elif match is not None and match[1].lower() in _EXPLAINING and not explaining:
            yield token, f"makro %{{{match[1]}}} hanya boleh dalam teks penjelasan (exp)"
        elif match is not None and match[2] and int(match[2][:9]) == 0:
            yield token, "jumlah label dalam makro harus lebih dari nol"


def ends_as_domain(spec: str) -> bool:
    """Whether *spec* ends as a domain-spec must: in a top-level label or a macro (RFC 7208 §7.1)."""
    last = [match for match in _TOKEN.finditer(spec) if match.end() == len(spec)]
    if last:
        return _MACRO.fullmatch(last[0][0]) is not None
    before, dot, top = spec.removesuffix(".").rpartition(".")
    return bool(dot) and bool(before) and _TOP_LABEL.fullmatch(top) is not None


def expand(spec: str, message: Message) -> str:
    """*spec* with its macros filled in."""
    return _TOKEN.sub(lambda token: _expanded(token[0], message), spec)


def expand_name(spec: str, message: Message) -> str:
    """*spec* as a name to look up: labels are dropped from the left until it fits (RFC 7208 §7.3)."""
    name = expand(spec, message).removesuffix(".")
    while len(name) > LONGEST_NAME and "." in name:
        name = name.partition(".")[2]
    return name.lower()


def _expanded(token: str, message: Message) -> str:
    match = _MACRO.fullmatch(token)
    if match is None:
        return _ESCAPES.get(token, token)
    letter, digits, reverse, delimiters = match.groups()
    value = message.value(letter.lower())
    if digits or reverse or delimiters:
        parts = re.split(f"[{re.escape(delimiters or '.')}]", value)
        parts = parts[::-1] if reverse else parts
        value = ".".join(parts[-int(digits[:9]) :] if digits else parts)
    return quote(value, safe="-._~") if letter.isupper() else value


def _dotted(address: IPv4Address | IPv6Address) -> str:
    return str(address) if address.version == 4 else ".".join(address.exploded.replace(":", ""))  # noqa: PLR2004
