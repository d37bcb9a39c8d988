"""Response times as a histogram that adds up: small enough to keep for years, exact to 2.5 %."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Self

GROWTH = 1.05
"""Each bucket is this much wider than the one before: a value is told as the middle of its bucket."""
ERROR = math.sqrt(GROWTH) - 1
"""The largest relative error of a median or percentile: 2.5 %."""
_LOG = math.log(GROWTH)
_MAX_BUCKETS = 1024
_MEDIAN, _P95 = Fraction(1, 2), Fraction(95, 100)
_NIBBLE, _SEVEN, _MORE = 15, 0x7F, 0x80


@dataclass(frozen=True, slots=True)
class Response:
    """How long a site took to answer."""

    median: timedelta | None
    """From the look-up of its name to the last byte, over all hops; None when it never answered."""
    p95: timedelta | None
    count: int
    """Answers."""


class Responses:
    """Counts by bucket; `+=` adds another's."""

    __slots__ = ("counts",)

    def __init__(self, microseconds: Iterable[int] = ()) -> None:
        """Count *microseconds*."""
        self.counts: dict[int, int] = {}
        for value in microseconds:
            bucket = bucket_of(value)
            self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def __iadd__(self, other: Responses) -> Self:
        """Both together."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count
        return self

    def __bool__(self) -> bool:
        """Whether anything was counted."""
        return bool(self.counts)

    def add_packed(self, body: bytes | None) -> None:
        """Count what `pack` wrote. Raises `ValueError` for anything else."""
        counts = self.counts
        for bucket, count in _unpacked(body or b""):
            counts[bucket] = counts.get(bucket, 0) + count

    def pack(self) -> bytes | None:
        """
        The counts as bytes, None when there are none.

        A bucket is one byte when it lies fewer than 16 above the one before and counts fewer than 16; else a zero byte
        and both numbers, seven bits a byte, the lowest first.
        """
        packed, before = bytearray(), 0
        for bucket, count in sorted(self.counts.items()):
            step, before = bucket - before, bucket
            if step <= _NIBBLE and count <= _NIBBLE:
                packed.append(step << 4 | count)
            else:
                packed.append(0)
                packed += _varint(step) + _varint(count)
        return bytes(packed) or None

    def summary(self) -> Response:
        """Median and 95th percentile, by nearest rank."""
        total = sum(self.counts.values())
        ordered = sorted(self.counts.items())
        return Response(_at_rank(ordered, total, _MEDIAN), _at_rank(ordered, total, _P95), total)


def bucket_of(microseconds: int) -> int:
    """The bucket of a duration; what is below a microsecond counts as one."""
    return min(int(math.log(max(microseconds, 1)) / _LOG), _MAX_BUCKETS - 1)


def middle_of(bucket: int) -> int:
    """The duration, in microseconds, that stands for *bucket*: its geometric middle."""
    return round(math.exp((bucket + 0.5) * _LOG))


def _at_rank(ordered: list[tuple[int, int]], total: int, share: Fraction) -> timedelta | None:
    left = math.ceil(total * share)
    for bucket, count in ordered:
        left -= count
        if left <= 0:
            return timedelta(microseconds=middle_of(bucket))
    return None


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > _SEVEN:
        encoded.append(number & _SEVEN | _MORE)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _unpacked(body: bytes) -> Iterator[tuple[int, int]]:
    bucket, place = 0, 0
    while place < len(body):
        byte, place = body[place], place + 1
        step, count = byte >> 4, byte & _NIBBLE
        if byte == 0:
            step, place = _read(body, place)
            count, place = _read(body, place)
        bucket += step
        if count == 0 or bucket >= _MAX_BUCKETS:
            raise ValueError("not a histogram of response times")
        yield bucket, count


def _read(body: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if place >= len(body) or shift > 56:  # noqa: PLR2004 - eight bytes of seven bits: more than anybody counts
            raise ValueError("not a histogram of response times")
        byte, place = body[place], place + 1
        number |= (byte & _SEVEN) << shift
        shift += 7
        if byte < _MORE:
            return number, place
