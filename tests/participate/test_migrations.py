"""Migrations: every step goes up, down and up again without losing a row, and ends at the tables in code.

Going down to before the first migration drops everything, so no row can be equal there: for that step the
structure is compared. Every later step must keep every row of the tables it does not make.
"""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime
from sqlmodel import SQLModel

import deliberation.tables  # noqa: F401  every table registers itself
from deliberation.searching.published import COLUMNS
from participate import migrations
from participate.migrations import configuration, differs, downgrade, upgrade
from tests.databases import Template, copy_of_template, empty_database, migrated_database, template
from tests.populate import populate, row_counts, rows_of, structure

SCRIPTS = list(reversed(list(ScriptDirectory.from_config(configuration("sqlite:///x")).walk_revisions())))
STEPS = [(script.down_revision or "base", script.revision) for script in SCRIPTS]


def test_there_is_one_line_of_migrations_from_the_first_to_the_newest() -> None:
    assert [after for after, _ in STEPS] == ["base", *(revision for _, revision in STEPS[:-1])]


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_step_goes_up_down_and_up_on_a_populated_copy(kind: str, before: str, after: str) -> None:
    url = empty_database(kind) if before == "base" else at(kind, before)
    check_step(url, before, after)


def at(kind: str, revision: str) -> str:
    """The address of a new database at this migration, without rows."""
    return copy_of_template(template_at(kind, revision))


def template_at(kind: str, revision: str) -> Template:
    """Each is made of the one before it, by one step."""
    below = {after: before for before, after in STEPS}[revision]
    of = None if below == "base" else template_at(kind, below)
    return template(kind, f"at_{revision}", partial(upgrade, revision=revision), of=of)


def check_step(url: str, before: str, after: str) -> None:
    kept: dict[str, int] = {}
    if before != "base":
        kept = populate(url)
        assert min(kept.values()) > 0
    below = structure(url)
    upgrade(url, after)
    above = structure(url)
    assert {table: rows for table, rows in row_counts(url).items() if table in kept} == kept
    full = populate(url, seed=2)
    assert min(full.values()) > 0
    downgrade(url, before)
    assert structure(url) == below
    lower = row_counts(url)
    assert lower == {table: full[table] for table in lower}
    upgrade(url, after)
    assert structure(url) == above
    upper = row_counts(url)
    assert upper == {table: full[table] if table in lower else 0 for table in upper}


PLANTED = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", {newest!r}


def upgrade() -> None:
    {extra}
    with op.batch_alter_table("space") as space:
        space.add_column(sa.Column("motto", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("space") as space:
        space.drop_column("motto")
"""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Add a migration after the newest that changes a table on which most others hang."""

    def plant(extra: str) -> None:
        copy = tmp_path / "alembic"
        shutil.copytree(migrations.SCRIPTS, copy, ignore=shutil.ignore_patterns("__pycache__"))
        text = PLANTED.format(newest=STEPS[-1][1], extra=extra)
        (copy / "versions" / "9999_planted.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(migrations, "SCRIPTS", copy)

    return plant


def test_a_planted_step_that_changes_a_table_under_others_keeps_their_rows(
    database_url: str, plant: Callable[[str], None]
) -> None:
    plant("pass")
    check_step(database_url, STEPS[-1][1], "9999")


def test_a_planted_step_that_loses_rows_is_found(database_url: str, plant: Callable[[str], None]) -> None:
    plant("op.execute('DELETE FROM vote')")
    with pytest.raises(AssertionError, match="vote"):
        check_step(database_url, STEPS[-1][1], "9999")


def test_the_newest_migration_has_every_table_and_takes_rows_in_each(database_url: str) -> None:
    counts = populate(database_url, rows=6)
    assert set(counts) == set(SQLModel.metadata.tables)
    assert set(counts.values()) == {6}


def test_the_newest_migration_is_what_the_tables_in_code_say(database_url: str) -> None:
    populate(database_url)
    assert differs(database_url) is None


def test_a_table_that_code_alone_knows_is_noticed(database_url: str) -> None:
    downgrade(database_url, "base")
    assert differs(database_url) is not None


def test_every_constraint_has_a_name(database_url: str) -> None:
    for table, parts in structure(database_url).items():
        assert parts["primary key"]["name"] == f"pk_{table}"
        for kind, prefix in (("foreign keys", "fk_"), ("unique", "uq_"), ("checks", "ck_")):
            for constraint in parts[kind]:
                assert f'"name": "{prefix}' in constraint, f"{table}: {constraint}"


def test_no_column_holds_a_time_without_its_zone() -> None:
    times = 0
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if isinstance(getattr(column.type, "impl", column.type), DateTime):
                times += 1
                assert type(column.type).__name__ == "UTCDateTime", f"{table.name}.{column.name}"
    assert times > 0


def test_postgresql_keeps_every_time_with_its_zone() -> None:
    url = migrated_database("postgresql")
    types = [
        (table, column, kind)
        for table, parts in structure(url).items()
        for column, (kind, _nullable) in parts["columns"].items()
        if "TIME" in kind
    ]
    assert types
    assert [found for found in types if found[2] != "TIMESTAMP WITH TIME ZONE"] == []


def test_what_was_there_before_the_index_is_in_it(kind: str) -> None:
    url = at(kind, "0025")
    populate(url, rows=6)
    upgrade(url)
    check_index(url)


def test_tables_that_are_rebuilt_under_the_index_go_on_being_in_it(
    database_url: str, plant: Callable[[str], None]
) -> None:
    populate(database_url, rows=3)
    plant(REBUILT)
    upgrade(database_url)
    populate(database_url, rows=3, seed=2)
    check_index(database_url)


REBUILT = """
    for name, column in (("comment", "heading"), ("statement", "text"), ("proposal", "title")):
        with op.batch_alter_table(name) as table:
            table.alter_column(column, existing_type=sa.String(), nullable=True)
"""


def check_index(url: str) -> None:
    """What the triggers and the migration put into the index is what the view says is published."""
    kept, said = (
        rows_of(url, f"SELECT {COLUMNS} FROM {name} ORDER BY kind, subject_id")
        for name in ("search_passage", "search_published")
    )
    assert kept == said
    assert {row[0] for row in kept} >= {"space", "consultation", "proposal"}
