"""Incidents, the outbox, maintenance, marks, exhibits, what checks remember, and the feed of changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add tables and two indexes; no row that is there is touched."""
    op.create_index("ix_finding_opened_at", "finding", ["opened_at"])
    op.create_index("ix_finding_resolved_at", "finding", ["resolved_at"])
    _incidents()
    _members_and_events()
    _outbox()
    _acts()
    _exhibits()
    _memory()
    _feed()


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")


def _incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("cause_kind", sa.Text, nullable=False),
        sa.Column("cause_value", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("resolved_at", sa.BigInteger),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("notices", sa.Integer, nullable=False),
        sa.Column("channels", sa.Text, nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger),
        sa.Column("acknowledged_by", sa.Text, nullable=False),
        sa.Column("assignee", sa.Text, nullable=False),
        sa.Column("flaps", sa.Integer, nullable=False),
        sa.Column("held_until", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_incident"),
    )
    op.create_index("ix_incident_resolved_at", "incident", ["resolved_at"])


def _members_and_events() -> None:
    op.create_table(
        "incident_finding",
        sa.Column("incident", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("finding_id", serial, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("joined_at", sa.BigInteger, nullable=False),
        sa.Column("left_at", sa.BigInteger),
        sa.Column("state", sa.SmallInteger),
        sa.Column("causes", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("incident", "finding_id", name="pk_incident_finding"),
        sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_incident_finding_incident"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_incident_finding_finding_id"),
    )
    op.create_index("ix_incident_finding_finding_id", "incident_finding", ["finding_id"])
    op.create_table(
        "incident_event",
        sa.Column("id", serial, nullable=False),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kodes", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_event"),
        sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_incident_event_incident"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_event_incident_id", "incident_event", ["incident", "id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", serial, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("order_key", sa.Text, nullable=False),
        sa.Column("incident", sa.Integer),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("claimed_until", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_channel_state_id", "outbox", ["channel", "state", "id"])
    waiting = sa.text("settled_at IS NULL")
    for name, columns in (
        ("ix_outbox_due", ["channel", "due_at", "id"]),
        ("ix_outbox_order", ["channel", "order_key", "id"]),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=waiting, postgresql_where=waiting)


def _acts() -> None:
    op.create_table(
        "maintenance",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("start_at", sa.BigInteger, nullable=False),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_maintenance"),
    )
    op.create_table(
        "mark",
        sa.Column("id", serial, nullable=False),
        sa.Column("finding_id", serial, nullable=False),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_mark"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_mark_finding_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mark_finding_id", "mark", ["finding_id"])


def _exhibits() -> None:
    op.create_table(
        "exhibit_body",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_exhibit_body"),
    )
    op.create_table(
        "exhibit",
        sa.Column("id", serial, nullable=False),
        sa.Column("target_id", sa.Integer, nullable=False),
        sa.Column("check_id", sa.SmallInteger, nullable=False),
        sa.Column("finding_id", serial),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("capped", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exhibit"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_exhibit_target_id"),
        sa.ForeignKeyConstraint(["check_id"], ["check_kind.id"], name="fk_exhibit_check_id"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_exhibit_finding_id"),
        sa.ForeignKeyConstraint(["digest"], ["exhibit_body.digest"], name="fk_exhibit_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exhibit_target_id_id", "exhibit", ["target_id", "id"])
    for column in ("finding_id", "at", "digest"):
        op.create_index(f"ix_exhibit_{column}", "exhibit", [column])


def _memory() -> None:
    op.create_table(
        "memory",
        sa.Column("target_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("check_id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("target_id", "check_id", name="pk_memory"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_memory_target_id"),
        sa.ForeignKeyConstraint(["check_id"], ["check_kind.id"], name="fk_memory_check_id"),
    )


def _feed() -> None:
    op.create_table(
        "feed_cursor",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("change_id", serial, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_feed_cursor"),
    )
