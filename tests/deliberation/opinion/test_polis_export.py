"""What an export says comes out the same from every style that Polis has written."""

import csv
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.opinion.polis_export import PolisExport, read_export

INVENTED = ["town-square", "town-square-2025", "turned-sign"]
WITH_ANSWERS = ["brexit-consensus", "football-concussions", "london.youth.policing"]
WITH_ANSWERS += ["scoop-biodiversity", "vtaiwan.uberx"]
Cells = dict[tuple[int, int], int]


def latest_votes_table(folder: Path) -> Cells:
    """The filled cells of the table of people and statements that Polis wrote beside the votes."""
    path = next(p for p in folder.iterdir() if p.name in ("participants-votes.csv", "participant-votes.csv"))
    with path.open(newline="", encoding="utf-8") as file:
        return {
            (int(row["participant"]), int(column)): int(cell)
            for row in csv.DictReader(file)
            for column, cell in row.items()
            if column.isdigit() and cell
        }


def cells(export: PolisExport) -> Cells:
    votes = export.votes
    table = dict(zip(zip(votes.participant_ids, votes.statement_ids, strict=True), votes.values, strict=True))
    assert len(table) == len(votes.values), "a pair appears twice"
    return table


@pytest.fixture
def town(data: Path) -> PolisExport:
    return read_export(data / "polis" / "town-square")


@pytest.mark.parametrize("name", INVENTED)
def test_latest_votes_equal_the_hand_written_table_cell_for_cell(data: Path, name: str) -> None:
    folder = data / "polis" / name
    assert cells(read_export(folder)) == latest_votes_table(folder)


@pytest.mark.conversations
@pytest.mark.parametrize("name", WITH_ANSWERS)
def test_latest_votes_equal_the_published_table_cell_for_cell(conversations: Path, name: str) -> None:
    folder = conversations / name
    assert cells(read_export(folder)) == latest_votes_table(folder)


@pytest.mark.conversations
def test_no_real_table_is_left_uncompared(conversations: Path) -> None:
    names = {path.parent.name for path in conversations.glob("*/participant*-votes.csv")}
    assert names == set(WITH_ANSWERS)


@pytest.mark.conversations
@pytest.mark.parametrize(
    ("name", "people", "statements", "rows", "votes", "longest", "over_280"),
    [
        ("london.youth.policing", 26, 39, 640, 638, 140, 0),
        ("brexit-consensus", 204, 50, 5312, 5303, 196, 0),
        ("football-concussions", 1487, 298, 14924, 14328, 500, 7),
        ("vtaiwan.uberx", 1921, 197, 49997, 49443, 184, 0),
        ("scoop-biodiversity", 536, 316, 29802, 29719, 224, 0),
        ("scoop-biodiversity-2025", 536, 316, 29802, 29719, 224, 0),
    ],
)
def test_a_real_conversation_loses_nothing(
    conversations: Path,
    name: str,
    people: int,
    statements: int,
    rows: int,
    votes: int,
    longest: int,
    over_280: int,
) -> None:
    export = read_export(conversations / name)
    lengths = [len(statement.text) for statement in export.statements]
    assert (len(set(export.votes.participant_ids)), len(lengths)) == (people, statements)
    assert (export.vote_rows, len(export.votes.values)) == (rows, votes)
    assert export.repeats_dropped == rows - votes
    assert (max(lengths), sum(length > 280 for length in lengths)) == (longest, over_280)
    assert export.statements_without_row == ()


@pytest.mark.conversations
def test_two_styles_of_one_conversation_say_the_same(conversations: Path) -> None:
    old, new = (read_export(conversations / f"scoop-biodiversity{year}") for year in ("", "-2025"))
    assert cells(old) == cells(new)
    assert [(s.external_id, s.text, s.moderated) for s in old.statements] == [
        (s.external_id, s.text, s.moderated) for s in new.statements
    ]
    assert old.statements_without_votes == new.statements_without_votes == (6, 7)
    whole = [moment.replace(microsecond=0) for moment in old.votes.cast_at]
    assert whole == list(new.votes.cast_at)


def test_votes_come_in_order_of_time_and_of_equal_times_the_later_row_stays(town: PolisExport) -> None:
    votes = town.votes
    assert list(zip(votes.participant_ids, votes.statement_ids, votes.values, strict=True)) == [
        (5, 4, -1), (5, 0, 1), (1, 1, 1), (0, 0, 1), (0, 1, -1), (1, 3, 0),
        (2, 3, 1), (1, 0, -1), (0, 7, 1), (2, 7, 0), (5, 12, -1),
    ]  # fmt: skip
    assert votes.cast_at[0] == datetime(2020, 9, 13, 12, 26, 41, tzinfo=UTC)
    assert votes.cast_at[9] == datetime(2020, 9, 13, 12, 26, 50, 500_000, tzinfo=UTC)
    assert (town.vote_rows, town.repeats_dropped) == (14, 3)


def test_the_summary_gives_topic_description_and_source(town: PolisExport) -> None:
    assert town.topic == "Should the town square be closed to cars?"
    assert town.description == "Say what you think.\n\nOne thought in each statement, please."
    assert town.url == town.source == "https://example.org/2townsquare"
    assert (town.licence, town.attribution) == ("CC BY 4.0", "Invented for tests, by nobody")


