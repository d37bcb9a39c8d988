"""Public keys as DKIM publishes them; made once, the private halves thrown away."""

from __future__ import annotations

import base64


def _element(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def rsa(bits: int, *, wrapped: bool = True) -> str:
    """Base64 of an RSA key whose modulus has *bits* bits (of no use: it is no product of primes)."""
    modulus = ((1 << bits) - 1).to_bytes(bits // 8 + 1, "big")
    modulus = modulus if bits % 8 == 0 else modulus.lstrip(b"\0")
    key = _element(0x30, _element(0x02, modulus) + _element(0x02, b"\1\0\1"))
    if wrapped:
        algorithm = _element(0x30, _element(0x06, bytes.fromhex("2a864886f70d010101")) + b"\x05\0")
        key = _element(0x30, algorithm + _element(0x03, b"\0" + key))
    return base64.b64encode(key).decode()


ED25519 = base64.b64encode(bytes(range(32))).decode()
EC = base64.b64encode(
    _element(0x30, _element(0x30, _element(0x06, bytes.fromhex("2a8648ce3d0201"))) + _element(0x03, b"\0\4"))
).decode()
