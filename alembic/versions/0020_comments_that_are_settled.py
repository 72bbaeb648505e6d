"""comments that are settled."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ROLES = ("visitor", "participant", "member", "delegate", "facilitator", "adviser", "operator")
COLUMNS = ("resolved_at", "resolved_as", "resolved_note")
ROLE_CHECK = "resolved_as IN ({})".format(", ".join(f"'{role}'" for role in ROLES))


def upgrade() -> None:
    with op.batch_alter_table("comment") as table:
        table.add_column(sa.Column("resolved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        table.add_column(sa.Column("resolved_as", sa.String(length=20), nullable=True))
        table.add_column(
            sa.Column(
                "resolved_note",
                sqlmodel.sql.sqltypes.AutoString(length=500),
                nullable=False,
                server_default="",
            )
        )
    with op.batch_alter_table("comment") as table:
        table.alter_column("resolved_note", server_default=None)
        table.create_check_constraint(
            op.f("ck_comment_resolved"), "(resolved_at IS NULL) = (resolved_as IS NULL)"
        )
        table.create_check_constraint(op.f("ck_comment_resolved_as"), ROLE_CHECK)


def downgrade() -> None:
    with op.batch_alter_table("comment") as table:
        table.drop_constraint(op.f("ck_comment_resolved"), type_="check")
        table.drop_constraint(op.f("ck_comment_resolved_as"), type_="check")
        for column in COLUMNS:
            table.drop_column(column)
