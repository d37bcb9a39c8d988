"""What pydantic says of a value that does not fit, in Indonesian."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from monitor.sections import format_duration

_NO_NUMBER = "{input} bukan bilangan"
_NO_INTEGER = "{input} bukan bilangan bulat"
_NO_BOOLEAN = "{input} bukan true atau false"
_NO_CHOICE = "{input} tidak dikenal; pilih dari {expected}"
_NO_NETWORK = "{input} bukan jaringan IP; tulis seperti 192.0.2.0/24"
_NO_ADDRESS = "{input} bukan alamat IP; tulis seperti 192.0.2.10"
_NO_LIST = 'bukan daftar; tulis dalam kurung siku, seperti ["satu", "dua"]'
_NO_INSTANT = "{input} bukan waktu; tulis seperti 2026-11-24T08:05:00+07:00"
_NO_TABLE = "bukan tabel; isinya ditulis sebagai kunci dan nilai"

SAID: Mapping[str, str] = {
    "missing": "belum diisi",
    "extra_forbidden": "kunci tidak dikenal",
    "string_type": "bukan teks; tulis di antara tanda petik",
    "string_too_short": "terlalu pendek; sekurangnya {min_length} huruf",
    "string_too_long": "terlalu panjang; paling banyak {max_length} huruf",
    "string_pattern_mismatch": "bentuknya tidak dikenal",
    "int_type": _NO_INTEGER,
    "int_parsing": _NO_INTEGER,
    "int_parsing_size": "{input} terlalu besar",
    "int_from_float": _NO_INTEGER,
    "float_type": _NO_NUMBER,
    "float_parsing": _NO_NUMBER,
    "decimal_type": _NO_NUMBER,
    "decimal_parsing": _NO_NUMBER,
    "finite_number": _NO_NUMBER,
    "bool_type": _NO_BOOLEAN,
    "bool_parsing": _NO_BOOLEAN,
    "greater_than": "{input} terlalu kecil; harus lebih dari {gt}",
    "greater_than_equal": "{input} terlalu kecil; sekurangnya {ge}",
    "less_than": "{input} terlalu besar; harus kurang dari {lt}",
    "less_than_equal": "{input} terlalu besar; paling banyak {le}",
    "literal_error": _NO_CHOICE,
    "enum": _NO_CHOICE,
    "path_type": "bukan nama berkas atau folder; tulis di antara tanda petik",
    "ip_v4_network": _NO_NETWORK,
    "ip_v6_network": _NO_NETWORK,
    "ip_any_network": _NO_NETWORK,
    "ip_v4_address": _NO_ADDRESS,
    "ip_v6_address": _NO_ADDRESS,
    "ip_any_address": _NO_ADDRESS,
    "time_delta_type": "bukan durasi; tulis seperti 500ms, 60s, 5m, 6h, atau 1d",
    "time_delta_parsing": "bukan durasi; tulis seperti 500ms, 60s, 5m, 6h, atau 1d",
    "date_type": "{input} bukan tanggal; tulis seperti 2026-11-24",
    "date_parsing": "{input} bukan tanggal; tulis seperti 2026-11-24",
    "date_from_datetime_parsing": "{input} bukan tanggal; tulis seperti 2026-11-24",
    "datetime_type": _NO_INSTANT,
    "datetime_parsing": _NO_INSTANT,
    "datetime_from_date_parsing": _NO_INSTANT,
    "timezone_aware": "waktu tanpa zona; tulis seperti 2026-11-24T08:05:00+07:00",
    "list_type": _NO_LIST,
    "tuple_type": _NO_LIST,
    "set_type": _NO_LIST,
    "frozen_set_type": _NO_LIST,
    "too_short": "terlalu sedikit; sekurangnya {min_length}",
    "too_long": "terlalu banyak; paling banyak {max_length}",
    "dict_type": _NO_TABLE,
    "mapping_type": _NO_TABLE,
    "model_type": _NO_TABLE,
    "model_attributes_type": _NO_TABLE,
    "json_invalid": "bukan JSON yang sah",
}
"""
The type of an error → what is said of the value.

The value itself stands only where no secret can: a password is a text, and never a number, a choice or a network.
"""
_LONGEST = 60
"""Characters of a value that are repeated."""
_SECOND_CHOICE = " or "
_SPAN = re.compile(r"(\d+) (d|h|m|s)[a-z]+")


def said(error: Mapping[str, Any]) -> str:
    """
    What *error*, one of `ValidationError.errors()`, means; a rule of our own in its own words.

    Without `input` among its items, nothing of the value is repeated.
    """
    words = SAID.get(error["type"])
    if words is None:
        return str(error["msg"]).removeprefix("Value error, ")
    parts = {name: _limit(value) for name, value in (error.get("ctx") or {}).items()}
    if expected := parts.get("expected"):
        parts["expected"] = re.sub(r"['\"]", "", expected.replace(_SECOND_CHOICE, ", "))
    return words.format_map({"expected": "yang dikenal", **parts, "input": _input(error)})


def _limit(value: object) -> str:
    """A span as the settings write it, which pydantic tells as `35 days` or `0 seconds`."""
    found = _SPAN.fullmatch(str(value).replace("datetime.timedelta(0)", "0 seconds"))
    return f"{found[1]}{found[2]}" if found else str(value)


def _input(error: Mapping[str, Any]) -> str:
    return shown(error["input"]) if "input" in error else "nilai ini"


def shown(value: object) -> str:
    """*value* as a message repeats it: its beginning between quotation marks, and nothing that steers a terminal."""
    text = format_duration(value) if isinstance(value, timedelta) else str(value)
    kept = "".join(character for character in text[:_LONGEST] if character.isprintable())
    return f"'{kept}…'" if len(text) > _LONGEST else f"'{kept}'"