def test_statements_keep_text_author_state_and_time(town: PolisExport) -> None:
    assert [s.external_id for s in town.statements] == [0, 1, 3, 4, 7, 9]
    by_id = {s.external_id: s for s in town.statements}
    assert by_id[1].text == 'Buses first.\n\nThen bicycles, "always".'
    assert by_id[7].text == "星期日請關閉廣場。"
    assert [by_id[i].author_id for i in (0, 4, 7)] == [0, None, 5]
    assert [by_id[i].moderated for i in (0, 3, 7)] == [1, -1, 0]
    assert by_id[7].created_at == datetime(2020, 9, 13, 12, 10, 0, 123_000, tzinfo=UTC)
    assert not any(s.is_meta or s.is_seed for s in town.statements)


def test_rejected_and_empty_statements_stay_but_are_not_publishable(town: PolisExport) -> None:
    assert [s.external_id for s in town.statements if not s.publishable] == [3, 4]
    assert (5, 4) in cells(town)


@pytest.mark.parametrize("text", ["   ", "\u200b", '"\n\n"'])
def test_a_statement_without_any_visible_character_is_not_publishable(changed_export, text: str) -> None:
    export = read_export(changed_export("comments.csv", "Plant trees.", text))
    assert [s.external_id for s in export.statements if not s.publishable] == [3, 4, 9]


def test_statements_on_one_side_only_are_named(town: PolisExport) -> None:
    assert town.statements_without_row == (12,)
    assert town.statements_without_votes == (9,)


def test_warnings_say_what_an_importing_person_should_know(town: PolisExport) -> None:
    assert town.warnings == (
        "Empty statements, kept with their votes but not shown: 4.",
        "Statements with votes in votes.csv that comments.csv does not list: 12.",
        "Votes of one person on one statement that differ at the same time: 1; "
        "the later row of votes.csv was kept.",
    )


def test_a_tie_that_a_later_vote_settled_is_not_warned_of(changed_export) -> None:
    settled = "1600000003000,x,0,5,1\n1600000003001,x,0,5,0\n"
    export = read_export(changed_export("votes.csv", "1600000003000,x,0,5,1\n", settled))
    assert cells(export)[5, 0] == 0
    assert not any("at the same time" in warning for warning in export.warnings)


def test_underscores_seconds_other_order_and_more_columns_are_read_alike(data: Path) -> None:
    export = read_export(data / "polis" / "town-square-2025")
    assert [(s.external_id, s.is_meta, s.is_seed, s.author_id) for s in export.statements] == [
        (2, False, True, 0),
        (5, True, False, 8),
    ]
    assert export.votes.cast_at[0] == datetime(2023, 11, 14, 22, 13, 25, tzinfo=UTC)
    assert "card-0003" not in repr(export), "the xid can name a person"


def test_without_a_summary_the_topic_is_the_name_of_the_folder(data: Path) -> None:
    export = read_export(data / "polis" / "town-square-2025")
    assert (export.topic, export.description, export.url, export.source) == (
        "town-square-2025",
        "",
        None,
        None,
    )
    assert (export.licence, export.attribution) == (None, None)
    assert "No topic is given in summary.csv" in export.warnings[0]


def test_the_table_of_participants_is_never_opened(rewritten_export) -> None:
    folder = rewritten_export(lambda _: b"\xff\0 not a table", "participants-votes.csv")
    assert read_export(folder).vote_rows == 14


def test_an_address_that_is_not_of_the_web_is_left_out(changed_export) -> None:
    export = read_export(
        changed_export("summary.csv", "https://example.org/2townsquare", "javascript:alert(1)")
    )
    assert (export.url, export.source) == (None, None)
    assert any("javascript:alert(1)" in warning for warning in export.warnings)


def test_a_text_longer_than_ours_is_kept_whole_and_counted(changed_export) -> None:
    long = "樹" * 500
    export = read_export(changed_export("comments.csv", "Plant trees.", long))
    assert export.statements[-1].text == long
    assert "Statements longer than 280 characters, kept whole: 1, the longest with 500 characters." in (
        export.warnings
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: data + b"\n\n",
    ],
    ids=["byte order mark", "CRLF", "both", "CR", "empty lines at the end"],
)
def test_other_line_ends_and_a_byte_order_mark_change_nothing(
    rewritten_export, town: PolisExport, change
) -> None:
    assert read_export(rewritten_export(change)) == town


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 4), st.integers(0, 4), st.sampled_from([-1, 0, 1])),
        max_size=40,
    ),
    st.randoms(use_true_random=False),
)
def test_the_last_vote_wins_whatever_the_order_of_the_rows(
    rows: list[tuple[int, ...]], order: random.Random
) -> None:
    distinct = list({row[0]: row for row in rows}.values())  # one vote at each time: no ties
    shuffled = order.sample(distinct, len(distinct))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [f"{1_700_000_000 + at},{s},{p},{vote}" for at, s, p, vote in shuffled]
        (folder / "votes.csv").write_text("\n".join(["timestamp,comment-id,voter-id,vote", *lines, ""]))
        (folder / "comments.csv").write_text("timestamp,comment-id,moderated,comment-body\n")
        export = read_export(folder)
    assert cells(export) == {(p, s): vote for _, s, p, vote in sorted(distinct)}
    assert list(export.votes.cast_at) == sorted(export.votes.cast_at)


def test_a_last_line_without_an_end_is_read_and_warned_of(rewritten_export) -> None:
    export = read_export(rewritten_export(bytes.rstrip, "votes.csv"))
    assert export.vote_rows == 14
    assert "votes.csv does not end with a line end, so it may be cut off." in export.warnings


def test_progress_rises_to_the_number_of_rows(changed_export) -> None:
    more = "".join(f"1600000020000,x,1,{person},0\n" for person in range(10, 12_010))
    folder = changed_export("votes.csv", "1600000011000,x,12,5,-1\n", more)
    seen: list[tuple[int, int]] = []
    read_export(folder, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(5_000, 12_013), (10_000, 12_013), (12_013, 12_013)]
