"""The seal: a chain over the days of the record, and the keys it was signed with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add tables and indexes; no row that is there is touched."""
    for table in ("change", "transition", "mark", "incident_event", "target_change", "facts"):
        op.create_index(f"ix_{table}_at", table, ["at"])
    _keys()
    _seals()
    _stamps()


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")


def _keys() -> None:
    op.create_table(
        "seal_key",
        sa.Column("number", serial, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("signer", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_seal_key"),
        sa.UniqueConstraint("key_id", name="uq_seal_key_key_id"),
        sqlite_autoincrement=True,
    )


def _seals() -> None:
    op.create_table(
        "seal",
        sa.Column("height", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("height", name="pk_seal"),
        sa.UniqueConstraint("day", name="uq_seal_day"),
    )


def _stamps() -> None:
    op.create_table(
        "seal_stamp",
        sa.Column("id", serial, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seal_stamp"),
        sa.ForeignKeyConstraint(["height"], ["seal.height"], name="fk_seal_stamp_height"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_seal_stamp_height", "seal_stamp", ["height"])
