"""A statement's own table: a count is called small only where the published row says that it is."""

from typing import Any

import pytest

from charters.disclosure import Counts, Tabulation, protect
from charters.policy import load_policy
from deliberation.publishing.rows import row_document
from participate.results.answers import answered, everybody
from participate.results.counts import counts_of

PUBLICATION = load_policy("open-health-space").publication
PROFILE = PUBLICATION.profile
HIDDEN = "not shown"


def cells_of(true: Counts) -> tuple[list[str], list[str]]:
    """The cells of a group's row and of everybody's, beside a group of 50 that voted on nothing."""
    result = protect(Tabulation((1,), {0: 40, 1: 50}, 0, {(1, 0): true}), PUBLICATION)
    said: dict[str, Any] = {
        "number": 1,
        "text": "t",
        "language": "en",
        "state": "published",
        "groups": {"A": row_document(result.by_group[1, 0], PROFILE)},
        "totals": row_document(result.totals[1], PROFILE),
    }
    [group] = answered(said, PROFILE.name).answers
    found = [
        counts_of(group, said["groups"]["A"], PROFILE),
        counts_of(everybody(said, PROFILE.name), said["totals"], PROFILE),
    ]
    own, whole = ([one.agree, one.disagree, one.passed, one.votes] for one in found)
    return own, whole


@pytest.mark.parametrize(
    ("true", "group"),
    [
        # 17 of 20 agree: the votes are below 25, so the row is withheld whole.
        (Counts(17, 2, 1), ["about 20 votes, too few to show", HIDDEN, HIDDEN, "20"]),
        # All counts may be large: 8, 8 and 6 of 22, told as 20.
        (Counts(8, 8, 6), ["about 20 votes, too few to show", HIDDEN, HIDDEN, "20"]),
        # Votes of fewer than 8 are not told either.
        (Counts(4, 1, 0), ["not shown, to protect people", HIDDEN, HIDDEN, HIDDEN]),
        (Counts(), ["nobody has voted", HIDDEN, HIDDEN, "0"]),
        # 39 of 40: a word stands for all counts.
        (Counts(39, 1, 0), ["almost all agree", HIDDEN, HIDDEN, "40"]),
        (Counts(1, 33, 6), ["almost nobody agrees", HIDDEN, HIDDEN, "40"]),
        # 30 of 40 agree, 3 and 7 do not: those two are small in truth.
        (Counts(30, 3, 7), ["75% (60–86)", "fewer than 8", "fewer than 8", "40"]),
        # 4 of 40 agree, 26 disagree (told as 25, 63%), 10 pass.
        (Counts(4, 26, 10), ["fewer than 8 people agree", "63%", "25%", "40"]),
        (Counts(30, 10, 0), ["75% (60–86)", "25%", "0%", "40"]),
    ],
)
def test_each_kind_of_withholding_has_its_own_words(true: Counts, group: list[str]) -> None:
    assert cells_of(true)[0] == group


def test_a_total_of_few_votes_says_small_beside_a_count_that_is_shown() -> None:
    """12 of 22 agree: told as 10 of 20. The other two are below 8."""
    assert cells_of(Counts(12, 6, 4))[1] == ["50% (30–70)", "fewer than 8", "fewer than 8", "20"]


def test_a_total_of_few_votes_that_nearly_all_agree_on_is_withheld_whole() -> None:
    assert cells_of(Counts(20, 0, 0))[1] == ["about 20 votes, too few to show", HIDDEN, HIDDEN, "20"]
