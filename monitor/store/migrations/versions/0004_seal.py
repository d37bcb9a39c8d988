"""The seal: a chain over the days of the record, and the keys it was signed with."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; no row that is there is touched."""


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")
