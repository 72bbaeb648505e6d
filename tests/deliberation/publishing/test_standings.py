"""How each statement stands, from the rows of a published document alone."""

from typing import Any

import pytest

from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import OpinionAnalysis
from deliberation.publishing.results import result_of
from deliberation.publishing.standings import Mark, Standing, standings
from tests.crowds import Crowd


def row(
    agrees: int | None, disagrees: int | None, passes: int | None, votes: int | None, **how: Any
) -> dict[str, Any]:
    base = {"agrees": agrees, "disagrees": disagrees, "passes": passes, "votes": votes, "share_word": None}
    known = agrees is not None and bool(votes)
    share = round(100 * agrees / votes) if known and agrees is not None and votes else None
    return {**base, "suppressed": False, "share": share, "interval": None, **how}


def content(totals: Any, *groups: Any, **said: Any) -> dict[str, Any]:
    rows = {chr(ord("A") + n): one for n, one in enumerate(groups)}
    statement = {"number": 1, "state": "published", "meta": False, "totals": totals, "groups": rows, **said}
    marking = [{"id": "B", "representative": [{"statement": 1}]}]
    return {"profile": "open-8-5/1", "groups": marking, "statements": [statement]}


@pytest.mark.parametrize(
    ("totals", "groups", "marks"),
    [
        (row(80, 15, 5, 100), [row(40, 5, 5, 50), row(35, 10, 5, 50)], {Mark.AGREED}),
        (row(20, 75, 5, 100), [row(10, 35, 5, 50), row(10, 40, 0, 50)], {Mark.REFUSED}),
        (row(50, 45, 5, 100), [row(40, 10, 0, 50), row(10, 35, 5, 50)], {Mark.DIFFERS}),
        # Fewer than 8 of 50 is at most 14 %, though no share is shown.
        (row(50, 45, 5, 100), [row(45, None, None, 50), row(None, 40, None, 50)], {Mark.DIFFERS}),
        (row(40, 30, 30, 100), [row(20, 15, 15, 50), row(20, 15, 15, 50)], {Mark.UNSURE}),
        (row(40, 35, 25, 100), [row(35, 5, 10, 50), row(5, 30, 15, 50)], {Mark.DIFFERS, Mark.UNSURE}),
        (row(50, 40, 10, 100), [row(25, 20, 5, 50), row(25, 20, 5, 50)], set()),
        (row(None, None, None, None), [row(None, None, None, 15), row(None, None, None, 10)], {Mark.TOO_FEW}),
        (row(70, 20, 10, 100), [], {Mark.AGREED}),
        (row(None, None, None, 100, share_word="almost none"), [], {Mark.REFUSED}),
    ],
)  # fmt: skip
def test_marks_follow_from_the_rows(totals: Any, groups: Any, marks: set[Mark]) -> None:
    assert standings(content(totals, *groups))[1] == Standing(frozenset(marks), ("B",))


def test_what_nobody_can_vote_on_has_no_standing() -> None:
    whole = row(70, 20, 10, 100)
    assert standings(content(whole, state="removed")) == {}
    assert standings(content(whole, meta=True)) == {}


def test_marks_agree_with_the_documents_lists(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    document = result_of(analysis, votes, crowd.said(), publication, **crowd.came())
    found = standings(document)
    for name, mark in (("agree", Mark.AGREED), ("disagree", Mark.REFUSED), ("differ", Mark.DIFFERS)):
        assert sorted(document[name]) == [number for number, one in found.items() if mark in one.marks]
