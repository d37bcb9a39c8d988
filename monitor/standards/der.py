"""As much of DER (X.690) as it takes to see how long an RSA key is."""

from __future__ import annotations

_SEQUENCE, _INTEGER, _BIT_STRING, _OID = 0x30, 0x02, 0x03, 0x06
_RSA = bytes.fromhex("2a864886f70d010101")
_LONG = 0x80


class _Malformed(Exception):
    pass


def rsa_bits(key: bytes) -> int | None:
    """Bits of the modulus in *key*, a SubjectPublicKeyInfo (RFC 5280 §4.1) or an RSAPublicKey (RFC 8017); else None."""
    try:
        first, rest = _value(key, _SEQUENCE)
        if rest:
            return None
        modulus = _modulus(first) if first[:1] == bytes([_INTEGER]) else _modulus(_wrapped(first))
    except _Malformed:
        return None
    return modulus.bit_length() or None


def _wrapped(info: bytes) -> bytes:
    """The content of the RSAPublicKey inside a SubjectPublicKeyInfo."""
    algorithm, rest = _value(info, _SEQUENCE)
    name, _parameters = _value(algorithm, _OID)
    bits, _nothing = _value(rest, _BIT_STRING)
    if name != _RSA or bits[:1] != b"\0":
        raise _Malformed
    return _value(bits[1:], _SEQUENCE)[0]


def _modulus(key: bytes) -> int:
    modulus, rest = _value(key, _INTEGER)
    _value(rest, _INTEGER)  # the exponent has to be there
    number = int.from_bytes(modulus, "big", signed=True)
    if number <= 0:
        raise _Malformed
    return number


def _value(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the element of type *tag* that *data* starts with, and what follows it."""
    if len(data) < 2 or data[0] != tag:  # noqa: PLR2004 – type and length
        raise _Malformed
    length, start = data[1], 2
    if length >= _LONG:
        count = length - _LONG
        start += count
        if not 1 <= count <= 4 or len(data) < start:  # noqa: PLR2004 – no key needs more
            raise _Malformed
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise _Malformed
    return data[start : start + length], data[start + length :]
