"""sheets of paper."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0017"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = {
    "paper_sheet": ("key", 64),
    "paper_mark": ("mark", 64),
    "paper_day": ("day", 10),
}
"""Each has a row for a consultation and a text of this name and length."""


def upgrade() -> None:
    for table, (name, length) in TABLES.items():
        more = [sa.Column("sheets", sa.Integer(), nullable=False)] if table == "paper_day" else []
        op.create_table(
            table,
            sa.Column("consultation_id", sa.Integer(), nullable=False),
            sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=False),
            *more,
            sa.ForeignKeyConstraint(
                ["consultation_id"],
                ["consultation.id"],
                name=op.f(f"fk_{table}_consultation_id_consultation"),
            ),
            sa.PrimaryKeyConstraint("consultation_id", name, name=op.f(f"pk_{table}")),
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
