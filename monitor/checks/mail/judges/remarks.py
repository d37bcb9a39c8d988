"""What judges say of a record that a standard does not accept."""

from __future__ import annotations

from typing import Any

from monitor.standards.linted import Level, Linted


def fault(linted: Linted[Any]) -> dict[str, Any] | None:
    """The first error in a record, as a finding's detail; None when a reader takes it as it is."""
    error = next((one for one in linted.remarks if one.level is Level.ERROR), None)
    if error is None:
        return None
    return {"reason": error.message, "position": error.position, "section": error.reference}
