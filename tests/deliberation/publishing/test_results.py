"""A published result: hand-computed figures, and nothing in it that the protected counts do not say."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import OpinionAnalysis
from deliberation.publishing.grouping import (
    NO_CLEAR_GROUPS,
)
from deliberation.publishing.results import protected_of, result_of
from deliberation.publishing.sentences import without_texts
from tests.crowds import Crowd


def result(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> dict[str, Any]:
    return result_of(analysis, votes, crowd.said(), publication, **crowd.came())


def by_number(content: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {said["number"]: said for said in content["statements"]}


def test_the_figures_are_those_computed_by_hand(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    content, expected = result(crowd, votes, analysis, publication), crowd.expected
    said = by_number(content)
    assert content["participants"] == expected["participants"]
    assert {group["id"]: group["size"] for group in content["groups"]} == expected["sizes"]
    for number, row in expected["totals"].items():
        assert {name: said[int(number)]["totals"][name] for name in row} == row, number
    for place, row in expected["by_group"].items():
        number, group = place.split()
        assert {name: said[int(number)]["groups"][group][name] for name in row} == row, place
    for name in ("agree", "disagree", "differ"):
        assert content[name] == expected[name]
    for number, agreement in expected["agreement"].items():
        assert said[int(number)]["agreement"] == agreement


def test_a_group_is_described_by_what_it_says_and_never_by_what_was_removed(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    a, b = result(crowd, votes, analysis, publication)["groups"]
    assert a["representative"] == [
        {"statement": 2, "direction": "agree", "share": None, "interval": None, "share_word": "almost all"}
    ]
    assert a["description"] == 'Almost all agree with “=Buses should be free, "always"”.'
    # 20 of 30 by the rounded counts; Wilson's interval by hand.
    assert b["representative"] == [
        {"statement": 2, "direction": "disagree", "share": 67, "interval": [49, 81], "share_word": None}
    ]
    assert b["description"].startswith("Most disagree with “=Buses")


def test_what_waits_is_nowhere_and_what_was_removed_has_no_text(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    content = result(crowd, votes, analysis, publication)
    text = json.dumps(content, ensure_ascii=False)
    assert "This one waits" not in text
    assert "Somebody is named" not in text
    assert by_number(content)[3]["state"] == "removed"
    assert content["parameters"]["moderated_out"] == [3]


def test_the_axes_are_named_by_the_statements_that_lead_there(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    ends = result(crowd, votes, analysis, publication)["map"]["ends"]
    assert ends == {"right": [], "left": [2], "up": [5], "down": []}


def test_hexagons_count_groups_and_leave_out_a_small_rest(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    picture = result(crowd, votes, analysis, publication)["map"]
    assert [(h["group"], h["count"]) for h in picture["hexagons"]] == [("A", 40), ("B", 30)]
    assert set(picture["outlines"]) == {"A", "B"}


def test_a_sentence_with_a_figure_in_it_is_not_published(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    assert result(crowd, votes, analysis, publication)["notes"] == ["A constant sentence."]


def test_without_two_large_groups_none_is_claimed(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    alone = replace(analysis, groups=(analysis.groups[0], replace(analysis.groups[1], size=9)))
    content = result(crowd, votes, alone, publication)
    assert content["groups"] == []
    assert content["notes"] == [NO_CLEAR_GROUPS]
    # All 75 count now: 59 of 75 agree with 1, hence 60 of 75; 79 % was the share without the five.
    assert by_number(content)[1]["totals"]["share"] == 80
    assert content["agree"] == [1, 2]
    assert {h["group"] for h in content["map"]["hexagons"]} == {None}


def test_under_twenty_people_there_is_no_figure_at_all(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    few = [vote for vote in crowd.votes if vote[0] < 19]
    people, numbers, values = zip(*few, strict=True)
    small = VoteMatrix.from_votes(people, [100 + n for n in numbers], values)
    places = {person: place for person, place in analysis.places.items() if person < 19}
    lone = replace(analysis, places=places, groups=(replace(analysis.groups[0], size=19),))
    content = result_of(lone, small, crowd.said(), publication, **crowd.came())
    assert not content["enough"]
    assert content["participants"] is None
    assert all(said["totals"] is None for said in content["statements"])
    assert content["map"]["hexagons"] == []


def test_every_published_number_of_people_is_protected(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    content = result(crowd, votes, analysis, publication)
    rows = [row for said in content["statements"] for row in (said["totals"], *said["groups"].values())]
    counts = [row[name] for row in rows for name in ("agrees", "disagrees", "passes", "votes")]
    counts += [h["count"] for h in content["map"]["hexagons"]] + [g["size"] for g in content["groups"]]
    assert all(count is None or count == 0 or (count >= 10 and count % 5 == 0) for count in counts)


def test_the_same_protected_counts_give_the_same_words(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    """One person of A more who disagrees with 1 (31 and 9 for 30 and 10) is rounded away, everywhere."""
    other = [(p, n, -v if (p, n) == (39, 1) else v) for p, n, v in crowd.votes]
    assert other != crowd.votes
    people, numbers, values = zip(*other, strict=True)
    moved = VoteMatrix.from_votes(people, [100 + n for n in numbers], values)
    assert result_of(analysis, moved, crowd.said(), publication, **crowd.came()) == result(
        crowd, votes, analysis, publication
    )


def test_a_document_tells_the_protected_counts_it_was_made_of(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    content = json.loads(json.dumps(result(crowd, votes, analysis, publication)))
    protected = protected_of(content)
    assert protected.groups == {0: 40, 1: 30}
    assert protected.by_group[2, 1].disagrees == 20
    assert protected.totals[6].votes == 0


def test_a_later_result_is_held_against_earlier_ones(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    first = {**result(crowd, votes, analysis, publication)}
    again = result_of(
        analysis, votes, crowd.said(), publication, **crowd.came(), earlier=[(first, 10)], lot=b"x" * 32
    )
    assert again["map"]["size"] == first["map"]["size"]
    for said, before in zip(again["statements"], first["statements"], strict=True):
        kept = said["totals"] == before["totals"]
        assert kept or said["totals"]["suppressed"]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def test_a_text_removed_later_disappears_and_its_number_stays(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> None:
    content = result(crowd, votes, analysis, publication)
    without = without_texts(content, frozenset({2}))
    assert not any("Buses" in text for text in texts(without))
    assert any("Buses" in text for text in texts(content))
    assert by_number(without)[2]["state"] == "removed"
    assert without["groups"][0]["description"] == "What they say is close to what everybody says."
