"""results side by side."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.add_column("published_basis", sa.Column("kinds", document, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("published_basis") as table:
        table.drop_column("kinds")
