"""What the catalogue says of each rule; the words are data, a file of `texts/` per family of codes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

FAILURES = "failures.toml"
"""The one file of `texts/` that is not about rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The words for one rule, written for the administrator of an OPD."""

    code: str
    title: str
    """What is wrong, in a few words."""
    line: str
    """One sentence; the finding's `subject` and its detail fill the placeholders."""
    why: str
    fix: str
    reference: str
    english_title: str
    english_why: str
    english_fix: str
    cases: Mapping[str, str] = field(default_factory=dict)
    """Other sentences than `line`, for findings whose detail names a `case`."""


def text(code: str) -> Entry:
    """The entry of *code*; for a code that is no longer known, one that says no more than the code."""
    return _entries().get(code) or _unknown(code)


def codes() -> frozenset[str]:
    """Every code that has an entry."""
    return frozenset(_entries())


def load(name: str) -> dict[str, Any]:
    """The tables of the file *name* of `texts/`."""
    return tomllib.loads((_texts() / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _entries() -> Mapping[str, Entry]:
    return {entry.code: entry for entry in _read()}


def _read() -> Iterator[Entry]:
    for file in _texts().iterdir():
        if file.name.endswith(".toml") and file.name != FAILURES:
            family = file.name.removesuffix(".toml")
            for condition, words in load(file.name).items():
                yield Entry(code=f"{family}.{condition}", **words)


def _texts() -> Traversable:
    return files(__package__ or "monitor.catalogue") / "texts"


def _unknown(code: str) -> Entry:
    line = f"Temuan {code.replace('{', '').replace('}', '')} pada {{subject}}."
    return Entry(
        code=code,
        title=code,
        line=line,
        why="Aturan ini sudah tidak dipakai lagi.",
        fix="Tidak ada tindakan.",
        reference="",
        english_title=code,
        english_why="This rule has been retired.",
        english_fix="Nothing to do.",
    )
