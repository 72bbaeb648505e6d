"""Which group a ballot is most like follows from published figures and the ballot, and from nothing else."""

import json
from typing import Any

from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import OpinionAnalysis
from deliberation.publishing.likely import Likely, likely_group, rates_of
from deliberation.publishing.results import result_of
from tests.crowds import Crowd


def published(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> dict[str, Any]:
    content = result_of(analysis, votes, crowd.said(), publication, **crowd.came())
    read: dict[str, Any] = json.loads(json.dumps(content))
    return read


def test_a_ballot_is_most_like_the_group_that_votes_so(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    """By hand for 2: everybody 49 of 70; A (39 + 7) / 50 = 0.92, B (10 + 7) / 40 = 0.425; A has 4 in 7.

    Agreeing: 4 x 0.92 to 3 x 0.425 is 0.743 for A. Disagreeing: 4 x 0.08 to 3 x 0.575 is 0.844 for B.
    """
    rates = rates_of(published(crowd, votes, analysis, publication))
    assert likely_group({}, rates) == Likely("A", 6)
    assert likely_group({2: 0, 99: 1}, rates) == Likely("A", 6)
    assert likely_group({2: 1}, rates) == Likely("A", 7)
    assert likely_group({2: -1}, rates) == Likely("B", 8)
    assert likely_group({2: -1, 5: -1}, rates) == Likely("B", 9)
    assert likely_group(dict.fromkeys((2, 5), -1), rates) == likely_group({2: -1, 5: -1}, rates)


def test_a_statement_with_a_row_withheld_says_nothing(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    content = published(crowd, votes, analysis, publication)
    rates = rates_of(content)
    assert sorted(rates.agree) == [1, 2, 5]  # nobody voted on 6, 3 was removed and 8 is about voters
    [two] = [said for said in content["statements"] if said["number"] == 2]
    two["groups"]["B"] = {
        **two["groups"]["B"],
        "agrees": None,
        "disagrees": None,
        "passes": None,
        "votes": None,
    }
    assert 2 not in rates_of(content).agree
    assert likely_group({2: 1}, rates_of({**content, "groups": []})) is None
