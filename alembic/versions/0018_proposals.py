"""proposals."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
ROLES = ("visitor", "participant", "member", "delegate", "facilitator", "adviser", "operator")
STATES = ("drafting", "open", "agreed", "answered", "done", "withdrawn")
KINDS = (
    "adopt-charter",
    "ratify-charter",
    "amend-charter",
    "open-consultation",
    "extend-consultation",
    "close-early",
    "change-attestation",
    "agree-proposal",
    "publish-outcome",
    "appoint-facilitator",
    "confirm-hiding",
)
NEW_KIND = "withdraw-proposal"
REPLY = "(parent_id IS NULL) = (stance IS NOT NULL)"
REPLY_NOW = "(form = 'comment' AND parent_id IS NULL) = (stance IS NOT NULL)"
FORMS = ("comment", "suggestion", "revision")


def text(length: int | None = None) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def key(table: str, column: str, to: str, to_column: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{to_column}"], name=op.f(f"fk_{table}_{column}_{to}"))


def pk(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


@contextmanager
def triggers_kept(table: str) -> Iterator[None]:
    """SQLite makes the table anew, which loses what guards it."""
    kept: list[str] = []
    if op.get_bind().dialect.name == "sqlite":
        found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        kept = [sql for (sql,) in op.get_bind().execute(found, {"table": table})]
    yield
    for sql in kept:
        op.execute(sa.text(sql.replace(":", "\\:")))


def kinds(*values: str) -> str:
    return f"kind IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("title", text(150), nullable=False),
        sa.Column("language", text(20), nullable=False),
        sa.Column("state", one_of("proposalstate", *STATES), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        key("proposal", "space_id", "space"),
        key("proposal", "consultation_id", "consultation"),
        sa.UniqueConstraint("space_id", "number", name=op.f("uq_proposal_space_id_number")),
        pk("proposal", "id"),
    )
    index("proposal", "space_id", "consultation_id")
    op.create_table(
        "co_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("name", text(120), nullable=False),
        sa.Column("role", one_of("role", *ROLES), nullable=False),
        sa.Column("body", text(40), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=True),
        key("co_author", "proposal_id", "proposal"),
        key("co_author", "author_id", "participant"),
        sa.UniqueConstraint("proposal_id", "author_id", name=op.f("uq_co_author_proposal_id_author_id")),
        pk("co_author", "id"),
    )
    index("co_author", "proposal_id", "author_id")
    op.create_table(
        "clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("taken_out_at", MOMENT, nullable=True),
        key("clause", "proposal_id", "proposal"),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_clause_proposal_id_number")),
        pk("clause", "id"),
    )
    index("clause", "proposal_id")
    with op.batch_alter_table("discussion") as table:
        table.add_column(sa.Column("clause_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_discussion_clause_id_clause"), "clause", ["clause_id"], ["id"])
        table.create_unique_constraint(op.f("uq_discussion_clause_id"), ["clause_id"])
    with op.batch_alter_table("comment") as table:
        table.add_column(sa.Column("form", one_of("form", *FORMS), nullable=False, server_default="comment"))
        table.add_column(sa.Column("heading", text(120), nullable=False, server_default=""))
        table.add_column(sa.Column("why", text(500), nullable=False, server_default=""))
        table.drop_constraint(op.f("ck_comment_reply"), type_="check")
    with op.batch_alter_table("comment") as table:
        for column in ("form", "heading", "why"):
            table.alter_column(column, server_default=None)
        table.create_check_constraint(op.f("ck_comment_reply"), REPLY_NOW)
        table.create_check_constraint(op.f("ck_comment_wording"), "form = 'comment' OR parent_id IS NULL")
    op.create_table(
        "revision",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", text(64), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=True),
        key("revision", "comment_id", "comment"),
        key("revision", "clause_id", "clause"),
        key("revision", "suggestion_id", "comment"),
        sa.UniqueConstraint("clause_id", "number", name=op.f("uq_revision_clause_id_number")),
        pk("revision", "comment_id"),
    )
    index("revision", "clause_id", "suggestion_id")
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.CheckConstraint("(statement_id IS NULL) <> (comment_id IS NULL)", name=op.f("ck_source_one")),
        key("source", "clause_id", "clause"),
        key("source", "statement_id", "statement"),
        key("source", "comment_id", "comment"),
        key("source", "added_by", "participant"),
        sa.UniqueConstraint("clause_id", "statement_id", name=op.f("uq_source_clause_id_statement_id")),
        sa.UniqueConstraint("clause_id", "comment_id", name=op.f("uq_source_clause_id_comment_id")),
        pk("source", "id"),
    )
    index("source", "clause_id", "statement_id", "comment_id", "added_by")
    op.create_table(
        "suggestion",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("state", one_of("suggestionstate", "open", "accepted", "rejected"), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_suggestion_ended")),
        key("suggestion", "comment_id", "comment"),
        key("suggestion", "clause_id", "clause"),
        key("suggestion", "base_id", "revision", "comment_id"),
        pk("suggestion", "comment_id"),
    )
    index("suggestion", "clause_id")
    op.create_table(
        "suggestion_answer",
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("side", one_of("side", "people", "body"), nullable=False),
        sa.Column("accepts", sa.Boolean(), nullable=False),
        sa.Column("reason", text(500), nullable=False),
        sa.Column("answerer", text(64), nullable=False),
        sa.Column("name", text(120), nullable=False),
        sa.Column("body", text(40), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        key("suggestion_answer", "suggestion_id", "suggestion", "comment_id"),
        pk("suggestion_answer", "suggestion_id", "side"),
    )
    _let_kinds(KINDS, (*KINDS, NEW_KIND))


def _let_kinds(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    name = op.f("ck_decision_kind")
    with triggers_kept("decision"), op.batch_alter_table("decision") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, kinds(*after))


def downgrade() -> None:
    # What an older program cannot name is kept as the nearest thing that it knows.
    guarded = op.get_bind().dialect.name
    with _unguarded(guarded):
        op.execute(f"UPDATE decision SET kind = 'agree-proposal' WHERE kind = '{NEW_KIND}'")
    _let_kinds((*KINDS, NEW_KIND), KINDS)
    for table in ("suggestion_answer", "suggestion", "source", "revision"):
        op.drop_table(table)
    with op.batch_alter_table("comment") as table:
        table.drop_constraint(op.f("ck_comment_reply"), type_="check")
        table.drop_constraint(op.f("ck_comment_wording"), type_="check")
    op.execute("UPDATE comment SET stance = 'neutral' WHERE form <> 'comment'")
    with op.batch_alter_table("comment") as table:
        table.drop_constraint(op.f("ck_comment_form"), type_="check")
        for column in ("form", "heading", "why"):
            table.drop_column(column)
        table.create_check_constraint(op.f("ck_comment_reply"), REPLY)
    with op.batch_alter_table("discussion") as table:
        table.drop_constraint(op.f("uq_discussion_clause_id"), type_="unique")
        table.drop_constraint(op.f("fk_discussion_clause_id_clause"), type_="foreignkey")
        table.drop_column("clause_id")
    for table in ("clause", "co_author", "proposal"):
        op.drop_table(table)


@contextmanager
def _unguarded(dialect: str) -> Iterator[None]:
    """An ended decision is never changed but by this: what guards it stands aside for one statement."""
    if dialect == "postgresql":
        op.execute("ALTER TABLE decision DISABLE TRIGGER USER")
        yield
        op.execute("ALTER TABLE decision ENABLE TRIGGER USER")
        return
    with triggers_kept("decision"):
        names = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'decision'")
        for (name,) in op.get_bind().execute(names).all():
            op.execute(f"DROP TRIGGER {name}")
        yield
