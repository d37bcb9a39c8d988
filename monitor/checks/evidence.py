"""Facts as JSON-able evidence, for every check whose facts are small and differ only when something changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any


def evidence(facts: Any) -> dict[str, Any]:
    """*facts* (a dataclass) field by field: instants in ISO 8601, durations in seconds, bytes in hex, sets sorted."""
    return {field.name: _leaf(getattr(facts, field.name)) for field in fields(facts)}


def _leaf(value: Any) -> Any:
    if is_dataclass(value):
        return evidence(value)
    if isinstance(value, Mapping):
        return {str(key): _leaf(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((_leaf(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [_leaf(item) for item in value]
    return _plain(value)


def _plain(value: Any) -> str | float | bool | None:
    match value:
        case Enum():
            return str(value.value)
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
