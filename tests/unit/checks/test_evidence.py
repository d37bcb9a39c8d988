"""Facts become evidence that is JSON, and the same facts the same evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.checks.evidence import evidence
from monitor.model import Severity


@dataclass(frozen=True)
class Inner:
    name: str
    seen: datetime = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Facts:
    inner: tuple[Inner, ...] = (Inner("a"),)
    digest: bytes = b"\x00\xff"
    words: frozenset[str] = frozenset({"b", "a"})
    age: timedelta = timedelta(minutes=5)
    severity: Severity = Severity.HIGH
    by_name: dict[int, Inner | None] = field(default_factory=lambda: {1: None})
    odd: object = complex(1, 2)


def test_every_kind_of_leaf_has_its_form() -> None:
    assert evidence(Facts()) == {
        "inner": [{"name": "a", "seen": "2026-11-24T01:05:00+00:00"}],
        "digest": "00ff",
        "words": ["a", "b"],
        "age": 300.0,
        "severity": "tinggi",
        "by_name": {"1": None},
        "odd": "(1+2j)",
    }


def test_evidence_is_json() -> None:
    assert json.loads(json.dumps(evidence(Facts()))) == evidence(Facts())
