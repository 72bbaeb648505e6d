"""`import-polis` and `analyse` at the keyboard: exit codes, words, and what they leave behind."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deliberation.spaces.consultations import everywhere
from participate import cli
from participate.db import Database
from participate.settings import demo_settings
from tests.populate import row_counts

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on a fresh migrated database, with a production installation's key."""
    monkeypatch.setenv("PARTICIPATE_DATABASE_URL", database_url)
    monkeypatch.setenv("PARTICIPATE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PARTICIPATE_SECRET_KEY", "s" * 43)

    def run(*words: Any) -> Result:
        # In a thread: an asynchronous test has a loop already, and the command starts its own.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(CliRunner().invoke, cli.cli, [str(word) for word in words]).result()

    return run


@pytest.fixture
def town(data: Path) -> Path:
    return data / "polis" / "town-square"


async def slugs(database: Database) -> list[tuple[str, str, str]]:
    async with database.reading() as session:
        return [(space.slug, held.slug, held.stage.value) for space, held in await everywhere(session)]


async def test_an_import_says_what_came_and_where_it_stands(run: Run, town: Path, database: Database) -> None:
    said = run("import-polis", town, "--space", "archive", "--title", "The square")
    assert said.exit_code == 0
    assert said.stdout == (
        "Imported 11 votes of 4 people on 7 statements, 4 of them shown, to /spaces/archive/the-square. "
        "It is an archive; the worker draws its map.\n"
    )
    assert await slugs(database) == [("archive", "the-square", "archived")]


async def test_with_open_people_can_vote(run: Run, town: Path, database: Database) -> None:
    said = run("import-polis", town, "--space", "again", "--open", "--title", "The square")
    assert "People can vote on it now" in said.stdout
    assert await slugs(database) == [("again", "the-square", "voting")]


def test_an_import_tells_what_is_odd_about_the_files_and_that_no_licence_is_known(
    run: Run, data: Path
) -> None:
    said = run("import-polis", data / "polis" / "turned-sign", "--space", "archive")
    assert "Note: The export declares agree = -1, so its votes were turned round.\n" in said.stderr
    assert "no licence is known" in said.stderr
    licensed = run("import-polis", data / "polis" / "town-square", "--space", "archive")
    assert "no licence is known" not in licensed.stderr


def test_the_same_files_again_are_said_to_change_nothing(run: Run, town: Path, database_url: str) -> None:
    run("import-polis", town, "--space", "archive", "--title", "The square")
    before = row_counts(database_url)
    said = run("import-polis", town, "--space", "archive")
    assert said.exit_code == 0
    assert "/spaces/archive/the-square: nothing has changed" in said.stdout
    assert row_counts(database_url) == before


def test_a_bad_file_is_one_sentence_and_leaves_nothing(
    run: Run, town: Path, tmp_path: Path, database_url: str
) -> None:
    before = row_counts(database_url)
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "comments.csv").write_bytes((town / "comments.csv").read_bytes())
    votes = (town / "votes.csv").read_text(encoding="utf-8")
    (folder / "votes.csv").write_text(votes.replace("1600000004000,x,1,1,1", "1600000004000,x,1,1,yes"))
    run("migrate")
    said = run("import-polis", folder, "--space", "archive")
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith(
        "Error: votes.csv, line 8, column vote: found 'yes', expected 1 (agree), 0 (pass) or -1 (disagree)."
    )
    after = row_counts(database_url)
    # The first command on a database notes down the check value of its key.
    assert {name: count for name, count in after.items() if count != before[name]} == {"installation_fact": 1}


@pytest.mark.parametrize("words", [(), ("--space",), ("--space", "archive", "--opened")])
def test_a_call_that_cannot_be_meant_is_told_so(run: Run, town: Path, words: tuple[str, ...]) -> None:
    assert run("import-polis", town, *words).exit_code == 2


def test_without_a_key_nothing_is_imported(run: Run, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARTICIPATE_SECRET_KEY")
    said = run("import-polis", town, "--space", "archive")
    assert said.exit_code == 1
    assert "PARTICIPATE_SECRET_KEY has 0 bytes" in said.stderr


async def test_where_a_demonstration_was_made_its_own_key_is_used(
    run: Run, town: Path, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.delenv("PARTICIPATE_SECRET_KEY")
    demo_settings()
    assert run("import-polis", town, "--space", "archive", "--open").exit_code == 0
    assert len(await slugs(database)) == 1


def test_an_analysis_leaves_out_what_was_removed_or_cannot_be_read(data: Path, tmp_path: Path) -> None:
    folder = data / "polis" / "town-square"
    said = CliRunner().invoke(cli.cli, ["analyse", str(folder), "--json", str(tmp_path / "one.json")])
    assert said.exit_code == 0
    document = json.loads((tmp_path / "one.json").read_bytes())
    assert document["options"]["moderated_out"] == [12, 3, 4]
    assert document["warnings"]


def test_an_analysis_says_the_topic_the_counts_and_what_most_agree_on(data: Path) -> None:
    said = CliRunner().invoke(cli.cli, ["analyse", str(data / "polis" / "town-square")])
    assert said.exit_code == 0
    assert said.stdout.startswith(
        "Should the town square be closed to cars?\n4 people cast 11 votes on 6 statements.\n"
    )
    assert "people with enough votes are too few for opinion groups" in said.stdout
    assert "Rude words" not in said.stdout


@pytest.mark.conversations
def test_an_analysis_of_a_real_conversation_names_its_groups(conversations: Path) -> None:
    said = CliRunner().invoke(cli.cli, ["analyse", str(conversations / "brexit-consensus")])
    assert said.stdout.startswith("Can there be consensus on Brexit?\n204 people cast 5,303 votes")
    assert "Group A:" in said.stdout
    assert "Group B:" in said.stdout


def test_an_analysis_of_no_folder_is_refused_in_words(tmp_path: Path) -> None:
    said = CliRunner().invoke(cli.cli, ["analyse", str(tmp_path / "nowhere")])
    assert said.exit_code == 1
    assert "not a folder, expected one with comments.csv and votes.csv" in said.stderr
    there = CliRunner().invoke(cli.cli, ["analyse", str(tmp_path), "--json", str(tmp_path / "no" / "x.json")])
    assert there.exit_code == 2
