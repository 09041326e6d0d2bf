"""Troubles that the liveness probe finds, and when it looked"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    "queue_unserved",
    "task_failing",
    "activity_retrying",
    "register_down",
    "channel_refusing",
    "role_vacant",
    "missed_timer",
    "behind",
    "file_ahead",
    "workflow_gone",
    "workflow_without_file",
    "unstarted",
    "database_down",
    "engine_down",
)


def upgrade() -> None:
    """New tables only: programs of the last release do not know them and need not."""
    op.create_table(
        "trouble",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_check_constraint("troublekind", "trouble", sa.column("kind").in_(KINDS))
    op.create_index(
        "ux_trouble_open",
        "trouble",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_index(
        "ix_trouble_untold",
        "trouble",
        ["number"],
        unique=False,
        postgresql_where=sa.text("NOT told AND number IS NOT NULL"),
    )
    op.create_index("ix_trouble_seen", "trouble", ["found_at"], unique=False)
    op.create_table(
        "look",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """What was found is found again."""
    op.drop_table("look")
    op.drop_table("trouble")
