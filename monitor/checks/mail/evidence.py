"""What was seen of a mail domain, as evidence to keep: without what differs on every look."""

from __future__ import annotations

import re
from typing import Any

from monitor.checks.evidence import evidence
from monitor.checks.mail.facts import Mail

LONGEST = 120
"""Characters of a server's words."""
_NUMBERED = re.compile(r"\S*\d{4,}\S*")
"""Words that hold a date, a clock or a session's number."""
_BULK = frozenset({"der"})
_SPOKEN = frozenset({"greeting", "hello", "starttls", "refusal"})


def remember(facts: Mail) -> dict[str, Any]:
    """*facts*, but certificates without their bytes, and a server's words without what it makes up for each caller."""
    kept: dict[str, Any] = _steady(evidence(facts))
    return kept


def _steady(value: Any) -> Any:
    if isinstance(value, list):
        return [_steady(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _spoken(name, item) for name, item in value.items() if name not in _BULK}


def _spoken(name: str, value: Any) -> Any:
    if name == "greeting" and isinstance(value, dict):
        first = " ".join(value["lines"]).split()[:1]
        return {"code": value["code"], "lines": first}  # after its name a server may say what time it is
    if name in _SPOKEN and isinstance(value, dict):
        return {"code": value["code"], "lines": [_NUMBERED.sub("…", line)[:LONGEST] for line in value["lines"]]}
    if name == "failure" and isinstance(value, dict):
        return {**value, "detail": "" if value["kind"] == "timeout" else value["detail"]}
    return _steady(value)
