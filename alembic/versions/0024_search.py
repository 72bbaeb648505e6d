"""search.

Tables of the index alone. What fills them is made after every migration: `deliberation.searching.published`.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision: str = "0024"
down_revision: str | None = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# English words are found by their stems, all others as they are written; both without their accents.
TOKENS = {
    "search_english": "porter unicode61 remove_diacritics 2",
    "search_plain": "unicode61 remove_diacritics 2",
}
WHEN = {"search_english": "", "search_plain": "NOT "}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "search_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("english", sa.Boolean(), nullable=False),
        *([] if sqlite else [sa.Column("words", TSVECTOR(), nullable=False)]),
        sa.PrimaryKeyConstraint("id", name="pk_search_passage"),
        sa.UniqueConstraint("kind", "subject_id", name="uq_search_passage_kind_subject_id"),
    )
    if not sqlite:
        # Without a list of what is not sorted in yet: each search would read through it.
        gin = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
        op.create_index("ix_search_passage_words", "search_passage", ["words"], **gin)
        return
    for table, tokens in TOKENS.items():
        op.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5("
            f"title, text, content = 'search_passage', content_rowid = 'id', tokenize = '{tokens}')"
        )
        _keep(table)


def _keep(table: str) -> None:
    """The index is told what is put in and what is taken out, in the words that it had."""
    added = f"INSERT INTO {table} (rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text);"
    gone = (
        f"INSERT INTO {table} ({table}, rowid, title, text) VALUES ('delete', OLD.id, OLD.title, OLD.text);"
    )
    for event, row, act in (("INSERT", "NEW", added), ("DELETE", "OLD", gone)):
        op.execute(
            f"CREATE TRIGGER {table}_{event.lower()} AFTER {event} ON search_passage "
            f"WHEN {WHEN[table]}{row}.english BEGIN {act} END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TOKENS:
            op.execute(f"DROP TABLE {table}")
    op.drop_table("search_passage")
