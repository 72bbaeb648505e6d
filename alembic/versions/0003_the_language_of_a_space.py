"""the language of a space."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    language = sqlmodel.sql.sqltypes.AutoString(length=20)
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", language, nullable=False, server_default="en"))
    # What was there before is in English; from now on the code says.
    with op.batch_alter_table("space") as space:
        space.alter_column("language", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.drop_column("language")
