"""As much of DER (X.690) as time-stamps need: written by hand, read with every length checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.seal.errors import BadSeal

BOOLEAN, INTEGER, OCTETS, NULL, OID, TIME = 0x01, 0x02, 0x04, 0x05, 0x06, 0x18
SEQUENCE, SET = 0x30, 0x31
_LONG = 0x80
_MULTIBYTE = 0x1F
_MOST_LENGTH_BYTES = 4


def tagged(tag: int, *contents: bytes) -> bytes:
    """A value of *tag* made of *contents*, one after the other."""
    content = b"".join(contents)
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + content


def integer(value: int) -> bytes:
    """A non-negative INTEGER."""
    return tagged(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    return tagged(OID, b"".join(map(_base128, (first * 40 + second, *rest))))


def _base128(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(_LONG | value & 0x7F)
    return bytes(reversed(digits))


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it was read."""

    tag: int
    content: bytes
    raw: bytes
    """With tag and length."""

    def inside(self) -> Parts:
        """The values that this one is made of."""
        return Parts(self.content)

    def expect(self, tag: int) -> Value:
        """This value, which must be of *tag*."""
        if self.tag != tag:
            raise BadSeal(f"DER: tag {self.tag:#04x} alih-alih {tag:#04x}")
        return self

    @property
    def number(self) -> int:
        """What an INTEGER says."""
        return int.from_bytes(self.expect(INTEGER).content, "big", signed=True)

    @property
    def dotted(self) -> str:
        """What an OBJECT IDENTIFIER says."""
        numbers, value = [], 0
        for byte in self.expect(OID).content:
            value = value << 7 | byte & 0x7F
            if not byte & _LONG:
                numbers.append(value)
                value = 0
        if not numbers:
            raise BadSeal("DER: OID kosong")
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


class Parts:
    """Values one after the other; raises `BadSeal` for what is no DER."""

    def __init__(self, data: bytes) -> None:
        """Read *data* from its beginning."""
        self._rest = data

    def __bool__(self) -> bool:
        """Whether anything is left."""
        return bool(self._rest)

    def next(self, tag: int | None = None) -> Value:
        """The next one, which must be of *tag* when one is given."""
        value = _first(self._rest)
        self._rest = self._rest[len(value.raw) :]
        return value if tag is None else value.expect(tag)

    def optional(self, tag: int) -> Value | None:
        """The next one if it is of *tag*."""
        return self.next() if self._rest and self._rest[0] == tag else None

    def all(self) -> Iterator[Value]:
        """Whatever is left."""
        while self:
            yield self.next()


def only(data: bytes, tag: int) -> Value:
    """The one value that *data* is."""
    parts = Parts(data)
    value = parts.next(tag)
    if parts:
        raise BadSeal("DER: ada sisa di belakang")
    return value


def _first(data: bytes) -> Value:
    if len(data) < 2 or data[0] & _MULTIBYTE == _MULTIBYTE:  # noqa: PLR2004 - a tag and a length
        raise BadSeal("DER terpotong atau bertag panjang")
    size, start = data[1], 2
    if size & _LONG:
        count = size & ~_LONG
        start += count
        if not 0 < count <= _MOST_LENGTH_BYTES or len(data) < start:
            raise BadSeal("DER: panjang tidak sah")
        size = int.from_bytes(data[2:start], "big")
        if size < _LONG or data[2] == 0:
            raise BadSeal("DER: panjang tidak ringkas")
    if len(data) < start + size:
        raise BadSeal("DER terpotong")
    return Value(data[0], data[start : start + size], data[: start + size])
