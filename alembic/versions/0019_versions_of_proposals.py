"""versions of proposals."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
ROLES = ("visitor", "participant", "member", "delegate", "facilitator", "adviser", "operator")
REFUSAL = "a sealed version is never changed"
STAYS = ("version_id", "position", "clause_id", "number", "language", "hash", "revision_id")
# Words that may not be kept are blanked, and nothing else is ever changed; the hash stays and shows it.
CHANGED = " OR ".join(
    [*(f"NEW.{column} <> OLD.{column}" for column in STAYS), "NEW.text <> ''", "NEW.heading <> ''"]
)
# On SQLite a later step that makes these tables anew (batch_alter_table) must make these anew as well.
SQLITE = [
    f"CREATE TRIGGER {name} BEFORE {act} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for name, act in (
        ("version_is_never_changed", "UPDATE ON version"),
        ("version_is_never_deleted", "DELETE ON version"),
        ("version_clause_is_never_changed", f"UPDATE ON version_clause WHEN {CHANGED}"),
        ("version_clause_is_never_deleted", "DELETE ON version_clause"),
    )
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
    """,
    *(
        f"CREATE TRIGGER {name} BEFORE {act} EXECUTE FUNCTION refuse_change_of_version()"
        for name, act in (
            ("version_is_never_changed", "UPDATE OR DELETE OR TRUNCATE ON version FOR EACH STATEMENT"),
            ("version_clause_is_never_deleted", "DELETE OR TRUNCATE ON version_clause FOR EACH STATEMENT"),
            ("version_clause_is_never_changed", f"UPDATE ON version_clause FOR EACH ROW WHEN ({CHANGED})"),
        )
    ),
]


def text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def key(table: str, column: str, to: str, to_column: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{to_column}"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    roles = sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", text(64), nullable=False),
        sa.Column("title", text(150), nullable=False),
        sa.Column("language", text(20), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.Column("sealed_as", roles, nullable=False),
        key("version", "proposal_id", "proposal"),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_version_proposal_id_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
    )
    op.create_index(op.f("ix_version_proposal_id"), "version", ["proposal_id"])
    op.create_table(
        "version_clause",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", text(120), nullable=False),
        sa.Column("text", text(2000), nullable=False),
        sa.Column("language", text(20), nullable=False),
        sa.Column("hash", text(64), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        key("version_clause", "version_id", "version"),
        key("version_clause", "clause_id", "clause"),
        key("version_clause", "revision_id", "revision", "comment_id"),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_version_clause")),
    )
    for column in ("clause_id", "revision_id"):
        op.create_index(op.f(f"ix_version_clause_{column}"), "version_clause", [column])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("version_clause")
    op.drop_table("version")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_version()")
