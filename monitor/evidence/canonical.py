"""Values as canonical JSON: one form for one value, so that equal months are equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any

from monitor import words

Json = Any
"""What `json.loads` gives."""
_SECOND = timedelta(seconds=1)


def plain(value: Any) -> Json:
    """
    *value* as JSON has it: dataclasses by field, instants in ISO 8601 at +07:00, durations in seconds, shares as "n/d".

    Raises `TypeError` for what has no such form.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return _leaf(value)


def _leaf(value: Any) -> Json:
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(words.WIB).isoformat(timespec="milliseconds" if value.microsecond else "seconds")
        case date():
            return value.isoformat()
        case timedelta():
            return value // _SECOND if not value % _SECOND else value / _SECOND
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def dump(value: Json) -> bytes:
    """*value* as UTF-8: keys sorted, two spaces in, a line feed at the end; not a number is refused."""
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def digest(value: Any) -> str:
    """SHA-256 of the canonical form of *value*, lower-case hex."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def differences(left: Json, right: Json, at: str = "") -> Iterator[tuple[str, Json, Json]]:
    """(place, left, right) of everything that differs, in order; a list of another length is one difference."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted({*left, *right}):
            yield from differences(left.get(key), right.get(key), f"{at}.{key}" if at else key)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, f"{at}[{index}]")
    elif left != right or type(left) is not type(right):
        yield at, left, right
