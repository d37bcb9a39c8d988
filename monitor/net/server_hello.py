"""What a server answers to a ClientHello, read from its bytes until it encrypts; any bytes at all are understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

MAX_FLIGHT = 128 * 1024
"""Bytes of handshake messages that are taken in; chains longer than that are no chains."""
MAX_RECORD = 16 * 1024 + 2048
"""Bytes of one record (RFC 5246 §6.2.3)."""

_ALERT, _HANDSHAKE = 21, 22
_SERVER_HELLO, _CERTIFICATE, _KEY_EXCHANGE, _DONE, _STATUS = 2, 11, 12, 14, 22
_LAST_IN_THE_CLEAR = 0x0303
"""TLS 1.2: after it everything behind the hello is encrypted."""
_WARNING = 1
_SCT, _VERSIONS = 18, 43
_NAMED_CURVE = 3
_OCSP = 1
_RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
"""The random of a HelloRetryRequest: SHA-256 of that word (RFC 8446 §4.1.3)."""
_ELLIPTIC, _FINITE = ("TLS_ECDHE_", "TLS_ECDH_anon"), ("TLS_DHE_", "TLS_DH_anon")

_ALERTS: Mapping[int, str] = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
    40: "handshake_failure", 42: "bad_certificate", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied",
    50: "decode_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 90: "user_canceled", 109: "missing_extension", 110: "unsupported_extension",
    112: "unrecognized_name", 116: "certificate_required", 120: "no_application_protocol",
}  # fmt: skip
_CURVES: Mapping[int, str] = {
    19: "secp192r1", 21: "secp224r1", 22: "secp256k1", 23: "secp256r1", 24: "secp384r1", 25: "secp521r1",
    29: "x25519", 30: "x448",
}  # fmt: skip


class Kind(StrEnum):
    """How a server answered."""

    NOTHING = "nothing"
    """Not a whole message yet."""
    HELLO = "hello"
    ALERT = "alert"
    ODD = "odd"
    """Not TLS."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's first flight, as far as it was read."""

    kind: Kind = Kind.NOTHING
    version: int = 0
    """Chosen, as the wire has it: 0x0303…"""
    suite: int = 0
    retry: bool = False
    """A HelloRetryRequest: the version is accepted, our key share was not."""
    alert: int = 0
    chain: tuple[bytes, ...] = ()
    """DER, as served; empty under TLS 1.3, which encrypts it."""
    staple: bytes = b""
    scts: int = 0
    group: str = ""
    group_bits: int = 0
    """Of a finite-field Diffie-Hellman."""
    done: bool = False
    """Everything that comes in the clear was read."""

    @property
    def alert_name(self) -> str:
        """IANA's name of the alert."""
        return _ALERTS.get(self.alert, f"alert {self.alert}")


class _Cut(Exception):
    """A length points beyond the end."""


