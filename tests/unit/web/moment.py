"""When the made-up regency is looked at."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 11, 24, 1, 5, 9, tzinfo=UTC)
