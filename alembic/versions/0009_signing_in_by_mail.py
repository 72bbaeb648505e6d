"""signing in by mail."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ADDRESS = sqlmodel.sql.sqltypes.AutoString(length=254)
TIME = sqlmodel.sql.sqltypes.UTCDateTime


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cause", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("address", ADDRESS, nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("state", _one_of("waiting", "sent", "failed", name="letterstate"), nullable=False),
        sa.Column("queued_at", TIME(), nullable=False),
        sa.Column("due_at", TIME(), nullable=False),
        sa.Column("good_until", TIME(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("sent_at", TIME(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_state_due_at", ["state", "due_at"], unique=False)

    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", ADDRESS, nullable=False, server_default=""))
    op.execute(
        "UPDATE sign_in_link SET address = "
        "(SELECT account.address FROM account WHERE account.id = sign_in_link.account_id)"
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.alter_column("address", server_default=None)
        batch_op.create_index(batch_op.f("ix_sign_in_link_address"), ["address"], unique=False)
        batch_op.drop_index(batch_op.f("ix_sign_in_link_account_id"))
        batch_op.drop_constraint(op.f("fk_sign_in_link_account_id_account"), type_="foreignkey")
        batch_op.drop_column("account_id")

    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("label", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column(
                "state",
                _one_of("live", "to-replace", "replaced", name="sessionstate"),
                nullable=False,
                server_default="live",
            )
        )
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.alter_column("label", server_default=None)
        batch_op.alter_column("state", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_signed_in_sessionstate"), type_="check")
        batch_op.drop_column("state")
        batch_op.drop_column("label")

    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
    # A link for an address without an account has nobody to sign in there: it is spent, whoever it is put to.
    op.execute(
        "UPDATE sign_in_link SET used_at = expires_at "
        "WHERE used_at IS NULL AND address NOT IN (SELECT address FROM account)"
    )
    op.execute(
        "UPDATE sign_in_link SET account_id = COALESCE("
        "(SELECT id FROM account WHERE account.address = sign_in_link.address), "
        "(SELECT MIN(id) FROM account))"
    )
    op.execute("DELETE FROM sign_in_link WHERE account_id IS NULL")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.alter_column("account_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_index(batch_op.f("ix_sign_in_link_address"))
        batch_op.drop_column("address")
        batch_op.create_foreign_key(
            op.f("fk_sign_in_link_account_id_account"), "account", ["account_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_sign_in_link_account_id"), ["account_id"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_state_due_at")
    op.drop_table("outbox")
