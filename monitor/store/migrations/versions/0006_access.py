"""Who may do what, and what was done: accounts, sessions, API tokens, the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add tables; no row that is there is touched."""
    _people()
    _tokens()
    _trail()


def downgrade() -> None:
    """Refuse: a record for audits is never thrown away by a command."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("disabled_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("name", name="pk_account"),
    )
    op.create_table(
        "login_session",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_login_session"),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_login_session_account"),
    )
    op.create_index("ix_login_session_account", "login_session", ["account"])


def _tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("name", name="pk_api_token"),
        sa.UniqueConstraint("digest", name="uq_api_token_digest"),
    )


def _trail() -> None:
    op.create_table(
        "audit",
        sa.Column("id", serial, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
