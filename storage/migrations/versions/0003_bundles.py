"""Bundles: their definitions, and the cases of their items"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ENDINGS = (
    "granted",
    "refused",
    "not_required",
    "not_accepted",
    "resubmit",
    "withdrawn",
    "supplement_lapsed",
    "promise_lapsed",
)
SOURCES = ("file", "paper", "register")


def upgrade() -> None:
    """Columns are added with a default: a worker of the last release may still write the rows it knows."""
    op.add_column("definition", sa.Column("kind", sa.String(40), nullable=False, server_default="item"))
    _words("definition", "definitionkind", "kind", ("item", "bundle"))
    op.add_column("case_file", sa.Column("bundle", sa.String(), sa.ForeignKey("case_file.number")))
    op.add_column("case_file", sa.Column("part", sa.String()))
    op.add_column("case_file", sa.Column("parts", JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")))
    op.create_index("ix_case_file_bundle", "case_file", ["bundle"], postgresql_where=sa.text("bundle IS NOT NULL"))
    _other_words("case_file", "ending", "ending", (*ENDINGS, "partly_granted"))
    _other_words("material", "materialsource", "source", (*SOURCES, "result"))


def downgrade() -> None:
    """Refused by the database while there are bundles, or cases that only this version knows how to read."""
    _other_words("material", "materialsource", "source", SOURCES)
    _other_words("case_file", "ending", "ending", ENDINGS)
    op.drop_index("ix_case_file_bundle", "case_file")
    for name in ("bundle", "part", "parts"):
        op.drop_column("case_file", name)
    _other_words("definition", "definitionkind", "kind", ("item",))
    op.drop_column("definition", "kind")


def _other_words(table: str, name: str, column: str, words: Sequence[str]) -> None:
    op.drop_constraint(name, table, type_="check")
    _words(table, name, column, words)


def _words(table: str, name: str, column: str, words: Sequence[str]) -> None:
    op.create_check_constraint(name, table, sa.column(column).in_(words))
