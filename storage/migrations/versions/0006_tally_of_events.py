"""Metrics: in which order events came on file, and what was counted of them"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """A column that fills itself in, for a worker of the last release too. What is on file already has none and is counted once,
    by the first process that counts; so nothing is rewritten here."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("event_filed", data_type=sa.BigInteger)))
    op.add_column("case_event", sa.Column("filed", sa.BigInteger(), nullable=True))
    op.execute("ALTER TABLE case_event ALTER COLUMN filed SET DEFAULT nextval('event_filed')")
    op.create_index("ix_case_event_filed", "case_event", ["filed"], postgresql_where=sa.text("filed IS NOT NULL"))
    op.create_table(
        "tally",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "kind", "detail"),
    )
    op.create_table(
        "tallied",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_failed", "delivery", ["channel"], postgresql_where=sa.text("state = 'failed'"))


def downgrade() -> None:
    """The counts go; they can be made again from the events."""
    op.drop_index("ix_delivery_failed", table_name="delivery")
    op.drop_table("tallied")
    op.drop_table("tally")
    op.drop_index("ix_case_event_filed", table_name="case_event")
    op.drop_column("case_event", "filed")
    op.execute(sa.schema.DropSequence(sa.Sequence("event_filed")))
