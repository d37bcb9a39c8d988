"""The first tables: targets, samples, findings, changes, transitions, evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
small_serial = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create everything; nothing is there yet."""
    _targets()
    _samples()
    _findings()
    _transitions()
    _facts()


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")


def _targets() -> None:
    op.create_table(
        "target",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kode", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("mail", sa.Text),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("criticality", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("verification", sa.Text, nullable=False),
        sa.Column("suggested_url", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("retired_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_target"),
        sa.UniqueConstraint("kode", name="uq_target_kode"),
    )
    op.create_table(
        "target_change",
        sa.Column("id", serial, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("target_id", sa.Integer, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_target_change"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_target_change_target_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_target_change_target_id", "target_change", ["target_id"])


def _samples() -> None:
    op.create_table(
        "check_kind",
        sa.Column("id", small_serial, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_kind"),
        sa.UniqueConstraint("slug", name="uq_check_kind_slug"),
    )
    op.create_table(
        "sample",
        sa.Column("target_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("check_id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.SmallInteger, nullable=False) for name in ("state", "outcome", "status", "hops")),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("dns", "connect", "tls", "ttfb", "transfer", "size", "rest")
        ),
        sa.PrimaryKeyConstraint("target_id", "check_id", "at", name="pk_sample"),
        sqlite_with_rowid=False,
    )


def _findings() -> None:
    op.create_table(
        "finding",
        sa.Column("id", serial, nullable=False),
        sa.Column("target_id", sa.Integer, nullable=False),
        sa.Column("check_id", sa.SmallInteger, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("resolved_at", sa.BigInteger),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_finding_target_id"),
        sa.ForeignKeyConstraint(["check_id"], ["check_kind.id"], name="fk_finding_check_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_finding_target_id_id", "finding", ["target_id", "id"])
    op.create_index(
        "uq_finding_open",
        "finding",
        ["target_id", "check_id", "code", "subject"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "change",
        sa.Column("id", serial, nullable=False),
        sa.Column("finding_id", serial, nullable=False),
        sa.Column("turn", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_change_finding_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_finding_id", "change", ["finding_id"])


def _transitions() -> None:
    op.create_table(
        "transition",
        sa.Column("id", serial, nullable=False),
        sa.Column("target_id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transition"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_transition_target_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transition_target_id_id", "transition", ["target_id", "id"])


def _facts() -> None:
    op.create_table(
        "fact_body",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_fact_body"),
    )
    op.create_table(
        "facts",
        sa.Column("id", serial, nullable=False),
        sa.Column("target_id", sa.Integer, nullable=False),
        sa.Column("check_id", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_facts_target_id"),
        sa.ForeignKeyConstraint(["check_id"], ["check_kind.id"], name="fk_facts_check_id"),
        sa.ForeignKeyConstraint(["digest"], ["fact_body.digest"], name="fk_facts_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_facts_target_id_check_id_id", "facts", ["target_id", "check_id", "id"])
