"""Protected figures in words: what a row says, and what it may not say."""

from typing import Any

import pytest

from charters.profiles import PROFILES
from deliberation.publishing.standings import Mark, Standing
from participate.results.answers import answered, row_in_words
from participate.results.firmness import firmness
from participate.results.grouping import about_groups
from participate.results.over_time import over_time
from participate.results.words import headline

PROFILE = PROFILES["open-8-5/1"]


def row(**how: Any) -> dict[str, Any]:
    """30 agree, 10 disagree, 5 pass, of 45."""
    plain = {"agrees": 30, "disagrees": 10, "passes": 5, "votes": 45, "share_word": None, "suppressed": False}
    return {**plain, "share": 67, "interval": [52, 79], **how}


HIDDEN = {"agrees": None, "disagrees": None, "passes": None, "share": None, "interval": None}


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "more than half agree (67%)"),
        ({"share": 93}, "most agree (93%)"),
        ({"share": 50}, "about half agree (50%)"),
        ({"share": 31}, "fewer than half agree (31%)"),
        ({"share": 12}, "few agree (12%)"),
        ({**HIDDEN, "share_word": "almost all"}, "almost all agree"),
        ({**HIDDEN, "share_word": "almost none"}, "almost nobody agrees"),
        ({**HIDDEN, "disagrees": 35}, "fewer than 8 people agree"),
        ({**HIDDEN, "votes": 20}, "about 20 votes, too few to show"),
        ({**HIDDEN, "votes": None}, "not shown, to protect people"),
        ({**HIDDEN, "votes": 0}, "nobody has voted"),
        ({"share": None, "interval": None, "agrees": 10, "votes": 15}, "about 10 of about 15 agree"),
    ],
)
def test_a_row_in_words(how: dict[str, Any], said: str) -> None:
    assert row_in_words(row(**how), PROFILE) == said


@pytest.mark.parametrize(
    ("how", "rest", "cell"),
    [
        ({}, "22% disagree", "67% (52–79)"),
        ({"disagrees": None}, "fewer than 8 people disagree", "67% (52–79)"),
        ({"disagrees": 0}, "nobody disagrees", "67% (52–79)"),
        ({**HIDDEN, "share_word": "almost all"}, "", "almost all agree"),
        ({**HIDDEN, "disagrees": 35}, "78% disagree", "fewer than 8 people agree"),
    ],
)
def test_those_who_differ_are_said_beside_it_as_far_as_they_may(
    how: dict[str, Any], rest: str, cell: str
) -> None:
    said = {
        "number": 1,
        "text": "t",
        "language": "en",
        "state": "published",
        "groups": {},
        "totals": row(**how),
    }
    [answer] = answered(said, "open-8-5/1").answers
    assert (answer.said.rest, answer.cell) == (rest, cell)
    assert "<desc>" in answer.bar
    assert answer.against == (rest if rest[:1].isdigit() or rest.startswith("nobody") else answer.said.line)
    assert answer.exact == (f"{cell} agree" if answer.range else answer.said.words)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (
            (640, 3, 4, 2),
            "They form three groups. All three agree on four things. They differ most on two things.",
        ),
        ((640, 2, 1, 1), "They form two groups. Both agree on one thing. They differ most on one thing."),
        (
            (640, 4, 0, 0),
            "They form four groups. There is nothing yet that all groups agree on. "
            "They differ little on the rest.",
        ),
        ((640, 0, 0, 0), "There are no clear groups of opinion."),
        ((640, 0, 12, 0), "There are no clear groups of opinion. Most people agree on 12 things."),
    ],
)
def test_the_message_in_short_sentences(counts: tuple[int, int, int, int], said: str) -> None:
    assert " ".join(headline(*counts)) == f"About 640 people have voted. {said}"
    assert headline(1500, 2, 1, 1)[0] == "About 1,500 people have voted."


def test_few_newcomers_are_not_told_apart_from_none() -> None:
    """25 and 30, rounded, may be 27 and 28."""
    months = [
        ("2026-01-31", 25, True),
        ("2026-02-28", 30, True),
        ("2026-03-31", 30, True),
        ("2026-04-09", 75, False),
    ]
    rows = [{"until": until, "people": people, "complete": over} for until, people, over in months]
    found = over_time({"participation": rows})
    assert found is not None
    assert [row.new for row in found.rows] == ["about 25", "fewer than 10", "fewer than 10", "about 45"]
    assert [row.until for row in found.rows][::3] == ["31 January 2026", "9 April 2026"]
    assert found.open
    assert found.picture.count("column-open") == 1


def test_one_moment_makes_no_picture_and_an_old_document_none() -> None:
    assert over_time({"participation": [{"until": "2026-01-31", "people": 25, "complete": False}]}) is None
    assert over_time({}) is None


def test_how_firmly_a_statement_stands_in_words() -> None:
    item = {
        "statement": 3, "direction": "disagree", "share": 62, "interval": [52, 71], "share_word": None,
        "lowest": {"group": "B", "share": 17, "interval": [9, 31], "share_word": None}, "hostile": 0,
    }  # fmt: skip
    assert firmness(item, several=True) == (
        "Of all: 62% (52–71) disagree.",
        "Group B disagrees least: 17% (9–31).",
        "A few hostile participants could remove it from this list.",
    )
    word = {**item, "direction": "agree", "share": None, "interval": None, "share_word": "almost all"}
    assert firmness({**word, "lowest": None, "hostile": 5}, several=True) == (
        "Of all: almost all agree.",
        "It would take at least 5 hostile participants in 100 to remove it from this list.",
    )
    assert firmness({**word, "hostile": None}, several=False) == ("Of all: almost all agree.",)


def test_a_list_that_most_agree_on_says_which_group_is_less_in_favour_and_the_differing_one_points_back() -> (
    None
):
    low = {"group": "B", "share": 60, "interval": [45, 73], "share_word": None}
    item = {"direction": "agree", "share": 70, "interval": [60, 79], "share_word": None, "lowest": low}
    said = {"number": 1, "text": "T", "language": "en", "state": "published", "totals": row()}
    both = Standing(frozenset({Mark.MOST, Mark.DIFFERS}))
    groups = {"groups": {"A": row(), "B": row()}}
    one = answered({**said, **groups}, "open-8-5/1", both, {**item, "hostile": None})
    assert one.agreed[-1] == "Groups differ on it: group B is less in favour."
    assert answered({**said, **groups}, "open-8-5/1", both).all_the_same == (
        "All the same, most people agree with it."
    )
    against = {**item, "direction": "disagree", "hostile": None}
    refused = answered({**said, **groups}, "open-8-5/1", both, against)
    assert refused.refused
    assert refused.agreed[-1] == "Groups differ on it: group B is less against it."


def test_what_is_said_about_the_groups_as_a_whole() -> None:
    some: dict[str, Any] = {
        "groups": [{}, {}, {}],
        "explained": 0.6,
        "change": {"before": 2, "moved": "1 in 20"},
    }
    assert " ".join(about_groups(some)[1:]) == (
        "The groups explain about 60% of what the votes predict. "
        "The rest is how people within a group differ. "
        "In the result before, there were 2 groups. Since then, about 1 person in 20 has changed group."
    )
    none: dict[str, Any] = {"groups": [], "notes": ["no-clear-groups", "too-few-people"]}
    assert about_groups(none)[1:] == [
        "Too few people have voted on enough statements to find any.",
        "So every figure is for everybody together.",
    ]
    old: dict[str, Any] = {"groups": [], "notes": ["no-clear-groups"]}
    assert "clear and large enough" in about_groups(old)[1]
