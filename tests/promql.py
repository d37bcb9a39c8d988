"""PromQL as far as tests need it: which metrics an expression names, and Grafana's variables put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs" / "metrics.md"
_ENDS = ("bucket", "count", "sum")

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'")
_BRACES = re.compile(r"\{[^{}]*\}")
_RANGE = re.compile(r"\[[^\[\]]*\]")
_LABELS = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)")
_OFFSET = re.compile(r"\boffset\s+-?\w+")
_NAME = re.compile(r"(?<![\w:.$])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")
_WORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan", "by", "without", "on", "ignoring"})
_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)")


def metrics_of(expr: str) -> frozenset[str]:
    """The metrics (and recorded series) that *expr* names."""
    bare = _STRING.sub("", expr)
    for noise in (_BRACES, _RANGE, _LABELS, _OFFSET):
        bare = noise.sub(" ", bare)
    return frozenset(name for name in _NAME.findall(bare) if name.lower() not in _WORDS)


def variables_of(text: str) -> frozenset[str]:
    """The variables of Grafana that *text* names, without the sign."""
    return frozenset(long or short for long, short in _VARIABLE.findall(text))


def filled(expr: str, values: Mapping[str, str]) -> str:
    """*expr* with its variables replaced by *values*. Raises `KeyError` for one that has none."""
    return _VARIABLE.sub(lambda match: values[match[1] or match[2]], expr)


def documented() -> frozenset[str]:
    """The names of series that docs/metrics.md promises."""
    rows = re.findall(r"^\| `(\w+)` \| (gauge|counter|histogram) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    plain = {name for name, kind in rows if kind != "histogram"}
    return frozenset(plain | {f"{name}_{end}" for name, kind in rows if kind == "histogram" for end in _ENDS})
