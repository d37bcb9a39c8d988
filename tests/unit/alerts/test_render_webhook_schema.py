"""`webhook.schema.json` says what webhooks get: every message fits it, and nothing in it is unsaid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from monitor.alerts import render
from monitor.alerts.compose import compose
from monitor.alerts.message import VERSION, Message
from monitor.incident import CauseKind, NoticeKind
from monitor.model import Audience, Severity, State
from tests.unit.alerts import affairs
from tests.unit.alerts.situations import ALERTS, CASES, OPENED

SCHEMA: dict[str, Any] = json.loads((files("monitor.alerts") / "webhook.schema.json").read_text(encoding="utf-8"))
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "null": type(None),
}  # fmt: skip
KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "required", "properties", "items", "maxItems",
    "const", "enum", "oneOf", "pattern", "minimum", "maxLength",
}  # fmt: skip
"""Keywords of JSON Schema 2020-12 that `faults` understands; the file uses no other."""


def faults(value: Any, schema: dict[str, Any], where: str = "$") -> Iterator[str]:
    """What of *value* the *schema* does not say; a field without a description of it, too."""
    assert set(schema) <= KNOWN, f"unknown keywords at {where}"
    if "$ref" in schema:
        yield from faults(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], where)
    if "oneOf" in schema:
        fits = [option for option in schema["oneOf"] if not list(faults(value, option, where))]
        if len(fits) != 1:
            yield f"{where}: {len(fits)} options fit"
    if "type" in schema and (not isinstance(value, TYPES[schema["type"]]) or isinstance(value, bool)):
        yield f"{where}: no {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{where}: not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of those named"
    yield from _faults_within(value, schema, where)


def _faults_within(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    match value:
        case str() if len(value) > schema.get("maxLength", len(value)):
            yield f"{where}: too long"
        case str() if not re.search(schema.get("pattern", ""), value):
            yield f"{where}: {value!r}"
        case list() if len(value) > schema.get("maxItems", len(value)):
            yield f"{where}: too many"
        case list():
            for place, item in enumerate(value):
                yield from faults(item, schema["items"], f"{where}[{place}]")
        case int() if value < schema.get("minimum", value):
            yield f"{where}: too small"
        case dict() if "properties" in schema:
            yield from _faults_of_fields(value, schema, where)


def _faults_of_fields(value: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    yield from (f"{where}.{name}: missing" for name in schema["required"] if name not in value)
    for name, item in value.items():
        if name in schema["properties"]:
            yield from faults(item, schema["properties"][name], f"{where}.{name}")
        else:
            yield f"{where}.{name}: unsaid"


def trial() -> Message:
    """What `monitor` sends to try a channel."""
    return Message(key="uji-1", kind=NoticeKind.TEST, at=OPENED, title="Uji", lead="Pesan uji.", audience=Audience.NOC)


MESSAGES = {
    **{name: compose(make(), ALERTS) for name, make in CASES.items()},
    **affairs.messages(),
    "uji": trial(),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_fits(name: str) -> None:
    assert list(faults(json.loads(render.webhook(MESSAGES[name])), SCHEMA)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("version", 2), ("kind", "lain"), ("at", "2026-11-24T01:05:09Z"), ("title", "x" * 121), ("sites_total", -1),
     ("incident", {}), ("sites", [{}]), ("link", None), ("novel", 1)],
)  # fmt: skip
def test_the_validator_bites(name: str, value: Any) -> None:
    document = json.loads(render.webhook(MESSAGES["turun"]))
    assert list(faults({**document, name: value}, SCHEMA))
    document.pop("key")
    assert list(faults(document, SCHEMA)) == ["$.key: missing"]


def test_the_words_are_the_models() -> None:
    said = SCHEMA["properties"]
    assert said["version"]["const"] == VERSION
    assert set(said["kind"]["enum"]) == set(NoticeKind)
    assert set(said["audience"]["enum"]) == set(Audience)
    assert SCHEMA["$defs"]["severity"]["enum"] == list(Severity)
    assert set(SCHEMA["$defs"]["incident"]["properties"]["cause"]["properties"]["kind"]["enum"]) == set(CauseKind)
    assert set(SCHEMA["$defs"]["noc_digest"]["properties"]["states"]["properties"]) == set(State)
