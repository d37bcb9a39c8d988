"""Values to try the rules of access on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.access.people import Token
from monitor.access.roles import Scope

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def token(*scopes: Scope, **changes: Any) -> Token:
    """The token `siem`."""
    values: dict[str, Any] = {"name": "siem", "digest": b"d" * 32, "created": NOW, **changes}
    return Token(scopes=frozenset(scopes or {Scope.READ}), **values)
