"""votes on clauses."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0023"
down_revision: str | None = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()


def text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def document() -> sa.types.TypeEngine[object]:
    return sa.JSON().with_variant(JSONB(astext_type=sa.Text()), "postgresql")


def key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def pk(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    with op.batch_alter_table("votable") as table:
        table.alter_column("consultation_id", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "clause_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("hash", text(64), nullable=False),
        key("clause_question", "id", "votable"),
        key("clause_question", "clause_id", "clause"),
        pk("clause_question", "id"),
        sa.UniqueConstraint("clause_id", "hash", name=op.f("uq_clause_question_clause_id_hash")),
    )
    op.create_table(
        "clause_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("content", document(), nullable=False),
        key("clause_result", "proposal_id", "proposal"),
        pk("clause_result", "id"),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_clause_result_proposal_id_number")),
    )
    op.create_table(
        "clause_basis",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("history", document(), nullable=False),
        sa.Column("signature", text(200), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        key("clause_basis", "proposal_id", "proposal"),
        pk("clause_basis", "proposal_id"),
    )
    op.create_table(
        "frozen_group",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("opinion_group", sa.Integer(), nullable=False),
        sa.Column("result", sa.Integer(), nullable=False),
        key("frozen_group", "participant_id", "participant"),
        key("frozen_group", "consultation_id", "consultation"),
        pk("frozen_group", "participant_id", "consultation_id"),
    )
    op.create_index(op.f("ix_frozen_group_consultation_id"), "frozen_group", ["consultation_id"])


def downgrade() -> None:
    for name in ("frozen_group", "clause_basis", "clause_result", "clause_question"):
        op.drop_table(name)
    # Below this step only statements are voted on, and every votable lies in a consultation.
    op.execute(
        "UPDATE votable SET consultation_id = (SELECT min(id) FROM consultation)"
        " WHERE consultation_id IS NULL"
    )
    with op.batch_alter_table("votable") as table:
        table.alter_column("consultation_id", existing_type=sa.Integer(), nullable=False)