class _Bytes:
    """A cursor over received bytes."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise _Cut
        taken, self._at = self._data[self._at : end], end
        return taken

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width))

    def vector(self, width: int) -> _Bytes:
        return _Bytes(self.take(self.number(width)))

    def rest(self) -> bytes:
        return self.take(len(self._data) - self._at)


class Reader:
    """Takes the bytes as they come; `reply` is what they have said so far."""

    __slots__ = ("_messages", "_name_of", "_records", "_whole", "reply")

    def __init__(self, name_of: Callable[[int], str], *, whole: bool = False) -> None:
        """Read as far as the hello, or the *whole* flight; *name_of* tells what key exchange a suite has."""
        self.reply = Reply()
        self._name_of = name_of
        self._whole = whole
        self._records = bytearray()
        self._messages = bytearray()

    def feed(self, data: bytes) -> bool:
        """Take *data* in; True when nothing more is to be learnt."""
        self._records += data
        for kind, payload in self._taken():
            if self._ended(kind, payload):
                return True
        return self.reply.kind is Kind.ODD

    def _taken(self) -> Iterator[tuple[int, bytes]]:
        """The whole records that have come (RFC 5246 §6.2.1)."""
        while len(self._records) >= 5:  # noqa: PLR2004 - the header
            kind, major = self._records[0], self._records[1]
            length = int.from_bytes(self._records[3:5])
            if not 20 <= kind <= 24 or major != 3 or length > MAX_RECORD:  # noqa: PLR2004
                self._odd()
                return
            if len(self._records) < 5 + length:
                return
            payload = bytes(self._records[5 : 5 + length])
            del self._records[: 5 + length]
            yield kind, payload
        if self._records and not 20 <= self._records[0] <= 24:  # noqa: PLR2004
            self._odd()

    def _odd(self) -> None:
        if self.reply.kind is Kind.NOTHING:
            self.reply = replace(self.reply, kind=Kind.ODD)
        self._records.clear()

    def _ended(self, kind: int, payload: bytes) -> bool:
        if kind == _ALERT:
            return self._alerted(payload)
        if kind != _HANDSHAKE:  # from here on it is encrypted, or nonsense
            self._odd()
            return True
        self._messages += payload
        if len(self._messages) > MAX_FLIGHT:
            self._odd()
            return True
        return any(self._read(kind, _Bytes(body)) for kind, body in self._complete())

    def _alerted(self, payload: bytes) -> bool:
        """Of a warning (RFC 5246 §7.2) nothing follows: the server goes on, or hangs up."""
        if len(payload) < 2 or self.reply.kind is Kind.HELLO:  # noqa: PLR2004
            return True
        if payload[0] == _WARNING and payload[1] != 0:
            return False
        self.reply = replace(self.reply, kind=Kind.ALERT, alert=payload[1])
        return True

    def _complete(self) -> Iterator[tuple[int, bytes]]:
        """The whole handshake messages that have come (RFC 5246 §7.4)."""
        while len(self._messages) >= 4:  # noqa: PLR2004 - the header
            length = int.from_bytes(self._messages[1:4])
            if length > MAX_FLIGHT:
                self._odd()
                return
            if len(self._messages) < 4 + length:
                return
            kind, body = self._messages[0], bytes(self._messages[4 : 4 + length])
            del self._messages[: 4 + length]
            yield kind, body

    def _read(self, kind: int, body: _Bytes) -> bool:
        """Take one message in; True when it was the last of interest."""
        if self.reply.kind is not Kind.HELLO and kind != _SERVER_HELLO:
            self._odd()
            return True
        try:
            return self._learn(kind, body)
        except _Cut:
            self._odd()
            return True

    def _learn(self, kind: int, body: _Bytes) -> bool:
        if kind == _SERVER_HELLO:
            self.reply = _hello(body)
            return not self._whole or self.reply.version > _LAST_IN_THE_CLEAR
        if kind == _CERTIFICATE:
            self.reply = replace(self.reply, chain=tuple(_vectors(body.vector(3))))
        elif kind == _STATUS and body.number(1) == _OCSP:
            self.reply = replace(self.reply, staple=body.vector(3).rest())
        elif kind == _KEY_EXCHANGE:
            self._exchange(body)
        self.reply = replace(self.reply, done=kind == _DONE)
        return self.reply.done

    def _exchange(self, body: _Bytes) -> None:
        """Of a ServerKeyExchange the group (RFC 5246 §7.4.3, RFC 8422 §5.4); what is signed does not matter here."""
        name = self._name_of(self.reply.suite)
        if name.startswith(_ELLIPTIC) and body.number(1) == _NAMED_CURVE:
            number = body.number(2)
            self.reply = replace(self.reply, group=_CURVES.get(number, f"grup {number}"))
        elif name.startswith(_FINITE):
            bits = int.from_bytes(body.vector(2).rest()).bit_length()
            self.reply = replace(self.reply, group=f"DH {bits}", group_bits=bits)


def _vectors(certificates: _Bytes) -> Iterator[bytes]:
    while certificates:
        yield certificates.vector(3).rest()


def _hello(body: _Bytes) -> Reply:
    version, random = body.number(2), body.take(32)
    body.vector(1)
    suite = body.number(2)
    body.take(1)
    extensions = dict(_extensions(body.vector(2))) if body else {}
    chosen = extensions.get(_VERSIONS, b"")
    scts = extensions.get(_SCT, b"")
    return Reply(
        kind=Kind.HELLO,
        version=int.from_bytes(chosen) if len(chosen) == 2 else version,  # noqa: PLR2004
        suite=suite,
        retry=random == _RETRY,
        scts=_count(_Bytes(scts)),
    )


def _extensions(body: _Bytes) -> Iterator[tuple[int, bytes]]:
    while body:
        kind = body.number(2)
        yield kind, body.vector(2).rest()


def _count(scts: _Bytes) -> int:
    """How many SCTs a list holds (RFC 6962 §3.3)."""
    if not scts:
        return 0
    entries, count = scts.vector(2), 0
    while entries:
        entries.vector(2)
        count += 1
    return count
