"""The proof of the default engine on real conversations, one draw of each.

`python -m benchmarks engine-quality` does many.
"""

import numpy as np
import pytest

from benchmarks.opinion import engine, predictors
from benchmarks.opinion.attackers import dense_enough
from benchmarks.opinion.conversations import read
from benchmarks.opinion.group_marks import alike
from benchmarks.opinion.truths import without_some, without_structure
from benchmarks.robustness import attacked_list
from clustering import analyse

pytestmark = [pytest.mark.prove, pytest.mark.conversations]

NAMES = ("brexit-consensus", "football-concussions", "scoop-biodiversity", "vtaiwan.uberx")


@pytest.fixture(params=NAMES)
def votes(request, conversations):
    return read(conversations / request.param).votes


def test_held_out_votes_are_predicted_better_than_by_the_plain_ways(votes):
    shown, cells = predictors.held_out(votes, seed=11)
    three, two = predictors.losses(engine.factors(shown, cells), cells)
    for rival in (predictors.mean_filled, predictors.mean_filled_personal, predictors.group_means):
        their_three, their_two = predictors.losses(rival(shown, cells), cells)
        assert three < their_three
        assert two < their_two


def test_answers_dealt_out_anew_have_no_groups(votes):
    assert analyse(without_structure(votes, seed=11)).k == 1


def test_groups_stay_when_one_vote_in_a_hundred_goes(votes):
    before = analyse(votes)
    after = analyse(without_some(votes, 0.01, seed=11), previous=before)
    assert after.k == before.k > 1
    assert alike(before.group_of, after.group_of) > 0.75
    for group in before.groups:
        assert group.size >= max(5, 0.05 * before.n_grouped)
        for item in group.representative:
            assert min(item.votes, item.votes_outside) >= 10


def test_what_resists_a_twentieth_of_hostile_people_stays_when_a_fiftieth_come(votes):
    told = attacked_list(dense_enough(votes), 0.02)
    resisting = [stayed for robust, stayed in told if robust >= 0.05]
    assert np.mean(resisting) >= 0.85
