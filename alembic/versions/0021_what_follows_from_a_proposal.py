"""what follows from a proposal."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()


def text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", one_of("side", "people", "body"), nullable=False),
        sa.Column("body", text(40), nullable=True),
        sa.Column("words", text(500), nullable=False),
        sa.Column("language", text(20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", one_of("kept", "open", "kept", "not-kept"), nullable=False),
        sa.Column("report", text(500), nullable=False),
        sa.Column("report_language", text(20), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=True),
        sa.CheckConstraint("(state = 'open') = (reported_at IS NULL)", name=op.f("ck_commitment_reported")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_commitment_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_commitment_proposal_id_number")),
    )
    op.create_index(op.f("ix_commitment_proposal_id"), "commitment", ["proposal_id"])
    op.create_table(
        "proposal_answer",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("body", text(40), nullable=False),
        sa.Column("words", text(2000), nullable=False),
        sa.Column("language", text(20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_answer_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "body", name=op.f("pk_proposal_answer")),
    )


def downgrade() -> None:
    op.drop_table("proposal_answer")
    op.drop_table("commitment")
