"""A register of organisations is read whole, or not at all, with every fault named."""

from datetime import date

import pytest

from deliberation.people.organisation_files import (
    FileRefused,
    Followed,
    Listed,
    organisations_in,
    successions_in,
    unknown_in,
)


def line(code: str = "XX1", name: str = "Avonmere Trust", opened: str = "20010401", closed: str = "") -> str:
    """A line of 27 quoted columns."""
    cells = [""] * 27
    cells[0], cells[1], cells[10], cells[11] = code, name, opened, closed
    return ",".join(f'"{cell}"' for cell in cells)


def faults_of(*lines: str) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        organisations_in("\r\n".join(lines).encode())
    return list(refused.value.faults)


def test_a_closed_organisation_and_an_open_one_are_read() -> None:
    content = "\ufeff" + line() + "\r\n" + line("yy2", " Old   Trust ", "19990401", "20200331") + "\r\n"
    assert organisations_in(content.encode()) == [
        Listed("XX1", "Avonmere Trust", date(2001, 4, 1), None),
        Listed("YY2", "Old Trust", date(1999, 4, 1), date(2020, 3, 31)),
    ]


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ("XX2,Short line", "Line 2: it has 2 columns. A line of this file has 27."),
        (line("x!"), "Line 2, column 1 (code): 'X!' is no code. A code has 3 to 10 letters or digits."),
        (line("XX2", ""), "Line 2, column 2 (name): it is empty. Write what the organisation is called."),
        (
            line("XX2", "n" * 201),
            "Line 2, column 2 (name): it has 201 characters. Shorten it to 200 or fewer.",
        ),
        (
            line("XX2", opened="01/04/2001"),
            "Line 2, column 11 (open date): '01/04/2001' is no day. Write it as 20261231, or leave it empty.",
        ),
        (
            line("XX2", closed="20010331"),
            "Line 2, column 12 (close date): 20010331 is before the open date. Write a later one.",
        ),
        (line("xx1"), "Line 2, column 1 (code): XX1 stands in line 1 too. Keep one of them."),
    ],
)
def test_a_fault_names_line_and_column(second: str, says: str) -> None:
    assert faults_of(line(), second) == [says]


def test_all_faults_are_told_and_many_are_cut_short() -> None:
    faults = faults_of(*[line("?")] * 30)
    assert len(faults) == 30
    assert str(FileRefused(faults)).endswith("And 10 more.")


def test_a_line_is_counted_as_an_editor_does() -> None:
    assert faults_of(line(name="Two\nlines"), "", line("?"))[0].startswith("Line 4, column 1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (line().encode() + b"\n\xff\xfe", "Line 2: this is not UTF-8. Save the file as UTF-8."),
        (b'"never closed', "Line 1: this is not CSV (unexpected end of data)."),
    ],
)
def test_what_is_no_such_file_is_said(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match="Nothing was imported") as refused:
        organisations_in(content)
    assert list(refused.value.faults) == [says]


def test_who_followed_whom_is_read_and_looked_up() -> None:
    followed = successions_in(b"YY2,XX1,20200401\nYY3,XX1\n")
    assert followed == [Followed("YY2", "XX1", date(2020, 4, 1), 1), Followed("YY3", "XX1", None, 2)]
    assert unknown_in(followed, frozenset({"XX1", "YY2"})) == [
        "Line 2, column 1 (code): there is no organisation YY3. Import it first."
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"YY2", "Line 1: it has 1 columns. Write a code, its successor, and perhaps a date."),
        (
            b"YY2,yy2",
            "Line 1, column 2 (successor): YY2 cannot follow itself. Write the code of the other one.",
        ),
        (
            b"YY2,XX1,soon",
            "Line 1, column 3 (date): 'soon' is no day. Write it as 20261231, or leave it empty.",
        ),
    ],
)
def test_a_fault_among_successions_is_named(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused) as refused:
        successions_in(content)
    assert list(refused.value.faults) == [says]
