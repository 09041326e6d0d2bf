"""Supervision: posts, visits, findings, cards, grievances, alarms, monthly reports"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """New tables, and a column without a default: a worker of the last release writes the rows it knows as before."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("grievance_serial")))
    op.execute(sa.schema.CreateSequence(sa.Sequence("visit_serial")))
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_alarm_open", "alarm", ["kind", "unit"], unique=False, postgresql_where=sa.text("cleared_at IS NULL")
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "report",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", "place", "method"),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_person", "absence", ["person"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("substitute", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_post_of", "post", ["unit", "role", "since"], unique=False)
    op.create_index("ix_post_person", "post", ["person"], unique=False)
    op.create_table(
        "card",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "colour",
            sa.Enum("warning", "yellow", "red", name="colour", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rules_version", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("item_code", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("clock", sa.String(), nullable=True),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_by", sa.String(), nullable=True),
        sa.Column("appeal", sa.String(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"],
            ["case_file.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_card_given", "card", ["unit", "given_at"], unique=False)
    op.create_index("ix_card_number", "card", ["number"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("item_code", sa.String(), nullable=True),
        sa.Column("item_name", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("logged_by", sa.String(), nullable=False),
        sa.Column("contact", JSONB(), nullable=True),
        sa.Column("query_code", sa.String(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("objection", sa.String(), nullable=True),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"],
            ["case_file.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_visit_open", "visit", ["answer_by"], unique=False, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("ix_visit_unit", "visit", ["unit"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "shortcoming",
            sa.Enum(
                "not_told_once",
                "not_taken",
                "not_finished",
                "difficult",
                name="shortcoming",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("visit", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("item_code", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("clock", sa.String(), nullable=True),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.Column("grievance", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"],
            ["case_file.number"],
        ),
        sa.ForeignKeyConstraint(
            ["visit"],
            ["visit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_finding_found_at", "finding", ["found_at"], unique=False)
    op.create_index("ix_finding_grievance", "finding", ["grievance"], unique=False)
    op.create_index("ix_finding_number", "finding", ["number"], unique=False)
    op.create_index(
        "ix_finding_open",
        "finding",
        ["unit", "found_at"],
        unique=False,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "grievance",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("query_code", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("hotline_order", sa.String(), nullable=True),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("item_code", sa.String(), nullable=True),
        sa.Column("item_name", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("window_unit", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("grounds", ARRAY(sa.Text()), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("reporter", JSONB(), nullable=True),
        sa.Column("reported_by", sa.String(), nullable=True),
        sa.Column("start", JSONB(), nullable=False),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar_version", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "leg",
            sa.Enum(
                "classification",
                "approval",
                "transfer",
                "answer",
                "feedback",
                "return_visit",
                "review",
                "notification",
                "closed",
                name="leg",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "klass",
            sa.Enum(
                "simple", "complex", "very_complex", name="class", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column(
            "ending",
            sa.Enum(
                "settled", "excluded", name="grievanceending", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("waiting_for", ARRAY(sa.Text()), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("conclusion", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clocks", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"],
            ["case_file.number"],
        ),
        sa.ForeignKeyConstraint(
            ["finding"],
            ["finding.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("hotline_order"),
    )
    op.create_index("ix_grievance_case_number", "grievance", ["case_number"], unique=False)
    op.create_index(
        "ix_grievance_open",
        "grievance",
        ["window_unit", "leg"],
        unique=False,
        postgresql_where=sa.text("leg <> 'closed'"),
    )
    op.create_index("ix_grievance_received_at", "grievance", ["received_at"], unique=False)
    op.create_index("ix_grievance_reported_by", "grievance", ["reported_by"], unique=False)
    op.create_index("ix_grievance_unit", "grievance", ["unit"], unique=False)
    op.create_index(
        "ix_grievance_unstarted", "grievance", ["changed_at"], unique=False, postgresql_where=sa.text("seq = 0")
    )
    op.create_table(
        "grievance_event",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", JSONB(), nullable=True),
        sa.Column("article", sa.String(), nullable=True),
        sa.Column("papers", ARRAY(sa.Text()), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["grievance.number"],
        ),
        sa.PrimaryKeyConstraint("number", "seq"),
    )
    op.create_index("ix_grievance_event_kind", "grievance_event", ["kind"], unique=False)
    op.add_column("notice", sa.Column("attention", sa.String(), nullable=True))
    op.drop_constraint("notice_number_fkey", "notice", type_="foreignkey")
    op.create_index(
        "ix_case_event_trouble",
        "case_event",
        ["at"],
        postgresql_where=sa.text(
            "kind IN ('limit_passed', 'breach_found', 'task_transferred', 'pause_overrun', 'lateness_withdrawn')"
        ),
    )
    op.create_index(
        "ix_task_watched",
        "task",
        ["number", "step"],
        postgresql_where=sa.text("state = 'open' AND step IN ('extend', 'order')"),
    )
    op.create_index(
        "ix_clock_late",
        "clock",
        ["number"],
        postgresql_include=["key", "due_at"],
        postgresql_where=sa.text("state = 'running' AND passed"),
    )
    op.create_index(
        "ix_clock_standing",
        "clock",
        ["number", "key"],
        postgresql_include=["started_at"],
        postgresql_where=sa.text("state = 'running' AND key IN ('hearing', 'hearing_request', 'supplement')"),
    )
    op.create_index(
        "ix_task_open",
        "task",
        ["number", "opened_at"],
        postgresql_include=["step", "role", "unit", "assignee"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_case_event_acts",
        "case_event",
        ["number", "at"],
        postgresql_where=sa.text("by IS NOT NULL AND kind NOT IN ('urged', 'ordered')"),
    )
    op.create_index(
        "ix_clock_to_come", "clock", ["due_at"], postgresql_where=sa.text("state = 'running' AND NOT passed")
    )


def downgrade() -> None:
    """Refused by the database while there are papers of other files than cases."""
    for name, table in (
        ("ix_clock_to_come", "clock"),
        ("ix_case_event_acts", "case_event"),
        ("ix_task_open", "task"),
        ("ix_clock_standing", "clock"),
        ("ix_clock_late", "clock"),
        ("ix_task_watched", "task"),
        ("ix_case_event_trouble", "case_event"),
    ):
        op.drop_index(name, table_name=table)
    op.create_foreign_key("notice_number_fkey", "notice", "case_file", ["number"], ["number"])
    op.drop_column("notice", "attention")
    op.drop_index("ix_grievance_event_kind", table_name="grievance_event")
    op.drop_table("grievance_event")
    op.drop_index("ix_grievance_unstarted", table_name="grievance", postgresql_where=sa.text("seq = 0"))
    op.drop_index("ix_grievance_unit", table_name="grievance")
    op.drop_index("ix_grievance_reported_by", table_name="grievance")
    op.drop_index("ix_grievance_received_at", table_name="grievance")
    op.drop_index("ix_grievance_open", table_name="grievance", postgresql_where=sa.text("leg <> 'closed'"))
    op.drop_index("ix_grievance_case_number", table_name="grievance")
    op.drop_table("grievance")
    op.drop_index("ix_finding_open", table_name="finding", postgresql_where=sa.text("withdrawn_at IS NULL"))
    op.drop_index("ix_finding_number", table_name="finding")
    op.drop_index("ix_finding_grievance", table_name="finding")
    op.drop_index("ix_finding_found_at", table_name="finding")
    op.drop_table("finding")
    op.drop_index("ix_visit_unit", table_name="visit")
    op.drop_index("ix_visit_open", table_name="visit", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("visit")
    op.drop_index("ix_card_number", table_name="card")
    op.drop_index("ix_card_given", table_name="card")
    op.drop_table("card")
    op.drop_index("ix_post_person", table_name="post")
    op.drop_index("ix_post_of", table_name="post")
    op.drop_table("post")
    op.drop_index("ix_absence_person", table_name="absence")
    op.drop_table("absence")
    op.drop_table("report")
    op.drop_table("person")
    op.drop_index("ix_alarm_open", table_name="alarm", postgresql_where=sa.text("cleared_at IS NULL"))
    op.drop_table("alarm")
    op.execute(sa.schema.DropSequence(sa.Sequence("visit_serial")))
    op.execute(sa.schema.DropSequence(sa.Sequence("grievance_serial")))
