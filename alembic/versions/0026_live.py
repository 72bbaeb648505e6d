"""clauses that are written together."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0026"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()


def text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "live_text",
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("base", text(64), nullable=False),
        sa.Column("language", text(20), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_live_text_clause_id_clause")),
        sa.PrimaryKeyConstraint("clause_id", name=op.f("pk_live_text")),
    )
    op.create_table(
        "clause_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("connection", text(22), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["live_text.clause_id"], name=op.f("fk_clause_update_clause_id_live_text")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["participant.id"], name=op.f("fk_clause_update_author_id_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_update")),
        sa.UniqueConstraint("clause_id", "number", name=op.f("uq_clause_update_clause_id_number")),
    )
    op.create_index(op.f("ix_clause_update_clause_id"), "clause_update", ["clause_id"])
    op.create_index(op.f("ix_clause_update_author_id"), "clause_update", ["author_id"])
    op.create_table(
        "clause_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["live_text.clause_id"], name=op.f("fk_clause_snapshot_clause_id_live_text")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_snapshot")),
        sa.UniqueConstraint("clause_id", "through", name=op.f("uq_clause_snapshot_clause_id_through")),
    )
    op.create_index(op.f("ix_clause_snapshot_clause_id"), "clause_snapshot", ["clause_id"])
    op.create_table(
        "live_presence",
        sa.Column("connection", text(22), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("name", text(120), nullable=False),
        sa.Column("role", text(20), nullable=False),
        sa.Column("body", text(40), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_live_presence_clause_id_clause")),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_live_presence")),
    )
    op.create_index(op.f("ix_live_presence_clause_id"), "live_presence", ["clause_id"])
    op.create_index(op.f("ix_live_presence_key"), "live_presence", ["key"])


def downgrade() -> None:
    op.drop_table("live_presence")
    op.drop_table("clause_snapshot")
    op.drop_table("clause_update")
    op.drop_table("live_text")
