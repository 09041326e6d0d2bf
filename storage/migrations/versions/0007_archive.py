"""Archive: the histories of what has ended, and what is not archived yet"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = (
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
CLOSED = {"case_file": "stage", "grievance": "leg"}


def upgrade() -> None:
    """A table and two empty columns; a worker of the last release may run beside it. What was closed before is archived too, as
    far as the engine still has its history."""
    op.create_table(
        "history",
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["file.digest"]),
        sa.PrimaryKeyConstraint("workflow", "place"),
    )
    op.create_index("ix_history_gone", "history", ["ended_at", "workflow"], postgresql_where=sa.text("run IS NULL"))
    for table, column in CLOSED.items():
        op.add_column(table, sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        where = sa.text(f"{column} = 'closed' AND archived_at IS NULL")
        op.create_index(f"ix_{table}_unarchived", table, ["changed_at", "number"], postgresql_where=where)
    _allow(*BEFORE, "not_archived")


def downgrade() -> None:
    """The archived files stay in the folder; which they are is forgotten."""
    op.execute("DELETE FROM trouble WHERE kind = 'not_archived'")
    _allow(*BEFORE)
    for table in CLOSED:
        op.drop_index(f"ix_{table}_unarchived", table_name=table)
        op.drop_column(table, "archived_at")
    op.drop_table("history")


def _allow(*kinds: str) -> None:
    op.drop_constraint("troublekind", "trouble", type_="check")
    op.create_check_constraint("troublekind", "trouble", sa.column("kind").in_(kinds))
