"""What findings of several checks show in the same words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from monitor.net.facts import Certificate

MAX_NAMES = 10


def certificate(seen: Certificate, now: datetime) -> dict[str, Any]:
    """The detail of a finding about *seen*: holder, issuer, dates, whole days left (negative once over), digest."""
    return {
        "holder": seen.subject,
        "names": list(seen.names[:MAX_NAMES]),
        "issuer": seen.issuer,
        "not_before": seen.not_before.isoformat(),
        "not_after": seen.not_after.isoformat(),
        "days": (seen.not_after - now) // timedelta(days=1),
        "sha256": seen.sha256,
    }
