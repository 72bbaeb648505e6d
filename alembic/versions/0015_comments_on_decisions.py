"""comments on decisions."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0015"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
ROLES = ("visitor", "participant", "member", "delegate", "facilitator", "adviser", "operator")
WHY = ("identifying", "abusive", "danger", "unlawful", "off-topic", "other")


def text(length: int | None = None) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        "discussion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_discussion_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_discussion_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_discussion_decision_id")),
    )
    op.create_index(op.f("ix_discussion_space_id"), "discussion", ["space_id"])
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("discussion_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("text_hash", text(64), nullable=False),
        sa.Column("stance", one_of("stance", "for", "against", "neutral", "question"), nullable=True),
        sa.Column("text", text(2_000), nullable=False),
        sa.Column("language", text(20), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("name", text(120), nullable=False),
        sa.Column("role", one_of("role", *ROLES), nullable=False),
        sa.Column("body", text(40), nullable=True),
        sa.Column("state", one_of("statementstate", "pending", "published", "removed"), nullable=False),
        sa.Column("removed_for", text(40), nullable=True),
        sa.Column("removed_note", text(500), nullable=False),
        sa.Column("policy", text(60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name=op.f("ck_comment_length")),
        sa.CheckConstraint("(state = 'removed') = (removed_for IS NOT NULL)", name=op.f("ck_comment_reason")),
        sa.CheckConstraint("(parent_id IS NULL) = (stance IS NOT NULL)", name=op.f("ck_comment_reply")),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name=op.f("fk_comment_act_id_act")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["participant.id"], name=op.f("fk_comment_author_id_participant")
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"], ["discussion.id"], name=op.f("fk_comment_discussion_id_discussion")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    for column in ("discussion_id", "parent_id", "author_id"):
        op.create_index(op.f(f"ix_comment_{column}"), "comment", [column])
    op.create_table(
        "comment_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reason", one_of("reportreason", *WHY), nullable=False),
        sa.Column("words", text(500), nullable=False),
        sa.Column("by", text(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", one_of("reportstate", "open", "decided"), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decision", text(20), nullable=True),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'decided') = (decided_at IS NOT NULL)", name=op.f("ck_comment_report_decided")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name=op.f("fk_comment_report_act_id_act")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_report_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_report")),
    )
    op.create_index(op.f("ix_comment_report_comment_id"), "comment_report", ["comment_id"])
    op.create_index(
        "uq_comment_report_open",
        "comment_report",
        ["comment_id", "by"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "comment_removal",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=False),
        sa.Column("removed_by", text(64), nullable=False),
        sa.Column("appealed_at", MOMENT, nullable=True),
        sa.Column("words", text(500), nullable=False),
        sa.Column("state", one_of("appealstate", "open", "upheld", "restored", "sealed"), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(appealed_at IS NULL) = (state IS NULL)", name=op.f("ck_comment_removal_appealed")
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR appealed_at IS NOT NULL", name=op.f("ck_comment_removal_decided")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name=op.f("fk_comment_removal_act_id_act")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_removal_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_removal")),
    )
    op.create_table(
        "comment_verdict",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("side", one_of("side", "people", "body"), nullable=False),
        sa.Column("decider", text(64), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("reason", text(500), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment_removal.comment_id"],
            name=op.f("fk_comment_verdict_comment_id_comment_removal"),
        ),
        sa.PrimaryKeyConstraint("comment_id", "side", name=op.f("pk_comment_verdict")),
    )


def downgrade() -> None:
    for table in ("comment_verdict", "comment_removal", "comment_report", "comment", "discussion"):
        op.drop_table(table)
