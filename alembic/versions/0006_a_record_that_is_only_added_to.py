"""a record that is only added to."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

REFUSAL = "the record is only added to"
# On SQLite a later step that makes the table anew (batch_alter_table) must make these anew as well.
SQLITE = [
    f"CREATE TRIGGER act_is_never_{word} BEFORE {act} ON act BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for act, word in (("UPDATE", "changed"), ("DELETE", "deleted"))
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER act_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON act
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()
    """,
]


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER act_is_never_changed")
        op.execute("DROP TRIGGER act_is_never_deleted")
    else:
        op.execute("DROP TRIGGER act_is_never_changed ON act")
        op.execute("DROP FUNCTION refuse_change_of_record()")
