"""What pydantic says of values, in Indonesian, and never with a secret in it."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator

from monitor.misfits import SAID, said
from monitor.model import Severity
from monitor.sections import Duration, Percent

ENGLISH = re.compile(r"\b(Input|should|be|valid|value|than|or|equal|characters|days|seconds|error|unable)\b")


class _Inner(BaseModel):
    x: int = 0


class _Sample(BaseModel, extra="forbid"):
    count: int = Field(1, ge=1, le=9)
    share: Percent | None = None
    flag: bool = False
    form: Literal["satu", "dua"] = "satu"
    severity: Severity = Severity.LOW
    path: Path = Path()
    secret: SecretStr = SecretStr("")
    net: IPv4Network | None = None
    names: tuple[str, ...] = ()
    inner: _Inner = _Inner()
    every: Duration = timedelta(seconds=1)
    keep: timedelta = Field(timedelta(days=99), ge=timedelta(days=35))
    short: str = Field("", max_length=3)

    @field_validator("short")
    @classmethod
    def _ours(cls, value: str) -> str:
        if value == "xxx":
            raise ValueError("xxx tidak boleh")
        return value


def _told(**values: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        _Sample.model_validate(values)
    (error,) = refused.value.errors(include_url=False)
    return said(error)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({"count": "x"}, "'x' bukan bilangan bulat", id="no number"),
        pytest.param({"count": 1.5}, "'1.5' bukan bilangan bulat", id="a fraction"),
        pytest.param({"count": 0}, "'0' terlalu kecil; sekurangnya 1", id="below"),
        pytest.param({"count": 10}, "'10' terlalu besar; paling banyak 9", id="above"),
        pytest.param({"share": "x"}, "'x' bukan bilangan", id="no share"),
        pytest.param({"share": 0}, "'0' terlalu kecil; harus lebih dari 0", id="not above"),
        pytest.param({"flag": "x"}, "'x' bukan true atau false", id="no boolean"),
        pytest.param({"form": "tiga"}, "'tiga' tidak dikenal; pilih dari satu, dua", id="no such word"),
        pytest.param(
            {"severity": "gawat"},
            f"'gawat' tidak dikenal; pilih dari {', '.join(Severity)}",
            id="no such member",
        ),
        pytest.param({"path": 5}, "bukan nama berkas atau folder; tulis di antara tanda petik", id="no path"),
        pytest.param({"net": "x"}, "'x' bukan jaringan IP; tulis seperti 192.0.2.0/24", id="no network"),
        pytest.param({"names": "x"}, 'bukan daftar; tulis dalam kurung siku, seperti ["satu", "dua"]', id="no list"),
        pytest.param({"inner": 5}, "bukan tabel; isinya ditulis sebagai kunci dan nilai", id="no table"),
        pytest.param({"every": "0s"}, "'0s' terlalu kecil; harus lebih dari 0s", id="no time at all"),
        pytest.param({"keep": timedelta(days=1)}, "'1d' terlalu kecil; sekurangnya 35d", id="too short a time"),
        pytest.param({"short": "xxxx"}, "terlalu panjang; paling banyak 3 huruf", id="too long"),
        pytest.param({"short": "xxx"}, "xxx tidak boleh", id="a rule of our own"),
        pytest.param({"other": 1}, "kunci tidak dikenal", id="no such key"),
    ],
)
def test_a_value_that_does_not_fit(values: dict[str, Any], words: str) -> None:
    assert _told(**values) == words
    assert not ENGLISH.search(words)


def test_a_secret_is_not_repeated() -> None:
    assert "987654" not in _told(secret=987654)


def test_a_long_value_is_cut_and_cannot_steer_a_terminal() -> None:
    assert _told(count="\x1b[31m" + "9x" * 100) == f"'[31m{'9x' * 27}9…' bukan bilangan bulat"


def test_without_the_input_nothing_is_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        _Sample.model_validate({"count": "rahasia"})
    (error,) = refused.value.errors(include_url=False, include_input=False)

    assert said(error) == "nilai ini bukan bilangan bulat"


def test_every_word_of_the_table_can_be_filled() -> None:
    known = dict.fromkeys(("ge", "gt", "le", "lt", "min_length", "max_length"), 1) | {"expected": "a or b"}
    for kind in SAID:
        assert "{" not in said({"type": kind, "msg": "", "ctx": known, "input": "x"})


def test_what_nobody_has_words_for_is_told_as_it_came() -> None:
    assert said({"type": "url_parsing", "msg": "odd"}) == "odd"
