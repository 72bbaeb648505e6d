"""reports and undone acts."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "identifying",
                "abusive",
                "danger",
                "unlawful",
                "off-topic",
                "other",
                name="reportreason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "decided", name="reportstate", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name=op.f("ck_report_decided")),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name=op.f("fk_report_act_id_act")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_report_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_report_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_statement_id"), ["statement_id"], unique=False)
        batch_op.create_index(
            "uq_report_open",
            ["consultation_id", "about", "by"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("one_key", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.add_column(sa.Column("was", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True))

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("same_as", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("redacted", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("as_written", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    # What was there before is the code's to fill in from now on, and counts as read.
    with op.batch_alter_table("account") as account:
        account.alter_column("one_key", server_default=None)
    with op.batch_alter_table("statement") as statement:
        statement.alter_column("redacted", server_default=None)
        statement.create_check_constraint("same_as", "same_as IS NULL OR state = 'removed'")
        statement.create_check_constraint("as_written", "as_written IS NULL OR redacted")
    op.execute("UPDATE statement SET read_at = created_at WHERE state <> 'pending'")


def downgrade() -> None:
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_statement_as_written"), type_="check")
        batch_op.drop_constraint(op.f("ck_statement_same_as"), type_="check")
        batch_op.drop_column("read_at")
        batch_op.drop_column("as_written")
        batch_op.drop_column("redacted")
        batch_op.drop_column("same_as")

    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_column("was")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("one_key")

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_report_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_report_statement_id"))

    op.drop_table("report")
