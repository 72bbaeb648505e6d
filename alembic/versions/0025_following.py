"""following."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0025"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
FOLLOWED = ("space", "consultation", "proposal", "clause")
ONE = " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in FOLLOWED) + " = 1"
KINDS = (
    "proposal-begun",
    "version-sealed",
    "clause-taken-out",
    "clause-put-back",
    "decision-put",
    "decision-agreed",
    "decision-declined",
    "decision-lapsed",
    "proposal-answered",
    "promise-made",
    "promise-kept",
    "promise-not-kept",
    "evidence-added",
    "source-removed",
    "suggestion-accepted",
    "suggestion-rejected",
)
NAMED = re.compile(r"(?:[^.]+\. )?Proposal (?P<proposal>\d{1,9})(?:, clause (?P<clause>\d{1,9}))?[.,]")


@contextmanager
def record_unguarded() -> Iterator[None]:
    """The record is never changed but by this. SQLite makes the table anew, which loses what guards it."""
    kept: list[str] = []
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        found = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'act'")
        for name, sql in op.get_bind().execute(found).all():
            kept.append(sql)
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("ALTER TABLE act DISABLE TRIGGER USER")
    yield
    if not sqlite:
        op.execute("ALTER TABLE act ENABLE TRIGGER USER")
    for sql in kept:
        op.execute(sa.text(sql.replace(":", "\\:")))


def upgrade() -> None:
    op.create_table(
        "following",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=True) for name in FOLLOWED),
        sa.Column("since", MOMENT, nullable=False),
        sa.CheckConstraint(ONE, name=op.f("ck_following_one")),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_following_{name}_id_{name}")
            )
            for name in ("account", *FOLLOWED)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_following")),
        *(
            sa.UniqueConstraint("account_id", f"{name}_id", name=op.f(f"uq_following_account_id_{name}_id"))
            for name in FOLLOWED
        ),
    )
    op.create_table(
        "digest",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("told_until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_digest_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_digest")),
    )
    with record_unguarded():
        with op.batch_alter_table("act") as table:
            for name in ("proposal", "clause"):
                table.add_column(sa.Column(f"{name}_id", sa.Integer(), nullable=True))
                table.create_foreign_key(op.f(f"fk_act_{name}_id_{name}"), name, [f"{name}_id"], ["id"])
                table.create_index(op.f(f"ix_act_{name}_id"), [f"{name}_id"])
        _say_which()


def _say_which() -> None:
    """Of the acts so far, to which proposal and clause they were done: their words say it."""
    on = op.get_bind()
    numbers = on.execute(sa.text("SELECT space_id, number, id FROM proposal")).all()
    proposals = {(space, number): id for space, number, id in numbers}
    numbers = on.execute(sa.text("SELECT proposal_id, number, id FROM clause")).all()
    clauses = {(proposal, number): id for proposal, number, id in numbers}
    query = sa.text("SELECT id, space_id, words FROM act WHERE kind IN :kinds")
    acts = on.execute(query.bindparams(sa.bindparam("kinds", KINDS, expanding=True))).all()
    change = sa.text("UPDATE act SET proposal_id = :proposal, clause_id = :clause WHERE id = :act")
    for act, space, words in acts:
        found = NAMED.match(words)
        proposal = proposals.get((space, int(found["proposal"]))) if found is not None else None
        if found is not None and proposal is not None:
            clause = clauses.get((proposal, int(found["clause"] or 0)))
            on.execute(change, {"proposal": proposal, "clause": clause, "act": act})


def downgrade() -> None:
    with record_unguarded(), op.batch_alter_table("act") as table:
        for name in ("clause", "proposal"):
            table.drop_index(op.f(f"ix_act_{name}_id"))
            table.drop_constraint(op.f(f"fk_act_{name}_id_{name}"), type_="foreignkey")
            table.drop_column(f"{name}_id")
    op.drop_table("digest")
    op.drop_table("following")
