"""Supervisors' lists: the most urgent open cases of a unit, and of the city, without looking at the others"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OPEN = sa.text("stage <> 'closed'")


def upgrade() -> None:
    """Indexes of open cases alone. Who writes waits until they are made: 2 s for 250,000 open cases among 1.25 million.

    The index that they make needless goes with a later migration: to drop it takes a lock that readers wait for as well, and
    taken behind the one of making an index it can come to a deadlock with those who read and then write.
    """
    op.create_index("ix_case_file_urgent", "case_file", ["due_day", "number"], postgresql_where=OPEN)
    op.create_index("ix_case_file_urgent_of", "case_file", ["unit", "due_day", "number"], postgresql_where=OPEN)


def downgrade() -> None:
    """Back to the index of the release before, which is still there."""
    op.drop_index("ix_case_file_urgent_of", table_name="case_file")
    op.drop_index("ix_case_file_urgent", table_name="case_file")
