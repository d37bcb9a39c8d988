"""Rollups by hour and day, and months that are frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")

STATES = ("up", "degraded", "down", "unobserved")
TALLY = (*STATES, *(f"maintained_{name}" for name in STATES), "looks")


def upgrade() -> None:
    """Add tables; no row that is there is touched."""
    _coverage()
    _rollup("rollup_hour", "hour")
    _rollup("rollup_day", "day")
    _progress()
    _months()


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")


def _coverage() -> None:
    op.create_table(
        "cadence",
        sa.Column("check_id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("check_id", "at", name="pk_cadence"),
        sa.ForeignKeyConstraint(["check_id"], ["check_kind.id"], name="fk_cadence_check_id"),
    )
    op.create_table(
        "gap",
        sa.Column("target_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("start_at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("end_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("target_id", "start_at", name="pk_gap"),
        sqlite_with_rowid=False,
    )


def _rollup(name: str, unit: str) -> None:
    op.create_table(
        name,
        sa.Column("target_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column(unit, sa.Integer, autoincrement=False, nullable=False),
        *(sa.Column(column, sa.Integer, nullable=False) for column in TALLY),
        sa.Column("responses", sa.LargeBinary),
        sa.PrimaryKeyConstraint("target_id", unit, name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def _progress() -> None:
    op.create_table(
        "rolled",
        sa.Column("target_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("until_hour", sa.Integer, nullable=False),
        sa.Column("begin_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("target_id", name="pk_rolled"),
    )
    op.create_table(
        "rollup_mark",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_rollup_mark"),
    )


def _months() -> None:
    op.create_table(
        "frozen_month",
        sa.Column("id", serial, autoincrement=True, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("bundle", sa.LargeBinary(32)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_frozen_month"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_frozen_month_month", "frozen_month", ["month"])
