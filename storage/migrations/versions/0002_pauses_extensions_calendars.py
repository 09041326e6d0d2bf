"""Pauses, extensions, filings, and calendars that change"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Columns are added with a default: a worker of the last release may still write the rows it knows."""
    empty = sa.text("'[]'::jsonb")
    op.add_column("case_file", sa.Column("paused_until", sa.Date()))
    op.create_index(
        "ix_case_file_calendar", "case_file", ["calendar_version"], postgresql_where=sa.text("stage <> 'closed'")
    )
    op.add_column("clock", sa.Column("calendar", sa.String()))
    op.add_column("clock", sa.Column("closing_time", sa.Time()))
    for name in ("pauses", "more", "told"):
        op.add_column("clock", sa.Column(name, JSONB(), nullable=False, server_default=empty))
    op.add_column("notice", sa.Column("addressee", sa.String()))
    op.add_column("notice", sa.Column("acknowledge_by", sa.Date()))
    op.add_column("notice", sa.Column("acknowledged_at", sa.DateTime(timezone=True)))
    op.add_column("notice", sa.Column("acknowledged_by", sa.String()))
    op.create_index(
        "ix_notice_unacknowledged",
        "notice",
        ["addressee", "acknowledge_by"],
        postgresql_where=sa.text("addressee IS NOT NULL AND acknowledged_at IS NULL"),
    )
    op.create_table(
        "calendar_notice",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String()),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_calendar_notice_year", "calendar_notice", ["year", "unit", "id"])


def downgrade() -> None:
    op.drop_table("calendar_notice")
    op.drop_index("ix_notice_unacknowledged", "notice")
    for name in ("addressee", "acknowledge_by", "acknowledged_at", "acknowledged_by"):
        op.drop_column("notice", name)
    for name in ("calendar", "closing_time", "pauses", "more", "told"):
        op.drop_column("clock", name)
    op.drop_index("ix_case_file_calendar", "case_file")
    op.drop_column("case_file", "paused_until")
