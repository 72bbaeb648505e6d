"""Agree is +1 in exports, unless their files declare otherwise; a contradiction is refused, not guessed."""

from pathlib import Path

import pytest

from deliberation.opinion.polis_export import ExportError, PolisExport, read_export

# Worked out by hand: people 0 and 1 want more benches, 2 does not; 0 is against fewer, 1 passes.
BENCHES = [(0, 0, 1), (1, 0, 1), (2, 0, -1), (0, 1, -1), (1, 1, 0)]


def votes_of(export: PolisExport) -> list[tuple[int, int, int]]:
    votes = export.votes
    return list(zip(votes.participant_ids, votes.statement_ids, votes.values, strict=True))


def test_a_declared_turned_sign_is_turned_back_and_said(data: Path) -> None:
    export = read_export(data / "polis" / "turned-sign")
    assert votes_of(export) == BENCHES
    assert export.warnings == ("The export declares agree = -1, so its votes were turned round.",)


@pytest.mark.parametrize(
    "row", ["vote-convention,agree=-1;disagree=+1;pass=0", "vote_convention, pass=0; disagree=1;agree=-1"]
)
def test_the_summary_can_declare_the_sign_as_well(turned_export: Path, row: str) -> None:
    (turned_export / "summary.csv").write_text(f"topic,Benches\n{row}\n")
    assert votes_of(read_export(turned_export)) == BENCHES


def test_the_usual_declaration_changes_nothing(data: Path, changed_export) -> None:
    usual = "vote-convention,agree=+1;disagree=-1;pass=0;format=polis-export/1"
    folder = changed_export("summary.csv", "voters,4", usual)
    assert read_export(folder) == read_export(data / "polis" / "town-square")


def test_votes_that_contradict_the_counts_are_refused_until_the_sign_is_declared(turned_export: Path) -> None:
    with pytest.raises(ExportError) as refused:
        read_export(turned_export)
    assert str(refused.value).startswith(
        "votes.csv, column vote: comments.csv counts 2 statements with agree and disagree the other way round"
    )
    assert "Add the row `vote-convention,agree=-1;disagree=+1;pass=0` to summary.csv" in str(refused.value)

    (turned_export / "summary.csv").write_text("topic,Benches\nvote-convention,agree=1;disagree=-1;pass=0\n")
    export = read_export(turned_export)
    assert votes_of(export) == [(person, statement, -value) for person, statement, value in BENCHES]
    assert [warning for warning in export.warnings if "the declared sign was used" in warning]


def test_missing_vote_rows_show_in_the_counts(changed_export) -> None:
    export = read_export(changed_export("votes.csv", "1600000010000,x,7,0,1\n", ""))
    assert [w for w in export.warnings if "for 1 of 6 statements, so rows may be missing" in w]


TWO_WAYS = (
    '{"vote-convention": "agree=1;disagree=-1;pass=0", "vote": {"agree": -1, "disagree": 1, "pass": 0}}'
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            '{"vote": {"agree": 1, "disagree": 1, "pass": 0}}',
            "key vote: found agree, disagree, pass as '1', '1'",
        ),
        ('{"vote-convention": "agree is 1"}', "key vote-convention: found agree, disagree, pass as an empty"),
        ('{"vote": "agree"}', "format.json, key vote: found"),
        (TWO_WAYS, "format.json, key vote-convention says agree = +1; format.json, key vote says agree = -1"),
        ('{\n"vote": ', "format.json, line 2: not readable as JSON"),
        ("[]", "format.json, line 1: found no JSON object"),
        ("[" * 200_000, "format.json: not readable as JSON"),
    ],
    ids=["one sign for both", "no pairs", "no object", "two ways", "cut off", "a list", "too deep"],
)
def test_a_declaration_that_cannot_be_read_is_refused(turned_export: Path, content: str, says: str) -> None:
    (turned_export / "format.json").write_text(content)
    with pytest.raises(ExportError) as refused:
        read_export(turned_export)
    assert says in str(refused.value)
