"""Every refusal of an export names file, line and column, what was found and what was expected."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from deliberation.opinion.polis_export import ExportError, read_export


def refusal(folder: Path) -> str:
    with pytest.raises(ExportError) as refused:
        read_export(folder)
    assert len(str(refused.value)) < 500
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0,1,-1", "0,1,2", "line 3, column vote: found '2', expected 1 (agree), 0 (pass) or -1 (disagree)"),
        ("0,1,-1", "0,1,", "line 3, column vote: found an empty cell"),
        ("7,2,0", "7,2,0.0", "line 14, column vote: found '0.0'"),
        ("x,7,2", "x,7,two", "line 14, column voter-id: found 'two', expected a whole number"),
        ("x,7,2", "x,7,２", "line 14, column voter-id: found '２'"),
        ("x,7,2", "x,7,1_0", "line 14, column voter-id: found '1_0'"),
        ("x,7,2", "x,7,-2", "line 14, column voter-id: found -2, expected a whole number from 0"),
        ("x,7,2", "x,7," + "9" * 5000, "line 14, column voter-id: found '9999"),
        ("x,7,2", "x,7,2147483648", "found 2147483648, expected a whole number from 0 to 2147483647"),
        ("1600000010500,", "12,", "line 14, column timestamp: found 12, expected seconds or milliseconds"),
        ("1600000010500,", "-1600000010500,", "line 14, column timestamp: found -1600000010500"),
        ("1600000010500,", "1600000010500000,", "line 14, column timestamp: found 1600000010500000"),
        ("1600000010500,", "1600000010,", "which counts seconds, after rows that count milliseconds"),
        ("x,7,2,0", "x,7", "line 14, column voter-id: found 3 cells, expected 5. The row may be cut off"),
        ("x,7,2,0", "x,y,7,2,0", "line 14, after column vote: found 6 cells, expected 5"),
        (",vote\n", ",value\n", "line 1, column vote: missing. Found 'timestamp', 'datetime'"),
        ("datetime", "voter_id", "line 1, column voter-id: found twice"),
    ],
)
def test_a_bad_row_of_votes_is_refused_with_its_place(changed_export, old: str, new: str, says: str) -> None:
    message = refusal(changed_export("votes.csv", old, new))
    assert message.startswith("votes.csv, line ")
    assert says in message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2,2,0,-1", "2,2,0,4", "line 7, column moderated: found '4', expected 1 (accepted)"),
        ("1,1,1,1,1,", "1,1,1,1,yes,", "lines 3 to 5, column moderated: found 'yes'"),
        ("2020,9,2", "2020,3,2", "line 9, column comment-id: found 3 again, first seen on line 7"),
        ("2020,9,2", "2020,9,two", "line 9, column author-id: found 'two'"),
        ("Plant trees.", '"Plant trees.', "line 9: the quotation marks do not close"),
        ("Rude words", '"Rude" words', "line 7: the quotation marks do not close"),
        ("Plant trees.", "Plant, trees.", "line 9, after column comment-body: found 9 cells, expected 8"),
        ("Plant trees.", "x" * 20_001, "line 9: found a cell of more than 20,000 characters"),
        # The csv module stops at 131,072 characters by itself; the sentence is the same.
        ("Plant trees.", "x" * 200_000, "line 9: found a cell of more than 20,000 characters"),
        ("comment-body", "body", "line 1, column comment-body: missing"),
    ],
)
def test_a_bad_statement_is_refused_with_its_place(changed_export, old: str, new: str, says: str) -> None:
    """Line 9 follows a text that runs over three lines: places are physical lines, not rows."""
    message = refusal(changed_export("comments.csv", old, new))
    assert message.startswith("comments.csv, line")
    assert says in message


def test_a_bad_row_of_the_summary_is_refused_with_its_place(changed_export) -> None:
    message = refusal(changed_export("summary.csv", "voters,4", "voters"))
    assert message.startswith("summary.csv, line 3: found 1 cells, expected a key and a value")


def test_the_flag_columns_are_checked_where_they_exist(changed_export) -> None:
    folder = changed_export("comments.csv", "true,false", "true,maybe", name="town-square-2025")
    assert "line 3, column is-meta: found 'maybe', expected true or false" in refusal(folder)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _: b"", "line 1, column timestamp, comment-id, voter-id, vote: missing. Found an empty file"),
        (lambda data: data.replace(b",", b";"), "Its cells seem to be separated by semicolons"),
        (lambda data: data.decode().encode("utf-16"), "line 1: found UTF-16 text, expected UTF-8"),
        (
            lambda data: data.replace(b"x,7,2", b"\xe9,7,2"),
            "line 14, byte 15 of the line: found the byte 0xE9",
        ),
        (lambda data: b"\xef\xbb\xbf" + data.replace(b"x,7,2", b"\xe9,7,2"), "line 14, byte 15 of the line"),
        (lambda data: data.replace(b"x,7,2", b"\0,7,2"), "line 14, byte 15 of the line: found a NUL byte"),
        (lambda data: data[:-10], "line 15, column comment-id: found 2 cells, expected 5"),
    ],
    ids=["empty", "semicolons", "UTF-16", "Latin-1", "Latin-1 after a byte order mark", "NUL", "cut off"],
)
def test_a_damaged_file_is_refused_with_its_place(
    rewritten_export, change: Callable[[bytes], bytes], says: str
) -> None:
    message = refusal(rewritten_export(change, "votes.csv"))
    assert message.startswith("votes.csv, line ")
    assert says in message


@pytest.mark.parametrize("file", ["comments.csv", "votes.csv"])
def test_a_missing_file_is_named_beside_what_is_there(rewritten_export, file: str) -> None:
    folder = rewritten_export(bytes)
    (folder / file).rename(folder / f"2025-{file}")
    message = refusal(folder)
    assert message.startswith(f"{file}: missing. The folder {folder} holds 2025-{file}, ")
    assert "Rename the files" in message


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    assert "nowhere: not a folder, expected one with comments.csv" in refusal(tmp_path / "nowhere")
    (tmp_path / "export.zip").touch()
    assert "Unpack it first" in refusal(tmp_path / "export.zip")
    (tmp_path / "votes.csv").touch()
    assert f"Name the folder that the file is in: {tmp_path}" in refusal(tmp_path / "votes.csv")


def test_a_release_of_open_data_is_said_to_hold_no_single_votes(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").touch()
    assert "a release of open data, which holds totals and no single votes" in refusal(tmp_path)


def test_a_file_too_large_to_be_one_conversation_is_not_opened(rewritten_export) -> None:
    folder = rewritten_export(bytes)
    with (folder / "votes.csv").open("r+b") as file:
        file.truncate(600 * 1024 * 1024)  # sparse: takes no room on the disk
    assert refusal(folder).startswith("votes.csv: the file has 629,145,600 bytes, expected at most")


def test_the_limit_of_the_csv_module_is_left_as_it_was(data: Path) -> None:
    before = csv.field_size_limit()
    read_export(data / "polis" / "town-square")
    assert csv.field_size_limit() == before
