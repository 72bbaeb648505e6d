"""words that can be moderated."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FORMS = ("comment", "suggestion", "revision")
NEW_FORMS = ("promise", "telling", "answer")
SPOKEN = {
    "commitment": {"words_id": ("words", "language"), "report_id": ("report", "report_language")},
    "proposal_answer": {"words_id": ("words", "language")},
    "earlier_answer": {"words_id": ("words", "language")},
}


@contextmanager
def triggers_kept(table: str) -> Iterator[None]:
    """SQLite makes the table anew, which loses what stands on it."""
    kept: list[str] = []
    if op.get_bind().dialect.name == "sqlite":
        found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        kept = [sql for (sql,) in op.get_bind().execute(found, {"table": table})]
    yield
    for sql in kept:
        op.execute(sa.text(sql.replace(":", "\\:")))


def let_forms(*forms: str) -> None:
    name = op.f("ck_comment_form")
    with triggers_kept("comment"), op.batch_alter_table("comment") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"form IN ({', '.join(repr(form) for form in forms)})")


def upgrade() -> None:
    with triggers_kept("discussion"), op.batch_alter_table("discussion") as table:
        table.add_column(sa.Column("proposal_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_discussion_proposal_id_proposal"), "proposal", ["proposal_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_discussion_proposal_id"), ["proposal_id"])
    let_forms(*FORMS, *NEW_FORMS)
    for name, columns in SPOKEN.items():
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.add_column(sa.Column(column, sa.Integer(), nullable=True))
                table.create_foreign_key(op.f(f"fk_{name}_{column}_comment"), "comment", [column], ["id"])


def downgrade() -> None:
    for name, columns in SPOKEN.items():
        for column, (words, language) in columns.items():
            # What an older program reads stands in the row itself again.
            length = 500 if name == "commitment" else 2000
            for into, of in ((words, f"substr(text, 1, {length})"), (language, "language")):
                op.execute(
                    f"UPDATE {name} SET {into} = (SELECT {of} FROM comment WHERE id = {name}.{column})"
                    f" WHERE {column} IS NOT NULL"
                )
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.drop_constraint(op.f(f"fk_{name}_{column}_comment"), type_="foreignkey")
                table.drop_column(column)
    op.execute(
        f"UPDATE comment SET form = 'revision' WHERE form IN ({', '.join(repr(form) for form in NEW_FORMS)})"
    )
    let_forms(*FORMS)
    with triggers_kept("discussion"), op.batch_alter_table("discussion") as table:
        table.drop_constraint(op.f("uq_discussion_proposal_id"), type_="unique")
        table.drop_constraint(op.f("fk_discussion_proposal_id_proposal"), type_="foreignkey")
        table.drop_column("proposal_id")
