"""The asset register: every change of an asset, hosts that are not listed, and what was decided about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add tables; no row that is there is touched."""
    _changes()
    _candidates()


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")


def _changes() -> None:
    op.create_table(
        "asset_change",
        sa.Column("id", serial, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("target_id", sa.Integer, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asset_change"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_asset_change_target_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asset_change_at", "asset_change", ["at"])
    columns = ["target_id", "field", "source", "id"]
    op.create_index("ix_asset_change_target_id_field_source_id", "asset_change", columns)


def _candidates() -> None:
    op.create_table(
        "asset_sighting",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("target_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("host", "target_id", "way", name="pk_asset_sighting"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_asset_sighting_target_id"),
    )
    op.create_table(
        "asset_judgement",
        sa.Column("id", serial, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("stand", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asset_judgement"),
        sqlite_autoincrement=True,
    )
