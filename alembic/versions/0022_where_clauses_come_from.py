"""where clauses come from."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
ROLES = ("visitor", "participant", "member", "delegate", "facilitator", "adviser", "operator")


def text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("title", text(150), nullable=False),
        sa.Column("publisher", text(150), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("address", text(500), nullable=False),
        sa.Column("file_name", text(120), nullable=False),
        sa.Column("media_type", text(60), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.CheckConstraint("(address = '') = (content IS NOT NULL)", name=op.f("ck_evidence_place")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_evidence_clause_id_clause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_clause_id"), "evidence", ["clause_id"])
    op.create_table(
        "set_aside",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("reason", text(500), nullable=False),
        sa.Column(
            "role",
            sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_set_aside_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_set_aside")),
    )


def downgrade() -> None:
    op.drop_table("set_aside")
    op.drop_table("evidence")
