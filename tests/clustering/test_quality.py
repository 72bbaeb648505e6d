"""Small samples of the proof of the default engine, with fixed seeds.

`python -m benchmarks engine-quality` and `robustness` measure the whole of it, and
docs/explanation/opinion-engine.md says what came out.
"""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from benchmarks.opinion import engine, predictors, same_marks, statement_marks
from benchmarks.opinion.attackers import attacked
from benchmarks.opinion.group_marks import alike
from benchmarks.opinion.truths import (
    ceiling,
    continuum,
    flat,
    planted,
    ring,
    without_some,
    without_structure,
)
from benchmarks.robustness import ONE_GROUP, attacked_list
from clustering import analyse
from clustering.matrix import VoteMatrix


def test_votes_without_structure_are_one_group_and_nothing_is_named():
    made = [flat(150, 40, seed).votes for seed in range(3)]
    dealt_out = [without_structure(planted(150, 40, 3, seed).votes, seed) for seed in range(3)]
    for result in map(analyse, made + dealt_out):
        assert result.k == 1
        assert not result.groups[0].representative
        assert result.decision.evidence < 2.5


def test_planted_groups_are_found_nearly_as_well_as_can_be():
    truth = planted(1000, 100, 4, seed=0)
    result = analyse(truth.votes)
    best = dict(zip(truth.votes.participant_ids, ceiling(truth, 4).tolist(), strict=True))
    names = list(result.group_of)
    labels = truth.group[names]
    found = adjusted_rand_score(labels, [result.group_of[name] for name in names])
    assert result.k == 4
    assert found >= 0.93 * adjusted_rand_score(labels, [best[name] for name in names])


@pytest.mark.parametrize("truth", [planted(300, 80, 3, 1), ring(300, 80, 2, 1), continuum(300, 80, 1)])
def test_held_out_votes_are_predicted_better_than_by_two_components(truth):
    shown, cells = predictors.held_out(truth.votes, seed=1)
    ours = predictors.losses(engine.factors(shown, cells), cells)
    for rival in (predictors.mean_filled, predictors.group_means, predictors.marginals):
        theirs = predictors.losses(rival(shown, cells), cells)
        assert ours[0] < theirs[0]
        assert ours[1] < theirs[1]


def test_intervals_cover_the_truth_of_the_groups_that_were_found(record_property):
    """Counted on votes that the groups were not found with; counted twice, the same votes cover less."""
    made = [statement_marks.checked(continuum(400, 80, seed), k=2) for seed in range(4)]
    split, naive = ({key: np.mean([each[at][key] for each in made]) for key in made[0][at]} for at in (0, 1))
    record_property("covered", f"split {split}, naive {naive}")
    assert 0.92 <= split["share"] <= 0.98
    assert 0.91 <= split["difference"] <= 0.98
    assert split["share"] > naive["share"]
    assert split["false"] <= 0.1 * split["named"]
    assert split["seen"] > 0.7


def test_the_result_is_the_same_to_the_byte_in_any_order_and_under_any_names():
    for votes in (planted(120, 30, 2, 5).votes, flat(60, 20, 1).votes):
        result = analyse(votes)
        want, whole = same_marks.fingerprint(result, None), same_marks.whole(result)
        for seed in range(2):
            assert same_marks.renamed_fingerprint(votes, seed) == want
            assert same_marks.whole(analyse(same_marks.reordered(votes, seed))) == whole


def test_groups_stay_when_one_vote_in_a_hundred_goes():
    votes = planted(300, 80, 3, 4).votes
    before = analyse(votes)
    for seed in range(2):
        after = analyse(without_some(votes, 0.01, seed), previous=before)
        assert after.k == before.k
        assert alike(before.group_of, after.group_of) > 0.9


def test_a_map_that_began_with_few_votes_comes_to_what_a_fresh_one_shows():
    """An analysis that follows the one before must not stay with how little that one knew."""
    votes = planted(200, 50, 3, 2).votes
    order = np.random.default_rng(0).permutation(votes.n_votes)
    previous = None
    for part in (0.02, 0.1, 0.3, 0.6, 0.8, 1.0):
        some = order[: int(part * votes.n_votes)]
        now = VoteMatrix.from_votes(votes.rows[some], votes.columns[some], votes.values[some])
        previous = analyse(now, previous=previous)
    fresh = analyse(now)
    spread, other = (np.var(list(result.places.values()), axis=0).sum() for result in (previous, fresh))
    assert spread > 0.8 * other
    assert alike(previous.group_of, fresh.group_of) > 0.9


def test_hostile_people_cannot_undo_what_resists_them():
    """Of what is published, what resists a twentieth of hostile people stays when a fiftieth come."""
    told = attacked_list(planted(400, 60, 2, 3).votes, 0.02)
    resisting = [stayed for robust, stayed in told if robust >= 0.05]
    assert len(resisting) >= 8
    assert np.mean(resisting) >= 0.9


def test_hostile_people_cannot_publish_what_hardly_anyone_saw():
    """People who vote on everything do not make a statement one that enough people have seen."""
    truth = continuum(400, 40, 3)
    rare = truth.votes.columns >= 30
    kept = ~rare | (np.random.default_rng(1).random(truth.votes.n_votes) < 0.05)
    votes = VoteMatrix.from_votes(truth.votes.rows[kept], truth.votes.columns[kept], truth.votes.values[kept])
    unseen = {name for name in votes.statement_ids if name >= 30}
    place = [j for j, name in enumerate(votes.statement_ids) if name in unseen]
    after = analyse(attacked(votes, place, 0.05, "promoting"), options=ONE_GROUP)
    assert not {item.statement_id for item in after.consensus} & set(place)
