"""The shape of `data.json`, told by the values themselves: JSON Schema 2020-12, so that it never says another thing."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any, Union, get_args, get_origin, get_type_hints

from monitor.evidence import canonical
from monitor.evidence.data import MonthData

_LEAVES: Mapping[type, Mapping[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time", "description": "ISO 8601, +07:00"},
    date: {"type": "string", "format": "date"},
    timedelta: {"type": "number", "description": "detik"},
    Fraction: {"type": "string", "pattern": r"^-?\d+/\d+$", "description": "pecahan tepat: pembilang/penyebut"},
}


def schema() -> bytes:
    """The schema's bytes."""
    known: dict[str, Any] = {}
    top = _of(MonthData, known)
    return canonical.dump({"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "$defs": known})


def _of(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    if kind in _LEAVES:
        return dict(_LEAVES[kind])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [item.value for item in kind]}
    if is_dataclass(kind):
        return _reference(kind, known)
    return _composed(kind, known)


def _reference(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in known:
        known[name] = {}  # what refers to itself finds its place taken
        hints = get_type_hints(kind)
        known[name] = {
            "type": "object",
            "properties": {field.name: _of(hints[field.name], known) for field in fields(kind)},
            "required": sorted(field.name for field in fields(kind)),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _composed(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return {"anyOf": [{"type": "null"} if part is type(None) else _of(part, known) for part in inner]}
    if origin is tuple and inner[-1] is Ellipsis:
        return {"type": "array", "items": _of(inner[0], known)}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_of(part, known) for part in inner], "items": False}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(inner[1], known)}
    raise TypeError(f"{kind} has no form in JSON")
