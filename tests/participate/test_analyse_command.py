"""`participate analyse`: its document is as the schema says, its words tell the whole story."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from clustering.screen import Flag, Kind, Screening
from participate import cli
from tests.clustering.conftest import camps_rows

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "reference" / "analysis.schema.json").read_text(encoding="utf-8"))
NOON = 1_700_000_000
KEYS = [
    "engine", "engine_version", "seed", "options", "n_participants", "n_statements", "n_votes", "n_grouped",
    "k", "groups", "consensus", "divisive", "minority_voices", "warnings",
]  # fmt: skip


@pytest.fixture
def camps(tmp_path: Path) -> Path:
    """An export of 40 people in two camps; everybody agrees with statement 12."""
    rows = [(int(person[1:]), int(statement[1:]), vote) for person, statement, vote in camps_rows()]
    return exported(tmp_path / "camps", [*rows, *((person, 12, 1) for person in range(40))])


def exported(folder: Path, rows: list[tuple[int, int, int]]) -> Path:
    folder.mkdir()
    statements = sorted({statement for _, statement, _ in rows})
    written(
        folder / "comments.csv",
        "timestamp comment-id author-id agrees disagrees moderated comment-body",
        [
            (
                NOON,
                s,
                0,
                sum(r[1:] == (s, 1) for r in rows),
                sum(r[1:] == (s, -1) for r in rows),
                1,
                f"Plan {s}.",
            )
            for s in statements
        ],
    )
    written(folder / "votes.csv", "timestamp comment-id voter-id vote", [(NOON, s, p, v) for p, s, v in rows])
    return folder


def written(path: Path, head: str, rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head.split(), *rows])


def document(folder: Path, file: Path, *options: str) -> dict[str, Any]:
    said = CliRunner().invoke(cli.cli, ["analyse", str(folder), "--json", str(file), *options])
    assert said.exit_code == 0, said.output
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result


@pytest.mark.parametrize("engine", ["default", "polis"])
def test_the_document_of_both_engines_is_as_the_schema_says(camps: Path, tmp_path: Path, engine: str) -> None:
    found = document(camps, tmp_path / "found.json", "--engine", engine, "--seed", "4")
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(found)
    assert list(found) == KEYS == SCHEMA["required"]
    assert (found["engine"], found["seed"], found["k"], found["n_statements"]) == (engine, 4, 2, 13)
    assert [group["size"] for group in found["groups"]] == [25, 15]
    assert found["consensus"][0]["statement_id"] == 12
    assert all(group["representative"] for group in found["groups"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.update(more=1),
        lambda found: found.pop("seed"),
        lambda found: found["groups"][0].update(name="A"),
        lambda found: found["consensus"][0].update(score=1.2),
    ],
)
def test_the_schema_refuses_what_is_not_so(
    camps: Path, tmp_path: Path, spoil: Callable[[dict[str, Any]], object]
) -> None:
    found = document(camps, tmp_path / "found.json", "--engine", "polis")
    spoil(found)
    assert not Draft202012Validator(SCHEMA).is_valid(found)


def test_two_processes_write_the_same_bytes(camps: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    document(camps, here)
    program = [sys.executable, "-m", "participate", "analyse", str(camps), "--json", str(there)]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True)
    assert here.read_bytes() == there.read_bytes()


def test_the_words_say_groups_shares_consensus_and_what_it_takes_to_remove_it(camps: Path) -> None:
    said = CliRunner().invoke(cli.cli, ["analyse", str(camps)]).stdout
    assert "2 groups of opinion:\n  A         25 people   62 %\n  B         15 people   38 %\n" in said
    assert "The groups explain " in said
    assert " % of what the votes predict" in said
    assert "Group A: 25 people. It stands out by this:\n" in said
    assert " % elsewhere: " in said
    assert " %) agree: 12. Plan 12. (It would take " in said
    assert " hostile participants in 100 to remove this.)" in said
    assert "The groups differ most on this" in said


def test_one_opinion_and_too_few_people_are_said_in_words(tmp_path: Path, data: Path) -> None:
    alike = exported(
        tmp_path / "alike", [(p, s, 1 if (p + s) % 9 else -1) for p in range(30) for s in range(8)]
    )
    said = CliRunner().invoke(cli.cli, ["analyse", str(alike)]).stdout
    assert "No clear groups of opinion: " in said
    assert "Group A" not in said
    few = CliRunner().invoke(cli.cli, ["analyse", str(data / "polis" / "town-square")]).stdout
    assert "people with enough votes are too few for opinion groups, which need 15." in few
    assert "No clear groups" not in few


def test_unusual_ballots_are_told_in_counts_without_ids(
    camps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = Flag(Kind.STRAIGHT, (987654,), {"people": 1}, 0.0001, 0.0003, "1 person agreed with everything.")
    monkeypatch.setattr("clustering.screen.screen", lambda _votes: Screening(40, False, (flag,)))
    told = tmp_path / "told.json"
    said = CliRunner().invoke(cli.cli, ["analyse", str(camps), "--engine", "polis", "--json", str(told)])
    warning = "Unusual ballots, counted all the same: 1 person agreed with everything."
    assert f"Note: {warning}" in said.stderr
    assert warning in json.loads(told.read_text("utf-8"))["warnings"]
    assert "987654" not in said.output + told.read_text("utf-8")


def test_an_option_is_no_name_for_the_file(camps: Path) -> None:
    said = CliRunner().invoke(cli.cli, ["analyse", str(camps), "--json", "--engine", "polis"])
    assert "the name of a FILE must follow it, not --engine" in said.stderr


def test_a_cluster_needs_parquet(camps: Path) -> None:
    said = CliRunner().invoke(cli.cli, ["analyse", str(camps), "--cluster", "tcp://127.0.0.1:1"])
    assert said.exit_code == 2
    assert "a cluster reads Parquet votes alone" in said.output


@pytest.mark.cluster
def test_parquet_votes_have_the_analysis_of_the_export(camps: Path, tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    with (camps / "votes.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(
            (int(r["voter-id"]), int(r["comment-id"]), int(r["vote"])) for r in csv.DictReader(file)
        )
    columns = dict(
        zip(("participant", "statement", "value"), map(list, zip(*rows, strict=True)), strict=True)
    )
    parquet.write_table(pyarrow.table(columns), tmp_path / "votes.parquet", row_group_size=100)
    found = document(tmp_path / "votes.parquet", tmp_path / "found.json")
    wanted = document(camps, tmp_path / "wanted.json")
    assert {**found, "warnings": 0} == {**wanted, "warnings": 0}
    said = CliRunner().invoke(cli.cli, ["analyse", str(tmp_path / "votes.parquet"), "--engine", "polis"])
    assert "Parquet votes are analysed by the default engine" in said.output
